"""The admin as a whole: its name, its first page, and how long browsers may keep the others."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from .audit import Audited, placed
from .bounds import Bounded
from .busy import Patient
from .desk.page import desk
from .own_password import OwnPasswordView, after_first_password, note_sign_in


class EditorialSite(AdminSite):
    """The admin of healthqa/apps.py, which is `admin.site` everywhere."""

    site_header = f"{settings.SITE_NAME} · 编辑后台"
    site_title = f"{settings.SITE_NAME}编辑后台"
    index_title = "内容管理"
    index_template = "admin/desk.html"
    empty_value_display = "—"

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        kind = admin_class or ModelAdmin
        super().register(model_or_iterable, type(kind.__name__, (Bounded, Audited, Patient, kind), {}), **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, (extra_context or {}) | desk(request.user))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return placed(after_first_password(super().admin_view(view, cacheable)))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        answer = super().login(request, extra_context)
        if request.method == "POST" and request.user.is_authenticated:
            note_sign_in(request)
        return answer

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
