"""What the forms of the admin tell the audit log (workflow/audit.py), and where its users come from."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest

from articles.models import Doctor, Page, PatientWord, RedFlag
from articles.models.patience import soon_or_never
from articles.workflow.audit import Kind, coming_from, record, record_refusal
from healthqa.visitors import client_address

DAY = timedelta(days=1)  # in which an account that was refused a page is told of once
SAFE = ("GET", "HEAD", "OPTIONS")

# What is kept of changes in the admin's forms, by the kind of row. Questions have their versions.
AUDITED: dict[type[Model], str] = {
    get_user_model(): Kind.ACCOUNT,
    Group: Kind.RIGHTS,
    Doctor: Kind.RIGHTS,  # who has an account, or has just lost it: in that name reviews are signed
    Page: Kind.SETTING,
    RedFlag: Kind.SETTING,
    PatientWord: Kind.SETTING,
}


class Audited:
    """Part of every ModelAdmin: what Django's own log of changes is told, the audit log is told, too."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.audit(request, obj, "新建", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.audit(request, obj, "修改", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self.audit(request, obj, "删除", "")
        return super().log_deletions(request, queryset)

    def audit(self, request: HttpRequest, obj: Any, verb: str, message: Any) -> None:
        """Record that `obj` was changed: which fields, never their values; of an account its groups and doctor, too."""
        kind = AUDITED.get(self.model)
        if kind is None:
            return
        if self.model is Doctor and not is_about_account(obj, message):
            return
        what = f"{verb}{self.opts.verbose_name}“{obj}”"
        fields = message if isinstance(message, str) else "、".join(changed_fields(message))
        if fields:
            what += f"：{fields}"
        if kind == Kind.ACCOUNT and verb != "删除":
            groups = "、".join(obj.groups.order_by("name").values_list("name", flat=True)) or "无"
            roles = [word for word, has in (("超级用户", obj.is_superuser), ("已停用", not obj.is_active)) if has]
            roles += [f"医生：{name}" for name in Doctor.objects.filter(user=obj).values_list("name", flat=True)]
            what += f"（组：{groups}{''.join(f'；{role}' for role in roles)}）"
        if self.model is Doctor:
            what += f"（账号：{account_of(obj) or '无'}）"
        record(kind, what, by=request.user)


def account_of(doctor: Doctor) -> str | None:
    """Return the name of the account of `doctor` as the database has it: a merge moves it from another one."""
    return Doctor.everyone.filter(pk=doctor.pk).values_list("user__username", flat=True).first()


def is_about_account(doctor: Doctor, message: Any) -> bool:
    """Tell whether somebody signs in the name of `doctor`, or did until this change."""
    is_lost = not isinstance(message, str) and str(Doctor._meta.get_field("user").verbose_name) in changed_fields(
        message
    )
    return is_lost or account_of(doctor) is not None


def placed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view of the admin within which entries come from the visitor's address; who is refused is one."""

    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with coming_from(client_address(request)):
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                with soon_or_never():
                    record_refusal(Kind.RIGHTS, what_was_refused(request), by=request.user, within=DAY)
                raise

    return within


def what_was_refused(request: HttpRequest) -> str:
    """Say which page was asked for: the same of whichever row, and of all methods that read, and all others.

    There are as many pages as there are routes, so an account has so many entries a day at most, however it tries.
    """
    route = re.sub(r"<[^>]*>", "…", request.resolver_match.route)
    return f"没有权限：{'打开' if request.method in SAFE else '提交'} /{route}"


def changed_fields(message: Any) -> list[str]:
    """Return the labels of the fields that Django says were changed."""
    labels = []
    for part in message or []:
        labels += [str(label) for label in part.get("changed", {}).get("fields", [])]
    return labels
