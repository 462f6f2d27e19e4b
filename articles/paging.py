"""Pages of a list: /?page=N, without ever counting the table."""

import re
from dataclasses import dataclass

from django.http import Http404

from .models import Article

PER_PAGE = 20


@dataclass(frozen=True)
class ListPage:
    """One page of a list; `path` is the list's address with whatever query it needs, without the page."""

    articles: list
    number: int
    has_next: bool
    path: str

    @property
    def previous(self):
        return self.address(self.number - 1) if self.number > 1 else ""

    @property
    def next(self):
        return self.address(self.number + 1) if self.has_next else ""

    @property
    def canonical(self):
        return self.address(self.number)

    @property
    def title_suffix(self):
        return f"（第 {self.number} 页）" if self.number > 1 else ""

    def address(self, number):
        if number == 1:
            return self.path
        return f"{self.path}{'&' if '?' in self.path else '?'}page={number}"


def page_number(request):
    """Return ?page= as a number from 1. Raises Http404 for anything else, so that nonsense has no address."""
    raw = request.GET.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", raw):
        raise Http404("页码不对")
    return int(raw)


def list_page(questions, request, path):
    """Return one page of the ordered queryset `questions`. Raises Http404 out of range.

    The page is found in an index alone and only its rows are read; one row more tells whether there is a next page.
    """
    number = page_number(request)
    start = (number - 1) * PER_PAGE
    keys = list(questions.values_list("pk", flat=True)[start : start + PER_PAGE + 1])
    rows = Article.objects.for_cards().with_department().in_bulk(keys[:PER_PAGE])
    articles = [rows[key] for key in keys[:PER_PAGE] if key in rows]
    if not articles and number > 1:
        raise Http404("没有这一页")
    return ListPage(articles, number, len(keys) > PER_PAGE, path)
