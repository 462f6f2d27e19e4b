"""Synthetic questions for benchmarks: the demo's sentences, tags and doctors, put together the same way each time."""

import json
import os
import random
from datetime import timedelta
from itertools import islice

import scratch

INTENTS = ["怎么办", "是什么原因引起的", "怎么治疗", "能自愈吗", "要做什么检查", "吃什么好", "会复发吗", "需要住院吗"]
WHO = ["老年人", "孕妇", "孩子", "上班族", "产后", "术后", "夜里", "饭后", "运动后", "换季时"]


def demo():
    with open(scratch.ROOT / "fixtures" / "questions.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def bodies():
    """Yield bodies of the usual length, for ever."""
    from articles.text.markup import plain_text

    sentences = [
        s.strip()
        for row in demo()
        for s in plain_text(row.get("body_html", "")).replace("\n", "").split("。")
        if s.strip()
    ]
    picked = random.Random(5)
    while True:
        part = picked.sample(sentences, 24)
        yield "".join(f"<p>{'。'.join(part[i : i + 4])}。</p>" for i in range(0, 24, 4))


def titles():
    """Yield titles, for ever; later ones differ from earlier ones in their number."""
    from articles.models import Tag

    topics = list(Tag.objects.filter(kind__in=["disease", "symptom"]).values_list("name", flat=True))
    number = 0
    while True:
        number += 1
        topic, who = topics[number % len(topics)], WHO[number // len(topics) % len(WHO)]
        yield f"{who}{topic}第{number}次{INTENTS[number % len(INTENTS)]}？"


def load_indexed(number):
    """Store questions as an editor would: with doctor, tags, index and related lists. Returns their keys."""
    from django.core.management import call_command
    from django.utils import timezone

    from articles.models import Article, Doctor, Tag, TaggedArticle

    doctors, tags = list(Doctor.objects.all()), list(Tag.objects.all())
    picked, now = random.Random(6), timezone.now()
    made = [
        Article(
            title=title,
            body=body,
            short_answer=f"{title.rstrip('？')}：先观察，不好转再就医。",
            doctor=picked.choice(doctors),
            status="published",
            published_at=now - timedelta(minutes=i),
        )
        for i, (title, body) in enumerate(islice(zip(titles(), bodies(), strict=False), number))
    ]
    for article in made:
        article.prepare()
    Article.objects.bulk_create(made)
    TaggedArticle.objects.bulk_create(
        TaggedArticle(content_object=article, tag=tag) for article in made for tag in picked.sample(tags, 4)
    )
    with open(os.devnull, "w") as nowhere:
        call_command("rebuild_index", "--related", stdout=nowhere, stderr=nowhere)
    return [article.pk for article in made]


def load_bulk(number, tag, beside):
    """Store questions for their number alone: in lists, under `tag`, with `beside` as computed lists, in no index.

    Returns the last key.
    """
    from django.db import models
    from django.utils import timezone

    from articles.models import Article, RelatedList, TaggedArticle

    entries = [[key, 1.0, ""] for key in beside]
    plain, start = models.QuerySet(Article), timezone.now() - timedelta(days=30)
    source, body, last = titles(), next(bodies()), 0
    for first in range(0, number, scratch.BATCH):
        part = [
            Article(
                title=next(source),
                body=body,
                excerpt=body[3:100],
                status="published",
                published_at=start - timedelta(seconds=first + i),
            )
            for i in range(min(scratch.BATCH, number - first))
        ]
        plain.bulk_create(part)
        TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for article in part)
        RelatedList.objects.bulk_create(RelatedList(article=article, entries=entries) for article in part)
        last = part[-1].pk
    return last
