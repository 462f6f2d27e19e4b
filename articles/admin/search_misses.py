from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.finding.vocabulary import Vocabulary
from articles.models import SearchMiss


@admin.register(SearchMiss)
class SearchMissAdmin(admin.ModelAdmin):
    """What readers searched in vain: to be answered by a question, an alias or a pair of words, and deleted."""

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

    def get_list_display(self, request: HttpRequest) -> Any:
        """Add, for who may use them, links that propose patients' words."""
        may_add = request.user.has_perm("articles.add_patientword")
        return [*self.list_display, *([proposal_column()] if may_add else [])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def proposal_column() -> Any:
    """Return a column that leads to the form of a new pair, filled in: the nearest tag may be the doctors' term."""
    known = cache(Vocabulary)  # read once for all rows

    @admin.display(description="患者用语")
    def proposal(miss: SearchMiss) -> SafeString:
        tag = next(iter(known().nearest(miss.query, 1)), None)
        said = {"word": miss.query, "term": tag.name if tag else "", "reason": f"读者搜过 {miss.times} 次，没有结果。"}
        address = f"{reverse('admin:articles_patientword_add')}?{urlencode(said)}"
        return format_html('<a href="{}">{}</a>', address, f"加上：{tag.name}？" if tag else "加上")

    return proposal
