"""What the page of a question shows beside the fields of its row, for readers and for who approves it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from articles.models import Article, Tag
from articles.models.page_keys import doctor_key, question_key, tag_key
from articles.models.parts import CHANGE_PARTS, PARTS
from articles.text.addresses import path_of

from .beside import Neighbourhood, neighbourhood
from .page_frame import Head
from .red_flags import calls_of

ENOUGH = 30  # characters of a short answer that describe a question by themselves
TAG_ORDER = [Tag.Kind.DISEASE, Tag.Kind.SYMPTOM, Tag.Kind.DRUG, Tag.Kind.OTHER, Tag.Kind.DEPARTMENT]

# What changes, where the page shows that to who approves it; named here, because a template looks long for what is not.
UNMARKED = dict.fromkeys((*(part.name for part in (*PARTS, *CHANGE_PARTS)), "provenance"), "")


class Link(NamedTuple):
    name: str
    path: str


def parts_of_page(article: Article) -> dict[str, Any]:
    """Return what articles/_question.html and _related.html want (1 query; all else at hand)."""
    return {
        "article": article,
        "crumbs": breadcrumb(article),
        "tags": [link_to(tag) for tag in in_page_order(article.tag_list)],
        "back": article.home_tag.get_absolute_url() if article.home_tag else path_of("articles:list"),
        "related": neighbourhood(article),
        "corrections": article.corrections.all(),
        "marks": UNMARKED,
        "calls": calls_of(article),
    }


def keys_of_page(article: Article, beside: Neighbourhood) -> Iterator[str]:
    """Yield the keys (page_keys.py) of all that the page of a question is made of."""
    yield question_key(article.pk)
    yield from (doctor_key(key) for key in (article.doctor_id, article.reviewer_id) if key)
    yield from (tag_key(tag.pk) for tag in article.tag_list)
    yield from beside.keys


def head_of(article: Article, index: bool = True) -> Head:
    """Return the head of the page; `index`: whether search engines may list it as far as the page decides."""
    return Head(
        title=article.title,
        description=described(article),
        path=article.get_absolute_url(),
        index=index and not article.is_excerpt,
        kind="article",
    )


def in_page_order(tags: Any) -> list[Tag]:
    return sorted(tags, key=lambda tag: TAG_ORDER.index(tag.kind))


def breadcrumb(article: Article) -> list[Link]:
    """Return the links above a question: home, its department, its disease; else home, all questions."""
    crumbs = [Link("首页", path_of("articles:home"))]
    tags = article.tag_list
    for kind in (Tag.Kind.DEPARTMENT, Tag.Kind.DISEASE):
        crumbs += [link_to(tag) for tag in tags if tag.kind == kind][:1]
    if len(crumbs) == 1:
        crumbs += [link_to(tag) for tag in tags[:1]] or [Link("全部问题", path_of("articles:list"))]
    return crumbs


def link_to(tag: Tag) -> Link:
    return Link(tag.name, tag.get_absolute_url())


def described(article: Article) -> str:
    """Return what a question is described by elsewhere: its short answer, and behind a very short one the other."""
    short, more = article.short_answer, article.excerpt
    return short if len(short) > ENOUGH else " ".join(filter(None, [short, more])) or article.title
