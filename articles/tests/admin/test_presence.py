"""Two people with the same form open hear of each other, and of nobody who has left."""

import sqlite3
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from articles.models import Article, OpenForm
from articles.models.open_form import BEAT, HIDDEN, OPENED
from articles.tests.editing import change_address, make_staff, send, sign_in
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article()


@pytest.fixture
def li():
    return sign_in(make_staff("编辑", last_name="李", first_name="红"))


@pytest.fixture
def wang():
    return sign_in(make_staff("医学审核", last_name="王", first_name="建国"))


def beat(client, article, **said):
    return client.post(f"/admin/articles/article/{article.pk}/presence/", said)


def form(client, article):
    return client.get(change_address(article)).content.decode()


def let_pass(**time):
    for row in OpenForm.objects.all():
        row.opened_at -= timedelta(**time)
        row.until -= timedelta(**time)
        row.save()


def test_who_opens_a_form_reads_who_has_had_it_open_and_since_when(li, wang, article):
    assert "开着这一页" not in form(li, article)
    since = timezone.localtime(OpenForm.objects.get().opened_at).strftime("%H:%M")
    assert f"李红从 {since} 起开着这一页。" in form(wang, article)
    assert beat(li, article).json()["notes"][0].startswith("王建国从 ")


def test_nobody_hears_of_oneself_or_of_other_questions(li, wang, article):
    form(li, article)
    assert "开着这一页" not in form(li, article)
    assert "开着这一页" not in form(wang, make_article())


def test_a_form_counts_for_a_while_without_a_script_and_then_no_more(li, wang, article):
    form(li, article)
    let_pass(minutes=4)
    assert "李红从" in form(wang, article)
    let_pass(minutes=2)
    assert "李红从" not in form(wang, article)
    assert timedelta(minutes=5) == OPENED


@pytest.mark.parametrize(("said", "lasts"), [({}, BEAT), ({"hidden": "1"}, HIDDEN)])
def test_a_form_whose_beats_stop_is_soon_forgotten(li, wang, article, said, lasts):
    form(li, article)
    beat(li, article, **said)
    let_pass(seconds=lasts.seconds - 5)
    assert beat(wang, article).json()["notes"]
    let_pass(seconds=6)
    assert beat(wang, article).json()["notes"] == []


def test_beats_keep_the_time_of_opening_and_a_later_opening_begins_anew(li, article):
    form(li, article)
    let_pass(seconds=30)
    opened = OpenForm.objects.get().opened_at
    beat(li, article)
    assert OpenForm.objects.get().opened_at == opened
    let_pass(minutes=10)
    form(li, article)
    assert OpenForm.objects.get().opened_at > opened


def test_who_leaves_is_gone_at_once(li, wang, article):
    form(li, article)
    beat(li, article, leave="1")
    assert "李红从" not in form(wang, article)


def test_who_saves_and_goes_is_gone_and_who_saves_and_stays_is_not(li, wang, article):
    send(li, change_address(article), title="新题？")
    assert "李红从" in form(wang, article)
    send(li, change_address(article), title="又一题？", _save="1")
    assert "李红从" not in form(wang, article)


def test_a_refused_form_still_counts_as_open(li, wang, article):
    send(li, change_address(article), title="")
    assert "李红从" in form(wang, article)


def test_who_may_only_look_is_not_counted_and_may_not_tell(wang, article):
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename="view_article"))
    viewer = sign_in(user)
    assert 'id="presence"' not in form(viewer, article)
    assert beat(viewer, article).status_code == 403
    assert not OpenForm.objects.exists()


def test_strangers_other_methods_and_questions_that_are_gone_are_refused(client, li, article):
    assert beat(client, article)["Location"].startswith("/admin/login/")
    assert li.get(f"/admin/articles/article/{article.pk}/presence/").status_code == 405
    form(li, article)
    article.delete()
    assert not OpenForm.objects.exists()
    for key in ("999999", "x"):
        assert li.post(f"/admin/articles/article/{key}/presence/").status_code == 404


def test_old_rows_do_not_heap_up(li, article):
    form(li, make_article())
    let_pass(days=2)
    form(li, article)
    assert OpenForm.objects.get().article == article


def test_a_beat_is_cheap(li, article, django_assert_max_num_queries):
    form(li, article)
    with django_assert_max_num_queries(7):
        beat(li, article)


def test_a_name_is_text(article, wang):
    form(sign_in(make_staff("编辑", last_name="<b>李", first_name="红</b>")), article)
    assert "&lt;b&gt;李红&lt;/b&gt;从" in form(wang, article)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases let several write")
@pytest.mark.django_db(transaction=True)
def test_a_form_opens_at_once_while_an_import_is_writing():
    article, client = make_article(), sign_in(make_staff("编辑"))
    writer = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    began = timezone.now()
    try:
        assert "article_form" in form(client, article)
        assert beat(client, article).json() == {"notes": []}
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert timezone.now() - began < timedelta(seconds=4)
    assert not OpenForm.objects.exists()
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
    assert Article.objects.count() == 1
