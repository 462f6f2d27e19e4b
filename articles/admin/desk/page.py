"""The admin's first page: what waits for this editor, and how the site is doing."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article, Like, Report, SearchMiss
from articles.models.helpfulness import TOTALS as HELP

from .charts import BarChart
from .counts import COUNTED, shown_count
from .figures import weekly
from .pushes import pushes

SHOWN = 5  # rows of each queue
MOST_LIKED = 8


class Row(NamedTuple):
    text: str
    path: str
    note: str = ""


class Queue:
    """Something that waits: its first rows, how many there are, and where all of them are."""

    def __init__(self, title: str, nothing: str, rows: QuerySet[Any], row: Callable[[Any], Row], more: str) -> None:
        """`rows` is a queryset, the most urgent first, and `row` makes a Row of one; `more` is the path of all."""
        self.title, self.nothing, self.more = title, nothing, more
        first = list(rows[: SHOWN + 1])
        self.rows = [row(found) for found in first[:SHOWN]]
        self.number = len(first) if len(first) <= SHOWN else rows.order_by()[:COUNTED].count()

    @property
    def count(self) -> str:
        return shown_count(self.number)


def changelist(model: str, **filters: str) -> str:
    path = reverse(f"admin:articles_{model}_changelist")
    return f"{path}?{urlencode(filters)}" if filters else path


def question_row(note: Callable[[Article], str], page: str = "change") -> Callable[[Article], Row]:
    """Return a function that makes a Row of a question, leading to a page of it, with `note` of it beside the title."""
    return lambda article: Row(
        article.title, reverse(f"admin:articles_article_{page}", args=[article.pk]), note(article)
    )


def day(moment: date) -> str:
    return date_format(moment, "n月j日")


def saved(article: Article) -> str:
    return f"{day(timezone.localtime(article.updated_at))}保存"


def queues(user: User) -> list[Queue]:
    """Return the Queues of what `user` may look at, what must be done first at the beginning."""
    found = []
    noted = ("published_at", "updated_at", "review_due_on", "like_count", *HELP.values())
    questions = Article.objects.only("title", *noted)
    if user.has_perm("articles.view_article"):
        # Who decides is led to the page where what changed is shown beside the decision.
        decided = "review" if user.has_perm("articles.review_article") else "change"
        found += [
            Queue(
                "退回给我修改",
                "没有退回给您的问题。",
                questions.returned_to(user).order_by("updated_at", "pk"),
                question_row(saved),
                changelist("article", state="returned"),
            ),
            Queue(
                "待审核",
                "没有等待审核的问题。",
                questions.to_review().order_by("updated_at", "pk"),
                question_row(saved, decided),
                changelist("article", state="review"),
            ),
            Queue(
                "审核后改过",
                "没有医生审核以后又改过的问题。",
                Article.objects.past_review().select_related("reviewer").only("title", "reviewed_on", "reviewer__name"),
                question_row(lambda article: f"{article.reviewer.name} {day(article.reviewed_on)}审核"),
                changelist("article", due="changed"),
            ),
            Queue(
                "医学审核过期",
                "没有过期的审核。",
                questions.review_overdue(),
                question_row(lambda article: f"应于 {day(article.review_due_on)}前审核"),
                changelist("article", due="overdue"),
            ),
            Queue(
                "只有摘要，待补全",
                "没有待补全的问题。",
                questions.filter(is_excerpt=True).order_by("-like_count", "-pk"),
                question_row(lambda article: f"{article.like_count} 赞"),
                changelist("article", gap="excerpt"),
            ),
            Queue(
                "读者说没有帮助",
                "没有读者多说没有帮助的问题。",
                questions.doubted().order_by("-unhelped_count", "-pk"),
                question_row(lambda article: f"{article.unhelped_count} 否 · {article.helped_count} 是"),
                changelist("article", gap="unhelpful"),
            ),
            Queue(
                "定时发布",
                "没有定好时间的问题。",
                questions.scheduled(),
                question_row(lambda article: date_format(timezone.localtime(article.published_at), "n月j日 H:i")),
                changelist("article", state="scheduled"),
            ),
        ]
    if user.has_perm("articles.view_report"):
        found.insert(
            2,
            Queue(
                "读者报告",
                "没有等待处理的报告。",
                Report.objects.open().order_by("pk").select_related("article").only("reason", "article__title"),
                lambda report: Row(
                    report.article.title,
                    reverse("admin:articles_report_change", args=[report.pk]),
                    report.get_reason_display(),
                ),
                changelist("report", state="open"),
            ),
        )
    if user.has_perm("articles.view_article") and user.has_perm("articles.review_article") and settings.REVIEW_REQUIRED:
        found.insert(
            2,
            Queue(
                "小改动，请过目",
                "没有等待过目的小改动。",
                questions.to_look_at().order_by("updated_at", "pk"),
                question_row(saved, "look"),
                changelist("article", state="unseen"),
            ),
        )
    if user.has_perm("articles.view_searchmiss"):
        found.append(
            Queue(
                "没有结果的搜索",
                "读者搜到的都有结果。",
                SearchMiss.objects.order_by("-times", "-last_on", "pk"),
                lambda miss: Row(miss.query, changelist("searchmiss", q=miss.query), f"{miss.times} 次"),
                changelist("searchmiss"),
            )
        )
    return found


def likes_at(moment: datetime) -> QuerySet[Like]:
    return Like.objects.filter(created_at__lte=moment)


def charts() -> list[BarChart]:
    """Return the charts of the last weeks (2 queries)."""
    published = weekly(Article.objects.published, "published_at")
    likes = weekly(likes_at, "created_at")
    return [
        BarChart(title, unit, [(f"{week.first_day:%-m}月{week.first_day:%-d}日", week.number) for week in weeks])
        for title, unit, weeks in [("每周发布", "个问题", published), ("每周点赞", "个赞", likes)]
    ]


def most_liked() -> list[tuple[Row, int, int]]:
    """Return (Row, likes, percent of the most) of the questions that readers like most (1 query)."""
    rows = list(
        Article.objects.published().filter(like_count__gt=0).most_liked().only("title", "like_count")[:MOST_LIKED]
    )
    row = question_row(lambda article: f"{article.like_count} 赞")
    return [
        (row(article), article.like_count, round(100 * article.like_count / rows[0].like_count)) for article in rows
    ]


def desk(user: User) -> dict[str, Any]:
    """Return the context of the first page for `user`: the queues, and for who may look at questions the figures."""
    shown = {"queues": queues(user)}
    if user.has_perm("articles.view_article"):
        shown |= {"charts": charts(), "most_liked": most_liked()}
    if user.has_perm("articles.view_pushservice"):
        shown["pushes"] = pushes()
    return shown
