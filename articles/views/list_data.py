"""Structured data of the pages that lead to questions: home, lists, tags, doctors. Nothing that they do not show."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from articles.finding.page_frame import Head
from articles.models import Article, Doctor, Tag
from articles.text.addresses import absolute, path_of
from articles.text.times import iso

from .specialties import TYPES
from .structured_data import LANGUAGE, baidu_block, breadcrumb, json_ld, known, person, publisher

Crumbs = Sequence[tuple[str, str]]


def home_data(articles: Iterable[Article]) -> list[str]:
    """Return the blocks of home: the site, how it is searched, and when something was last published."""
    address = absolute("/")
    site = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "@id": f"{address}#website",
        "url": address,
        "name": settings.SITE_NAME,
        "inLanguage": LANGUAGE,
        "publisher": publisher(),
        "potentialAction": {
            "@type": "SearchAction",
            # The variable is the action's own property `query`; `query-input` is no word of schema.org.
            "target": {"@type": "EntryPoint", "urlTemplate": f"{absolute(path_of('articles:search'))}?q={{query}}"},
        },
    }
    return [json_ld(site), *time_block(address, settings.SITE_NAME, articles)]


def collection_data(
    head: Head, name: str, articles: Iterable[Article] = (), crumbs: Crumbs = (), **properties: Any
) -> list[str]:
    """Return the blocks of a list: `name` is its heading, `crumbs` are those above it without itself."""
    return blocks("CollectionPage", head, name, articles, crumbs, properties)


def tag_data(head: Head, tag: Tag, articles: Iterable[Article], crumbs: Crumbs) -> list[str]:
    about = {"@type": TYPES[tag.kind], "name": tag.name} if tag.kind in TYPES else None
    return collection_data(head, tag.name, articles, crumbs, **known(about=about))


def doctor_data(head: Head, doctor: Doctor, articles: Iterable[Article], crumbs: Crumbs) -> list[str]:
    """Return the blocks of a doctor's page. A Person: Physician is an office that patients can go to."""
    return blocks("ProfilePage", head, doctor.name, articles, crumbs, {"mainEntity": person(doctor)})


def blocks(
    kind: str, head: Head, name: str, articles: Iterable[Article], crumbs: Crumbs, properties: dict[str, Any]
) -> list[str]:
    url = head.address
    page = {"@type": kind, "@id": url, "url": url, "name": name, "inLanguage": LANGUAGE, **properties}
    graph = [page]
    if crumbs:
        page["breadcrumb"] = {"@id": f"{url}#breadcrumb"}
        graph.append(breadcrumb(url, [*crumbs, (name, head.path)]))
    return [json_ld({"@context": "https://schema.org", "@graph": graph}), *time_block(url, name, articles)]


def time_block(url: str, title: str, articles: Iterable[Article]) -> list[str]:
    """Return Baidu's time block of a list, which wants the latest time alone; of an excerpt only the day is known."""
    times = [article.published_at for article in articles if not article.is_excerpt]
    return [json_ld(baidu_block(url, title, upDate=iso(max(times))[:19]))] if times else []
