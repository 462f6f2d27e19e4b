"""Readers' reports: the inbox, and their answers in the form of the question."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from articles.models import Report
from articles.text.names import full_name

from .autocomplete import Autocompletes


class ReportStateFilter(admin.SimpleListFilter):
    title = "处理"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("open", "待处理"), ("corrected", "已更正"), ("closed", "已关闭")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {"open": queryset.open, "corrected": queryset.corrected, "closed": queryset.closed}
        return chosen[self.value()]() if self.value() in chosen else queryset


@admin.register(Report)
class ReportAdmin(Autocompletes, admin.ModelAdmin):
    """The inbox. A report is answered by a correction of its question, or closed with a note; then it only stands."""

    list_display = ("brief", "article", "reason", "shown_state", "created_at")
    list_filter = (ReportStateFilter, "reason")
    list_select_related = ("article",)
    list_per_page = 50
    ordering = Report.INBOX
    search_fields = ("text", "article__title")
    search_help_text = "按说明或问题标题查找"
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        said = ["question", "reason", "full_text", "created_at", "seen", "note"]
        return said if obj is None or obj.is_open else [*said, "correction", "shown_state", "settlement"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.get_fields(request, obj) if name != "note"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "note" in form.base_fields:
            form.base_fields["note"].required = True
            form.base_fields["note"].widget.attrs["class"] = "vTextField wide"
            form.base_fields["note"].error_messages["required"] = "请写明关闭的原因。"
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not obj.settle(request.user, note=form.cleaned_data["note"]):
            self.message_user(request, "没有保存：别的编辑刚刚处理了这份报告。", messages.WARNING)

    @admin.display(description="说明")
    def brief(self, report: Report) -> str:
        return f"{report.text[:60]}…" if len(report.text) > 60 else report.text

    @admin.display(description="说明")
    def full_text(self, report: Report) -> SafeString:
        return format_html('<div class="report-text">{}</div>', report.text)

    @admin.display(description="处理")
    def shown_state(self, report: Report) -> SafeString:
        return format_html(
            '<span class="state state-{}">{}</span>', "review" if report.is_open else "done", report.state
        )

    @admin.display(description="问题")
    def question(self, report: Report) -> SafeString:
        return format_html('<a href="{}">{}</a>', report.article.get_absolute_url(), report.article.title)

    @admin.display(description="读者看到的版本")
    def seen(self, report: Report) -> str:
        saved = f"{date_format(localtime(report.version), 'Y-m-d H:i')} 保存的版本"
        seen, shown = report.seen_and_shown()
        if seen and seen != shown:
            url = f"{reverse('admin:articles_article_compare', args=[report.article_id])}?from={seen}&to={shown}"
            return format_html('{}（第 {} 版），<a href="{}">此后改了什么</a>', saved, seen, url)
        return saved + ("" if report.version == report.article.updated_at else "，此后又保存过")

    @admin.display(description="处理人")
    def settlement(self, report: Report) -> str:
        who = full_name(report.settled_by) if report.settled_by else "—"
        return f"{who}，{date_format(localtime(report.settled_at), 'Y-m-d H:i')}"
