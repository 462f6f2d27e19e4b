"""The page 账号安全: what its owner does about the own account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles.models import Passkey, SecondFactor
from articles.workflow.audit import Kind, record
from healthqa.sessions import sign_out


@never_cache
@require_safe
def own_account(request: HttpRequest, extra_context: dict[str, Any]) -> HttpResponse:
    has_app = SecondFactor.objects.filter(user=request.user).exists()
    passkeys = Passkey.objects.filter(user=request.user).count()
    context = extra_context | {"title": "账号安全", "has_app": has_app, "passkeys": passkeys}
    return TemplateResponse(request, "admin/sign_in/own_account.html", context)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of who asks, this one included."""
    sign_out(request, request.user)
    record(Kind.ACCOUNT, "在所有设备上退出", by=request.user)
    messages.success(request, "已经在所有设备上退出登录。")
    return HttpResponseRedirect(reverse("admin:login"))


@require_safe
def signed_in(request: HttpRequest, extra_context: dict[str, Any]) -> HttpResponse:
    """Where signing in leads from a form that is open in another window."""
    return TemplateResponse(request, "admin/sign_in/signed_in.html", extra_context | {"title": "已经登录"})


def sign_out_account(request: HttpRequest, user: User) -> str:
    """End all sessions of an account; return the sentence that says so."""
    number = sign_out(request, user)
    return f"{user} 已经在所有设备上退出登录（{number} 处）。" if number else f"{user} 没有在任何设备上登录。"
