"""Staff accounts: who manages them without being a superuser cannot get or give more rights than they have."""

import json
import re

import pytest
from django.contrib.auth.models import Group, Permission, User

from articles.tests.editing import change_address, make_staff, send, shown_form, sign_in

pytestmark = pytest.mark.django_db
USERS = "/admin/auth/user/"


@pytest.fixture
def manager():
    return make_staff("管理员")


@pytest.fixture
def root():
    return User.objects.create_superuser("root", password="long-enough-1")


def test_a_manager_makes_an_editor(manager):
    client = sign_in(manager)
    answer = client.post(
        f"{USERS}add/",
        {"username": "lihong", "usable_password": "true", "password1": "a-good-Word-77", "password2": "a-good-Word-77"},
    )
    user = User.objects.get(username="lihong")
    assert answer.status_code == 302
    group = Group.objects.get(name="编辑")
    send(client, change_address(user), "user", is_staff="on", groups=str(group.pk), last_name="李", first_name="红")
    user.refresh_from_db()
    assert user.is_staff
    assert list(user.groups.all()) == [group]


def test_a_manager_sees_no_superuser_switch_and_no_single_permissions(manager):
    client, user = sign_in(manager), make_staff()
    values = shown_form(client.get(change_address(user)), "user")
    assert "is_superuser" not in values
    extra = Permission.objects.get(codename="delete_user")
    send(client, change_address(user), "user", is_superuser="on", user_permissions=str(extra.pk))
    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.user_permissions.exists()


def test_a_manager_cannot_raise_the_own_account(manager):
    strong = Group.objects.create(name="更多权限")
    strong.permissions.add(Permission.objects.get(codename="delete_user"))
    send(sign_in(manager), change_address(manager), "user", is_superuser="on", groups=str(strong.pk))
    manager.refresh_from_db()
    assert not manager.is_superuser
    assert not manager.has_perm("auth.delete_user")


def test_a_manager_cannot_change_a_superuser_nor_their_password(manager, root):
    client = sign_in(manager)
    for address in (change_address(root), f"{USERS}{root.pk}/password/"):
        answer = client.post(
            address, {"username": "mine", "password1": "a-good-Word-77", "password2": "a-good-Word-77"}
        )
        assert answer.status_code == 403
    root.refresh_from_db()
    assert root.username == "root"
    assert root.check_password("long-enough-1")


@pytest.mark.parametrize("active", [True, False])
def test_a_manager_cannot_take_over_an_account_with_more_rights(manager, active):
    stronger = make_staff("管理员", is_active=active)
    stronger.user_permissions.add(Permission.objects.get(codename="delete_user"))
    client = sign_in(manager)
    assert client.get(f"{USERS}{stronger.pk}/password/").status_code == 403
    assert client.post(change_address(stronger), {"username": "mine"}).status_code == 403


def test_a_clerk_gives_away_only_the_groups_within_the_own_rights():
    clerk = make_staff("医学审核")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    page = sign_in(clerk).get(change_address(make_staff())).content.decode()
    assert "医学审核</option>" in page
    assert "管理员</option>" not in page
    assert "编辑</option>" not in page


def test_groups_are_changed_by_superusers_only(manager, root):
    group = Group.objects.get(name="编辑")
    manager.user_permissions.set(Permission.objects.filter(codename__in=["change_group", "add_group", "delete_group"]))
    assert sign_in(manager).post(change_address(group), {"name": "我的"}).status_code == 403
    assert sign_in(root).get(change_address(group)).status_code == 200


def test_permissions_are_labelled_in_chinese(root):
    page = sign_in(root).get(change_address(Group.objects.get(name="编辑"))).content.decode()
    assert "内容 | 新增问题" in page
    assert "内容 | 可以发布和撤下问题" in page
    assert "Can add" not in page


def test_words_of_the_choice_of_groups_are_chinese(root):
    script = sign_in(root).get("/admin/jsi18n/").content.decode()
    words = json.loads(re.search(r"const newcatalog = ({.*?});", script, re.DOTALL)[1])
    for word in ("Choose all %s", "Remove selected %s", "Available %s", "(click to clear)"):
        assert not words[word].isascii()


def test_accounts_cannot_be_deleted_by_managers(manager):
    user = make_staff()
    sign_in(manager).post(
        USERS, {"action": "delete_selected", "_selected_action": user.pk, "post": "yes", "index": "0"}
    )
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize("page", ["password_change", "password_change/done"])
def test_browsers_keep_no_page_about_a_password(manager, page):
    answer = sign_in(manager).get(f"/admin/{page}/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
