"""Which addresses are there for search engines now."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet
from django.urls import reverse

from articles.models import Article, Doctor, Page, Tag
from articles.models.push import AddressKind
from articles.text.addresses import absolute, doctor_path, question_path, tag_path

AT_ONCE = 500  # keys in a query

Address = tuple[str, str]  # (kind, key)


def rows_of(kind: str) -> tuple[QuerySet[Article] | QuerySet[Doctor] | QuerySet[Page] | QuerySet[Tag], str]:
    """Return the rows whose pages search engines may show, and the field that their addresses are made of."""
    if kind == AddressKind.QUESTION:
        return Article.objects.for_search_engines(), "pk"
    if kind == AddressKind.TAG:
        return Tag.objects.for_search_engines(), "slug"
    if kind == AddressKind.DOCTOR:
        return Doctor.objects.with_published_answers(), "pk"
    return Page.objects.all(), "slug"


def url_of(kind: str, key: str) -> str:
    """Return the absolute address, as search engines are told it."""
    if kind == AddressKind.QUESTION:
        return absolute(question_path(int(key)))
    if kind == AddressKind.TAG:
        return absolute(tag_path(key))
    if kind == AddressKind.DOCTOR:
        return absolute(doctor_path(int(key)))
    return absolute(reverse("articles:page", args=[key]))


def present(addresses: Collection[Address]) -> set[Address]:
    """Return those of `addresses` that are there."""
    found = set()
    for kind in {kind for kind, _ in addresses}:
        rows, field = rows_of(kind)
        keys = [key for other, key in addresses if other == kind]
        for start in range(0, len(keys), AT_ONCE):
            there = rows.filter(**{f"{field}__in": keys[start : start + AT_ONCE]}).order_by().values_list(field)
            found |= {(kind, str(key)) for (key,) in there}
    return found


def all_present() -> Iterator[Address]:
    """Yield every address that is there, kind by kind, the oldest first."""
    for kind in AddressKind.values:
        rows, field = rows_of(kind)
        for (key,) in rows.order_by("pk").values_list(field).iterator(AT_ONCE):
            yield kind, str(key)
