"""Rows that mean the same become one, and within a week two again: the pages, for whatever can be merged."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from articles.models.merge_record import DAYS, NO_RECORD, Merge, NotUndone, Undone

from .autocomplete import KeySelect

MOST_MERGED = 50


class Refused(Exception):
    """A merge that cannot be; says why in Chinese."""


class MergeForm(forms.Form):
    def __init__(self, *args: Any, site: AdminSite, field: "ForeignKey[Any, Any]", help_text: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        label = field.related_model._meta.verbose_name
        self.fields["target"] = forms.ModelChoiceField(
            field.related_model._default_manager.all(),
            label="合并到",
            help_text=help_text,
            error_messages={
                "required": f"请选择合并到哪一个{label}。",
                "invalid_choice": f"选的{label}已经不在了，请另选一个。",
            },
        )
        widget = KeySelect(field, site)
        widget.choices = self.fields["target"].choices
        self.fields["target"].widget = widget


class Merges:
    """Part of a ModelAdmin. `merge` is an action for who has_merge_permission(), and so is taking it back."""

    change_form_template = "admin/articles/mergeable_change_form.html"
    merge_field: Any  # a foreign key to the rows, by which a target is found by typing
    merge_help: str
    merge_done: str  # what has become of those merged
    merge_records: type[Merge]
    most_used: str  # how rows are ordered by their use
    unit: str

    def merge_rows(self, rows: list[Any], target: Any, by: Any) -> int:
        """Merge. Raises Refused, or DoesNotExist or IntegrityError where somebody else was faster."""
        raise NotImplementedError

    def undo(self, key: int) -> Undone:
        """Take a merge back. Raises NotUndone."""
        raise NotImplementedError

    def told(self, row: Any) -> str:
        """Return what tells a row apart from another of its name."""
        raise NotImplementedError

    def undo_told(self, record: Any) -> str:
        """Return what taking a merge back would do, in a sentence."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        name = f"articles_{self.opts.model_name}_undo_merge"
        view = self.admin_site.admin_view(self.undo_merge_view)
        return [path("merges/<int:key>/undo/", view, name=name), *super().get_urls()]

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        context = (
            self.admin_site.each_context(request) | {"title": title, "opts": self.opts, "unit": self.unit} | context
        )
        return TemplateResponse(request, f"admin/articles/{template}.html", context)

    def change_url(self, row: Any) -> str:
        return reverse(f"admin:articles_{self.opts.model_name}_change", args=[row.pk])

    def list_url(self) -> str:
        return reverse(f"admin:articles_{self.opts.model_name}_changelist")

    @admin.action(description="合并%(verbose_name)s", permissions=["merge"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        rows = list(queryset.order_by(self.most_used, "pk")[: MOST_MERGED + 1])
        label = self.opts.verbose_name
        if len(rows) > MOST_MERGED:
            self.message_user(request, f"一次最多合并 {MOST_MERGED} {self.unit}。", messages.ERROR)
            return None
        confirmed = request.POST if "confirmed" in request.POST else None
        form = MergeForm(
            confirmed,
            site=self.admin_site,
            field=self.merge_field,
            help_text=self.merge_help,
            initial={"target": rows[0] if len(rows) > 1 else None},
        )
        if confirmed and form.is_valid() and self.merge_into(request, rows, form.cleaned_data["target"]):
            return None
        shown = [(row, self.told(row)) for row in rows]
        media = self.media + form.media
        return self.page(request, "merge", f"合并{label}", rows=shown, form=form, media=media, days=DAYS)

    def merge_into(self, request: HttpRequest, rows: Sequence[Any], target: Any) -> bool:
        """Merge and say so; returns whether there is nothing left to ask."""
        others = [row for row in rows if row.pk != target.pk]
        label = self.opts.verbose_name
        if not others:
            sentence = f"只选了“{target}”一{self.unit}，没有可合并的。请选择另一{self.unit}。"
            self.message_user(request, sentence, messages.ERROR)
            return False
        try:
            merged = self.merge_rows(list(rows), target, request.user)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return False
        except (self.model.DoesNotExist, IntegrityError):
            self.message_user(request, f"合并没有完成：有人刚刚改动了这些{label}。请再看一次列表。", messages.ERROR)
            return True
        if merged:
            names = "”“".join(str(row) for row in others)
            self.log_change(request, target, f"合并了{label}“{names}”。")
        link = format_html('<a href="{}">{}</a>', self.change_url(target), target)
        told = "已把 {} {}合并到“{}”，{}。{} 天以内可以在那一页上撤销。"
        self.message_user(request, format_html(told, merged, self.unit, link, self.merge_done, DAYS))
        return True

    # --- Within a week --------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: Any, obj: Any = None, **kwargs: Any) -> HttpResponse:
        if obj is not None:
            context["merges"] = obj.merges.recent()
            context["may_undo"] = self.has_merge_permission(request)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def undo_merge_view(self, request: HttpRequest, key: int) -> HttpResponseBase:
        if not self.has_merge_permission(request):
            raise PermissionDenied
        record = self.merge_records.objects.select_related("kept", "by", "via").filter(pk=key).first()
        try:
            if request.method == "POST":
                return self.undone(request, self.undo(key))
            if record is None or record.obstacle:
                raise NotUndone(record.obstacle if record else NO_RECORD)
        except NotUndone as refused:
            if request.method == "POST":
                self.merge_records.objects.all().tidy()
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(self.change_url(record.kept) if record else self.list_url())
        told = self.undo_told(record)
        return self.page(request, "undo_merge", f"撤销合并：{record}", record=record, told=told)

    def undone(self, request: HttpRequest, undone: Undone) -> HttpResponse:
        """Note in the histories that a merge was taken back, and say what was put back and what was not."""
        label, row, kept = self.opts.verbose_name, undone.row, undone.kept
        self.log_change(request, kept, f"撤销了合并：“{row}”又是单独的{label}。")
        self.log_change(request, row, f"撤销了合并：从“{kept}”分开，恢复为单独的{label}。")
        back = f"归还的：{listed(undone.back)}。" if undone.back else ""
        self.message_user(request, f"已撤销合并，“{row}”和它的网址恢复了。{back}")
        if undone.left:
            self.message_user(request, f"没有恢复的：{listed(undone.left)}。", messages.WARNING)
        return HttpResponseRedirect(self.change_url(row))


def listed(sentences: Iterable[str]) -> str:
    return "；".join(sentences)
