"""Staff accounts. Who manages accounts without being a superuser can give away no more than they have themselves."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from articles.models import Article
from articles.workflow.audit import Kind, record
from articles.workflow.groups import DUTIES
from articles.workflow.second_factors import has_factor, must_enrol, reset
from healthqa.sessions import end_sessions, sign_out

from .account_form import AccountChangeForm, AccountForm, FirstPasswordForm, GroupChoices
from .question.filters import typed_select
from .sign_in.confirming import ConfirmForm
from .sign_in.own_account import sign_out_account

RAW = frozenset({"is_superuser", "user_permissions"})  # what only superusers see, and give
RIGHTS = RAW | {"groups"}
ACTIONS = {"add": "新增", "change": "修改", "delete": "删除", "view": "查看"}


def permissions_of(user: User) -> set[int]:
    """Return the keys of the permissions given to `user`; unlike get_all_permissions() also when not active."""
    return set(Permission.objects.filter(Q(user=user) | Q(group__user=user)).values_list("pk", flat=True))


def may_manage(manager: User, user: User) -> bool:
    """Whether `manager` can do everything that `user` can; else a new password would be a way to more rights."""
    if manager.is_superuser:
        return True
    return not user.is_superuser and permissions_of(user) <= permissions_of(manager)


def groups_to_give(manager: User) -> QuerySet[Group]:
    """Return the groups that hold nothing which `manager` does not have."""
    if manager.is_superuser:
        return Group.objects.all()
    beyond = Permission.objects.exclude(pk__in=permissions_of(manager))
    return Group.objects.exclude(permissions__in=beyond)


class PermissionChoices(forms.ModelMultipleChoiceField):
    """Permissions under Chinese labels; Django stores them in English."""

    def label_from_instance(self, permission: Permission) -> str:
        model = permission.content_type.model_class()
        action = ACTIONS.get(permission.codename.removesuffix(f"_{permission.content_type.model}"))
        if model is None:
            return permission.name
        name = f"{action}{model._meta.verbose_name}" if action else permission.name
        return f"{model._meta.app_config.verbose_name} | {name}"


class ChinesePermissions:
    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Permission:
            kwargs["form_class"] = PermissionChoices
        return super().formfield_for_manytomany(db_field, request, **kwargs)


# Django's classes, which ours extend, register themselves when they are imported.
admin.site.unregister([User, Group])


@admin.register(User)
class UserAdmin(ChinesePermissions, DjangoUserAdmin):
    form = AccountChangeForm
    add_form = AccountForm
    add_fieldsets = (
        (None, {"fields": ("username", ("last_name", "first_name"), "email")}),
        ("做什么", {"fields": ("groups", "doctor")}),
        ("登录", {"fields": ("first_password",)}),
    )
    fieldsets = (
        (None, {"fields": ("username", ("last_name", "first_name"), "email")}),
        ("做什么", {"fields": ("groups", "doctor")}),
        ("登录", {"fields": ("password", "is_active", "is_staff")}),
        ("权限", {"fields": ("is_superuser", "user_permissions")}),
        ("时间", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("user_permissions",)

    class Media:
        css = {"all": ["css/admin/accounts.css"]}

    list_display = (
        "username",
        "last_name",
        "first_name",
        "email",
        "is_staff",
        "is_active",
        "group_names",
        "last_login",
    )
    list_filter = ("groups", "is_staff", "is_superuser", "is_active")
    list_per_page = 50
    show_full_result_count = False
    search_help_text = "按用户名、姓名或邮箱查找"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="组")
    def group_names(self, user: User) -> str:
        return "、".join(group.name for group in user.groups.all())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = set() if request.user.is_superuser else RAW
        if not request.user.has_perm("articles.change_doctor"):
            hidden = hidden | {"doctor"}
        shown = [
            (title, {**options, "fields": tuple(name for name in options["fields"] if name not in hidden)})
            for title, options in super().get_fieldsets(request, obj)
        ]
        return [(title, options) for title, options in shown if options["fields"]]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if not request.user.has_perm("articles.change_doctor"):
            form.base_fields.pop("doctor", None)
        elif "doctor" in form.base_fields:
            form.base_fields["doctor"].widget = typed_select(Article._meta.get_field("doctor"), self.admin_site)
        return form

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            queryset = groups_to_give(request.user)
            return db_field.formfield(
                form_class=GroupChoices, queryset=queryset, widget=GroupChoices.widget, help_text=""
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Not within Django's wrapper, which would have every box required.
        if db_field.name == "groups":
            return self.formfield_for_manytomany(db_field, request)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- Making an account, and its first password -----------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        one_way = {"show_save_and_add_another": False, "show_save_and_continue": False}
        try:
            return super().add_view(request, form_url, one_way | (extra_context or {}))
        except IntegrityError:
            # Somebody else has taken the name in the same instant; now that can be seen.
            return super().add_view(request, form_url, one_way | (extra_context or {}))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any) -> Any:
        context["has_factor"] = obj is not None and has_factor(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            if not (obj.is_active and obj.is_staff):
                sign_out(request, obj)  # none wakes up when the account is opened again
        else:
            obj.is_staff, obj.given_password = True, form.password
            form.give()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.assign_doctor()
        # Whom new rights oblige to a second factor is asked for it at once: a session notes that when it begins.
        if RIGHTS & set(form.changed_data) and must_enrol(User.objects.get(pk=form.instance.pk)):
            sign_out(request, form.instance)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self.show_password(request, obj, f"已建立账号：{obj}", obj.given_password)

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Give an account a first password again, whoever has forgotten theirs."""
        user = self.changeable(request, id)
        if user == request.user:
            return HttpResponseRedirect(reverse("admin:password_change"))
        form = FirstPasswordForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                form.give()
                self.log_change(request, user, "给了初始密码。")
            return self.show_password(request, user, f"已换成初始密码：{user}", form.password)
        return self.page(request, "reset_password", user, f"给初始密码：{user}", form=form)

    def changeable(self, request: HttpRequest, key: str) -> User:
        """Return the account of this key. Raises PermissionDenied, or Http404 where there is none."""
        user = self.get_object(request, key)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404("没有这个账号")
        return user

    def get_urls(self) -> list[Any]:
        sign_out = self.admin_site.admin_view(self.sign_out_view)
        reset = self.admin_site.admin_view(self.reset_factor_view)
        return [
            path("<path:object_id>/sign-out/", sign_out, name="auth_user_sign_out"),
            path("<path:object_id>/second-factor/", reset, name="auth_user_reset_factor"),
            *super().get_urls(),
        ]

    @method_decorator(sensitive_post_parameters())
    def reset_factor_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Take the second factor of a colleague away, who has lost it; a session left open is not enough for it."""
        user = self.changeable(request, object_id)
        if user == request.user:
            return HttpResponseRedirect(reverse("admin:own_account"))
        account = HttpResponseRedirect(reverse("admin:auth_user_change", args=[user.pk]))
        if not has_factor(user):
            self.message_user(request, f"{user} 没有开启两步验证。", messages.WARNING)
            return account
        form = ConfirmForm(request, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                reset(user)
                end_sessions(user)
                record(Kind.FACTOR, f"取消了“{user}”的两步验证", by=request.user)
            self.message_user(request, f"已取消 {user} 的两步验证，并在所有设备上退出。", messages.SUCCESS)
            return account
        return self.page(request, "reset_factor", user, f"取消两步验证：{user}", form=form)

    def sign_out_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Sign an account out on all devices, whoever has lost one."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        user = self.changeable(request, object_id)
        self.message_user(request, sign_out_account(request, user), messages.SUCCESS)
        self.log_change(request, user, "在所有设备上退出。")
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[user.pk]))

    def show_password(self, request: HttpRequest, user: User, title: str, password: str) -> HttpResponse:
        """Answer with the password itself: it stands in no message, session or address."""
        return self.page(request, "first_password", user, title, password=password)

    def page(self, request: HttpRequest, template: str, user: User, title: str, **context: Any) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "original": user, "title": title}
        return TemplateResponse(request, f"admin/auth/user/{template}.html", context)


@admin.register(Group)
class GroupAdmin(ChinesePermissions, DjangoGroupAdmin):
    """Groups decide what everybody may do, so only superusers change them, and see by which permissions."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if request.user.is_superuser else ("name", "duty")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if request.user.is_superuser else ("duty",)

    @admin.display(description="做什么")
    def duty(self, group: Group) -> str:
        return DUTIES.get(group.name, "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser
