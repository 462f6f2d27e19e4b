"""The sections of the form of a question: what is folded says what is inside, and what is needed is open."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.tests.editing import ARTICLES, change_address, errors_of, send
from articles.tests.factories import make_article, make_doctor

pytestmark = pytest.mark.django_db
Status = Article.Status


def test_the_record_tells_editors_whether_the_answer_helps(editor):
    article = make_article()
    Article.objects.filter(pk=article.pk).update(helped_count=12, unhelped_count=4)
    assert "12 人说有帮助，4 人说没有" in editor.get(change_address(article)).content.decode()


def folded(response):
    """Return what is said beside the names of the folded sections, {name: words}."""
    summaries = re.findall(
        r"<details><summary>\s*<h2[^>]*>([^<]*) <span[^>]*>（(.*?)）</span>", response.content.decode()
    )
    return dict(summaries)


def form_of(client, **fields):
    return folded(client.get(change_address(make_article(**fields))))


def test_a_new_question_begins_with_what_is_empty_and_not_needed_folded(editor):
    everything = {"本次改动": "没有说明", "医学审核": "还没有", "发布": "没有定时"}
    assert folded(editor.get(f"{ARTICLES}add/")) == everything
    assert form_of(editor, status=Status.DRAFT, published_at=None) == everything | {"记录": "0 个赞"}


def test_what_holds_something_or_is_needed_next_is_open(editor, reviewer):
    now = timezone.now()
    day = timezone.localtime(now - timedelta(days=1))
    public = {"published_at": day, "imported_likes": 3}
    said = {"发布": f"{day.year}年{day.month}月{day.day}日 {day:%H:%M}", "记录": "3 个赞"}
    assert form_of(editor, **public) == said | {"医学审核": "还没有"}
    assert form_of(reviewer, **public) == said  # who reviews may record a review
    assert form_of(editor, **public, reviewer=make_doctor(), reviewed_on=day.date()) == said
    for fields in (
        {"is_excerpt": True},
        {"published_at": now + timedelta(days=1)},
        {"status": Status.WITHDRAWN, "withdrawn_reason": "正在重写。"},
    ):
        assert "发布" not in form_of(editor, **fields), fields
    assert form_of(reviewer, status=Status.REVIEW, published_at=None) == {"发布": "没有定时", "记录": "0 个赞"}


def test_nothing_that_was_typed_and_refused_is_folded(editor):
    article = make_article(status=Status.DRAFT, published_at=None)
    answer = send(editor, change_address(article), step="nonsense", comment="为什么改", published_at_0="2030-01-01")
    assert "没有这一步" in errors_of(answer)
    assert folded(answer) == {"记录": "0 个赞"}
    assert "为什么改" in answer.content.decode()


def test_each_step_has_one_button_and_rare_ones_stand_behind_more(editor, reviewer):
    def bar(client, **fields):
        html = client.get(change_address(make_article(**fields))).content.decode()
        steps = html[html.index('class="step-bar"') :]
        usual, rare = steps.split('id="more-steps"')
        buttons = r'name="_step" value="(\w+)"( class="default")?'
        return [re.findall(buttons, part) for part in (usual, rare)]

    strong = ' class="default"'
    assert bar(editor, status=Status.DRAFT) == [[("save", ""), ("submit", strong)], []]
    assert bar(editor) == [[("save", ""), ("submit", strong), ("small", "")], [("withdraw", "")]]
    assert bar(reviewer, status=Status.REVIEW) == [[("save", ""), ("publish", strong), ("return", "")], []]
    overdue = {"reviewed_on": timezone.localdate() - timedelta(days=900), "reviewer": make_doctor()}
    assert ("checked", "") in bar(reviewer, **overdue)[0]
    assert ("checked", "") in bar(reviewer)[1]
