"""An image erased for good: a photograph that a patient wants back, out of all that readers and editors can reach."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet

from articles.images import files
from articles.models import Article, ErasedImage, Image, ImageUse, Page, Revision
from articles.models.turns import turn
from articles.text.without_images import without_images

NAMELESS = "一张图片"  # in the log: an alternative text may name the patient


@dataclass
class Places:
    """Where an image stands. Asked of the texts themselves: what is to be found here must not be missed."""

    name: str

    @property
    def articles(self) -> QuerySet[Article]:
        return Article.objects.filter(body__contains=self.name).order_by("pk")

    @property
    def pages(self) -> QuerySet[Page]:
        return Page.objects.filter(body__contains=self.name).order_by("pk")

    @property
    def versions(self) -> QuerySet[Revision]:
        return Revision.objects.filter(content__body__icontains=self.name).order_by("pk")


def erase(image: Image, by: User, reason: str) -> None:
    """Take an image out of all bodies and versions, and remove its files. Raises OSError, and then all is as it was.

    The files go last, within the transaction: while they cannot be removed, nothing is said to have been erased. When
    the transaction fails behind them, the image is still in the library, and erasing it again finishes the work.
    """
    name, places = image.name, Places(image.name)
    with turn():
        ErasedImage.objects.get_or_create(name=name, defaults={"reason": reason, "by": by})
        touched = set(places.versions.values_list("article", flat=True))
        for article in places.articles.only("pk", "body"):
            touched.add(article.pk)
            Article.objects.filter(pk=article.pk).update(body=without_images(article.body, {name}))
        pages = list(places.pages)
        for page in pages:
            Page.objects.filter(pk=page.pk).update(body=without_images(page.body, {name}))
        for version in places.versions.only("content").iterator(chunk_size=100):
            content = version.content | {"body": without_images(version.body, {name})}
            Revision.objects.filter(pk=version.pk).update(content=content)
        ImageUse.objects.filter(image=image).delete()
        LogEntry.objects.bulk_create(log_entries(image, by, reason, sorted(touched), pages))
        key = str(image.pk)
        image.delete()
        LogEntry.objects.filter(content_type=kind_of(Image), object_id=key).update(object_repr=NAMELESS)
        files.erase(name)


def log_entries(image: Image, by: User, reason: str, articles: list[int], pages: list[Page]) -> Iterator[LogEntry]:
    """Yield the lines for the history of each question and page, and for the log of images."""
    said = f"永久删除了一张图片：{reason}"
    titles = Article.objects.filter(pk__in=articles).order_by("pk").values_list("pk", "title")
    owners: list[tuple[type[models.Model], int, str, int]] = [
        *((Article, key, title, CHANGE) for key, title in titles),
        *((Page, page.pk, page.title, CHANGE) for page in pages),
        (Image, image.pk, NAMELESS, DELETION),
    ]
    for model, key, shown, flag in owners:
        yield LogEntry(
            user_id=by.pk,
            content_type=kind_of(model),
            object_id=str(key),
            object_repr=shown[:200],
            action_flag=flag,
            change_message=said,
        )


def kind_of(model: type[models.Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)
