"""What keeping a version costs, beside the save that it belongs to, and how much room it takes.

    python bench/versions.py [--articles 2000] [--versions 20] [--database postgres://…]

Each question has that many versions already. A step is taken as the form takes it; the figures are CPU milliseconds of
this process, those of the clock where the database is another one. The exit status is 0 when the bar holds.
"""

import argparse
import random
import sys
import time

import scratch

BAR, SAMPLE, LONG = 5.0, 400, 100_000
CHARACTERS = [chr(n) for n in range(0x4E00, 0x4E00 + 2_000)]


def text(chance, length):
    return "".join(chance.choices(CHARACTERS, k=length))


def fill(chance, articles, versions):
    from articles.models import Article, Revision
    from articles.models.revision import content_of

    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    body = [f"<p>{text(chance, 120)}。</p>" for _ in range(16)]
    rows = [
        Article(title=text(chance, 16), body="".join(chance.sample(body, 12)), status="published", published_at=now)
        for _ in range(articles)
    ]
    Article.objects.bulk_create(rows)
    for article in Article.objects.all():
        content = content_of(article)
        Revision.objects.bulk_create(
            Revision(article=article, number=n, step="small", state="live", content=content)
            for n in range(1, versions + 1)
        )


def keep(article, user, body):
    """Keep a version of a changed body, as a step in the form does, and return (ms of the version, ms of the save)."""
    from articles.models import Revision
    from articles.models.revision import content_of
    from articles.models.turns import turn
    from articles.workflow.situations import Situation, changed_characters
    from articles.workflow.steps import record

    clock = time.perf_counter if args.database else time.process_time
    with turn():
        began = clock()
        situation = Situation(article, user)
        situation.remember()
        situation.keep_base()
        before = clock()
        article.body = body
        article.save()
        saved = clock()
        content = content_of(article)
        changed = changed_characters(situation.before, content)
        record(situation, Revision.Step.SMALL, content, changed=changed)
        return (before - began + clock() - saved) * 1000, (saved - before) * 1000


def main():
    scratch.start(args.database)
    from django.contrib.auth import get_user_model
    from django.db import connection

    from articles.models import Article, Revision
    from articles.models.revision import content_of
    from articles.workflow.comparisons import compare_contents

    chance = random.Random(1)
    user = get_user_model().objects.create_superuser("bench")
    fill(chance, args.articles, args.versions)
    figures = []
    for article in Article.objects.order_by("?")[:SAMPLE]:
        figures.append(keep(article, user, article.body.replace("。</p>", "，好。</p>", 1)))
    version, save = (
        [sorted(part)[int(len(figures) * q)] for q in (0.5, 0.95, 0.99)] for part in zip(*figures, strict=True)
    )
    print(f"{args.articles} questions of about 1,500 characters, {args.versions} versions each, {SAMPLE} steps")
    for name, part in (("version", version), ("save", save)):
        print(f"  {name}: p50 {part[0]:.2f} ms, p95 {part[1]:.2f} ms, p99 {part[2]:.2f} ms")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'articles_revision%%'")
            room = cursor.fetchone()[0]
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('articles_revision')")
            room = cursor.fetchone()[0]
    print(f"  room: {room / Revision.objects.count() / 1024:.1f} KB a version, indexes included")

    article = Article.objects.first()
    paragraphs = [f"<p>{text(chance, 80)}。</p>" for _ in range(LONG // 81)]
    article.body = "".join(paragraphs)
    before = content_of(article)
    article.body = "".join(paragraph.replace(paragraph[20], "改", 1) for paragraph in paragraphs)
    began = time.process_time()
    compare_contents(before, content_of(article))
    print(f"  comparison of {LONG:,} characters, changed in every paragraph: {time.process_time() - began:.2f} s")
    holds = version[1] <= BAR
    print(f"{'holds' if holds else 'FAILS'}: a version costs {version[1]:.2f} ms (p95), bar {BAR} ms")
    return 0 if holds else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--versions", type=int, default=20)
    parser.add_argument("--database", help="an empty PostgreSQL database instead of a scratch SQLite file")
    args = parser.parse_args()
    sys.exit(main())
