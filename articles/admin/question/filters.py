from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.admin.autocomplete import KeySelect, is_key
from articles.models import Article, Doctor, Tag

MOST_DEPARTMENTS = 200


class StateFilter(admin.SimpleListFilter):
    """The states as editors see them: 定时 is published, but not yet; 待审 are changes of published ones too."""

    title = "状态"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [*Article.Status.choices, ("scheduled", "定时"), ("returned", "退回给我"), ("unseen", "小改动待过目")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        if self.value() == Article.Status.REVIEW:
            return queryset.to_review()
        if self.value() == "returned":
            return queryset.returned_to(request.user)
        if self.value() == "unseen":
            return queryset.to_look_at()
        if self.value() == "scheduled":
            return queryset.filter(status=Article.Status.PUBLISHED, published_at__gt=now)
        if self.value() == Article.Status.PUBLISHED:
            return queryset.filter(status=Article.Status.PUBLISHED, published_at__lte=now)
        return queryset.filter(status=self.value()) if self.value() else queryset


class GapFilter(admin.SimpleListFilter):
    title = "待补充"
    parameter_name = "gap"
    gaps = {
        "tags": ("没有标签", Q(tagged_items__isnull=True)),
        "excerpt": ("只有摘要", Q(is_excerpt=True)),
        "body": ("没有正文", Q(body="")),
        "doctor": ("没有医生", Q(doctor__isnull=True)),
        "short_answer": ("没有一句话回答", Q(short_answer="")),
        "when": ("没有何时就医", Q(when_to_see_a_doctor="")),
        "review": ("没有医学审核", Q(reviewed_on__isnull=True)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(key, label) for key, (label, _) in self.gaps.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.gaps[self.value()][1]) if self.value() in self.gaps else queryset


class RowFilter(admin.SimpleListFilter):
    """A filter whose value is the key of a row in `lookup`; anything else matches nothing."""

    lookup = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.filter(**{self.lookup: self.value()}) if is_key(self.value()) else queryset.none()


class DepartmentFilter(RowFilter):
    """Departments to choose from; takes any tag in the address, for links from the list of tags."""

    title = "科室"
    parameter_name = "tag"
    lookup = "tagged_items__tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        departments = Tag.objects.filter(kind=Tag.Kind.DEPARTMENT).order_by("name")
        choices = dict(departments.values_list("pk", "name")[:MOST_DEPARTMENTS])
        chosen = request.GET.get(self.parameter_name, "")
        if is_key(chosen) and int(chosen) not in choices:
            choices |= dict(Tag.objects.filter(pk=int(chosen)).values_list("pk", "name"))
        return list(choices.items())

    def has_output(self) -> bool:
        return bool(self.lookup_choices or self.value())


class DoctorFilter(RowFilter):
    """One doctor, found by typing: there may be thousands."""

    title = "回答医生"
    parameter_name = lookup = "doctor"
    template = "admin/articles/article/doctor_filter.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.site = model_admin.admin_site

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ()

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        widget = doctor_select(self.site)
        yield {
            "select": widget.render(self.parameter_name, self.value(), {"id": "doctor-filter"}),
            "others": [
                (name, value)
                for name, values in changelist.filter_params.items()
                for value in values
                if name != self.parameter_name
            ]
            + ([("q", changelist.query)] if changelist.query else []),
            "all": changelist.get_query_string(remove=[self.parameter_name]),
        }


def doctor_select(site: AdminSite) -> KeySelect:
    field = forms.ModelChoiceField(Doctor.objects.all(), required=False)
    widget = KeySelect(Article._meta.get_field("doctor"), site, choices=field.choices)
    widget.is_required = False
    return widget
