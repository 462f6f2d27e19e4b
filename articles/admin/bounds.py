"""What an address of the admin can ask: nothing that stands in one makes a page fail, on either database.

`EditorialSite.register` lays `Bounded` over whatever is registered, so that no list can be without it.
"""

import logging
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, IGNORED_PARAMS
from django.core.exceptions import BadRequest, FieldError, ValidationError
from django.db import DataError, NotSupportedError
from django.db.models import CharField, ForeignKey, QuerySet, TextField
from django.http import HttpRequest, HttpResponse, QueryDict

from .autocomplete import is_key

logger = logging.getLogger(__name__)

LONGEST = 2000  # characters of one value in an address
LONGEST_SEARCH = 200  # beyond, SQLite cannot take what becomes of the words
# Lookups that no address of ours has: patterns can run for ever, and Django makes no two ends out of one value.
NEVER = {"regex", "iregex", "range"}
# What Django and the databases say of a value that does not suit its field or lookup.
UNSUITABLE = (
    ArithmeticError,
    DataError,
    FieldError,
    LookupError,
    NotSupportedError,
    TypeError,
    ValidationError,
    ValueError,
)


class Bounded:
    """Part of every ModelAdmin, and before all others."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # With the flag of its own redirect Django answers the next mistake with a page about a broken database.
        request.GET = without_flag(request.GET)
        return super().changelist_view(request, extra_context)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list with its rows read, or send the editor to the whole list."""
        try:
            filters = {getattr(kind, "parameter_name", None) for kind in self.get_list_filter(request)}
            check_lookups(request.GET, {*IGNORED_PARAMS, *filters})
            changelist = super().get_changelist_instance(request)
            len(changelist.result_list)  # reads the rows: what the database refuses, it refuses here
        except (IncorrectLookupParameters, *UNSUITABLE) as error:
            if not request.GET:
                raise  # then it is no value of the address
            logger.info("%s: a condition in the address cannot be used (%s)", request.path, type(error).__name__)
            self.message_user(request, "网址里的筛选条件或页码不能用，现在显示的是全部。", messages.WARNING)
            raise IncorrectLookupParameters from error
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return super().get_object(request, object_id, from_field or None)  # an empty name is not that of a field

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, search_term.replace("\x00", "")[:LONGEST_SEARCH])

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what an address says of a new row: texts, and rows that can be looked up."""
        initial = super().get_changeform_initial_data(request)
        fields = {field.name: field for field in self.opts.concrete_fields}
        return {name: value for name, value in initial.items() if name in fields and fits(fields[name], value)}

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if not all(is_key(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("A selected row has no number.")
        return super().response_action(request, queryset)


def without_flag(query: QueryDict) -> QueryDict:
    query = query.copy()
    query.pop(ERROR_FLAG, None)
    return query


def fits(field: Any, value: str) -> bool:
    if isinstance(field, ForeignKey):
        return is_key(value)
    return isinstance(field, CharField | TextField) and "\x00" not in value


def check_lookups(query: QueryDict, own: set[str]) -> None:
    """Raise ValueError for what no field holds, a NUL or a value too long to be one, and for the lookups of NEVER.

    `own` are the names of what is no lookup: searches and filters read any value themselves.
    """
    for name, values in query.lists():
        if name in own:
            continue
        if any("\x00" in text or len(text) > LONGEST for text in (name, *values)):
            raise ValueError("a value holds a NUL or is too long")
        if not NEVER.isdisjoint(name.split("__")[1:]):
            raise ValueError("a lookup is not for addresses")
