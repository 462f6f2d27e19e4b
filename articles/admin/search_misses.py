from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import SearchMiss


@admin.register(SearchMiss)
class SearchMissAdmin(admin.ModelAdmin):
    """What readers searched in vain: to be looked at, answered by a question or an alias, and deleted."""

    list_display = ("query", "times", "last_on", "again")
    list_filter = ("last_on",)
    list_per_page = 50
    ordering = ("-times", "-last_on", "pk")
    search_fields = ("query",)
    search_help_text = "按搜索词查找"
    show_full_result_count = False
    fields = readonly_fields = ("query", "times", "last_on", "again")

    @admin.display(description="现在")
    def again(self, miss: SearchMiss) -> SafeString:
        return format_html('<a href="{}?{}">再搜一次</a>', reverse("articles:search"), urlencode({"q": miss.query}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
