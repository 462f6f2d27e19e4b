"""Indexes for thousands: by the letter of a name, and in pages that have numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from articles.engine.filing import OTHERS

from .paging import NUMBERED, ListPage, page_number

LETTERED = ("letter", "page")


@dataclass(frozen=True)
class Choice:
    """A part of an index: its name, how many stand there, its address."""

    name: str
    number: int
    path: str


def letters_of(counts: Iterable[tuple[str, int]], path: str) -> list[Choice]:
    """Return the letters that something stands under, in their order, # last."""
    numbers: dict[str, int] = {}
    for letter, number in counts:
        numbers[letter] = numbers.get(letter, 0) + number
    in_order = sorted(numbers, key=lambda letter: (letter == OTHERS, letter))
    return [Choice(name, numbers[name], with_query(path, letter=name)) for name in in_order]


def chosen_of(request: HttpRequest, name: str, known: Iterable[str]) -> str:
    """Return the parameter `name`, "" without one. Raises Http404 for a value that is not `known`."""
    value = request.GET.get(name)
    if value is None:
        return ""
    if value not in known:
        raise Http404("没有这一页")
    return value


def with_query(path: str, **query: str) -> str:
    """Return the address of a part of an index."""
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{asked}" if asked else path


def under(name: str) -> str:
    """Return what a title says of a part of an index."""
    return f"：{name}" if name else ""


def numbered_page(rows: QuerySet[Any], request: HttpRequest, path: str, size: int, is_one: bool = False) -> ListPage:
    """Return the page of `rows` that is asked for, `size` of them; or all, where the index `is_one` page (1 query).

    Raises Http404 out of range.
    """
    number = page_number(request)
    if number > (1 if is_one else NUMBERED):
        raise Http404("没有这一页")
    start = (number - 1) * size
    found = list(rows if is_one else rows[start : start + size + 1])
    if not found and number > 1:
        raise Http404("没有这一页")
    return ListPage(found if is_one else found[:size], number, not is_one and len(found) > size, path)
