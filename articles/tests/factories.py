"""Rows for tests: plain functions, one row each, published and sensible unless told otherwise."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from articles.models import Article, Doctor, Tag, TaggedArticle

NUMBERS = count(1)
BODY = "<p>多数人休息几天，自己会好。</p><h2>在家怎么做</h2><ul><li>温水敷十分钟。</li><li>少熬夜。</li></ul>"


def question(**fields):
    """Return a question that is not stored yet."""
    values = {
        "title": f"第{next(NUMBERS)}个问题怎么办？",
        "body": BODY,
        "status": Article.Status.PUBLISHED,
        "published_at": timezone.now() - timedelta(days=1),
    }
    return Article(**{**values, **fields})


def make_article(*, tags=(), **fields):
    """Make a question that was published yesterday; `tags` are tags or names. Later ones are newer."""
    article = question(**fields)
    article.holds_related = bool(tags)  # as the form does: what stands beside it is computed once, with its tags
    article.save(force_insert=True)
    article.holds_related = False
    if tags:
        article.tags.set(list(tags))
    return article


def make_articles(each, *, tags=()):
    """Make a question of each of these fields, all with the same tags; what stands beside them is not computed."""
    articles = [question(**fields) for fields in each]
    for article in articles:
        article.prepare()
    Article.objects.bulk_create(articles)
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=one, tag=tag) for one in articles for tag in tags)
    return articles


def make_doctor(**fields):
    return Doctor.objects.create(**{"name": f"医生{next(NUMBERS)}", **fields})


def make_tag(name="", **fields):
    return Tag.objects.create(name=name or f"标签{next(NUMBERS)}", **fields)
