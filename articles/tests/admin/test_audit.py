"""审计日志: who, when, what and where, for 管理员 alone, and never what is nobody's business."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles.models import AuditEntry, Page, Revision, SignInTrial
from articles.tests.editing import ARTICLES, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor
from articles.workflow.audit import Kind, record
from articles.workflow.steps import take

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/auditentry/"
PASSWORD = "long-enough-1"


def said(kind):
    return [(entry.who, entry.what) for entry in AuditEntry.objects.filter(kind=kind)]


def try_sign_in(name, password, **how):
    return Client().post("/admin/login/", {"username": name, "password": password, "next": "/admin/"}, **how)


@pytest.fixture
def lihong():
    return User.objects.create_user("lihong", password=PASSWORD, is_staff=True)


def test_signing_in_and_out_is_told_with_a_digest_of_the_place(lihong):
    client = Client()
    client.post("/admin/login/", {"username": "lihong", "password": PASSWORD}, REMOTE_ADDR="203.0.113.7")
    client.post("/admin/logout/", REMOTE_ADDR="203.0.113.7")
    try_sign_in("lihong", PASSWORD, REMOTE_ADDR="203.0.113.8")
    other, out, sign_in_ = AuditEntry.objects.all()
    assert (sign_in_.kind, out.kind, out.who) == (Kind.SIGN_IN, Kind.SIGN_OUT, "lihong")
    assert sign_in_.what == "密码"
    assert sign_in_.place == out.place != other.place
    assert len(sign_in_.place) == 12
    assert not AuditEntry.objects.filter(place__contains="203").exists()


def test_a_failure_names_the_account_and_never_a_name_that_is_none_nor_a_password(lihong):
    try_sign_in("lihong", "wrong-password-1")
    try_sign_in("my-secret-typed-too-early", "x")
    try_sign_in("a\0b", "x")
    assert said(Kind.FAILURE) == [("", "没有这个账号"), ("lihong", "密码不对，或者账号已停用")]
    everything = str(list(AuditEntry.objects.values_list()))
    assert "secret" not in everything
    assert "wrong-password" not in everything


def test_who_has_no_right_is_told_once_a_day_for_each_page_and_not_what_was_sent():
    editor, other = make_staff("编辑"), make_staff("编辑")
    client = sign_in(editor)
    for number in range(3):
        assert client.get(f"/admin/auth/user/?q=secret{number}").status_code == 403
        assert client.get(f"/admin/auth/group/{number}/change/").status_code == 403
        assert client.head(f"/admin/auth/group/{number}/change/").status_code == 403
        for method in ("POST", "PUT", "SECRET"):
            sent = {"title": "secret"} if method == "POST" else ""
            assert client.generic(method, "/admin/articles/page/add/", sent).status_code == 403
    assert sign_in(other).get("/admin/auth/user/").status_code == 403
    expected = ["提交 /admin/articles/page/add/", "打开 /admin/auth/group/…/change/", "打开 /admin/auth/user/"]
    own = [(editor.username, f"没有权限：{what}") for what in expected]
    assert said(Kind.RIGHTS) == [(other.username, "没有权限：打开 /admin/auth/user/"), *own]
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    client.get("/admin/auth/user/")
    assert len(said(Kind.RIGHTS)) == 5


def test_tries_without_end_neither_fill_the_disk_nor_hide_the_others(lihong):
    for _ in range(250):
        record(Kind.FAILURE)
    try_sign_in("nobody", "wrong-password-1")
    assert len(said(Kind.FAILURE)) == 250
    try_sign_in("lihong", "wrong-password-1")
    assert len(said(Kind.FAILURE)) == 251
    for _ in range(250):
        record(Kind.FAILURE, by=lihong)
    SignInTrial.lift()
    try_sign_in("lihong", "wrong-password-1")
    assert len(said(Kind.FAILURE)) == 501


def test_a_change_of_rights_is_told_with_the_groups_that_somebody_has_now():
    owner = make_staff(is_superuser=True)
    user = make_staff(username="zhao")
    fields = {"username": "zhao", "is_staff": "on", "is_active": "on", "groups": Group.objects.get(name="编辑").pk}
    fields |= {"last_name": "", "first_name": "", "email": "", "doctor": ""}
    response = sign_in(owner).post(f"/admin/auth/user/{user.pk}/change/", fields)
    assert response.status_code == 302, response.content.decode()
    [(who, what)] = said(Kind.ACCOUNT)
    assert who == owner.username
    assert what.startswith("修改用户“zhao”：")
    assert what.endswith("（组：编辑）")


def test_who_signs_in_the_name_of_a_doctor_is_told_whichever_page_says_so():
    manager, user = make_staff("管理员"), make_staff("医学审核", username="zhao")
    client = sign_in(manager)
    doctor, old = make_doctor(name="赵平"), make_doctor(name="赵萍")
    send(client, change_address(old), "doctor", hospital="市一院")  # nobody's account: nothing to tell
    send(client, change_address(old), "doctor", user=str(user.pk))
    merging = {"action": "merge", "_selected_action": [doctor.pk, old.pk], "confirmed": "1", "target": doctor.pk}
    client.post("/admin/articles/doctor/", merging)
    send(client, change_address(doctor), "doctor", user="")
    assert [what for _, what in reversed(said(Kind.RIGHTS))] == [
        "修改医生“赵萍（市一院）”：账号（账号：zhao）",
        "修改医生“赵平”：合并了医生“赵萍（市一院）”。（账号：zhao）",
        "修改医生“赵平（市一院）”：账号（账号：无）",
    ]
    send(client, change_address(user), "user", doctor=str(doctor.pk))
    [(_, what)] = said(Kind.ACCOUNT)
    assert what.endswith("（组：医学审核；医生：赵平）")


def test_deleting_an_account_leaves_what_it_did():
    owner, user = make_staff(is_superuser=True), make_staff(username="zhao")
    record(Kind.EXPORT, "导出 3 个问题（csv）", by=user)
    sign_in(owner).post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})
    assert said(Kind.EXPORT) == [("zhao", "导出 3 个问题（csv）")]
    assert said(Kind.ACCOUNT) == [(owner.username, "删除用户“zhao”")]


def test_a_publication_and_a_withdrawal_are_one_line_each_with_the_way_to_the_history():
    owner = make_staff("管理员")
    article = make_article(status="draft", published_at=None, title="痛风怎么办？")
    take(Revision.Step.UNREVIEWED, article.pk, owner)
    take(Revision.Step.WITHDRAW, article.pk, owner, reason="有误")
    assert said(Kind.PUBLISH) == [(owner.username, "未经审核发布：痛风怎么办？")]
    assert said(Kind.WITHDRAW) == [(owner.username, "撤下：痛风怎么办？")]
    assert AuditEntry.objects.first().link == f"{ARTICLES}{article.pk}/history/"


def test_exports_imports_and_settings_are_told(tmp_path):
    make_article()
    owner = make_staff(is_superuser=True)
    client = sign_in(owner)
    list(client.get(f"{ARTICLES}export/csv/").streaming_content)
    call_command("export_site", str(tmp_path / "1.jsonl"))
    page = Page.objects.create(slug="help", title="帮助", body="<p>一</p>")
    client.post(f"/admin/articles/page/{page.pk}/delete/", {"post": "yes"})
    whole, table = said(Kind.EXPORT)
    assert table == (owner.username, "导出 1 个问题（csv）")
    assert whole[0] == "命令行"
    assert re.fullmatch(r"导出整站：\d+ 行", whole[1])
    assert said(Kind.SETTING) == [(owner.username, "删除单页“帮助”")]


@pytest.mark.parametrize(("group", "status"), [("编辑", 403), ("医学审核", 403), ("管理员", 200)])
def test_only_管理员_see_it(group, status):
    assert sign_in(make_staff(group)).get(LIST).status_code == status


def test_it_is_read_by_kind_person_and_time_and_says_the_zone():
    owner = make_staff("管理员")
    client = sign_in(owner)
    record(Kind.SIGN_IN, by=owner)
    record(Kind.EXPORT, "导出 <b>3</b> 个问题")
    for query in ("", "?kind=export", f"?who={owner.username}", "?at__gte=2020-01-01T00:00:00%2B08:00"):
        html = client.get(f"{LIST}{query}").content.decode()
        assert "+0800" in html
        assert ("导出 &lt;b&gt;3" in html) == (owner.username not in query)


def test_nobody_changes_or_deletes_an_entry():
    client = sign_in(make_staff(is_superuser=True))
    record(Kind.EXPORT, "导出 3 个问题")
    entry = AuditEntry.objects.get()
    assert client.post(f"{LIST}{entry.pk}/change/", {"what": "x"}).status_code == 403
    assert client.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"})
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_after_180_days_an_entry_is_neither_shown_nor_kept(lihong):
    old = record(Kind.EXPORT, "很久以前")
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=180, minutes=1))
    new = record(Kind.EXPORT, "不久以前")
    AuditEntry.objects.filter(pk=new.pk).update(at=timezone.now() - timedelta(days=179))
    assert list(AuditEntry.objects.kept()) == [new]
    try_sign_in("lihong", PASSWORD)
    assert not AuditEntry.objects.filter(pk=old.pk).exists()
    assert AuditEntry.objects.filter(pk=new.pk).exists()


def test_a_command_imports_and_tells_in_one_transaction_with_one_entry_a_run(tmp_path):
    good, wrong = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    good.write_text('{"title": "痛风怎么办？", "source": "s:1", "body": "<p>多喝水。</p>"}\n')
    wrong.write_text('{"source": "s:2"}\n')
    more = tmp_path / "3.jsonl"
    more.write_text('{"title": "失眠怎么办？", "source": "s:3", "body": "<p>早点睡。</p>"}\n')
    with pytest.raises(SystemExit):
        call_command("import_articles", *map(str, (wrong, good, wrong, more)))
    assert said(Kind.IMPORT) == [("命令行", "导入 2 个文件：新建 2，更新 0，不变 0")]
    with pytest.raises(SystemExit):
        call_command("import_articles", str(wrong))
    call_command("import_articles", "--dry-run", str(good))
    assert len(said(Kind.IMPORT)) == 1


def test_a_timer_forgets_old_entries_and_sessions_that_have_ended(lihong, capsys):
    sign_in(lihong)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    living = sign_in(lihong)
    AuditEntry.objects.all().delete()
    old = record(Kind.EXPORT, "很久以前")
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=180, minutes=1))
    new = record(Kind.EXPORT, "不久以前")
    call_command("tidy")
    assert "审计日志 1 条，已经结束的登录 1 个" in capsys.readouterr().out
    assert not AuditEntry.objects.filter(pk=old.pk).exists()
    assert AuditEntry.objects.filter(pk=new.pk).exists()
    assert [row.session_key for row in Session.objects.all()] == [living.session.session_key]


def test_what_was_not_done_is_not_told():
    with transaction.atomic():
        record(Kind.EXPORT, "没有发生")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
