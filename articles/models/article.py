from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from taggit.managers import TaggableManager

from articles.engine.seam import search_engine
from articles.text.addresses import helped_path, like_path, question_path, report_path
from articles.text.excerpts import excerpt
from articles.text.markup import Led, clean_html, led_lines, plain_text, running_text
from articles.text.names import clean_line

from .article_queries import ArticleQuerySet
from .correction import Corrected
from .counters import COUNTERS, IMPORTED, TOTALS, Like, add_like
from .doctor import Doctor
from .erased_image import ErasedImage
from .fields import BodyField
from .helpfulness import Judged
from .image import ImageUse
from .parts import Kind, label, named, parts
from .related_list import refresh
from .review import FOLLOWED, Reviewed
from .tag import Tag
from .tagged_article import ArticleTagManager, TaggedArticle
from .turns import turn

SEARCHED_BESIDE_TITLE = [part for part in parts(is_searched=True) if part.name != "title"]
SEARCHED_AS = {Kind.HTML: plain_text}


class Article(Reviewed, Corrected, Judged, models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        REVIEW = "review", "待审"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤下"

    OUT = (Status.PUBLISHED, Status.WITHDRAWN)

    class Urgency(models.TextChoices):
        NOW = "now", "立即就医"
        SOON = "soon", "尽快就医"
        ROUTINE = "routine", "择期就医"

    title = models.CharField(
        label("title"), max_length=120, help_text="读者会怎么问，就怎么写。例如：面部肌肉痉挛怎么办？"
    )
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=label("doctor")
    )
    short_answer = models.CharField(
        label("short_answer"),
        max_length=200,
        blank=True,
        help_text="20 到 60 字，读者第一眼看到的就是它。没有把握就留空。",
    )
    excerpt = models.TextField("摘要", blank=True, editable=False)
    urgency = models.CharField(label("urgency"), max_length=10, choices=Urgency, blank=True)
    when_to_see_a_doctor = models.TextField(
        label("when_to_see_a_doctor"), blank=True, help_text="出现哪些情况要去医院、挂什么科。写清楚时限。"
    )
    references = models.TextField(label("references"), blank=True, help_text="一行一条：指南、教科书或网址。")
    reviewer = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, null=True, blank=True, related_name="reviewed", verbose_name=label("reviewer")
    )
    reviewed_on = models.DateField(
        label("reviewed_on"), null=True, blank=True, help_text="医生核对全文的日期。改错字不算审核。"
    )
    review_due_on = models.DateField(
        label("review_due_on"),
        null=True,
        blank=True,
        help_text="过了这一天还没有审核，读者会看到提示。留空则按审核周期推算。",
    )

    reviewed_text = models.CharField(
        "审核时的内容", max_length=70, blank=True, default="", db_default="", editable=False
    )
    is_past_review = models.BooleanField("审核后改过", default=False, db_default=False, editable=False)

    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    withdrawn_reason = models.CharField(
        label("withdrawn_reason"), max_length=200, blank=True, help_text="撤下时必填，读者打开旧地址会看到它。"
    )
    published_at = models.DateTimeField(
        label("published_at"), null=True, blank=True, help_text="留空则为发布的那一刻；写将来的时间，到点自动出现。"
    )
    revised_at = models.DateTimeField(
        label("revised_at"), null=True, blank=True, help_text="内容有实质变化的时间，改错字不算。"
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    updated_at = models.DateTimeField("最后保存", auto_now=True)

    imported_likes = models.PositiveIntegerField("导入的赞", default=0, validators=[MaxValueValidator(10**9)])
    like_count = models.PositiveIntegerField("赞", default=0, editable=False)
    source = models.CharField(
        "来源键", max_length=200, unique=True, null=True, blank=True, editable=False, help_text="重复导入靠它识别。"
    )
    source_digest = models.CharField("来源摘要", max_length=64, blank=True, editable=False)
    is_excerpt = models.BooleanField(
        label("is_excerpt"),
        default=False,
        help_text="只知道答案的一部分。读者会看到提示，搜索引擎不收录。补全正文后请取消勾选。",
    )
    # Last, so that SQLite finds every other column in the first page of a row.
    body = BodyField(label("body"), blank=True, help_text="可以直接从 Word 或公众号粘贴，多余的格式会自动去掉。")
    tags = TaggableManager(label("tags"), through=TaggedArticle, blank=True, manager=ArticleTagManager)

    # Where they were read with the row: the red flags of 心理援助, the editor's words about what stands beside it, and
    # (slug, title) of the pages in the footer of its page.
    mental_flags: "Sequence[Any] | None" = None
    pins: "Sequence[Sequence[Any]] | None" = None
    footer_pages: "Sequence[tuple[str, str]] | None" = None
    holds_related = False  # set while a form saves in several steps, so that the list is computed once

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["-published_at", "-pk"]
        get_latest_by = "published_at"
        permissions = [
            ("publish_article", "可以发布和撤下问题"),
            ("review_article", "可以登记医学审核"),
            ("publish_unreviewed_article", "可以不经审核发布问题"),
            ("bulk_article", "可以一次发布或撤下几个问题"),
        ]
        indexes = [
            # status stands last: as the first column it tempts SQLite to read all that is published to find a few keys.
            models.Index(fields=["-published_at", "-id", "status"], name="article_newest"),
            models.Index(fields=["-like_count", "-published_at", "-id", "status"], name="article_most_liked"),
            models.Index(fields=["doctor", "status", "-published_at", "-id"], name="article_by_doctor"),
            models.Index(fields=["published_at"], name="article_by_time"),
            models.Index(fields=["title"], name="article_title"),  # read through for words within titles
            models.Index(fields=["review_due_on", "status"], name="article_review_due"),
            models.Index(fields=["status"], condition=Q(status="review"), name="article_in_review"),
            models.Index(fields=["updated_at", "id"], condition=Q(is_past_review=True), name="article_past_review"),
            models.Index(fields=["-like_count", "-id"], condition=Q(is_excerpt=True), name="article_excerpts"),
            models.Index(fields=["-unhelped_count", "-id"], name="article_unhelpful"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False), name="published_has_time"
            ),
            models.CheckConstraint(condition=Q(like_count__gte=F("imported_likes")), name="likes_cover_import"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.prepare()
        if not self._state.adding and kwargs.get("update_fields") is None and not kwargs.get("force_insert"):
            # A form opened a minute ago must not write back what readers were counted by a minute ago.
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and field.name not in TOTALS | IMPORTED
            ]
        elif not FOLLOWED.isdisjoint(kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "reviewed_text", "is_past_review"}
        with turn():
            self.follow_merges()
            is_new = self._state.adding and self.pk is None
            super().save(*args, **kwargs)
            if is_new:  # nothing stands beside it: no need to ask
                self._meta.get_field("related_list").set_cached_value(self, None)
            search_engine().changed([self.pk], [self], are_new=is_new)
            ImageUse.objects.record([self], are_new=is_new)
            self.refresh_related()

    def get_absolute_url(self) -> str:
        return question_path(self.pk)

    @property
    def like_path(self) -> str:
        return like_path(self.pk)

    @property
    def helped_path(self) -> str:
        return helped_path(self.pk)

    @property
    def report_path(self) -> str:
        return report_path(self.pk)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with turn():
            key = self.pk
            deleted = super().delete(*args, **kwargs)
            search_engine().changed([key])
        return deleted

    @property
    def is_public(self) -> bool:
        return self.status == self.Status.PUBLISHED and self.published_at <= timezone.now()

    @property
    def is_scheduled(self) -> bool:
        return self.status == self.Status.PUBLISHED and self.published_at > timezone.now()

    @property
    def is_listed(self) -> bool:
        """Whether it is public or will be at its time, as ArticleQuerySet.to_be_published() has it."""
        return self.status == self.Status.PUBLISHED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == self.Status.WITHDRAWN

    @property
    def is_out(self) -> bool:
        """Whether readers have it, will have it at its time, or had it: its text changes by approved versions."""
        return self.status in self.OUT

    @property
    def is_revised(self) -> bool:
        return bool(self.revised_at and self.published_at and self.revised_at > self.published_at)

    @property
    def searched_text(self) -> str:
        """The text under which it is found, beside its title."""
        texts = [SEARCHED_AS.get(part.kind, str)(getattr(self, part.name)) for part in SEARCHED_BESIDE_TITLE]
        return "\n".join(filter(None, texts))

    @property
    def found_lines(self) -> list[Led]:
        """The lines that a snippet of a search is cut from.

        A row of a table says nothing without its head, nor a line without its heading: 10 mg, 儿童 and 禁用 of three
        cells would be one dose, and 涂牙膏 be advice.
        """
        lines: list[Led] = []
        for part in SEARCHED_BESIDE_TITLE:
            value = getattr(self, part.name)
            if part.kind == Kind.HTML:
                lines += led_lines(value)
            elif part.kind == Kind.LINE:
                lines += [Led(value, "")] if value else []
            elif value:
                lead = f"{label(part.name)}："
                lines += [Led(lead, ""), *(Led(line, lead) for line in value.splitlines() if line.strip())]
        return lines

    @property
    def reference_list(self) -> list[str]:
        return [line.strip() for line in self.references.splitlines() if line.strip()]

    @property
    def tag_list(self) -> Sequence[Tag]:
        """The tags in the editor's order; of what was read with them, without a manager that a page asks ten times."""
        laid: Sequence[Tag] | None = getattr(self, "_prefetched_objects_cache", {}).get("tags")
        return list(self.tags.all()) if laid is None else laid

    @property
    def department(self) -> Tag | None:
        """The first tag of the kind 科室, or None."""
        return next((tag for tag in self.tag_list if tag.kind == Tag.Kind.DEPARTMENT), None)

    @property
    def home_tag(self) -> Tag | None:
        """The tag whose list this question belongs to: its department, else its first tag, or None."""
        return self.department or next(iter(self.tag_list), None)

    @property
    def missing(self) -> list[str]:
        """What an editor could still add, in Chinese; the completeness column of the admin."""
        wanted = {
            "全文": not self.is_excerpt and self.body,
            "医生": self.doctor_id,
            "一句话回答": self.short_answer,
            "何时就医": self.when_to_see_a_doctor,
            "标签": self.tags.all(),
            "审核": self.reviewed_on,
        }
        return [label for label, filled in wanted.items() if not filled]

    def clean(self) -> None:
        if self.is_withdrawn and not self.withdrawn_reason.strip():
            raise ValidationError({"withdrawn_reason": "请写明撤下的原因，读者会看到它。"})
        if self.status in (self.Status.REVIEW, self.Status.PUBLISHED) and not self.body:
            raise ValidationError({"body": "正文是空的，不能发布。"})
        self.check_review()

    def prepare(self) -> None:
        """Derive what follows from the other fields; every way of writing a whole row calls it."""
        for name in named(kind=Kind.LINE):
            setattr(self, name, clean_line(getattr(self, name)))
        [self.body] = ErasedImage.objects.leave_out([clean_html(self.body)])
        self.excerpt = excerpt(running_text(self.body), complete=not self.is_excerpt)
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()
        self.set_review_due()
        self.note_review()
        self.is_past_review = self.is_past_its_review()
        if self._state.adding:
            for counter in COUNTERS:
                setattr(self, counter.total, getattr(self, counter.imported) if counter.imported else 0)

    def follow_merges(self) -> None:
        """Let the doctor kept stand for one who was merged away since (1 query where one was chosen)."""
        roles = [self._meta.get_field(name) for name in named(kind=Kind.PERSON)]
        chosen = {role.attname: person.pk for role in roles if (person := role.get_cached_value(self, None))}
        present = Doctor.everyone.present_keys(chosen.values()) if chosen else {}
        for name, key in chosen.items():
            if key != present.get(key, key):
                setattr(self, name, present[key])

    def refresh_related(self) -> None:
        """Compute anew what stands beside this question, and beside those that it now belongs to."""
        if not self.holds_related:
            refresh([self])

    def publish(self) -> None:
        """Publish now, unless a time is set already."""
        self.status, self.withdrawn_reason = self.Status.PUBLISHED, ""
        self.save()

    def withdraw(self, reason: str) -> None:
        """Take the question off the site; its address answers 410 with `reason`."""
        self.status, self.withdrawn_reason = self.Status.WITHDRAWN, reason
        self.save()

    def set_imported_likes(self, number: int) -> None:
        """Change the imported number of likes; likes given here stay counted."""
        Article.objects.filter(pk=self.pk).update(
            like_count=F("like_count") - F("imported_likes") + number, imported_likes=number
        )
        self.refresh_from_db(fields=["like_count", "imported_likes"])

    @transaction.atomic(savepoint=False)
    def like(self, visitor: str) -> bool:
        """Count one like of `visitor`. Returns False when it was counted before."""
        return add_like(self.pk, visitor)

    @transaction.atomic
    def unlike(self, visitor: str) -> bool:
        """Take the like of `visitor` back. Returns False when there was none."""
        deleted, _ = Like.objects.filter(article=self, visitor=visitor).delete()
        if deleted:
            Article.objects.filter(pk=self.pk).update(like_count=F("like_count") - 1)
        return bool(deleted)
