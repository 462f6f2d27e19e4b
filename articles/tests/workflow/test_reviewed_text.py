"""A page that says 审核于 says too when readers have another text than the doctor had, whichever way it came."""

from datetime import timedelta

import pytest
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
    return TOLD in Client().get(article.get_absolute_url()).content.decode()


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
