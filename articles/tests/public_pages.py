"""Every address of the site but the admin's, found by walking the URL configuration, and rows to show there."""

from dataclasses import dataclass

import pytest
from django.contrib.syndication.views import Feed
from django.urls import URLResolver, get_resolver, reverse

from articles.models import Article, Doctor, DraftLink, Image, Page, RedFlag, RelatedItem, Tag

from .factories import make_article, make_doctor, make_tag
from .pictures import make_image

HERE = "articles/tests/public_pages.py"


def walk(resolver, names=()):
    """Yield (name, URL pattern) of all addresses; the admin's have tests of their own."""
    for entry in resolver.url_patterns:
        if not isinstance(entry, URLResolver):
            yield ":".join([*names, entry.name or str(entry.pattern)]), entry
        elif entry.app_name != "admin":
            yield from walk(entry, [*names, entry.namespace] if entry.namespace else names)


def short(name):
    return name.removeprefix("articles:")


PATTERNS = {short(name): pattern for name, pattern in walk(get_resolver())}
PARAMETERS = {name: getattr(pattern.callback, "page_cache_parameters", ()) for name, pattern in PATTERNS.items()}
PAGED = [name for name in PATTERNS if "page" in PARAMETERS[name]]
LETTERED = [name for name in PATTERNS if "letter" in PARAMETERS[name]]  # of names, and not of questions
PAGED_BY_PLACE = [name for name in PATTERNS if "before" in PARAMETERS[name]]
FEEDS = [name for name, pattern in PATTERNS.items() if isinstance(pattern.callback, Feed)]


@dataclass
class Site:
    """One question that every place could show, and the rows on whose pages it could stand."""

    article: Article
    tag: Tag
    doctor: Doctor
    neighbour: Article
    pinning: Article
    urgent: Article
    page: Page
    image: Image
    link: DraftLink


LONG = "".join(f"<h2>{name}</h2><p>低头，捏住鼻翼十分钟。</p>" for name in ("先做什么", "不要做什么", "什么时候去医院"))


def make_site():
    """Return a Site; its image lies in MEDIA_ROOT."""
    tag, doctor = make_tag("过敏性鼻炎", kind="disease"), make_doctor(name="林晓晴")
    neighbour = make_article(title="鼻子痒是感冒吗？", tags=[tag])
    pinning = make_article(title="怎么洗鼻子？")
    article = make_article(title="过敏性鼻炎怎么办？", tags=[tag], doctor=doctor, imported_likes=1000)
    urgent = make_article(
        title="鼻子流血止不住，不想活了？", urgency="now", short_answer="捏住。", body=LONG, tags=[tag]
    )
    RedFlag.objects.get_or_create(name="心理", line="mental", words="不想活", advice="说出来。")
    RelatedItem.objects.create(article=pinning, related=article)
    page = Page.objects.create(slug="about", title="关于我们", body="<p>我们是谁。</p>")
    link = DraftLink.make(make_article(title="还没写完的题？", status="draft", published_at=None), days=7)
    return Site(article, tag, doctor, neighbour, pinning, urgent, page, make_image(), link)


# Addresses that need arguments or a query: {name: {place: what it is on a Site}}. The others are places by their name.
SAMPLES = {
    "question": {
        "question": lambda site: site.article.get_absolute_url(),
        "related": lambda site: site.neighbour.get_absolute_url(),
        "urgent": lambda site: site.urgent.get_absolute_url(),
        "pinned": lambda site: site.pinning.get_absolute_url(),
    },
    "like": {"like": lambda site: site.article.like_path},
    "report": {"report": lambda site: site.article.report_path},
    "tag": {"tag": lambda site: site.tag.get_absolute_url()},
    "tag_feed": {"tag_feed": lambda site: reverse("articles:tag_feed", args=[site.tag.slug])},
    "doctor": {"doctor": lambda site: site.doctor.get_absolute_url()},
    "search": {
        "search by words": lambda site: "/search/?q=过敏性鼻炎",
        "search by likeness": lambda site: "/search/?q=过敏性鼻炎如何治疗",
        "search in danger": lambda site: "/search/?q=鼻炎不想活了",
        "search by tag name": lambda site: "/search/?q=鼻炎",
    },
    "search_suggest": {"search_suggest": lambda site: "/search/suggest/?q=过敏性"},
    "sitemap": {"sitemap": lambda site: "/sitemap-1.xml"},
    "draft": {"draft": lambda site: site.link.get_absolute_url()},
    "image": {"image": lambda site: site.image.address},
    "page": {"page": lambda site: site.page.get_absolute_url()},
}
NOT_READ = {"search_missed", "helped"}  # answer no GET
BY_SETTING = {"verification"}  # there is none, unless a setting names it: test_verification.py
PLACES = {
    place: name
    for name in PATTERNS
    if name not in NOT_READ | BY_SETTING
    for place in SAMPLES.get(name, dict.fromkeys([name]))
}


def address_of(place, site):
    """Return the address of a place, as paths and queries are written in a browser."""
    name = PLACES[place]
    if name in SAMPLES:
        return SAMPLES[name][place](site)
    if PATTERNS[name].pattern.converters:
        pytest.fail(f"“{name}” takes arguments: name one in SAMPLES of {HERE}, or NOT_READ there", pytrace=False)
    return reverse(name if ":" in name else f"articles:{name}")
