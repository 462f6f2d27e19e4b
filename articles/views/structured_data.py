"""Structured data of the question page: schema.org for search engines, and Baidu's time block.

Nothing stands here that the page does not show.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import mark_safe

from articles.models import Article, Correction, Doctor
from articles.text.addresses import absolute
from articles.text.image_names import address_of
from articles.text.markup import images
from articles.text.times import iso

from .specialties import TYPES, specialty_of

LANGUAGE = "zh-Hans"
ESCAPES = [(char, f"\\u{ord(char):04x}") for char in "<>&\u2028\u2029"]
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_ld(data: dict[str, Any]) -> str:
    """Return `data` as a JSON-LD data block that no text in it can close."""
    text = ENCODE(data)
    for char, escape in ESCAPES:
        text = text.replace(char, escape)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def known(**properties: Any) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value}


def person(doctor: Doctor) -> dict[str, Any]:
    hospital = {"@type": "Hospital", "name": doctor.hospital} if doctor.hospital else None
    return {
        "@type": "Person",
        **known(
            name=doctor.name,
            url=absolute(doctor.get_absolute_url()),
            jobTitle=doctor.professional_title,
            affiliation=hospital,
        ),
    }


def publisher() -> dict[str, str]:
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/"), "logo": absolute(logo())}


@cache
def logo() -> str:
    return static("img/logo.png")


def breadcrumb(url: str, crumbs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the breadcrumb of the page at `url`; `crumbs` are (name, path) pairs, itself the last."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
        for position, (name, path) in enumerate(crumbs, start=1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{url}#breadcrumb", "itemListElement": items}


def correction_comment(correction: Correction) -> dict[str, str]:
    return {"@type": "CorrectionComment", "datePublished": correction.corrected_on.isoformat(), "text": correction.text}


def question_graph(article: Article, crumbs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the graph of a question page: MedicalWebPage → Article + Person, and the breadcrumb `crumbs`.

    `crumbs` are (name, path) pairs as the page shows them. Types and properties: schema.org.
    """
    url = absolute(article.get_absolute_url())
    reviewed = not article.is_changed_since_review  # what the doctor has not seen is nobody's review
    page = {
        "@type": "MedicalWebPage",
        "@id": url,
        "url": url,
        "name": article.title,
        "inLanguage": LANGUAGE,
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "mainEntity": {"@id": f"{url}#article"},
        **known(
            lastReviewed=reviewed and article.reviewed_on and article.reviewed_on.isoformat(),
            reviewedBy=reviewed and article.reviewer and person(article.reviewer),
            specialty=specialty_of(article.department),
            about=[{"@type": TYPES[tag.kind], "name": tag.name} for tag in article.tag_list if tag.kind in TYPES],
        ),
    }
    text = {
        "@type": "Article",
        "@id": f"{url}#article",
        "headline": article.title,
        "datePublished": iso(article.published_at)[: 10 if article.is_excerpt else None],
        "publisher": publisher(),
        **known(
            dateModified=iso(article.revised_at) if article.is_revised else None,
            author=article.doctor and person(article.doctor),
            abstract=article.short_answer,
            correction=[correction_comment(row) for row in article.corrections.all()],
            image=[absolute(address_of(name)) for name, _ in images(article.body)],
        ),
    }
    return {"@context": "https://schema.org", "@graph": [page, text, breadcrumb(url, crumbs)]}


def baidu_times(article: Article) -> dict[str, Any]:
    """Return Baidu's time block (its 落地页时间因子 rules): local times as YYYY-MM-DDThh:mm:ss, without offset."""
    published, updated = article.published_at, article.revised_at if article.is_revised else article.published_at
    url = absolute(article.get_absolute_url())
    return baidu_block(url, article.title, pubDate=iso(published)[:19], upDate=iso(updated)[:19])


def baidu_block(url: str, title: str, **times: str) -> dict[str, Any]:
    contexts = ["https://ziyuan.baidu.com/contexts/cambrian.jsonld", "https://schema.org"]
    return {"@context": contexts, "@id": url, "title": title, **times}
