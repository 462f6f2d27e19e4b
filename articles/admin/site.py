"""The admin as a whole: its name, its first page, and how long browsers may keep the others."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from .audit import Audited, placed
from .bounds import Bounded
from .busy import Patient
from .checkbox import Checkbox
from .desk.page import desk
from .sign_in.code_page import CodeView
from .sign_in.factor_page import SecondFactorView
from .sign_in.gates import AGAIN, behind_gates, freshly_signed_in
from .sign_in.own_account import own_account, sign_out_everywhere, signed_in
from .sign_in.own_password import OwnPasswordView
from .sign_in.passkey_entry import PasskeyEntryView
from .sign_in.passkey_page import PasskeyView
from .sign_in.session_list import SessionsView
from .sign_in.session_state import session_state
from .sign_in.sign_in_page import SignInView


class EditorialSite(AdminSite):
    """The admin of healthqa/apps.py, which is `admin.site` everywhere."""

    site_header = f"{settings.SITE_NAME} · 编辑后台"
    site_title = f"{settings.SITE_NAME}编辑后台"
    index_title = "内容管理"
    index_template = "admin/desk.html"
    password_change_done_template = "admin/own_password_done.html"
    empty_value_display = "—"

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        kind = admin_class or ModelAdmin
        whole = type(kind.__name__, (Bounded, Audited, Patient, Checkbox, kind), {})
        super().register(model_or_iterable, whole, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, (extra_context or {}) | desk(request.user))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return placed(behind_gates(super().admin_view(view, cacheable)))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request) and AGAIN not in request.GET:
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": "登录",
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        request.current_app = self.name
        return SignInView.as_view(extra_context=context)(request)

    @method_decorator(never_cache)
    def code(self, request: HttpRequest) -> HttpResponse:
        request.current_app = self.name
        return CodeView.as_view(extra_context=self.each_context(request))(request)

    @method_decorator(never_cache)
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        request.current_app = self.name
        return SecondFactorView.as_view(extra_context=self.each_context(request))(request)

    @method_decorator(never_cache)
    def passkeys(self, request: HttpRequest) -> HttpResponse:
        request.current_app = self.name
        return PasskeyView.as_view(extra_context=self.each_context(request))(request)

    @method_decorator(never_cache)
    def passkey_entry(self, request: HttpRequest) -> HttpResponse:
        request.current_app = self.name
        return PasskeyEntryView.as_view(extra_context=self.each_context(request))(request)

    @method_decorator(never_cache)
    def sessions(self, request: HttpRequest) -> HttpResponse:
        request.current_app = self.name
        return SessionsView.as_view(extra_context=self.each_context(request))(request)

    def get_urls(self) -> list[Any]:
        def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            return self.admin_view(lambda request: view(request, self.each_context(request)))

        return [
            path("session/", session_state, name="session_state"),  # which answers those who are signed out, too
            path("login/code/", self.code, name="second_factor_code"),  # nobody is signed in yet
            path("login/passkey/", self.passkey_entry, name="passkey_entry"),
            path("account/passkeys/", self.admin_view(freshly_signed_in(self.passkeys)), name="passkeys"),
            path(
                "account/second-factor/",
                self.admin_view(freshly_signed_in(self.second_factor)),
                name="second_factor",
            ),
            path("account/sessions/", self.admin_view(self.sessions), name="sessions"),
            path("signed-in/", page(signed_in), name="signed_in"),
            path("account/", page(own_account), name="own_account"),
            path("account/sign-out/", self.admin_view(sign_out_everywhere), name="sign_out_everywhere"),
            *super().get_urls(),
        ]

    # Django lets browsers keep these two pages of a signed-in person, as it does no other.
    @method_decorator(never_cache)
    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        request.current_app = self.name
        return OwnPasswordView.as_view(extra_context=self.each_context(request) | (extra_context or {}))(request)

    @method_decorator(never_cache)
    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().password_change_done(request, extra_context)
