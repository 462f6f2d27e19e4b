"""What every page shares: its head, its footer and how it may be cached; and the flat pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from articles.models import Page
from articles.models.prepared import Prepared
from articles.text.addresses import absolute
from articles.text.excerpts import excerpt
from articles.text.markup import plain_text
from healthqa.page_cache import keep_page

TITLE_LENGTH = 60  # what search engines show, and then some


@dataclass(frozen=True)
class Head:
    """What the head of a page says: `path` is the canonical address, without host."""

    title: str
    description: str
    path: str
    index: bool = True
    has_address: bool = True  # errors have none of their own
    kind: str = "website"

    @property
    def full_title(self) -> str:
        if self.path == "/":
            return self.title
        title = self.title if len(self.title) <= TITLE_LENGTH else f"{self.title[: TITLE_LENGTH - 1]}…"
        return f"{title} - {settings.SITE_NAME}" if len(title) + len(settings.SITE_NAME) < TITLE_LENGTH else title

    @property
    def address(self) -> str:
        return absolute(self.path)


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    head: Head,
    status: int = 200,
    private: bool = False,
) -> HttpResponse:
    """Render a page with the footer's pages; public ones get the header that lets caches keep and check them."""
    licences = tuple(map(tuple, settings.LICENCES))
    shared = {"head": head, "site": settings, "footer_pages": tuple(footer_pages()), "licences": licences}
    html = render_to_string(template, {**shared, **(context or {})})
    response = HttpResponse(html, status=status)
    if not private:
        return public(response)
    response["Cache-Control"] = "private, no-store"
    return response


@Prepared
def footer_pages() -> QuerySet[Any]:
    return Page.objects.filter(position__gt=0).values_list("slug", "title")


def public(response: HttpResponse) -> HttpResponse:
    """Let any cache keep the response and check it each time; a shared one for SHARED_CACHE_SECONDS without."""
    shared_cache = f", s-maxage={settings.SHARED_CACHE_SECONDS}" if settings.SHARED_CACHE_SECONDS else ""
    response["Cache-Control"] = f"public, max-age=0, must-revalidate, no-transform{shared_cache}"
    return response


def moved_to(address: str) -> HttpResponse:
    """Send readers on for good; browsers ask again each time, because a merge can be taken back."""
    return public(HttpResponsePermanentRedirect(address))


@keep_page()
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A flat page: /about/, /privacy/ …"""
    page = get_object_or_404(Page, slug=slug)
    description = page.description or excerpt(plain_text(page.body))
    head = Head(title=page.title, description=description, path=page.get_absolute_url())
    return render_page(request, "articles/page.html", {"page": page}, head=head)
