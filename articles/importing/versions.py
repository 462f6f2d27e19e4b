"""The versions that an import adds to the history of its articles, for a batch at once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max, OuterRef, Subquery

from articles.models import Article, RelatedItem, Revision
from articles.models.revision import Content, changed_names, fields_of
from articles.workflow.signing import said_of, signature
from articles.workflow.small_changes import SMALL
from articles.workflow.steps import state_after

from .changes import HELD, NEW, Draft

Step, State, Status = Revision.Step, Revision.State, Article.Status


def content_of(article: Article, tags: Iterable[str]) -> Content:
    """Return what a version holds of `article`, without its related questions."""
    return fields_of(article) | {"tags": list(tags)}


def record(drafts: Iterable[Draft], user: User, comment: str) -> None:
    """Add the versions of drafts: written ones as they are now, HELD ones as they wait for 医学审核.

    What stood there before, and is in no version yet, is kept as one too. Inside a turn.
    """
    drafts = [draft for draft in drafts if draft.what == NEW or draft.changes_content]
    keys = [draft.article.pk for draft in drafts if draft.what != NEW]
    last = dict(Revision.objects.filter(article__in=keys).order_by().values_list("article").annotate(Max("number")))
    open_ = {row.article_id: row for row in Revision.objects.open().filter(article__in=keys).defer("content")}
    standing, related = standing_contents(drafts), related_rows(draft.article.pk for draft in drafts)
    rows = []
    for draft in drafts:
        key = draft.article.pk
        if draft.what != NEW and (key not in standing or changed_names(standing[key], draft.content_before)):
            last[key] = last.get(key, 0) + 1
            rows.append(base(draft, last[key], related[key]))
        step, opened = step_of(draft), open_.get(key)
        state = state_after(step, opened, waits(draft), draft.article.is_out)
        content = content_of(draft.article, draft.tags) | {"related": related[key]}
        is_signed = signature(draft.content_before or {}, content)
        rows.append(
            Revision(
                article=draft.article,
                number=last.get(key, 0) + 1,
                step=step,
                state=state,
                by=user,
                addressee=opened.addressee if state == State.RETURNED else None,
                comment=said_of(user, draft.article.reviewer, comment) if is_signed else comment,
                changed=SMALL + 1,
                content=content,
            )
        )
    Revision.objects.filter(pk__in=[row.pk for row in open_.values()]).update(state=State.CLOSED)
    Revision.objects.bulk_create(rows)


def base(draft: Draft, number: int, related: list[list[Any]]) -> Revision:
    """Return the version of what stood there before."""
    return Revision(
        article=draft.article,
        number=number,
        step=Step.BASE,
        state=State.LIVE if draft.article.is_out else State.CLOSED,
        at=draft.updated_before,
        content=draft.content_before | {"related": related},
    )


def step_of(draft: Draft) -> str:
    """Return the step that a draft takes."""
    if draft.what == HELD:
        return Step.SUBMIT
    if draft.article.is_out:
        return Step.UNREVIEWED if settings.REVIEW_REQUIRED else Step.DIRECT
    if draft.what == NEW and waits(draft):
        return Step.SUBMIT
    return Step.SAVE


def waits(draft: Draft) -> bool:
    return draft.article.status == Status.REVIEW


def standing_contents(drafts: Iterable[Draft]) -> dict[int, Content]:
    """Return {key: content} of the last version that was put into each article."""
    contents = {}
    for is_out, states in ((True, [State.LIVE]), (False, list(State))):
        keys = [draft.article.pk for draft in drafts if draft.what != NEW and draft.article.is_out == is_out]
        rows = Revision.objects.filter(article__in=keys, state__in=states)
        newest = Revision.objects.filter(article=OuterRef("article"), state__in=states).order_by("-number")
        contents |= dict(rows.filter(number=Subquery(newest.values("number")[:1])).values_list("article", "content"))
    return contents


def related_rows(keys: Iterable[int]) -> dict[int, list[list[Any]]]:
    """Return {key: [[related, position, is_excluded], …]} as versions hold them."""
    found = defaultdict(list)
    rows = RelatedItem.objects.filter(article__in=keys).order_by("position", "pk")
    for article, *row in rows.values_list("article", "related", "position", "is_excluded"):
        found[article].append(row)
    return found
