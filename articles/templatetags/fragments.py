"""Parts of pages that come again on other pages: rendered once for the same inputs."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

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
    render = render_row.__wrapped__ if settings.DEBUG else render_row
    return mark_safe("".join([render(partial, row) for row in rows]))


@lru_cache(maxsize=KEPT)
def render_row(partial: str, row: Any) -> str:
    return get_template(partial).render(row._asdict())


@lru_cache(maxsize=KEPT)
def rendered(partial: str, key: tuple[tuple[str, Any, bool], ...]) -> SafeString:
    return mark_safe(get_template(partial).render({name: value for name, value, _ in key}))
