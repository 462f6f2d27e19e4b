from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.engine.phrases import lines_of
from articles.models import RedFlag

FEW = 28  # characters of the words, in the list


class RedFlagForm(forms.ModelForm):
    class Meta:
        widgets = {
            "words": forms.Textarea({"rows": 14, "cols": 80}),
            "unless": forms.Textarea({"rows": 5, "cols": 80}),
            "advice": forms.Textarea({"rows": 5, "cols": 80}),
        }


@admin.register(RedFlag)
class RedFlagAdmin(admin.ModelAdmin):
    """What readers type who are in danger. What to do then is the word of 医学审核, as introductions of tags are."""

    form = RedFlagForm
    list_display = ("name", "line", "said", "tried")
    list_filter = ("line", "by_likeness")
    list_per_page = 100
    search_fields = ("name", "words")
    search_help_text = "按情况或搜索词查找"
    show_full_result_count = False
    fields = ("name", "line", "words", "by_likeness", "unless", "advice")

    def may_change_words(self, request: HttpRequest) -> bool:
        """Whether this person may change all of a row but what readers are told to do."""
        return super().has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change_words(request) or request.user.has_perm("articles.word_redflag")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        words = [] if not obj or self.may_change_words(request) else [name for name in self.fields if name != "advice"]
        return words if request.user.has_perm("articles.word_redflag") else [*words, "advice"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_locked = "advice" in self.get_readonly_fields(request, obj)
        why = "“怎么做”是读者照着做的话，由医学审核或管理员来写。" if is_locked else ""
        return [(None, {"fields": self.fields, "description": why})]

    def view_on_site(self, flag: RedFlag) -> str:
        return example_address(flag)

    @admin.display(description="搜索词")
    def said(self, flag: RedFlag) -> str:
        return Truncator(flag.words).chars(FEW)

    @admin.display(description="读者看到的")
    def tried(self, flag: RedFlag) -> SafeString:
        return format_html('<a href="{}">搜一次</a>', example_address(flag))


def example_address(flag: RedFlag) -> str:
    """Return the address of a search that shows the card of a flag."""
    lines = lines_of(flag.words)
    words = " ".join(part[0].lstrip("=") for part in lines[0]) if lines else flag.name
    return f"{reverse('articles:search')}?{urlencode({'q': words})}"
