"""The list of questions: what is found, what limits it, and whose questions they are."""

import re

import pytest
from django.contrib.admin import site

from articles.models import Article, Revision
from articles.models.revision import content_of
from articles.tests.editing import ARTICLES, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag

from .test_lists import cost, make_rows, titles

pytestmark = pytest.mark.django_db
Status, Step, State = Article.Status, Revision.Step, Revision.State


def test_the_best_comes_first_until_a_column_is_chosen(editor):
    make_article(title="偏头痛怎么办？")
    make_article(title="头晕怎么办？", body="<p>有时和偏头痛一起来。</p>", status=Status.DRAFT)
    assert titles(editor.get(f"{ARTICLES}?q=偏头痛怎么办")) == ["偏头痛怎么办？", "头晕怎么办？"]
    assert titles(editor.get(f"{ARTICLES}?q=偏头痛&o=-1")) == ["头晕怎么办？", "偏头痛怎么办？"]
    assert titles(editor.get(f"{ARTICLES}?q=偏头痛&state=draft")) == ["头晕怎么办？"]


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("1", "title -pk"),
        ("2", "status -published_at -pk"),
        ("-2", "-status -published_at -pk"),
        ("3", "doctor__name -pk"),
        ("-3", "-doctor__name -pk"),
        ("6", "like_count published_at pk"),
        ("-6", "-like_count -published_at -pk"),
        ("6.1", "like_count title -pk"),
    ],
)
def test_every_page_of_the_list_holds_its_part_of_the_chosen_order(editor, monkeypatch, column, order):
    doctors = [make_doctor(name="王医生"), make_doctor(name="李医生"), None, make_doctor(name="李医生")]
    for number in range(7):
        status = Status.DRAFT if number % 2 else Status.PUBLISHED
        article = make_article(title=f"第{number * 3 % 7}个问题？", doctor=doctors[number % 4], status=status)
        article.set_imported_likes(number % 3)
    monkeypatch.setattr(site.get_model_admin(Article), "list_per_page", 3)
    pages = [titles(editor.get(f"{ARTICLES}?o={column}&p={page}")) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sum(pages, []) == titles(editor.get(f"{ARTICLES}?o={column}&all="))
    assert sum(pages, []) == list(Article.objects.order_by(*order.split()).values_list("title", flat=True))


def test_a_long_text_is_cut_only_where_that_is_said(editor):
    make_article(title="偏头痛怎么办？")
    said = "只用了前 100 个字。"
    assert said in editor.get(ARTICLES, {"q": "偏头痛" * 34}).content.decode()
    assert said not in editor.get(ARTICLES, {"q": "偏头痛" * 33}).content.decode()


def test_a_form_leads_back_to_the_filtered_list_from_which_it_was_opened(editor):
    articles = [make_article(title=f"第{number}个草稿？", status=Status.DRAFT) for number in range(2)]
    page = editor.get(f"{ARTICLES}?state=draft&o=1").content.decode()
    for article in articles:
        address = f"{change_address(article)}?_changelist_filters=state%3Ddraft%26o%3D1"
        assert f'href="{address}">{article.title}</a>' in page
        assert send(editor, address, step="save", _save="").url == f"{ARTICLES}?state=draft&o=1"
    assert f'href="{change_address(articles[0])}">' in editor.get(ARTICLES).content.decode()


def test_a_search_costs_the_same_number_of_queries_for_10_and_50_rows(editor):
    make_rows(10)
    few = cost(editor, f"{ARTICLES}?q=头痛&state=published")
    make_rows(40)
    assert cost(editor, f"{ARTICLES}?q=头痛&state=published") == few
    assert few <= 18


def test_whatever_limits_the_list_stands_above_it_and_is_taken_away_by_a_click(editor):
    doctor, tag = make_doctor(name="张文静"), make_tag("头痛")
    make_article(title="头痛怎么办？", doctor=doctor, tags=[tag])
    chosen = f"state=published&about={tag.pk}&doctor={doctor.pk}&mine=made&tag=7&published_at__year=2026&q=头痛"
    answer = editor.get(f"{ARTICLES}?{chosen}")
    chips = answer.context["cl"].chips
    said = {chip.label: chip.value for chip in chips}
    assert said == {
        "状态": "已发布",
        "标签": "头痛",
        "回答医生": "张文静",
        "我的": "我新建的",
        "科室": "没有这一项",
        "发布时间": "2026年",
    }
    for chip in chips:  # each takes itself away, and nothing else
        assert len(editor.get(f"{ARTICLES}{chip.without}").context["cl"].chips) == len(chips) - 1, chip
    page = answer.content.decode()
    assert '<span class="list-filters-number" title="6 个条件">6</span>' in page
    assert f'href="?about={tag.pk}">标签“头痛”的全部问题</a>' in page
    assert len(re.findall(r'name="q" value="头痛"', page)) == 3  # the search itself, and two filters that keep it
    plain = editor.get(ARTICLES).content.decode()
    assert 'class="chips"' not in plain
    assert "<summary>筛选</summary>" in plain
    assert editor.get(f"{ARTICLES}?about=%00&doctor=9").context["cl"].chips[0].value == "没有这一项"


def test_a_tag_and_a_department_limit_the_list_together(editor):
    department, tag = make_tag("神经内科", kind="department"), make_tag("头痛")
    make_article(title="都有？", tags=[department, tag])
    make_article(title="只有标签？", tags=[tag])
    assert titles(editor.get(f"{ARTICLES}?about={tag.pk}")) == ["只有标签？", "都有？"]
    assert titles(editor.get(f"{ARTICLES}?about={tag.pk}&tag={department.pk}")) == ["都有？"]


def test_my_questions_stay_mine_when_a_reviewer_approves_and_not_when_somebody_else_writes():
    me, other = make_staff("编辑"), make_staff("编辑")
    client, mine, changed = sign_in(me), make_article(title="我的？"), make_article(title="别人接着改的？")
    make_article(title="别人的？")
    for article in (mine, changed):
        Revision.record(article, Step.SAVE, State.CLOSED, content=content_of(article), by=me)
    Revision.record(mine, Step.PUBLISH, State.LIVE, content=content_of(mine), by=other)
    Revision.record(changed, Step.SUBMIT, State.REVIEW, content=content_of(changed), by=other)
    assert titles(client.get(f"{ARTICLES}?mine=made")) == ["别人接着改的？", "我的？"]
    assert titles(client.get(f"{ARTICLES}?mine=last")) == ["我的？"]
    send(client, change_address(changed), body="<p>我又改了。</p>")
    assert titles(client.get(f"{ARTICLES}?mine=last")) == ["别人接着改的？", "我的？"]


def test_a_doctor_finds_the_questions_of_the_own_record():
    user = make_staff("医学审核")
    client = sign_in(user)
    assert "mine=doctor" not in client.get(ARTICLES).content.decode()
    make_article(title="我回答的？", doctor=make_doctor(user=user))
    make_article(title="别人回答的？", doctor=make_doctor())
    assert "mine=doctor" in client.get(ARTICLES).content.decode()
    assert titles(client.get(f"{ARTICLES}?mine=doctor")) == ["我回答的？"]
