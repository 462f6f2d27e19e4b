from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Coalesce

from articles.text.addresses import doctor_path
from articles.text.names import clean_person

from .capped_count import COUNTED, CappedCount, capped
from .filed import FiledField, FiledQueries


class DoctorQuerySet(FiledQueries, models.QuerySet["Doctor"]):
    def with_published_answers(self, at: datetime | None = None) -> Self:
        """Doctors whom readers can meet, now or `at` a moment: those with at least one published answer."""
        articles = self.model.articles.rel.related_model.objects
        return self.filter(Exists(articles.published(at).filter(doctor=OuterRef("pk"))))

    def with_answer_count(self) -> Self:
        """Annotate `answer_count`: the doctor's published answers, counted up to COUNTED."""
        answers = self.model.articles.rel.related_model.objects.published().filter(doctor=OuterRef("pk")).order_by()
        return self.annotate(answer_count=CappedCount(answers.values("pk")[:COUNTED]))

    def departments(self) -> dict[str, int]:
        """Return {department: how many of these doctors}, the largest first (1 query)."""
        named = self.exclude(department="").order_by().values("department").annotate(number=Count("pk"))
        return dict(named.order_by("-number", "department").values_list("department", "number"))

    def told(self) -> Self:
        """Doctors whose names may be told: all but those, and those merged into them, whom only drafts name."""
        articles = self.model.articles.rel.related_model.objects
        key = Coalesce(OuterRef("merged_into"), OuterRef("pk"))
        shown, named = (
            Exists(rows.filter(doctor=key)) | Exists(rows.filter(reviewer=key))
            for rows in (articles.published(), articles.all())
        )
        return self.filter(shown | ~named)

    def present_keys(self, keys: Iterable[int]) -> dict[int, int]:
        """Return {key: key of the doctor whom it means now}: of one merged away the one kept (1 query)."""
        return dict(self.filter(pk__in=list(keys)).values_list("pk", Coalesce("merged_into", "pk")))

    def meant_by(self, key: int) -> "Doctor | None":
        """Return the doctor whom a key means now: of one merged away the one kept (1 query)."""
        doctor: Doctor | None = self.select_related("merged_into").filter(pk=key).first()
        return doctor and (doctor.merged_into or doctor)


class PresentDoctors(models.Manager.from_queryset(DoctorQuerySet)):  # type: ignore[misc]  # made by Django
    """The doctors of the site, without those who were merged into another."""

    def get_queryset(self) -> DoctorQuerySet:
        return super().get_queryset().filter(merged_into=None)


class Doctor(models.Model):
    name = models.CharField("姓名", max_length=40)
    professional_title = models.CharField("职称", max_length=40, blank=True, help_text="例如：主任医师、副主任医师。")
    department = models.CharField("科室", max_length=40, blank=True, help_text="例如：神经内科。")
    hospital = models.CharField("医院", max_length=80, blank=True, help_text="请写全称。")
    biography = models.TextField("简介", blank=True, help_text="执业经历与专长，两三句话即可，空行分段。")
    filed = FiledField("排序键", as_person=True)
    # Who signs reviews in this doctor's name. Nothing that readers see.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="doctor",
        verbose_name="账号",
        help_text="这位医生自己的后台账号：用它通过的内容，审核医生就是这位医生。",
    )

    # One who was merged away stays a row: versions and old addresses name doctors by their keys. Always the end of a
    # chain, never one who was merged away, too.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="former",
        verbose_name="已合并到",
    )

    objects = PresentDoctors()
    everyone = DoctorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "医生"
        ordering = ["name", "pk"]
        permissions = [
            ("word_doctor", "可以改医生的简介和读者看到的资料"),
            ("merge_doctor", "可以合并医生"),
        ]
        indexes = [
            models.Index(fields=["name"], name="doctor_name"),
            models.Index(fields=["filed", "id"], name="doctor_filed"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.hospital}）" if self.hospital else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = clean_person(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return doctor_path(self.pk)

    @property
    def is_shown(self) -> bool:
        """Whether a question that readers have, had or will have names the doctor, or a review does (1 query)."""
        article = self.articles.model
        was_read = models.Q(status__in=article.OUT)
        is_signed = models.Q(reviewer=self, reviewed_on__isnull=False)
        named = models.Q(doctor=self) | models.Q(reviewer=self)
        return article.objects.filter(is_signed | (named & was_read)).exists()

    @property
    def shown_count(self) -> str:
        """The annotated count of answers as readers see it."""
        return capped(self.answer_count)

    @property
    def initial(self) -> str:
        """The surname's character, for the round picture in place of a photograph."""
        return self.name[:1]

    @property
    def standing(self) -> str:
        """职称 · 医院, or else the 科室, as far as they are known: what a byline has room for."""
        return " · ".join(filter(None, [self.professional_title, self.hospital or self.department]))

    @property
    def affiliation(self) -> str:
        """职称 · 科室 · 医院, as far as they are known."""
        return " · ".join(filter(None, [self.professional_title, self.department, self.hospital]))
