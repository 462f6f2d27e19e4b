"""What questions use is not deleted: the page says so, and what can be done instead."""

from contextlib import nullcontext
from typing import Any

from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from articles.models.turns import turn


class KeptInUse:
    """Part of a ModelAdmin, beside Merges, with "delete_selected" among its actions."""

    way_out: str  # what to do instead, in Chinese

    def uses_of(self, keys: list[int]) -> dict[int, list[tuple[str, str]]]:
        """Return {key: [(how many questions, address of their list)]} of the rows that are in use."""
        raise NotImplementedError

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with turn() if request.method == "POST" else nullcontext():  # nobody begins to use it meanwhile
            row = self.get_object(request, unquote(object_id))
            if row and self.has_delete_permission(request, row) and (uses := self.uses_of([row.pk])):
                return self.in_use(request, [row], uses)
            return super().delete_view(request, object_id, extra_context)

    @admin.action(description="删除所选的%(verbose_name_plural)s", permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        with turn():
            rows = list(queryset)
            uses = self.uses_of([row.pk for row in rows])
            return self.in_use(request, rows, uses) if uses else delete_selected(self, request, queryset)

    def in_use(self, request: HttpRequest, rows: list[Any], uses: dict[int, list[tuple[str, str]]]) -> HttpResponse:
        label = self.opts.verbose_name
        return self.page(
            request,
            "in_use",
            f"{label}还在用，没有删除",
            used=[(row, uses[row.pk]) for row in rows if row.pk in uses],
            unused=[row for row in rows if row.pk not in uses],
            way_out=self.way_out,
            may_merge=self.has_merge_permission(request),
        )
