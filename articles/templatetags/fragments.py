"""Parts of pages that come again on other pages: rendered once for the same inputs."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from healthqa.compiled import render

KEPT = 8_192  # rendered parts, of about a kilobyte each

register = template.Library()


@register.simple_tag
def fragment(partial: str, **inputs: Any) -> SafeString:
    """Render the template `partial` from nothing but `inputs`: text, numbers, times, and tuples of plain ones."""
    # Text that is marked as safe equals the same text that must be escaped, so the mark is part of the key.
    key = tuple((name, value, type(value) is SafeString) for name, value in inputs.items())
    return rendered.__wrapped__(partial, key) if settings.DEBUG else rendered(partial, key)


@register.simple_tag
def fragments(partial: str, rows: Iterable[Any]) -> SafeString:
    """Render the template `partial` for each of `rows`, named tuples of plain text, numbers and times."""
    one = render_row.__wrapped__ if settings.DEBUG else render_row
    return mark_safe("".join([one(partial, row) for row in rows]))


class Card(NamedTuple):
    """What a card shows of a question. Marked titles and snippets are HTML, which equals the same text that is none."""

    address: str
    title: str
    text: str
    doctor: str
    department: str
    published_at: datetime
    like_count: int
    is_excerpt: bool
    is_marked: bool
    level: int


@register.simple_tag
def cards(articles: Iterable[Any], level: int) -> SafeString:
    """Render the cards of rows that are read for them (for_cards, with_department), under headings of `level`."""
    return fragments("articles/_card.html", [card(article, level) for article in articles])


def card(article: Any, level: int) -> Card:
    title, text = getattr(article, "marked_title", ""), getattr(article, "snippet", "")  # "" where nothing is marked
    return Card(
        article.get_absolute_url(),
        title or article.title,
        text or article.short_answer or article.excerpt,
        article.doctor.name if article.doctor else "",
        article.department_name or "",
        article.published_at,
        article.like_count,
        article.is_excerpt,
        bool(title),
        level,
    )


@lru_cache(maxsize=KEPT)
def render_row(partial: str, row: Any) -> str:
    return render(partial, row._asdict())


@lru_cache(maxsize=KEPT)
def rendered(partial: str, key: tuple[tuple[str, Any, bool], ...]) -> SafeString:
    return mark_safe(render(partial, {name: value for name, value, _ in key}))
