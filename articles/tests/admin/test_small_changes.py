"""Small changes that are live: they wait for a reviewer, who sees all of them at once and says so by one click."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection

from articles.models import Article, Revision
from articles.tests.admin.test_desk import queue, texts
from articles.tests.editing import (
    ARTICLES,
    change_address,
    errors_of,
    last_change,
    make_staff,
    send,
    shown_form,
    sign_in,
)
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db
TITLE = "小改动，请过目"
Step = Revision.Step


def small(client, article, **changes):
    answer = send(client, change_address(article), step="small", **changes)
    assert answer.status_code == 302, errors_of(answer)


def look_address(article):
    return f"{ARTICLES}{article.pk}/look/"


def click(client, article):
    """Open the page of the small changes and click 已过目."""
    changes = client.get(look_address(article)).context["changes"]
    return client.post(look_address(article), {"seen": changes[-1].number if changes else ""})


@pytest.fixture
def article(editor):
    article = make_article(title="头痛？", body="<p>头通多休息。</p>", short_answer="多休西。")
    small(editor, article, body="<p>头痛多休息。</p>")
    return article


def test_four_slices_in_a_row_do_not_go_round_the_review(editor):
    article = make_article(body="<p>甲。</p>")
    outcomes = [
        send(editor, change_address(article), step="small", body=f"<p>甲。{'啊' * 10 * n}</p>").status_code
        for n in range(1, 5)
    ]
    assert outcomes == [302, 302, 302, 200]
    article.refresh_from_db()
    assert len(article.body) == len("<p>甲。</p>") + 30
    other = sign_in(make_staff("医学审核"))
    assert "已经有 30 个字" in errors_of(send(other, change_address(article), step="small", short_answer="啊"))


def test_a_small_change_stands_on_the_desk_of_reviewers_with_all_that_it_made(editor, reviewer, article):
    small(editor, article, short_answer="多休息。")
    assert queue(editor, TITLE) is None
    waiting = queue(reviewer, TITLE)
    assert texts(waiting) == ["头痛？"]
    page = reviewer.get(waiting.rows[0].path)
    assert [part.label for part in page.context["parts"]] == ["一句话回答", "正文"]
    assert len(page.context["changes"]) == 2
    assert "已过目</button>" in page.content.decode()
    assert reviewer.get(waiting.more).context["cl"].result_list[0] == article


def test_one_click_settles_them_and_they_begin_anew(editor, reviewer, article):
    assert click(reviewer, article)["Location"] == "/admin/"
    assert texts(queue(reviewer, TITLE)) == []
    row = article.revisions.get(step="small")
    assert (row.seen_by, row.seen_at is not None) == (User.objects.get(groups__name="医学审核"), True)
    assert last_change(article) == "小改动已过目。"
    assert "已过目" in reviewer.get(f"{ARTICLES}{article.pk}/history/").content.decode()
    small(editor, article, short_answer=f"多休西。{'啊' * 30}")


def test_a_click_is_no_change_that_an_open_form_would_run_into(editor, reviewer, article):
    values = shown_form(editor.get(change_address(article))) | {"short_answer": "多休息。", "_step": "save"}
    click(reviewer, article)
    assert editor.post(change_address(article), values).status_code == 302


def test_an_approval_is_a_look_too(editor, reviewer, article):
    send(editor, change_address(article), step="submit", short_answer="每次5片。")
    assert texts(queue(reviewer, TITLE)) == ["头痛？"]
    send(reviewer, change_address(article), step="publish")
    assert texts(queue(reviewer, TITLE)) == []
    assert article.revisions.get(step="small").seen_by == User.objects.get(groups__name="医学审核")


def test_who_approves_a_change_is_told_of_small_ones_that_nobody_has_seen(editor, reviewer, article):
    send(editor, change_address(article), step="submit", short_answer="每次5片。")
    address = f"{ARTICLES}{article.pk}/review/"
    assert f'href="{look_address(article)}"' in reviewer.get(address).content.decode()
    click(reviewer, article)
    assert look_address(article) not in reviewer.get(address).content.decode()


def test_who_approves_a_new_question_is_told_of_the_likes_it_came_with(reviewer):
    article = make_article(status="review", imported_likes=999)
    assert "导入时带来 999 个赞" in reviewer.get(f"{ARTICLES}{article.pk}/review/").content.decode()


@pytest.mark.parametrize("step", ["unreviewed", "withdraw", "save"])
def test_what_is_no_review_leaves_them_waiting(article, step):
    changes = {"withdrawn_reason": "有误"} if step == "withdraw" else {"short_answer": "每次5片。"}
    answer = send(sign_in(make_staff("管理员")), change_address(article), step=step, **changes)
    assert answer.status_code == 302, errors_of(answer)
    assert article.revisions.unseen().count() == 1


def test_nobody_looks_at_an_own_small_change(article, reviewer):
    small(reviewer, article, short_answer="多休息。")
    page = reviewer.get(look_address(article)).content.decode()
    assert "有您自己的小改动，要由另一位审核过目。" in page
    assert "已过目</button>" not in page
    assert "没有记下：有您自己的小改动" in click(reviewer, article).content.decode()
    assert article.revisions.unseen().count() == 2
    click(sign_in(make_staff("医学审核")), article)
    assert not article.revisions.unseen().exists()


def test_who_reviews_nothing_settles_nothing(editor, article):
    assert "要由医学审核过目" in click(editor, article).content.decode()
    assert article.revisions.unseen().exists()


@pytest.mark.parametrize("seen", ["", "x", "1", "99", "\0", "9" * 30])
def test_only_what_was_seen_is_settled(reviewer, article, seen):
    assert "又有了新的小改动" in reviewer.post(look_address(article), {"seen": seen}).content.decode()
    assert article.revisions.unseen().exists()


def test_without_small_changes_the_page_says_so(reviewer):
    article = make_article()
    assert "没有等待过目的小改动。" in reviewer.get(look_address(article)).content.decode()
    assert "没有记下：没有等待过目" in click(reviewer, article).content.decode()


def test_sites_without_reviews_ask_for_no_look(reviewer, article, settings):
    settings.REVIEW_REQUIRED = False
    assert queue(reviewer, TITLE) is None


def test_what_is_withdrawn_waits_for_nobody(reviewer, article):
    Article.objects.update(status="withdrawn", withdrawn_reason="有误")
    assert texts(queue(reviewer, TITLE)) == []


def test_small_changes_of_before_were_seen_where_an_approval_came_later(article):
    migration = import_module("articles.migrations.0030_small_changes_approved")
    doctor = make_staff("医学审核")
    approval = Revision.record(article, Step.PUBLISH, Revision.State.LIVE, content={}, by=doctor)
    later = Revision.record(article, Step.SMALL, Revision.State.LIVE, content={})
    migration.settle(apps, connection.schema_editor())
    first = article.revisions.get(step="small", seen_at__isnull=False)
    assert (first.number, first.seen_by, first.seen_at) == (2, doctor, approval.at)
    assert list(article.revisions.unseen()) == [later]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan of PostgreSQL depends on how many rows there are")
def test_what_waits_for_a_look_is_found_without_reading_every_version():
    plan = Article.objects.to_look_at().explain()
    assert "revision_unseen (state=?)" in plan
    assert "SCAN" not in plan
