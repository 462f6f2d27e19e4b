"""The first page of the admin: what waits, for whom, and how the site is doing."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.admin.desk.charts import BarChart
from articles.admin.desk.figures import week_starts, weekly
from articles.admin.desk.page import likes_at
from articles.models import Article, Like, Report, SearchMiss
from articles.tests.editing import change_address, make_staff, sign_in
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db
DESK = "/admin/"
Status = Article.Status


def queue(client, title):
    """Return the queue of this title as the page was given it, or None."""
    return next((found for found in client.get(DESK).context["queues"] if found.title == title), None)


def texts(found):
    return [row.text for row in found.rows]


def test_questions_that_wait_for_review_stand_there_the_longest_waiting_first(editor):
    first = make_article(title="先提交的？", status=Status.REVIEW)
    make_article(title="后提交的？", status=Status.REVIEW)
    waiting = queue(editor, "待审核")
    assert texts(waiting) == ["先提交的？", "后提交的？"]
    assert waiting.rows[0].path == change_address(first)


def test_who_decides_is_led_from_the_desk_to_the_decision(reviewer):
    article = make_article(status=Status.REVIEW)
    page = reviewer.get(queue(reviewer, "待审核").rows[0].path)
    assert [offer.label for offer in page.context["offers"]] == ["通过并发布", "退回修改"]
    assert article.title in page.context["subtitle"]


def test_an_answer_whose_review_is_overdue_stands_there(reviewer):
    today = timezone.localdate()
    make_article(title="过期了？", review_due_on=today - timedelta(days=1))
    make_article(title="没有过期？", review_due_on=today)
    assert texts(queue(reviewer, "医学审核过期")) == ["过期了？"]


def test_readers_reports_stand_there_the_longest_waiting_first_until_they_are_settled(editor):
    articles = [make_article(title=f"第{number}个被报告的？") for number in (1, 2, 3)]
    reports = [Report.objects.create(article=article, reason="dose", version=timezone.now()) for article in articles]
    reports[0].settle(None, note="说明书就是这样写的。")
    waiting = queue(editor, "读者报告")
    assert texts(waiting) == ["第2个被报告的？", "第3个被报告的？"]
    assert waiting.rows[0].path == change_address(reports[1])
    assert waiting.rows[0].note == "用法、用量或数字有误"


def test_excerpts_to_complete_come_with_the_most_liked_first(editor):
    make_article(title="赞少的？", is_excerpt=True, imported_likes=1)
    make_article(title="赞多的？", is_excerpt=True, imported_likes=9)
    make_article(title="完整的？")
    assert texts(queue(editor, "只有摘要，待补全")) == ["赞多的？", "赞少的？"]


def test_what_does_not_help_readers_comes_with_the_most_doubted_first(editor):
    for title, helped, unhelped in [("三个？", 3, 3), ("七个？", 2, 7), ("两个？", 0, 2), ("多数说好？", 9, 8)]:
        make_article(title=title)
        Article.objects.filter(title=title).update(helped_count=helped, unhelped_count=unhelped)
    doubted = queue(editor, "读者说没有帮助")
    assert texts(doubted) == ["七个？", "三个？"]
    assert doubted.rows[0].note == "7 否 · 2 是"
    answer = editor.get(doubted.more)
    assert [article.title for article in answer.context["cl"].result_list] == ["七个？", "三个？"]
    assert 'field-unhelped_count">7<' in answer.content.decode()


def test_what_will_publish_itself_comes_with_the_next_first(editor):
    now = timezone.now()
    make_article(title="后天的？", published_at=now + timedelta(days=2))
    make_article(title="明天的？", published_at=now + timedelta(days=1))
    assert texts(queue(editor, "定时发布")) == ["明天的？", "后天的？"]


def test_searches_in_vain_stand_there_as_text_and_lead_to_their_row(editor):
    SearchMiss.objects.create(query="<b>灰指甲", times=3)
    page = editor.get(DESK).content.decode()
    assert "&lt;b&gt;灰指甲" in page
    assert "<b>灰指甲" not in page
    assert "灰指甲" in editor.get(queue(editor, "没有结果的搜索").rows[0].path).content.decode()


def test_a_long_queue_shows_its_first_rows_and_leads_to_all(reviewer):
    for number in range(7):
        make_article(title=f"等着审核的第{number}个？", status=Status.REVIEW)
    waiting = queue(reviewer, "待审核")
    assert (len(waiting.rows), waiting.count) == (5, "7")
    listed = reviewer.get(waiting.more).context["cl"].result_list
    assert len(listed) == 7


def test_every_queue_leads_to_the_list_that_holds_its_rows(editor):
    make_article(title="过期？", review_due_on=timezone.localdate() - timedelta(days=1))
    make_article(title="摘要？", is_excerpt=True)
    make_article(title="定时？", published_at=timezone.now() + timedelta(days=1))
    for title, expected in [("医学审核过期", "过期？"), ("只有摘要，待补全", "摘要？"), ("定时发布", "定时？")]:
        listed = editor.get(queue(editor, title).more).context["cl"].result_list
        assert [article.title for article in listed] == [expected]


def test_an_empty_site_says_so_and_draws_no_bars(editor):
    page = editor.get(DESK).content.decode()
    assert "没有等待审核的问题。" in page
    assert "每周点赞：还没有。" in page
    assert "chart-bar" not in page


def test_staff_without_permissions_see_no_titles_and_no_figures(db):
    make_article(title="别人看不到的？", status=Status.REVIEW)
    page = sign_in(make_staff()).get(DESK).content.decode()
    assert "别人看不到的" not in page
    assert "等着处理" not in page
    assert "每周发布" not in page


def test_who_may_only_look_sees_the_queues_of_questions(db):
    user = make_staff()
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    page = sign_in(user).get(DESK).content.decode()
    assert "待审核" in page
    assert "没有结果的搜索" not in page
    assert "写一个新问题" not in page


def test_the_desk_costs_the_same_however_much_there_is(editor):
    def cost():
        editor.get(DESK)
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(DESK).status_code == 200
        return len(queries)

    def fill():
        for number in range(20):
            make_article(status=Status.REVIEW, is_excerpt=True)
            article = make_article(review_due_on=timezone.localdate() - timedelta(days=1))
            article.like(f"reader{number}")
            make_article(published_at=timezone.now() + timedelta(days=1))
            SearchMiss.objects.create(query=f"搜不到{SearchMiss.objects.count()}")

    fill()
    few = cost()
    fill()
    assert cost() == few
    assert few <= 25


def test_weeks_begin_on_monday_in_the_sites_time_zone_and_end_with_this_one():
    now = datetime(2026, 3, 1, 16, 30, tzinfo=timezone.get_fixed_timezone(0))  # Monday half past midnight in Shanghai
    starts = week_starts(now, weeks=2)
    assert [f"{timezone.localtime(start):%m-%d %H:%M %a}" for start in starts] == [
        "02-23 00:00 Mon",
        "03-02 00:00 Mon",
        "03-09 00:00 Mon",
    ]


def test_likes_are_counted_in_the_week_in_which_they_were_given():
    article = make_article()
    monday = week_starts()[-2]
    moments = [monday, monday - timedelta(seconds=1), monday - timedelta(weeks=1), monday - timedelta(weeks=40)]
    for number, moment in enumerate(moments):
        article.like(f"reader{number}")
        Like.objects.filter(visitor=f"reader{number}").update(created_at=moment)
    assert [week.number for week in weekly(likes_at, "created_at")][-3:] == [0, 2, 1]


def test_questions_are_counted_in_the_week_of_their_publication_and_not_before_it():
    monday = week_starts()[-2]
    now = monday + timedelta(days=2)
    for moment in (now, monday, monday - timedelta(seconds=1), now + timedelta(days=1), now + timedelta(weeks=1)):
        make_article(published_at=moment)
    make_article(status=Article.Status.DRAFT, published_at=monday)
    assert [week.number for week in weekly(Article.objects.published, "published_at", now)][-3:] == [0, 1, 2]


def test_the_most_liked_question_has_the_longest_bar(editor):
    make_article(title="赞多的？", imported_likes=200)
    make_article(title="赞少的？", imported_likes=50)
    liked = editor.get(DESK).context["most_liked"]
    assert [(row.text, likes, percent) for row, likes, percent in liked] == [
        ("赞多的？", 200, 100),
        ("赞少的？", 50, 25),
    ]


def test_a_chart_is_well_formed_has_no_styles_and_says_in_words_what_it_draws(editor):
    make_article(published_at=timezone.now())
    page = editor.get(DESK).content.decode()
    start = page.index('<svg viewBox="0 0 360')
    drawing = page[start : page.index("</svg>", start) + 6]
    root = ElementTree.fromstring(drawing)
    assert root.get("aria-label").startswith("每周发布：共 1 个问题")
    assert [bar.get("height") for bar in root.findall("rect")] == ["90.0"]
    assert "style=" not in drawing


def test_a_bar_of_one_beside_a_thousand_is_still_to_be_seen():
    bars = BarChart("每周点赞", "个赞", [("1月1日", 1), ("1月8日", 1000), ("1月15日", 0)]).bars
    assert [bar.height for bar in bars] == [BarChart.LEAST, BarChart.HEIGHT, 0]
