from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.forms.models import BaseInlineFormSet

from ..models import RelatedItem
from .autocomplete import Autocompletes


class RelatedItemForm(forms.ModelForm):
    position = forms.IntegerField(
        label="次序", initial=0, min_value=0, max_value=999, help_text="小的在前。", widget=AdminIntegerFieldWidget
    )


class RelatedItemFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        for form in self.forms:
            related = getattr(form, "cleaned_data", {}).get("related")
            if related and related.pk == self.instance.pk:
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

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("related")


def related_now(article):
    """Return the related questions that a reader sees beside `article` at this moment."""
    from ..related import related_articles

    return related_articles(article, limit=10)
