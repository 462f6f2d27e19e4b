from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.admin.autocomplete import KeySelect, is_key
from articles.models import Article, Tag, TagAlias
from articles.workflow.signing import doctor_of

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
    """What an answer lacks; last, by the word of its readers, help."""

    title = "待补充"
    parameter_name = "gap"
    unhelpful = "unhelpful"
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
        return [*((key, label) for key, (label, _) in self.gaps.items()), (self.unhelpful, "读者说没有帮助")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == self.unhelpful:
            return queryset.doubted()
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


class TypedFilter(RowFilter):
    """A row found by typing, where there may be thousands."""

    template = "admin/articles/article/typed_filter.html"
    field: ClassVar[Any] = None  # the foreign key whose rows are offered

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.site = model_admin.admin_site

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ()

    def has_output(self) -> bool:
        return True

    def chosen(self) -> str:
        rows = self.field.related_model.objects
        row = rows.filter(pk=self.value()).first() if is_key(self.value()) else None
        return str(row) if row else "没有这一项"

    def choices(self, changelist: Any) -> Iterator[Any]:
        name = f"{self.parameter_name}-filter"
        yield {
            "name": name,
            "select": typed_select(self.field, self.site).render(self.parameter_name, self.value(), {"id": name}),
            "others": [
                (name, value)
                for name, values in changelist.filter_params.items()
                for value in values
                if name != self.parameter_name
            ],
        }


class TagFilter(TypedFilter):
    title = "标签"
    parameter_name = "about"  # no beginning of another's name, nor another's of its: Django takes both away
    lookup = "tagged_items__tag"
    field = TagAlias._meta.get_field("tag")


class DoctorFilter(TypedFilter):
    title = "回答医生"
    parameter_name = lookup = "doctor"
    field = Article._meta.get_field("doctor")


class MineFilter(admin.SimpleListFilter):
    """What the person has to do with a question; what a reviewer has approved stays that of its author."""

    title = "我的"
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        own = [("made", "我新建的"), ("last", "我最后改的")]
        return [*own, ("doctor", "我回答的")] if doctor_of(request.user) else own

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "made":
            return queryset.made_by(request.user)
        if self.value() == "last":
            return queryset.last_written_by(request.user)
        return queryset.filter(doctor__user=request.user) if self.value() == "doctor" else queryset


def typed_select(field: Any, site: AdminSite) -> KeySelect:
    choices = forms.ModelChoiceField(field.related_model.objects.all(), required=False).choices
    widget = KeySelect(field, site, choices=choices)
    widget.is_required = False
    return widget
