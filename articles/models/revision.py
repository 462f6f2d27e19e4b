"""Versions of a question: each step of its way, with the text as it was then."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from articles.text.names import full_name

from .doctor import Doctor
from .erased_image import ErasedImage
from .image import ImageUse
from .parts import Kind, Weight, named, parts
from .turns import turn

Content = dict[str, Any]  # what a version holds: {name of a part: value as JSON has it}
TEXTS = named(weight=Weight.WORDING)
PEOPLE = named(kind=Kind.PERSON)
# What a version holds of its article's row; tags (by name) and the editor's word about related questions come to it.
FIELDS = tuple(part.name for part in parts(is_versioned=True) if part.kind not in (Kind.TAGS, Kind.RELATIONS))


class PlainJSON(json.JSONEncoder):
    """Writes Chinese as it is: in escapes it would take twice the room."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


class RevisionQuerySet(models.QuerySet):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        for row, body in zip(objs, ErasedImage.objects.leave_out([row.body for row in objs]), strict=True):
            if body != row.body:
                row.content = row.content | {"body": body}
        created = super().bulk_create(objs, *args, **kwargs)
        ImageUse.objects.record(created, are_new=True)
        return created

    def open(self) -> "RevisionQuerySet":
        """The version of each question that is not settled: being written, waiting, or returned; one at most."""
        return self.filter(state__in=Revision.OPEN)

    def rename_tag(self, before: str, after: str) -> None:
        """Let the open versions, which name their tags, name one that is renamed as it is called now (2 queries)."""
        rows = [row for row in self.open().only("content") if before in row.content.get("tags", ())]
        for row in rows:
            row.content = row.content | {"tags": [after if name == before else name for name in row.content["tags"]]}
        self.bulk_update(rows, ["content"])

    def shown(self) -> "RevisionQuerySet":
        """The versions that readers have had, the newest first; the first of a public question is what they have."""
        return self.filter(state=Revision.State.LIVE).exclude(step=Revision.Step.WITHDRAW).order_by("-number")

    def unseen(self) -> "RevisionQuerySet":
        """The small changes that went live without 医学审核 and that no reviewer has looked at since."""
        return self.filter(step=Revision.Step.SMALL, state=Revision.State.LIVE, seen_at=None)

    def reviewed(self) -> "RevisionQuerySet":
        """The versions that readers have had as a review left them: approved, or looked at afterwards."""
        approved = Q(step__in=(Revision.Step.PUBLISH, Revision.Step.DIRECT)) | Q(seen_at__isnull=False)
        return self.filter(approved, state=Revision.State.LIVE)

    def last_written_by(self, user: Any) -> "RevisionQuerySet":
        """The versions of `user` after which nobody has written, whoever has decided about them."""
        later = Revision.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later.filter(step__in=Revision.WRITTEN)), by=user, step__in=Revision.WRITTEN)

    def open_and_last(self, article: Any) -> "RevisionQuerySet":
        """The open version of a question and its last one, which may be the same, with whose they are (1 query)."""
        rows = self.filter(article=article)
        last = rows.order_by("-number").values("number")[:1]
        return rows.filter(Q(state__in=Revision.OPEN) | Q(number=Subquery(last))).select_related("by", "addressee")

    def open_and_last_of(self, articles: Iterable[Any]) -> "RevisionQuerySet":
        """As open_and_last() of each of `articles` (1 query)."""
        last = Revision.objects.filter(article=OuterRef("article")).order_by("-number").values("number")[:1]
        rows = self.filter(Q(state__in=Revision.OPEN) | Q(number=Subquery(last)), article__in=articles)
        return rows.select_related("by", "addressee")


class Revision(models.Model):
    class Step(models.TextChoices):
        BASE = "base", "原有内容"
        SAVE = "save", "保存"
        SUBMIT = "submit", "提交审核"
        RETURN = "return", "退回修改"
        PUBLISH = "publish", "通过并发布"
        DIRECT = "direct", "发布"
        UNREVIEWED = "unreviewed", "未经审核发布"
        SMALL = "small", "小改动"
        CHECKED = "checked", "登记审核"
        WITHDRAW = "withdraw", "撤下"
        DISCARD = "discard", "放弃改动"
        RESTORE = "restore", "恢复旧版"

    class State(models.TextChoices):
        DRAFT = "draft", "修改中"
        REVIEW = "review", "待审"
        RETURNED = "returned", "被退回"
        LIVE = "live", "读者看到过"
        CLOSED = "closed", "已由后来的版本代替"

    # The steps by which somebody writes; by the others somebody decides about what is written.
    WRITTEN = (Step.SAVE, Step.SUBMIT, Step.DIRECT, Step.UNREVIEWED, Step.SMALL, Step.RESTORE)
    OPEN = (State.DRAFT, State.REVIEW, State.RETURNED)

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="revisions", verbose_name="问题"
    )
    number = models.PositiveIntegerField("版本")
    step = models.CharField("步骤", max_length=10, choices=Step)
    state = models.CharField("状态", max_length=10, choices=State)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="revisions",
        verbose_name="谁",
    )
    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="returned_revisions",
        verbose_name="退给谁",
    )
    at = models.DateTimeField("时间", default=timezone.now)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="seen_revisions",
        verbose_name="谁过目",
    )
    seen_at = models.DateTimeField("过目时间", null=True, blank=True, help_text="小改动生效以后，医学审核看过的时间。")
    comment = models.CharField("说明", max_length=500, blank=True)
    changed = models.PositiveIntegerField("改动", default=0, help_text="改了多少个字；数到不再是小改动为止。")
    content = models.JSONField("内容", encoder=PlainJSON)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "版本"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(state__in=("draft", "review", "returned")), name="revision_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-at"], name="revision_by_state"),
            models.Index(fields=["state", "article"], condition=Q(step="small", seen_at=None), name="revision_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} · 第 {self.number} 版"

    @property
    def body(self) -> str:
        return self.content.get("body", "")

    @property
    def who(self) -> str:
        """Whose step it was, in Chinese: only what stood there before belongs to nobody who is known."""
        if self.by:
            return full_name(self.by)
        return "导入或其他程序" if self.step == self.Step.BASE else "已经不在的账号"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @classmethod
    def record(
        cls,
        article: Any,
        step: str,
        state: str,
        *,
        content: Content,
        number: int | None = None,
        closes: bool = True,
        **values: Any,
    ) -> "Revision":
        """Add the next version of `article`, or that of `number`. `closes`: whether it takes the place of the open one.

        Inside a turn, so that no two get the same number.
        """
        rows = cls.objects.filter(article=article)
        if closes:
            rows.open().update(state=cls.State.CLOSED)
        number = number or (rows.aggregate(last=Max("number"))["last"] or 0) + 1
        if "body" in content:
            [body] = ErasedImage.objects.leave_out([content["body"]])
            content = content | {"body": body}
        row = cls.objects.create(article=article, number=number, step=step, state=state, content=content, **values)
        ImageUse.objects.record([row], are_new=True)
        return row


def fields_of(article: Any) -> Content:
    """Return what a version holds of the columns of `article`."""
    return {name: plain(getattr(article, article._meta.get_field(name).attname)) for name in FIELDS}


def content_of(article: Any, tags: list[str] | None = None) -> Content:
    """Return what a version holds of `article`; `tags` are names, else those that it has (2 queries)."""
    content = fields_of(article)
    if tags is None:
        tags = list(article.tagged_items.order_by("pk").values_list("tag__name", flat=True))
    related = []
    if article.pk:
        rows = article.related_items.order_by("position", "pk").values_list("related", "position", "is_excluded")
        related = [list(row) for row in rows]
    return content | {"tags": tags, "related": related}


def plain(value: Any) -> Any:
    """Return a value as JSON takes it; an instant in one zone, so that equal ones look the same."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def changed_names(before: Content, after: Content) -> set[str]:
    """Return the names of what differs between two contents (1 query where doctors do).

    A doctor and the one whom he was merged into are the same. Related questions change by clicks, without a version.
    """
    names = {name for name in FIELDS if (before.get(name) or None) != (after.get(name) or None)}
    if people := [name for name in PEOPLE if name in names and before.get(name) and after.get(name)]:
        present = Doctor.everyone.present_keys(content[name] for content in (before, after) for name in people)
        names -= {name for name in people if present.get(before[name], before[name]) == present.get(after[name])}
    return names if set(before.get("tags", ())) == set(after["tags"]) else names | {"tags"}


def fill(article: Any, content: Content) -> Any:
    """Set the fields of `article` to those of `content`; nothing is saved.

    For a doctor who was merged into another that one stands; who is gone is left out.
    """
    for name in FIELDS:
        field = article._meta.get_field(name)
        value = field.to_python(content.get(name, getattr(article, field.attname)))
        if name in PEOPLE and value and value != getattr(article, field.attname):
            value = Doctor.everyone.present_keys([value]).get(value)
        setattr(article, field.attname, value)
    return article


@turn()
def write(article: Any, content: Content, by: Any) -> None:
    """Put `content` into `article` with its tags, and save: page, index, lists and the site's version follow.

    Its correction becomes public, as that of `by`, when the question is; the readers' reports it answers are settled.
    """
    held, article.holds_related = article.holds_related, True
    fill(article, content)
    if content.get("correction") and article.is_public:
        correction = article.correct(content["correction"], by=by)
    else:
        correction = article.save()  # None
    article.reports.settle(content.get("answers", []), by, correction)
    article.tags.set(content["tags"])
    article.holds_related = held
    article.refresh_related()


@transaction.atomic
def write_related(article: Any, rows: Iterable[Sequence[Any]]) -> None:
    """Make the editor's word about related questions what `rows` ([key, position, is_excluded]) say."""
    model = article.related_items.model
    present = set(type(article).objects.filter(pk__in=[row[0] for row in rows]).values_list("pk", flat=True))
    article.related_items.all().delete()
    model.objects.bulk_create(
        model(article=article, related_id=key, position=position, is_excluded=is_excluded)
        for key, position, is_excluded in rows
        if key in present and key != article.pk
    )
