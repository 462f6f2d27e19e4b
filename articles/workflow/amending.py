"""The same change of many questions: by which step each of them takes it, and what its editor is told of that.

What readers have changes by an open version, as in the form; at once only by who may publish unreviewed and many.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import TextChoices

from articles.models import Article, Revision
from articles.models.revision import Content, write
from articles.models.turns import turn

from . import proofs
from .situations import Situation
from .small_changes import changed_characters
from .steps import AT_ONCE, Refused, as_written, record, set_state, take

Step, Status = Revision.Step, Article.Status
Change = Callable[[Content], Content]  # what a version holds becomes what it is to hold; may raise Refused


class Effect(TextChoices):
    """What becomes of a change."""

    LIVE = "live", "读者马上看到"
    WAITS = "waits", "等医学审核通过，读者才看到"
    JOINS = "joins", "写进没有生效的改动，和它一起等"
    WRITTEN = "written", "马上写入，读者还看不到"


class Way(NamedTuple):
    """The step by which a question takes a change; or None, and why it cannot."""

    step: Any = None
    effect: Effect | None = None
    sentence: str = ""


def situations_of(articles: Sequence[Article], user: User) -> list[Situation]:
    """Return where each of the articles stands for `user` (1 query)."""
    rows = defaultdict(list)
    for row in Revision.objects.open_and_last_of(articles):
        rows[row.article_id].append(row)
    return [Situation(article, user, rows[article.pk]) for article in articles]


def way_to_change(situation: Situation) -> Way:
    """Return the Way of a change of tags or doctor. What somebody is still writing is not submitted by it."""
    if sentence := situation.obstacle(Step.SAVE):
        return Way(sentence=sentence)
    if situation.status == Status.WITHDRAWN:
        return Way(sentence="已经撤下了，要改请打开它。")
    if not situation.is_out:
        return Way(Step.SAVE, Effect.WRITTEN)
    if situation.open:
        return Way(Step.SAVE, Effect.JOINS)
    if situation.may("bulk"):
        for step in (Step.DIRECT, Step.UNREVIEWED):
            if situation.obstacle(step) is None:
                return Way(step, Effect.LIVE)
    return Way(Step.SUBMIT, Effect.WAITS)


def way_to_submit(situation: Situation) -> Way:
    """Return the Way of submitting a question as it is."""
    if sentence := situation.obstacle(Step.SUBMIT):
        return Way(sentence=sentence)
    if situation.is_out and not situation.open:
        is_gone = situation.status == Status.WITHDRAWN
        return Way(sentence="已经撤下了，要恢复请打开它提交。" if is_gone else "没有改动，不用提交审核。")
    if not (situation.held or {"body": situation.article.body})["body"]:
        return Way(sentence="正文是空的，不能发布。")
    return Way(Step.SUBMIT, Effect.WAITS)


@turn()
def amend(key: int, user: User, change: Change, *, comment: str, seen: int | None = None) -> Way:
    """Make a change of one question by the step of its Way, which is returned. Raises Refused.

    `seen` is the number of the version that the person was shown.
    """
    situation, way = judged(key, user, way_to_change, seen)
    article = situation.article
    situation.remember()
    content = {"is_revision": False, "correction": ""} | change(situation.before)
    if sentence := situation.objection(way.step, content):
        raise Refused(sentence)
    situation.keep_base()
    changed = changed_characters(situation.before, content)
    if not situation.is_out or way.step in AT_ONCE:
        set_state(situation, way.step, content)
        write(article, content, user)
        proofs.store([article])
        content = as_written(article, content)
    record(situation, way.step, content, comment=comment, changed=changed)
    return way


@turn()
def submit(key: int, user: User, *, seen: int | None = None) -> Way:
    """Submit one question as it is; returns its Way. Raises Refused."""
    _, way = judged(key, user, way_to_submit, seen)
    take(way.step, key, user)
    return way


def judged(key: int, user: User, judge: Callable[[Situation], Way], seen: int | None) -> tuple[Situation, Way]:
    """Return where a question stands, which is locked, and its Way. Raises Refused where there is none."""
    article: Article | None = Article.objects.select_for_update().filter(pk=key).first()
    if article is None:
        raise Refused("这个问题已经不在了。")
    situation = Situation(article, user)
    if seen is not None and seen != situation.number:
        raise Refused("您看的时候，有人又改过。")
    way = judge(situation)
    if not way.step:
        raise Refused(way.sentence)
    return situation, way
