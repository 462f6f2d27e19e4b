"""The rows that say which questions stand, or must not stand, beside a question."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from articles.admin.autocomplete import Autocompletes, is_key
from articles.models import RelatedItem

MOST = 1000


class RelatedItemForm(forms.ModelForm):
    """A row. What the page showed travels with it: a row that the editor left alone is not written.

    So a form that was opened before a click in the panel does not take the click back.
    """

    position = forms.IntegerField(
        label="次序", initial=0, min_value=0, max_value=999, help_text="小的在前。", widget=AdminIntegerFieldWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("related", "position", "is_excluded"):
            if name in self.fields:
                self.fields[name].show_hidden_initial = True


class RelatedItemFormSet(BaseInlineFormSet):
    """Takes rows that a click in the panel has deleted, or made, since the page was opened."""

    def __init__(
        self, data: Any = None, files: Any = None, instance: Any = None, prefix: str | None = None, **kwargs: Any
    ) -> None:
        prefix = prefix or self.get_default_prefix()
        self.present = {}
        if data is not None and instance is not None and instance.pk:
            self.present = {str(row.related_id): row for row in instance.related_items.all()}
            data = without_gone(data, prefix, {str(row.pk) for row in self.present.values()})
        super().__init__(data, files, instance=instance, prefix=prefix, **kwargs)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        if self.is_bound and i >= self.initial_form_count():
            row = self.present.get(self.data.get(f"{self.add_prefix(i)}-related", ""))
            shown = {self.data.get(f"{self.add_prefix(n)}-id") for n in range(self.initial_form_count())}
            if row and str(row.pk) not in shown:
                kwargs["instance"] = row
        return super()._construct_form(i, **kwargs)

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            related = getattr(form, "cleaned_data", {}).get("related")
            # Of a row that the editor may only look at, Django gives the key.
            if related and getattr(related, "pk", related) == self.instance.pk:
                form.add_error("related", "问题不能与自己相关。")


class RelatedItemInline(Autocompletes, admin.TabularInline):
    model = RelatedItem
    form = RelatedItemForm
    formset = RelatedItemFormSet
    fk_name = "article"
    fields = ("related", "position", "is_excluded")
    autocomplete_fields = ("related",)
    extra = 1
    verbose_name = "相关问题"
    verbose_name_plural = "指定或排除相关问题（其余由系统计算）"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("related")


def without_gone(data: Any, prefix: str, keys: set[str]) -> Any:
    """Return the data of a sent formset without the rows that were there and are no more."""
    total, initial = (data.get(f"{prefix}-{name}_FORMS", "") for name in ("TOTAL", "INITIAL"))
    if not (total.isdecimal() and initial.isdecimal() and int(initial) <= int(total) <= MOST):
        return data
    total, initial = int(total), int(initial)
    gone = [i for i in range(initial) if is_key(key := data.get(f"{prefix}-{i}-id", "")) and key not in keys]
    if not gone:
        return data
    moved = {old: new for new, old in enumerate(i for i in range(total) if i not in gone)}
    kept = data.copy()
    kept.clear()
    row = re.compile(rf"(initial-)?{re.escape(prefix)}-(\d{{1,4}})-(.+)", re.DOTALL)
    for name, values in data.lists():
        if not (match := row.fullmatch(name)):
            kept.setlist(name, values)
        elif int(match[2]) in moved:
            kept.setlist(f"{match[1] or ''}{prefix}-{moved[int(match[2])]}-{match[3]}", values)
    kept[f"{prefix}-TOTAL_FORMS"] = str(total - len(gone))
    kept[f"{prefix}-INITIAL_FORMS"] = str(initial - len(gone))
    return kept
