"""Patients' words: what editors add to searches, and take out again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from articles.models import PatientWord


class RemovedFilter(admin.SimpleListFilter):
    """Shows what was removed instead of what is there."""

    title, parameter_name = "状态", "removed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "已删除")]

    def choices(self, changelist: Any) -> Any:
        present, *others = super().choices(changelist)
        return [{**present, "display": "在用"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_removed=self.value() == "1")


@admin.register(PatientWord)
class PatientWordAdmin(admin.ModelAdmin):
    """Pairs are added and removed; what a pair says stays, so that no upgrade can take it for a new one."""

    list_display = ("word", "term", "reason")
    list_filter = (RemovedFilter,)
    list_per_page = 50
    ordering = ("word", "pk")
    search_fields = ("word", "term", "reason")
    search_help_text = "按患者的说法、医学用语或依据查找"
    show_full_result_count = False
    fields = ("word", "term", "reason")
    actions = ("delete_selected", "bring_back")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("word", "term") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save a pair; one that was removed comes back under its key, with its history."""
        removed = None if change else PatientWord.objects.removed_twin(obj)
        if removed:
            obj.pk, obj.is_removed = removed.pk, False
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        PatientWord.objects.filter(pk=obj.pk).remove()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        queryset.remove()

    @admin.action(description="恢复选中的患者用语", permissions=["add"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let removed pairs be searched by again, but those that their word has no room for."""
        back = [row for row in queryset.filter(is_removed=True) if not row.conflicts()]
        PatientWord.objects.filter(pk__in=[row.pk for row in back]).update(is_removed=False)
        for row in back:
            self.log_change(request, row, "恢复")
        self.message_user(request, f"恢复了 {len(back)} 条。", messages.SUCCESS)
