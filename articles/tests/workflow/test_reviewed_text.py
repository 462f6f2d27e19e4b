"""A page that says 审核于 says too when readers have another text than the doctor had, whichever way it came."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import Article
from articles.models.doctor_merging import merge_doctors
from articles.tests.editing import change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor
from articles.tests.imports import imported, json_lines
from articles.workflow.signing import own_sign_off
from articles.workflow.steps import Step, take

pytestmark = pytest.mark.django_db
BODY = "<p>每次 5 mg，头通多休息。</p>"
TOLD = "此后这个回答有过改动，没有经这位医生重新审核。"


@pytest.fixture
def doctor():
    return make_doctor(name="张文静")


@pytest.fixture
def article(doctor):
    day = timezone.localdate() - timedelta(days=100)
    return make_article(body=BODY, reviewer=doctor, reviewed_on=day, title="头痛怎么办？", source="x")


def is_told(article):
    """Whether readers are told of a change; whatever they are told, the desk knows the same."""
    is_told = TOLD in Client().get(article.get_absolute_url()).content.decode()
    assert Article.objects.past_review().filter(pk=article.pk).exists() == is_told
    return is_told


def step(group, article, name, **changes):
    answer = send(sign_in(make_staff(group)), change_address(article), "article", name, **changes)
    assert answer.status_code == 302, answer.context["errors"]
    article.refresh_from_db()


def test_a_review_is_of_the_text_that_came_with_it(article):
    assert not is_told(article)


CHANGES = {
    "body": "<p>每次 50 mg，头通多休息。</p>",
    "title": "头痛吃什么？",
    "short_answer": "每天一次。",
    "when_to_see_a_doctor": "超过两周。",
    "urgency": "now",
    "references": "指南",
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_another_reviewer_approves_is_told(article, name):
    step("编辑", article, "submit", **{name: CHANGES[name]})
    assert not is_told(article)
    step("医学审核", article, "publish")
    assert is_told(article)


def test_a_change_without_review_is_told(article):
    step("管理员", article, "unreviewed", body=CHANGES["body"])
    assert is_told(article)


def test_a_change_by_an_import_is_told(article, tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", {"title": article.title, "source": "x", "body": "每次 50 mg。"}))
    assert is_told(article)


def test_a_change_by_a_program_is_told(article):
    article.body = CHANGES["body"]
    article.save()
    assert is_told(article)
    Article.objects.update(body=BODY)
    assert not is_told(article)
    Article.objects.update(short_answer="每天三次。")
    assert is_told(article)


def test_a_small_change_of_wording_leaves_the_review(article):
    step("编辑", article, "small", body=BODY.replace("通", "痛"))
    assert not is_told(article)


def test_a_small_change_hides_no_large_one(article):
    step("管理员", article, "unreviewed", body="<p>每次 50 mg，头通多休息。</p>")
    step("编辑", article, "small", body="<p>每次 50 mg，头痛多休息。</p>")
    assert is_told(article)


@pytest.mark.parametrize("days", [100, 0])
def test_the_approval_of_a_doctor_is_of_the_new_text_on_the_same_day_too(article, doctor, days):
    Article.objects.update(reviewed_on=timezone.localdate() - timedelta(days=days), reviewed_text="")
    article.refresh_from_db()
    article.save()
    step("编辑", article, "submit", body=CHANGES["body"])
    take(Step.PUBLISH, article.pk, make_staff("管理员"), sign_off=own_sign_off(doctor))
    assert Client().get(article.get_absolute_url()).content.decode().count("50 mg")
    assert not is_told(article)


def test_a_review_that_is_recorded_later_ends_the_notice(article, doctor):
    step("管理员", article, "unreviewed", body=CHANGES["body"])
    article.record_review(doctor, article.reviewed_on)
    assert not is_told(article)


def test_a_review_of_the_same_day_can_be_recorded_again_once_the_text_has_changed(article, doctor):
    today = timezone.localdate()
    article.record_review(doctor, today)
    step("管理员", article, "unreviewed", body=CHANGES["body"])
    assert is_told(article)
    step("管理员", article, "checked")
    assert not is_told(article)
    assert article.reviewed_on == today


def test_tags_times_and_another_doctors_name_change_no_answer(article, doctor):
    step("编辑", article, "submit", tags="感冒")
    step("医学审核", article, "publish")
    merge_doctors([doctor], make_doctor(name="张文靖"))
    assert not is_told(Article.objects.get())


def test_an_old_review_without_a_note_tells_nothing(article):
    Article.objects.update(reviewed_text="", body=CHANGES["body"])
    assert not is_told(article)


# --- In whose name -------------------------------------------------------------------------


def test_nobody_else_records_the_review_of_a_doctor_with_an_account_by_a_click(article, doctor):
    doctor.user = make_staff("医学审核", username="zhang")
    doctor.save()
    article.record_review(doctor, timezone.localdate())
    step("管理员", article, "unreviewed", body=CHANGES["body"])
    other = sign_in(make_staff("医学审核", username="other"))
    answer = send(other, change_address(article), "article", "checked")
    assert "请本人登记审核" in str(answer.context["errors"])
    assert is_told(article)
    send(sign_in(doctor.user), change_address(article), "article", "checked")
    assert not is_told(article)


def test_a_review_by_another_doctor_on_the_same_day_is_of_the_text_that_it_comes_with(article, doctor):
    article.record_review(doctor, timezone.localdate())
    other = make_doctor(name="李明")
    step("编辑", article, "submit", body=CHANGES["body"])
    step("管理员", article, "publish", reviewer=other.pk, reviewed_on=timezone.localdate().isoformat())
    assert article.reviewer == other
    assert not is_told(article)


# --- Another day is no review --------------------------------------------------------------


def day(days):
    return timezone.localdate() - timedelta(days=days)


def import_row(tmp_path, **row):
    imported(json_lines(tmp_path / "x.jsonl", {"title": "头痛怎么办？", "source": "x", **row}))


def test_an_import_with_an_earlier_review_is_none_of_its_text(article, tmp_path):
    import_row(tmp_path, body="每次 50 mg。", reviewed_on=day(300).isoformat())
    article.refresh_from_db()
    assert article.reviewed_on == day(300)
    assert is_told(article)


def test_an_import_with_a_later_review_is_of_its_text(article, tmp_path):
    import_row(tmp_path, body="每次 50 mg。", reviewed_on=day(30).isoformat())
    assert "50 mg" in Client().get(article.get_absolute_url()).content.decode()
    assert not is_told(article)


def test_an_import_of_a_later_day_alone_reviews_no_other_text(article, tmp_path):
    step("管理员", article, "unreviewed", body=CHANGES["body"])
    import_row(tmp_path, reviewed_on=day(30).isoformat())
    assert is_told(article)


def test_an_older_version_that_is_published_brings_no_review_of_its_day(article, tmp_path):
    step("编辑", article, "submit", body=CHANGES["body"])
    Article.objects.update(reviewed_on=day(30), reviewed_text="")
    Article.objects.get().save()
    step("医学审核", article, "publish")
    assert is_told(article)


def test_who_signs_a_version_has_reviewed_what_it_said_then(article, doctor):
    step("管理员", article, "submit", body=CHANGES["body"], reviewed_on=day(1).isoformat())
    step("医学审核", article, "publish")
    assert article.reviewed_on == day(1)
    assert not is_told(article)
    step("管理员", article, "submit", body=BODY, reviewed_on=day(0).isoformat())
    step("编辑", article, "save", body="<p>每次 500 mg。</p>")
    step("医学审核", article, "publish")
    assert article.reviewed_on == day(0)
    assert is_told(article)


def test_a_day_that_a_program_writes_covers_no_later_text(article):
    Article.objects.update(reviewed_on=day(0))
    article.refresh_from_db()
    article.body = "<p>每次 500 mg。</p>"
    article.save()
    assert is_told(article)


def test_a_later_day_that_is_saved_with_a_new_text_is_a_review_only_where_the_program_says_so(article):
    """Who has read what, no row knows: readers are told once too often rather than once too seldom."""
    article.reviewed_on, article.body = day(0), CHANGES["body"]
    article.save()
    assert is_told(article)
    article.take_review(article.reviewed_on)
    article.save()
    assert not is_told(article)


def test_a_review_that_a_program_writes_with_some_columns_is_noted_with_them(doctor):
    article = make_article(body=BODY)
    article.reviewer, article.reviewed_on = doctor, day(0)
    article.save(update_fields=["reviewer", "reviewed_on", "body"])
    article = Article.objects.get()
    assert not is_told(article)
    article.body = "<p>每次 500 mg。</p>"
    article.save()
    assert is_told(article)


def test_a_step_on_a_row_without_note_tells_what_it_changes(article):
    Article.objects.update(reviewed_text="")
    step("管理员", article, "unreviewed", body=CHANGES["body"])
    assert is_told(article)


# --- What readers cannot tell apart --------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>甲\n乙</p>", "<p>甲 乙</p>"),
        ("<p><em><strong>甲</strong></em></p>", "<p><strong><em>甲</em></strong></p>"),
        ("<p>甲&nbsp;乙</p>", "<p>甲 乙</p>"),
        ("<p>甲 </p>", "<p>甲</p>"),
        ("<p>a</p> <p>b</p>", "<p>a</p><p>b</p>"),
        ("<ul><li>a\n</li></ul>", "<ul><li>a</li></ul>"),
    ],
)
def test_what_no_comparison_tells_apart_is_no_change(article, doctor, one, other):
    Article.objects.update(body=one, references="指南")
    article.refresh_from_db()
    article.record_review(doctor, day(0))
    Article.objects.update(body=other, references="指南 \n")
    assert not is_told(article)
    Article.objects.update(body=other.replace("甲", "丙").replace("a", "c"))
    assert is_told(article)


# --- What was there before -----------------------------------------------------------------


def test_reviews_from_before_are_noted_once_and_what_is_noted_stays(article, doctor):
    fresh = make_article(body=BODY, reviewer=doctor, reviewed_on=day(5), title="鼻塞怎么办？")
    noted = make_article(body=BODY, reviewer=doctor, reviewed_on=day(5), title="发烧怎么办？")
    Article.objects.filter(pk__in=[article.pk, fresh.pk]).update(reviewed_text="")
    Article.objects.filter(pk=noted.pk).update(body=CHANGES["body"])
    fill = import_module("articles.migrations.0072_fill_reviewed_text")
    for _ in range(2):
        fill.fill(apps, connection.schema_editor())
        assert [is_told(row) for row in (article, fresh, noted)] == [False, False, True]
    assert not fill.Migration.atomic
    Article.objects.update(body=CHANGES["body"])
    assert all(map(is_told, (article, fresh, noted)))


@pytest.mark.parametrize(
    ("name", "parts"), [("0072_fill_reviewed_text", "CHECKED"), ("0075_fill_past_review", "FOLLOWED")]
)
def test_a_part_that_only_a_later_release_has_stops_no_new_site(article, doctor, monkeypatch, name, parts):
    article.record_review(doctor, day(0))
    noted = Article.objects.get(pk=article.pk).reviewed_text
    Article.objects.update(reviewed_text="" if parts == "CHECKED" else noted)
    fill = import_module(f"articles.migrations.{name}")
    monkeypatch.setattr(fill, parts, frozenset((*getattr(fill, parts), "video_address")))
    fill.fill(apps, connection.schema_editor())
    assert Article.objects.get(pk=article.pk).reviewed_text == noted
    assert not is_told(article)
