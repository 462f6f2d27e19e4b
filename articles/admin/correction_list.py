from django.contrib import admin
from django.http import HttpRequest

from articles.models import Correction

from .autocomplete import Autocompletes


@admin.register(Correction)
class CorrectionAdmin(Autocompletes, admin.ModelAdmin):
    """All corrections; they are made in the form of their question, and here only put right."""

    list_display = ("text", "article", "corrected_on", "by")
    list_select_related = ("article", "by")
    list_filter = ("corrected_on",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("text",)
    search_help_text = "按更正说明查找"
    fields = ("article", "corrected_on", "text", "by")
    readonly_fields = ("article", "by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
