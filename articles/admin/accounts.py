"""Staff accounts. Who manages accounts without being a superuser can give away no more than they have themselves."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest

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
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        kept = {"is_superuser", "user_permissions"}
        return [
            (title, {**options, "fields": tuple(field for field in options["fields"] if field not in kept)})
            for title, options in fieldsets
        ]

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = groups_to_give(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Group)
class GroupAdmin(ChinesePermissions, DjangoGroupAdmin):
    """Groups decide what everybody may do, so only superusers change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser
