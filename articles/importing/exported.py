"""The row that an export writes of an article, so that importing it again changes nothing."""

from django.utils.timezone import localtime

from articles.models import Tag

from .marks import Mark, birth_of, short
from .records import Ignored, from_row

LONGEST = 32_767  # characters that a cell of Excel holds
MARK = "导出标记"


def row_of(article):
    """Return {heading: text} of an article with its doctor, reviewer and tags. Empty cells say nothing to an import."""
    tags = sorted(article.tags.all(), key=lambda tag: tag.name)  # in an order that no database decides
    row = {
        "编号": str(article.pk),
        "状态": article.get_status_display(),
        "标题": article.title,
        "医生": article.doctor.name if article.doctor else "",
        "医院": article.doctor.hospital if article.doctor else "",
        "科室": "、".join(tag.name for tag in tags if tag.kind == Tag.Kind.DEPARTMENT),
        "标签": "、".join(tag.name for tag in tags if tag.kind != Tag.Kind.DEPARTMENT),
        "一句话回答": article.short_answer,
        "正文 HTML": "" if article.is_excerpt else article.body,
        "现有摘要": article.excerpt if article.is_excerpt else "",
        "就医紧迫程度": article.get_urgency_display(),
        "何时就医": article.when_to_see_a_doctor,
        "参考资料": article.references,
        "审核医生": article.reviewer.name if article.reviewer else "",
        "最近审核": str(article.reviewed_on or ""),
        "下次审核": str(article.review_due_on or ""),
        "发布时间": time_text(article.published_at),
        "更新时间": time_text(article.revised_at),
        "导入的赞": str(article.imported_likes or ""),
        "总赞数": str(article.like_count),
    }
    row = {name: text if len(text) <= LONGEST else "" for name, text in row.items()}
    return row | {MARK: str(Mark(article.pk, birth_of(article.created_at), digest_of(row)))}


def digest_of(row):
    """Return the digest of a row as an import reads it."""
    return short(from_row({name: text.strip() for name, text in row.items()}, 1, Ignored()).digest)


def time_text(time):
    """Return a time as spreadsheets leave it alone: they cut the seconds off what they take for a time."""
    return localtime(time).isoformat() if time else ""
