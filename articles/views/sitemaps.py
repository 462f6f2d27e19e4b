"""Sitemaps (sitemaps.org protocol 0.9): flat files cut by ranges of ids, so that none needs a count or an offset."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from django.http import HttpResponseBase
from django.urls import URLPattern, get_resolver, path, reverse
from django.utils import timezone

from articles.models import Article, Doctor, Page, Tag
from articles.text.addresses import absolute, question_path

# Ids in one file: below the protocol's 50,000 URLs and Baidu's 10 MB, even where every address is as long as can be
# (a hundred Chinese characters of a tag take 900 bytes, rare ones 1,200).
RANGES = {"tags": 6_000, "doctors": 25_000, "questions": 25_000}
AT_ONCE = 2_000  # rows in memory
THIN = 3  # a tag page with fewer questions says nothing of its own and is kept out of search engines
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def address(
    route: str, view: Callable[..., HttpResponseBase], name: str, *, sitemap: str = "", left_out: str = ""
) -> URLPattern:
    """Return the URL pattern of a view; it says which kind of section names it, or why none does.

    Raises TypeError when it says neither, both, or a kind that is none.
    """
    if bool(sitemap) == bool(left_out) or sitemap not in ("", *URLS_OF):
        raise TypeError(f"{name}: say either sitemap= ({', '.join(URLS_OF)}) or left_out= with the reason")
    pattern = path(route, view, name=name)
    pattern.sitemap, pattern.left_out = sitemap, left_out
    return pattern


@dataclass(frozen=True)
class Section:
    """The rows of one kind with ids in (after, up_to]."""

    kind: str
    after: int = 0
    up_to: int = 0


def sections() -> list[Section]:
    """Return the sections, in order; /sitemap-<n>.xml is the n-th, from 1."""
    found = [Section("pages")]
    for kind, model in [("tags", Tag), ("doctors", Doctor), ("questions", Article)]:
        last = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        step = RANGES[kind]
        found += [Section(kind, after, after + step) for after in range(0, last, step)]
    return found


def questions(section: Section) -> Iterator[tuple[str, datetime]]:
    rows = Article.objects.for_search_engines().filter(pk__gt=section.after, pk__lte=section.up_to)
    rows = rows.order_by("pk").values_list("pk", "published_at", "revised_at")
    for pk, published, revised in rows.iterator(AT_ONCE):
        yield question_path(pk), max(published, revised or published)


def tags(section: Section) -> Iterator[tuple[str, None]]:
    rows = Tag.objects.for_search_engines().filter(pk__gt=section.after, pk__lte=section.up_to).order_by("pk")
    for tag in rows.iterator(AT_ONCE):
        yield tag.get_absolute_url(), None


def doctors(section: Section) -> Iterator[tuple[str, None]]:
    rows = Doctor.objects.with_published_answers().filter(pk__gt=section.after, pk__lte=section.up_to)
    for doctor in rows.order_by("pk").iterator(AT_ONCE):
        yield doctor.get_absolute_url(), None


def pages(section: Section) -> Iterator[tuple[str, datetime | None]]:
    for pattern in get_resolver("articles.urls").url_patterns:
        if getattr(pattern, "sitemap", "") == "pages" and not pattern.pattern.converters:
            yield reverse(f"articles:{pattern.name}"), None
    for page in Page.objects.all():
        yield page.get_absolute_url(), page.updated_at


URLS_OF = {"pages": pages, "tags": tags, "doctors": doctors, "questions": questions}


def sitemap_xml(section: Section) -> Iterator[str]:
    """Yield the sitemap of one section, piece by piece as the rows come from the database."""
    yield f"{HEAD}<urlset {NAMESPACE}>\n"
    yield from map(entry, URLS_OF[section.kind](section))
    yield "</urlset>\n"


def entry(url: tuple[str, datetime | None]) -> str:
    path, changed = url
    lastmod = f"<lastmod>{timezone.localtime(changed).isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<url><loc>{escape(absolute(path))}</loc>{lastmod}</url>\n"


def index_xml() -> str:
    """Return the index of all sitemaps."""
    rows = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses())
    return f"{HEAD}<sitemapindex {NAMESPACE}>\n{rows}</sitemapindex>\n"


def addresses() -> list[str]:
    """Return the absolute addresses of all flat sitemaps."""
    return [absolute(reverse("articles:sitemap", args=[n])) for n in range(1, len(sections()) + 1)]
