"""What every page of the site shares, whoever shows it: its head and its footer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from articles.models import Page
from articles.models.prepared import Prepared
from articles.text.addresses import absolute
from articles.text.excerpts import before_number
from healthqa.compiled import render

SAID = ("SITE_NAME", "SITE_URL", "EMERGENCY_NUMBER")  # of the settings, in templates as {{ site.… }}
IN_FOOTER = Q(position__gt=0)
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
        title = self.title
        if len(title) > TITLE_LENGTH:
            title = f"{title[: before_number(title, TITLE_LENGTH - 1)]}…"
        return f"{title} - {settings.SITE_NAME}" if len(title) + len(settings.SITE_NAME) < TITLE_LENGTH else title

    @property
    def address(self) -> str:
        return absolute(self.path)


def page_html(template: str, context: Mapping[str, object] | None = None, *, head: Head) -> str:
    """Return the HTML of a page, with the footer's pages (1 query, where the context has none)."""
    licences = tuple(map(tuple, settings.LICENCES))
    shared = {
        "head": head,
        "site": {name: getattr(settings, name) for name in SAID},
        "licences": licences,
    }
    whole = {**shared, **(context or {})}
    if whole.get("footer_pages") is None:
        whole["footer_pages"] = tuple(footer_pages())
    return render(template, whole)


@Prepared
def footer_pages() -> QuerySet[Any]:
    return Page.objects.filter(IN_FOOTER).values_list("slug", "title")
