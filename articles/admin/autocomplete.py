"""Choosing a row by typing, safe with whatever a request brings."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest

LONGEST_KEY = 18  # digits that every database takes for a key


def is_key(value: object) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY


class KeySelect(AutocompleteSelect):
    """Django's, which looks up a refused value once more to show it and then fails on what cannot be a key."""

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        keys = [key for key in value if is_key(key)]
        if not keys and not self.is_required:  # for which Django makes a query that it never asks
            return [(None, [self.create_option(name, "", "", False, 0)], 0)]
        return super().optgroups(name, keys, attrs)


class Autocompletes:
    """Part of a ModelAdmin or inline: safe selects, and search terms without what PostgreSQL cannot take."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))
