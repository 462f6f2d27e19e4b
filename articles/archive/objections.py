"""What speaks against a row of an archive though each of its values is good, as forms and models say it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from articles.models import (
    Article,
    DoctorMerge,
    ErasedImage,
    Image,
    PatientWord,
    RedFlag,
    RelatedItem,
    Tag,
    TagAlias,
    TagMerge,
)
from articles.models.tag import validate_name
from articles.text.image_names import address_of, name_in
from articles.text.names import clean_name, fold

from .values import wrong


def check_row(row: Model, objection: Callable[[Any], None], line: int) -> None:
    """Let `objection` look at a row. Raises BadFile, which names the field and `line`."""
    try:
        objection(row)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise wrong(name, messages[0], line) from None


def of_article(row: Article) -> None:
    if row.is_listed and row.published_at is None:
        raise ValidationError({"published_at": "已发布的问题要有发布时间。"})


def of_name(row: Tag | TagAlias) -> None:
    """The key by which names are compared is made anew: it follows from the name and from nothing else."""
    row.name = clean_name(row.name)
    row.folded = fold(row.name)
    validate_name(row, str(row._meta.get_field("name").verbose_name))


def of_image(row: Image | ErasedImage) -> None:
    """Files are found, and deleted, by the name."""
    if not name_in(address_of(row.name)):
        raise ValidationError({"name": "不是图片的文件名。"})


def of_related(row: RelatedItem) -> None:
    if row.article_id == row.related_id:
        raise ValidationError({"related": "问题不能与自己相关。"})


def of_patient_word(row: PatientWord) -> None:
    row.prepare()
    if problems := row.too_long():
        raise ValidationError(problems)


def of_merge(row: TagMerge | DoctorMerge) -> None:
    """A merge goes along with a later one, never in a circle."""
    if row.via_id is not None and row.via_id <= row.pk:
        raise ValidationError({"via": "只能随着后来的合并移动。"})


OBJECTIONS: dict[type[Model], Callable[[Any], None]] = {
    Article: of_article,
    Tag: of_name,
    TagAlias: of_name,
    Image: of_image,
    ErasedImage: of_image,
    RelatedItem: of_related,
    RedFlag: RedFlag.clean,
    PatientWord: of_patient_word,
    TagMerge: of_merge,
    DoctorMerge: of_merge,
}
