"""The panel 文字检查 in the form of a question, the view behind it, and rules that stop a publication."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Tag
from articles.tests.editing import ARTICLES, change_address, errors_of, make_staff, send, sign_in
from articles.tests.factories import make_article, make_tag
from articles.tests.imports import SEED_PAGE, imported
from articles.workflow import proofs

pytestmark = pytest.mark.django_db
LIVE = f"{ARTICLES}copyedit/"
Status = Article.Status


def rules(response):
    return [remark.finding.rule.name for remark in response.context["remarks"]]


def live(client, **texts):
    return client.post(LIVE, {"title": "感冒怎么办？", "body": "<p>多休息。</p>", "key": "", **texts})


def test_the_form_shows_what_the_copy_editor_says_about_the_saved_text(editor):
    article = make_article(title="感冒的治疗", body="<p>多休息,多喝水。</p>")
    response = editor.get(change_address(article))
    assert rules(response) == ["not-a-question", "no-when", "no-source", "ascii-punctuation"]
    page = response.content.decode()
    assert "多休息<mark>,</mark>多喝水。" in page
    assert "汉字之间用全角标点" in page
    assert 'href="#id_references"' in page


def test_saving_shows_what_is_left(editor):
    article = make_article(title="感冒的治疗", body="<p>多休息,多喝水。</p>")
    send(editor, change_address(article), title="感冒怎么办？", body="<p>多休息，多喝水。</p>")
    assert rules(editor.get(change_address(article))) == ["no-when", "no-source"]


def test_a_refused_form_is_checked_as_it_was_typed(editor):
    article = make_article(title="感冒怎么办？")
    response = send(editor, change_address(article), step="withdraw", body="<p>多休息,多喝水。</p>")
    assert "请写明撤下的原因" in errors_of(response)
    assert "ascii-punctuation" in rules(response)


def test_an_empty_form_is_not_nagged(editor):
    assert rules(editor.get(f"{ARTICLES}add/")) == []


def test_the_imported_page_has_at_least_five_remarks(editor):
    imported(SEED_PAGE)
    article = Article.objects.get(title="面部肌肉痉挛怎么办?")
    assert len(rules(editor.get(change_address(article)))) >= 5


def test_staff_who_may_only_look_see_the_remarks_too():
    from django.contrib.auth.models import Permission

    user = make_staff()
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    response = sign_in(user).get(change_address(make_article(title="感冒的治疗")))
    assert "not-a-question" in rules(response)


# --- While typing ----------------------------------------------------------------


def test_what_is_typed_is_checked_and_nothing_is_saved(editor):
    article = make_article(title="感冒怎么办？")
    answer = live(editor, key=article.pk, body="<p>多休息,多喝水。</p>").json()
    assert answer["total"] == 3
    assert "多休息<mark>,</mark>多喝水。" in answer["panel"]
    assert 'data-start="3" data-end="4"' in answer["panel"]
    article.refresh_from_db()
    assert "多休息" not in article.body


def test_a_title_that_another_question_has_is_told_but_not_the_own(editor):
    article = make_article(title="感冒怎么办？")
    assert "站内已经有问法几乎相同的问题" in live(editor).json()["panel"]
    assert "站内已经有问法几乎相同的问题" not in live(editor, key=article.pk).json()["panel"]


def test_tags_of_the_kind_drug_are_drugs(editor):
    assert "新药甲" not in live(editor, body="<p>服用新药甲。</p>").json()["panel"]
    make_tag("新药甲", kind=Tag.Kind.DRUG)
    assert "服用<mark>新药甲</mark>" in live(editor, body="<p>服用新药甲。</p>").json()["panel"]


@pytest.mark.parametrize(
    "texts",
    [
        {"title": ""},
        {"title": "", "body": ""},
        {"title": "a\x00b\u202e", "body": "<p>a\x00b\u202e\u200b</p>", "key": "\x00"},
        {"title": "<script>alert(1)</script>,痛", "body": "<script>alert(1)</script><p onclick=x>痛,痛</p>"},
        {"title": "长" * 200_000},
        {"key": "9" * 40},
        {"key": "-1"},
        {"body": "<blockquote>" * 5000 + "深"},
        {"body": "<p" * 50_000},
        {"references": "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")},
    ],
)
def test_strange_texts_are_checked_without_a_crash(editor, texts):
    response = live(editor, **texts)
    assert response.status_code == 200
    assert "<script" not in response.json()["panel"]
    assert "onclick" not in response.json()["panel"]


def test_what_is_too_long_to_save_is_not_checked(editor):
    response = live(editor, body="长" * 200_001)
    assert (response.status_code, "文字太长" in response.json()["said"]) == (413, True)


def test_only_those_who_write_may_ask(editor):
    assert editor.get(LIVE).status_code == 405
    assert live(sign_in(make_staff())).status_code == 403
    assert live(sign_in(make_staff("医学审核"))).status_code == 200


def test_a_check_costs_the_same_number_of_queries_whatever_it_finds(editor):
    def cost(**texts):
        live(editor, **texts)
        with CaptureQueriesContext(connection) as queries:
            live(editor, **texts)
        return len(queries)

    make_article(title="咳嗽怎么办？")
    few = cost(title="感冒怎么办？")
    assert few == cost(title="感冒怎么办？", body="<p>多休息,多喝水。</p>" * 100)
    assert cost(title="咳嗽怎么办？") <= few + 1
    assert few <= 12


def test_the_form_costs_at_most_twenty_five_queries_with_remarks_of_every_kind(editor):
    make_article(title="头痛怎么办？")
    article = make_article(title="头痛怎么办？", body="<p>可以吃布洛芬,能根治.</p>", tags=["头痛", "神经内科"])
    editor.get(change_address(article))
    with CaptureQueriesContext(connection) as queries:
        editor.get(change_address(article))
    assert len(queries) <= 25


# --- Rules that block --------------------------------------------------------------


@pytest.fixture
def blocking(settings):
    settings.COPYEDIT_BLOCKING = ["absolute-claim", "no-when"]


def test_without_the_setting_nothing_is_blocked(reviewer):
    article = make_article(status=Status.REVIEW, body="<p>这种药可以根治。</p>")
    assert proofs.obstacle(article) is None
    assert send(reviewer, change_address(article), step="publish").status_code == 302


def test_a_rule_of_the_setting_keeps_a_question_from_being_published(blocking):
    article = make_article(status=Status.DRAFT, body="<p>这种药可以根治。</p>")
    assert proofs.obstacle(article) == "文字检查没有通过：没有写何时就医、绝对化用语。请先改好再发布。"
    article.body, article.when_to_see_a_doctor = "<p>这种药不能根治。</p>", "发烧三天去医院。"
    assert proofs.obstacle(article) is None


def test_the_form_refuses_to_publish_keeps_the_text_and_saves_it_as_before(reviewer, blocking):
    article = make_article(status=Status.REVIEW, body="<p>旧。</p>")
    response = send(reviewer, change_address(article), step="publish", body="<p>这种药可以根治。</p>")
    assert "文字检查没有通过：没有写何时就医、绝对化用语" in errors_of(response)
    assert "可以根治" in response.content.decode()
    assert "改好才能发布" in response.content.decode()
    assert send(reviewer, change_address(article), body="<p>这种药可以根治。</p>").status_code == 302


def test_a_small_change_of_a_public_question_is_no_way_round_the_rules(editor, blocking):
    article = make_article(body="<p>这种药不能治好。</p>", when_to_see_a_doctor="发烧三天去医院。")
    answer = send(editor, change_address(article), step="small", body="<p>这种药可以根治。</p>")
    assert "文字检查没有通过：绝对化用语" in errors_of(answer)


def test_the_action_that_publishes_many_names_what_is_refused(reviewer, blocking):
    article = make_article(status=Status.REVIEW)
    data = {"action": "publish_selected", "_selected_action": [article.pk]}
    assert "文字检查没有通过：没有写何时就医" in reviewer.post(ARTICLES, data).content.decode()
    reviewer.post(ARTICLES, data | {"confirmed": "1"})
    article.refresh_from_db()
    assert article.status == Status.REVIEW


def test_the_review_page_refuses_what_the_rules_name(editor, reviewer, blocking):
    article = make_article(when_to_see_a_doctor="发烧三天去医院。")
    send(editor, change_address(article), step="submit", body="<p>这种药可以根治。</p>")
    address = f"{ARTICLES}{article.pk}/review/"
    seen = reviewer.get(address).context["situation"].number
    answer = reviewer.post(address, {"_step": "publish", "seen": seen})
    assert "文字检查没有通过：绝对化用语" in answer.content.decode()


def test_a_rule_that_does_not_exist_stops_the_start_and_is_named():
    environment = os.environ | {"COPYEDIT_BLOCKING": "absolute-claim,no-such-rule"}
    command = [sys.executable, "manage.py", "check"]
    result = subprocess.run(command, cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "COPYEDIT_BLOCKING: 'no-such-rule' is not one of" in result.stderr
