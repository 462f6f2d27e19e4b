"""The sections of the form of a question. What is empty, and not needed for the next step, is folded and says so."""

from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from articles.models import Article
from articles.models.helpfulness import TOTALS as HELP
from articles.models.parts import Section, parts

RECORD = ("like_count", "imported_likes", *HELP.values(), "source", "created_at", "updated_at", "revised_at")


def lines_of(section: Section) -> list[str | tuple[str, str]]:
    """Return the names of the parts of a section, those that share a line as a tuple."""
    lines = []
    for part in parts(section=section):
        if part.is_beside:
            lines[-1] = (lines[-1], part.name)
        else:
            lines.append(part.name)
    return lines


def sections_for(article: Article | None, *, may_review: bool, is_sent: bool) -> list[tuple[Any, dict[str, Any]]]:
    """Return the fieldsets of the form; `article` is None while a question is being added.

    Of a form that was sent, and refused, nothing that was typed is folded. Django opens a section that has an error,
    and browsers one in which they find a word or the place that an address names.
    """
    publication = lines_of(Section.PUBLICATION)
    change = ["comment"]
    if article and article.is_out:
        publication.append("withdrawn_reason")
        change.insert(0, "is_revision")
    if article and (article.is_public or article.is_withdrawn):
        change[1:1] = ["correction", "past_corrections"] if article.corrections.all() else ["correction"]
    said = {
        "本次改动": "" if is_looked_at(article) else "没有说明",
        Section.REVIEW.value: said_of_review(article, may_review),
        Section.PUBLICATION.value: said_of_publication(article),
    }
    fields = {section.value: lines_of(section) for section in Section}
    names = [*(name for name in fields if name not in said), *said]
    fields |= {"本次改动": change, Section.PUBLICATION.value: publication}
    sections = [fold(name, fields[name], "" if is_sent else said.get(name, "")) for name in names]
    if article is None:
        return sections
    return [*sections, fold("记录", RECORD, f"{article.like_count} 个赞{told_of_help(article)}")]


def fold(name: str | None, fields: Any, said: str) -> tuple[Any, dict[str, Any]]:
    """Return a section, folded if there is something to be `said` of what is inside."""
    if not said:
        return name, {"fields": fields}
    return format_html('{} <span class="quiet">（{}）</span>', name, said), {"fields": fields, "classes": ("collapse",)}


def told_of_help(article: Article) -> str:
    """Return what readers said of whether it helps, after other figures; "" where nobody has."""
    if not (article.helped_count or article.unhelped_count):
        return ""
    return f"，{article.helped_count} 人说有帮助，{article.unhelped_count} 人说没有"


def is_looked_at(article: Article | None) -> bool:
    """Whether somebody will ask why it was changed: readers have it, or it waits to be approved or returned."""
    return bool(article and (article.is_out or article.status == Article.Status.REVIEW))


def said_of_review(article: Article | None, may_review: bool) -> str:
    is_needed = may_review and is_looked_at(article)
    return "" if is_needed or (article and (article.reviewer_id or article.reviewed_on)) else "还没有"


def said_of_publication(article: Article | None) -> str:
    if article is None or not (article.published_at or article.is_excerpt or article.is_withdrawn):
        return "没有定时"
    # The reason of a withdrawal, a time to come, and what is only an excerpt want to be looked at.
    is_settled = article.is_public and not article.is_excerpt
    return date_format(localtime(article.published_at), "Y年n月j日 H:i") if is_settled else ""
