"""The row that an export writes of an article, so that importing it again changes nothing."""

from django.utils.timezone import localtime

from articles.models import Article, Tag
from articles.models.parts import Kind, Part

from .marks import Mark, birth_of, short
from .records import IN_TABLES, Ignored, from_row

LONGEST = 32_767  # characters that a cell of Excel holds
MARK = "导出标记"


def row_of(article: Article) -> dict[str, str]:
    """Return {heading: text} of an article with its doctor, reviewer and tags. Empty cells say nothing to an import."""
    row = {"编号": str(article.pk), "状态": article.get_status_display()}
    for part in IN_TABLES:
        row |= CELLS[part.kind](part, article)
    row |= {"导入的赞": str(article.imported_likes or ""), "总赞数": str(article.like_count)}
    row |= {"有帮助": str(article.helped_count or ""), "没有帮助": str(article.unhelped_count or "")}
    row = {name: text if len(text) <= LONGEST else "" for name, text in row.items()}
    return row | {MARK: str(Mark(article.pk, birth_of(article.created_at), digest_of(row)))}


def text_cell(part: Part, article: Article) -> dict[str, str]:
    return {part.heading: getattr(article, part.name)}


def html_cells(part: Part, article: Article) -> dict[str, str]:
    """Of an excerpt only the beginning is known, and it must not come back as the whole."""
    is_whole = not article.is_excerpt
    return {
        f"{part.heading} HTML": getattr(article, part.name) if is_whole else "",
        "现有摘要": "" if is_whole else article.excerpt,
    }


def moment_cell(part: Part, article: Article) -> dict[str, str]:
    """Return a time as spreadsheets leave it alone: they cut the seconds off what they take for a time."""
    time = getattr(article, part.name)
    return {part.heading: localtime(time).isoformat() if time else ""}


def person_cells(part: Part, article: Article) -> dict[str, str]:
    """A doctor is known by name and hospital; of a reviewer the name is told."""
    person = getattr(article, part.name)
    cells = {part.heading: person.name if person else ""}
    return cells | {"医院": person.hospital if person else ""} if part.name == "doctor" else cells


def tag_cells(part: Part, article: Article) -> dict[str, str]:
    tags = sorted(article.tags.all(), key=lambda tag: tag.name)  # in an order that no database decides
    departments = [tag.name for tag in tags if tag.kind == Tag.Kind.DEPARTMENT]
    return {
        "科室": "、".join(departments),
        part.heading: "、".join(tag.name for tag in tags if tag.name not in departments),
    }


# The cells of a part, by its kind: (part, article) to {heading: text}.
CELLS = {
    Kind.LINE: text_cell,
    Kind.TEXT: text_cell,
    Kind.HTML: html_cells,
    Kind.CHOICE: lambda part, article: {part.heading: getattr(article, f"get_{part.name}_display")()},
    Kind.DATE: lambda part, article: {part.heading: str(getattr(article, part.name) or "")},
    Kind.MOMENT: moment_cell,
    Kind.PERSON: person_cells,
    Kind.TAGS: tag_cells,
}


def digest_of(row: dict[str, str]) -> str:
    """Return the digest of a row as an import reads it."""
    return short(from_row({name: text.strip() for name, text in row.items()}, 1, Ignored()).digest)
