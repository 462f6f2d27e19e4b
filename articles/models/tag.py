from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Exists, OuterRef, Q, When, Window
from django.db.models.functions import RowNumber
from django.utils.text import slugify
from taggit.models import TagBase

from articles.engine.seam import search_engine
from articles.text.addresses import tag_path
from articles.text.names import clean_name, fold
from articles.text.tag_names import SEPARATORS

from .capped_count import COUNTED, CappedCount, capped
from .filed import FiledField, FiledQueries
from .prepared import Prepared

THIN = 3  # a tag page with fewer questions, and without an introduction, says nothing of its own


class TagQuerySet(FiledQueries, models.QuerySet["Tag"]):
    def get_by_natural_key(self, name: str) -> "Tag":
        """The tag that a dump of the database means; the other half is taggit's natural_key()."""
        return self.get(name=name)

    def with_question_count(self, at_most: int = COUNTED, at: datetime | None = None) -> Self:
        """Annotate `question_count`: the tag's published questions, now or `at` a moment, counted up to `at_most`."""
        taggings = self.model.tagged_items.rel.related_model
        questions = taggings.objects.listed(at).filter(tag=OuterRef("pk")).order_by()
        return self.annotate(question_count=CappedCount(questions.values("pk")[:at_most]))

    def in_use(self, at: datetime | None = None) -> Self:
        """The tags that have at least one published question, now or `at` a moment."""
        return self.with_question_count(at_most=1, at=at).filter(question_count=1)

    def told(self, at: datetime | None = None) -> Self:
        """The tags whose names may be told: those of published questions, and those that were introduced for readers.

        Any other name may say what a draft is about, or a change that waits; so may that of a draft's tag, introduced
        or not.
        """
        taggings = self.model.tagged_items.rel.related_model.objects.filter(tag=OuterRef("pk"))
        is_introduced = ~Q(introduction="") & ~Exists(taggings)
        return self.with_question_count(at_most=1, at=at).filter(Q(question_count=1) | is_introduced)

    def for_search_engines(self) -> Self:
        """The tags whose page says something of its own: questions, and enough of them or an introduction."""
        taggings = self.model.tagged_items.rel.related_model
        questions = taggings.objects.listed().filter(tag=OuterRef("pk")).order_by().values("pk")
        is_told = ~Q(introduction="") & Exists(questions)
        return self.filter(is_told | Q(Exists(questions[THIN - 1 : THIN])))

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        gone = {tag.pk: tag.name for tag in self}
        names = list(TagAlias.objects.filter(tag__in=gone).values_list("name", flat=True))
        deleted = super().delete()
        search_engine().renamed(names, gone.values())
        return deleted

    delete.alters_data = True
    delete.queryset_only = True

    def most_used_of_each_kind(self, number: int) -> Self:
        """The `number` most used tags in use of each kind, by what is counted of them."""
        place = Window(RowNumber(), partition_by="kind", order_by=["-question_count", "filed", "pk"])
        return self.in_use().with_question_count().annotate(place=place).filter(place__lte=number)

    def in_index(self) -> Self:
        """The kinds in their order, the tags of each by how they are read."""
        kinds = [When(kind=kind, then=place) for place, kind in enumerate(Tag.Kind.values)]
        return self.order_by(Case(*kinds, default=len(kinds)), "filed", "pk")

    def popular(self) -> Self:
        """The tags with the most published questions, departments aside."""
        counted = self.exclude(kind=Tag.Kind.DEPARTMENT).with_question_count()
        return counted.filter(question_count__gt=0).order_by("-question_count", "name")

    def nearest_or_popular(self, near: Iterable["Tag"]) -> Self:
        """The tags in use, those of `near` first, then the most used ones, departments aside."""
        keys = [tag.pk for tag in near]
        wanted = self.filter(Q(pk__in=keys) | ~Q(kind=Tag.Kind.DEPARTMENT)).with_question_count()
        is_far = Case(When(pk__in=keys, then=0), default=1)
        return wanted.filter(question_count__gt=0).order_by(is_far, "-question_count", "name")


class Tag(TagBase):
    class Kind(models.TextChoices):
        DEPARTMENT = "department", "科室"
        DISEASE = "disease", "疾病"
        SYMPTOM = "symptom", "症状"
        DRUG = "drug", "药物"
        OTHER = "other", "其他"

    kind = models.CharField("种类", max_length=10, choices=Kind, default=Kind.OTHER)
    introduction = models.TextField("介绍", blank=True, help_text="显示在标签页顶部，两三句话；空行分段。")
    folded = models.CharField("比较键", max_length=100, unique=True, editable=False)
    filed = FiledField("排序键")

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "标签"
        ordering = ["kind", "name"]
        indexes = [models.Index(fields=["filed", "id"], name="tag_filed")]
        permissions = [("word_tag", "可以改标签的介绍")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = clean_name(self.name)
        self.folded = fold(self.name)
        with transaction.atomic():
            before = Tag.objects.filter(pk=self.pk).values_list("name", flat=True).first() if self.pk else None
            super().save(*args, **kwargs)
            if before not in (None, self.name):
                search_engine().renamed([alias.name for alias in self.aliases.all()], [before])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            names = [alias.name for alias in self.aliases.all()]
            deleted = super().delete(*args, **kwargs)
            search_engine().renamed(names, [self.name])
        return deleted

    def get_absolute_url(self) -> str:
        return tag_path(self.slug)

    def is_for_search_engines(self, listed: int) -> bool:
        """Whether for_search_engines() has it, of whose questions so many are listed."""
        return listed >= THIN or bool(listed and self.introduction)

    @property
    def shown_count(self) -> str:
        """The annotated count as readers see it: 7, or 99+ where counting stopped."""
        return capped(self.question_count)

    def clean(self) -> None:
        self.name = clean_name(self.name)
        self.folded = fold(self.name)
        validate_name(self, "标签名")
        if Tag.objects.filter(folded=self.folded).exclude(pk=self.pk).exists():
            raise ValidationError({"name": f"标签“{self.name}”已经有了。"})
        if alias := TagAlias.objects.filter(folded=self.folded).exclude(tag=self.pk).first():
            raise ValidationError({"name": f"“{self.name}”已经是标签“{alias.tag}”的别名。"})

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Return an address for the name; names without letters or digits get one too, taken ones a number."""
        base = slugify(tag, allow_unicode=True)[:90] or "tag"
        slug = base if i is None else f"{base}-{i}"
        while TagAlias.objects.filter(slug=slug).exists():
            i = (i or 1) + 1
            slug = f"{base}-{i}"
        return slug


class TagAliasQuerySet(models.QuerySet["TagAlias"]):
    """Whichever way aliases change, the articles that mention them are indexed again."""

    @transaction.atomic
    def update(self, **values: Any) -> int:
        before = list(self.values_list("pk", "name", "tag__name"))
        changed = super().update(**values)
        names = TagAlias.objects.filter(pk__in=[row[0] for row in before]).values_list("name", flat=True)
        search_engine().renamed([*names, *(row[1] for row in before)], [row[2] for row in before])
        return changed

    update.alters_data = True

    @transaction.atomic
    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        created = super().bulk_create(objs, *args, **kwargs)
        search_engine().renamed([alias.name for alias in created])
        return created

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        gone = list(self.values_list("name", "tag__name"))
        deleted = super().delete()
        search_engine().renamed([alias for alias, _ in gone], [name for _, name in gone])
        return deleted

    delete.alters_data = True
    delete.queryset_only = True


class TagAlias(models.Model):
    """Another name, or the former address, of a tag."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases", verbose_name="标签")
    name = models.CharField("别名", max_length=100, help_text="编辑输入它、读者打开它的地址时，得到的是这个标签。")
    folded = models.CharField(max_length=100, unique=True, editable=False)
    slug = models.CharField("地址", max_length=120, unique=True, editable=False)

    objects = TagAliasQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "别名"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = clean_name(self.name)
        self.folded = fold(self.name)
        if not self.slug:
            self.slug = self.free_slug()
        with transaction.atomic():
            row = TagAlias.objects.filter(pk=self.pk) if self.pk else TagAlias.objects.none()
            before = list(row.values_list("name", "tag", "tag__name"))
            super().save(*args, **kwargs)
            if before != [(self.name, self.tag_id, self.tag.name)]:
                search_engine().renamed([self.name, *(row[0] for row in before)], [row[2] for row in before])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            search_engine().renamed([self.name], [self.tag.name])
        return deleted

    @staticmethod
    def pairs() -> tuple[tuple[str, str], ...]:
        """Return the (alias, tag's name) pairs of the site, as tokens take them (1 query)."""
        return tuple(alias_pairs())

    def clean(self) -> None:
        self.name = clean_name(self.name)
        self.folded = fold(self.name)
        validate_name(self, "别名")
        if other := Tag.objects.filter(folded=self.folded).first():
            raise ValidationError({"name": f"“{other}”本身是一个标签；如果意思相同，请用“合并标签”。"})
        if other := TagAlias.objects.filter(folded=self.folded).exclude(pk=self.pk).first():
            raise ValidationError({"name": f"“{self.name}”已经是标签“{other.tag}”的别名。"})

    def free_slug(self) -> str:
        base = slugify(self.name, allow_unicode=True) or "tag"
        slug, i = base, 2
        while TagAlias.objects.filter(slug=slug).exclude(pk=self.pk).exists() or Tag.objects.filter(slug=slug).exists():
            slug, i = f"{base}-{i}", i + 1
        return slug


def validate_name(row: "Tag | TagAlias", label: str) -> None:
    """Raise ValidationError unless the cleaned name of a tag or alias is one that a tag box can hold."""
    if not row.folded:
        raise ValidationError({"name": f"请填写{label}。"})
    if SEPARATORS.search(row.name):
        raise ValidationError({"name": f"{label}里不能有逗号、顿号或分号，它们用来隔开标签。"})
    # Unicode normalisation and case folding can lengthen a name that was short enough when typed.
    if max(len(row.name), len(row.folded)) > 100:
        raise ValidationError({"name": f"{label}太长，最多 100 个字。"})


@Prepared
def alias_pairs() -> models.QuerySet[TagAlias, tuple[str, str]]:
    return TagAlias.objects.order_by("pk").values_list("name", "tag__name")
