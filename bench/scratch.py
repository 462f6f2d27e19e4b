"""A scratch site for benchmarks: the product's own settings, models and index on a database that is thrown away."""

import atexit
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BATCH = 2_000


def folder():
    """Return a new folder that goes when the bench ends."""
    made = Path(tempfile.mkdtemp(prefix="healthqa-bench-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def start(url=None):
    """Set Django up on a scratch SQLite file, or on the empty database that `url` names."""
    where = folder()
    os.environ["DATABASE_URL"] = url or f"sqlite:///{where / 'scratch.sqlite3'}"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ["DEBUG"] = "1"  # plain static files, which need no collecting
    join()
    empty()
    return where


def join():
    """Set Django up on the database of the bench that has started this process, or is this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "healthqa.settings"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.conf import settings

    settings.DEBUG = False  # with it, Django would keep every query


def empty():
    """Make the tables, or empty them."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    from articles.engine.seam import search_engine
    from articles.models import indexing

    search_engine.cache_clear()  # numbers begin again, and what it has read of vectors means others
    index = indexing.open_index()
    index.drop()
    index.create()


def load(rows):
    """Store rows {title, body, department} as published articles through the models. Returns their keys, in order."""
    from django.utils import timezone

    from articles.models import Article, TaggedArticle
    from articles.models.tag_lookup import get_tags
    from articles.text.markup import paragraphs

    now, keys, tags = timezone.now(), [], {}
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        articles = [
            Article(
                title=row["title"][:120], body=paragraphs(row["body"].split("\n")), status="published", published_at=now
            )
            for row in part
        ]
        for article in articles:
            article.prepare()
        keys += [article.pk for article in Article.objects.bulk_create(articles)]
        for row in part:
            name = row.get("department")
            if name and name not in tags:
                (tags[name],) = get_tags([name], kind="department")
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object=article, tag=tags[row["department"]])
            for article, row in zip(articles, part, strict=True)
            if row.get("department")
        )
    return keys
