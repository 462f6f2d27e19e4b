"""Staff accounts: who manages them without being a superuser cannot get or give more rights than they have."""

import json
import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from articles.models import Doctor, FirstPassword
from articles.tests.editing import change_address, errors_of, last_change, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_doctor

pytestmark = pytest.mark.django_db
USERS = "/admin/auth/user/"


@pytest.fixture
def manager():
    return make_staff("管理员")


@pytest.fixture
def root():
    return User.objects.create_superuser("root", password="long-enough-1")


def errors_text(answer):
    return str(answer.context["form"].errors)


def group(name):
    return str(Group.objects.get(name=name).pk)


def password_on(answer):
    return re.search(r'id="first-password" type="text" value="([^"]+)"', answer.content.decode())[1]


def test_one_page_makes_an_account_with_its_group_its_doctor_and_a_password_that_is_shown_once(manager):
    client, doctor = sign_in(manager), make_doctor(name="周明")
    taken = make_doctor(name="别人", user=manager)
    page = client.get(f"{USERS}add/").content.decode()
    assert "通过并发布或退回，登记审核" in page
    values = {"username": "zhouming", "last_name": "周", "first_name": "明", "groups": group("医学审核")}
    assert "已经有账号" in client.post(f"{USERS}add/", values | {"doctor": taken.pk}).content.decode()
    assert not User.objects.filter(username="zhouming").exists()

    forged = {"is_superuser": "on", "user_permissions": Permission.objects.first().pk, "is_active": ""}
    answer = client.post(f"{USERS}add/", values | {"doctor": doctor.pk} | forged)
    user = User.objects.get(username="zhouming")
    assert (user.is_staff, user.is_active, user.is_superuser) == (True, True, False)
    assert not user.user_permissions.exists()
    assert [row.name for row in user.groups.all()] == ["医学审核"]
    assert user.doctor == doctor
    assert user.check_password(password_on(answer))
    assert "no-store" in answer["Cache-Control"]
    assert password_on(answer) not in client.get(change_address(user)).content.decode()
    assert password_on(answer) not in str(last_change(user))

    again = errors_of(client.post(f"{USERS}add/", {"username": "ZhouMing", "first_password": "zhouming"}))
    for sentence in ("已经有这个用户名", "请至少选一个组", "密码"):
        assert sentence in again


def test_a_first_password_opens_nothing_but_the_page_that_changes_it(manager):
    user = make_staff("编辑", username="lihong")
    answer = sign_in(manager).post(f"{USERS}{user.pk}/password/", {"first_password": "a-good-Word-77"})
    assert password_on(answer) == "a-good-Word-77"
    client = Client()
    wanted = "/admin/articles/article/add/"
    sent = client.post(f"/admin/login/?next={wanted}", {"username": "lihong", "password": "a-good-Word-77"})
    assert sent.status_code == 302
    for address in ("/admin/", wanted, "/admin/password_change/done/", "/admin/auth/user/", "/admin/autocomplete/"):
        assert client.get(address)["Location"].startswith("/admin/password_change/?next=")
    assert client.post(wanted, {"title": "不行？"})["Location"].startswith("/admin/password_change/")

    page = client.get(wanted, follow=True)
    assert "初始密码" in page.content.decode()
    change = page.redirect_chain[-1][0]
    values = {"old_password": "a-good-Word-77", "new_password1": "a-good-Word-77", "new_password2": "a-good-Word-77"}
    assert "和原来的一样" in client.post(change, values).content.decode()
    assert client.get("/admin/").status_code == 302
    values |= {"new_password1": "my-own-Word-88", "new_password2": "my-own-Word-88"}
    assert client.post(change, values)["Location"] == wanted
    assert client.get(wanted).status_code == 200
    assert not FirstPassword.objects.exists()
    assert Client().post("/admin/login/", {"username": "lihong", "password": "my-own-Word-88"}).status_code == 302


def test_a_changed_password_never_leads_to_another_site(manager):
    user = make_staff("编辑", username="lihong")
    FirstPassword.give(user, "a-good-Word-77")
    client = Client()
    client.post("/admin/login/", {"username": "lihong", "password": "a-good-Word-77"})
    values = {"old_password": "a-good-Word-77", "new_password1": "my-own-Word-88", "new_password2": "my-own-Word-88"}
    assert client.post("/admin/password_change/?next=//evil.example/", values)["Location"] == "/admin/"


def test_a_reset_makes_it_a_first_password_again_and_ends_what_was_signed_in(manager):
    user = make_staff("编辑", username="lihong")
    client = sign_in(user)
    assert client.get("/admin/").status_code == 200  # an account from before is not asked to change anything
    answer = sign_in(manager).post(f"{USERS}{user.pk}/password/", {"first_password": ""})
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    client.post("/admin/login/", {"username": "lihong", "password": password_on(answer)})
    assert client.get("/admin/")["Location"].startswith("/admin/password_change/")
    assert "太短" in errors_text(sign_in(manager).post(f"{USERS}{user.pk}/password/", {"first_password": "kurz"}))
    # The own password is changed by who knows it.
    own = sign_in(manager).post(f"{USERS}{manager.pk}/password/", {"first_password": "a-good-Word-77"})
    assert own["Location"] == "/admin/password_change/"


def test_the_doctor_of_an_account_can_be_changed_and_taken_away(manager):
    client, first, second = sign_in(manager), make_doctor(name="甲"), make_doctor(name="乙")
    user = make_staff("编辑")
    for doctor in (first, second, None):
        assert send(client, change_address(user), "user", doctor=str(doctor.pk if doctor else "")).status_code == 302
        assert Doctor.objects.filter(user=user).first() == doctor


def test_managers_read_what_a_group_does_and_no_list_of_permissions(manager, root):
    address = change_address(Group.objects.get(name="编辑"))
    page = sign_in(manager).get(address).content.decode()
    assert "写新问题、导入文件" in page
    assert "内容 | 新增问题" not in page
    assert "内容 | 新增问题" in sign_in(root).get(address).content.decode()


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
        answer = client.post(address, {"username": "mine", "first_password": "a-good-Word-77"})
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
    offered = re.findall(r'name="groups" value="(\d+)"', page)
    assert offered == [group("医学审核")]


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
    assert "退出</button>" in answer.content.decode()
    assert "注销" not in answer.content.decode()  # one word for one thing


def test_whose_password_is_changed_is_told_to_who_keeps_passwords(manager):
    page = sign_in(manager).get("/admin/password_change/").content.decode()
    assert f'name="username" value="{manager.username}" autocomplete="username" hidden' in page


@pytest.mark.parametrize("page", ["sign-out/", "change/"])
def test_who_ends_the_own_session_on_the_page_of_the_own_account_is_led_to_sign_in(root, settings, page):
    client, address = sign_in(root), change_address(root)
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    sent = shown_form(client.get(address), "user") | {"groups": [group("管理员")]}
    answer = client.post(address.replace("change/", page), sent, follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == reverse("admin:login")
