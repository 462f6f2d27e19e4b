"""审计日志: what happened to accounts and to the site as a whole, for 管理员 to read and for nobody to change."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import AuditEntry
from articles.workflow.audit import Kind, record, record_refusal
from healthqa.visitors import client_address


def note_sign_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    AuditEntry.objects.all().tidy()
    record(Kind.SIGN_IN, getattr(request, "shown", ""), by=user, address=client_address(request))


def note_sign_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(Kind.SIGN_OUT, by=user, address=client_address(request))


def note_failure(sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    """Record a failed sign-in with the account that was tried; a name that is no account may be a password."""
    name = str(credentials.get("username") or "")
    user = get_user_model().objects.filter(username=name).first() if name and "\0" not in name else None
    what = "密码不对，或者账号已停用" if user else "没有这个账号"
    record_refusal(Kind.FAILURE, what, by=user, address=client_address(request) if request else None)


class PersonFilter(admin.SimpleListFilter):
    """The accounts that have entries: a few dozen."""

    title, parameter_name = "谁", "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = AuditEntry.objects.kept().exclude(who="").order_by("who").values_list("who", flat=True).distinct()
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(who=self.value()) if self.value() in dict(self.lookup_choices) else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ("moment", "kind", "person", "said", "place")
    list_display_links = None
    list_filter = ("kind", PersonFilter, "at")
    list_per_page = 50
    show_full_result_count = False
    fields = readonly_fields = ("moment", "kind", "person", "said", "place")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).kept()

    @admin.display(description="时间", ordering="at")
    def moment(self, entry: AuditEntry) -> str:
        return f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S %z}"

    @admin.display(description="谁")
    def person(self, entry: AuditEntry) -> str:
        return entry.who or self.get_empty_value_display()

    @admin.display(description="做了什么")
    def said(self, entry: AuditEntry) -> str | SafeString:
        return format_html('<a href="{}">{}</a>', entry.link, entry.what) if entry.link else entry.what

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


user_logged_in.connect(note_sign_in, dispatch_uid="audit")
user_logged_out.connect(note_sign_out, dispatch_uid="audit")
user_login_failed.connect(note_failure, dispatch_uid="audit")
