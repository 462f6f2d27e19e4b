"""Sitemaps (sitemaps.org protocol 0.9): flat files cut by ranges of ids, so that none needs a count or an offset."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from .addresses import absolute
from .models import Article, Doctor, Page, Tag, TaggedArticle

# Ids in one file: below the protocol's 50,000 URLs and Baidu's 10 MB, even where every address is as long as can be
# (a hundred Chinese characters of a tag take 900 bytes, rare ones 1,200).
RANGES = {"tags": 6_000, "doctors": 25_000, "questions": 25_000}
THIN = 3  # a tag page with fewer questions says nothing of its own and is kept out of search engines
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True)
class Section:
    """The rows of one kind with ids in (after, up_to]."""

    kind: str
    after: int = 0
    up_to: int = 0


def sections():
    """Return the sections, in order; /sitemap-<n>.xml is the n-th, from 1."""
    found = [Section("pages")]
    for kind, model in [("tags", Tag), ("doctors", Doctor), ("questions", Article)]:
        last = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        step = RANGES[kind]
        found += [Section(kind, after, after + step) for after in range(0, last, step)]
    return found


def questions(section):
    rows = Article.objects.published().filter(pk__gt=section.after, pk__lte=section.up_to, is_excerpt=False)
    for pk, published, revised in rows.order_by("pk").values_list("pk", "published_at", "revised_at"):
        yield reverse("articles:question", args=[pk]), max(published, revised or published)


def tags(section):
    shown = Article.objects.published().filter(pk=OuterRef("content_object"))
    enough = TaggedArticle.objects.filter(Exists(shown), tag=OuterRef("pk")).values("pk")[THIN - 1 : THIN]
    for tag in Tag.objects.filter(Exists(enough), pk__gt=section.after, pk__lte=section.up_to).order_by("pk"):
        yield tag.get_absolute_url(), None


def doctors(section):
    rows = Doctor.objects.with_published_answers().filter(pk__gt=section.after, pk__lte=section.up_to)
    for doctor in rows.order_by("pk"):
        yield doctor.get_absolute_url(), None


def pages(section):
    for name in ("home", "list", "tags", "doctors"):
        yield reverse(f"articles:{name}"), None
    for page in Page.objects.all():
        yield page.get_absolute_url(), page.updated_at


URLS_OF = {"pages": pages, "tags": tags, "doctors": doctors, "questions": questions}


def sitemap_xml(section):
    """Return the sitemap of one section."""
    rows = []
    for path, changed in URLS_OF[section.kind](section):
        lastmod = f"<lastmod>{timezone.localtime(changed).isoformat(timespec='seconds')}</lastmod>" if changed else ""
        rows.append(f"<url><loc>{escape(absolute(path))}</loc>{lastmod}</url>\n")
    return f"{HEAD}<urlset {NAMESPACE}>\n{''.join(rows)}</urlset>\n"


def index_xml():
    """Return the index of all sitemaps."""
    rows = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses())
    return f"{HEAD}<sitemapindex {NAMESPACE}>\n{rows}</sitemapindex>\n"


def addresses():
    """Return the absolute addresses of all flat sitemaps."""
    return [absolute(reverse("articles:sitemap", args=[n])) for n in range(1, len(sections()) + 1)]
