"""What the engine costs at any size, beside a site of 1,000 articles measured in the same run.

    python bench/scale.py --load FILE.jsonl.gz --articles 1000 20000 200000 [--database postgres://…]

FILE holds a JSON object {title, body, department} a line. For each size a scratch site is filled through the product's
own models; the figures are CPU time of this process (and the clock's, where the database is another process).
"""

import argparse
import gc
import gzip
import itertools
import json
import os
import random
import resource
import time

import scratch

SAMPLE = 300


def rows(path, limit):
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as lines:
        for line in itertools.islice(lines, limit):
            yield json.loads(line)


class Timer:
    """CPU and clock seconds of what runs inside."""

    def __enter__(self):
        self.cpu, self.clock = time.process_time(), time.monotonic()
        return self

    def __exit__(self, *error):
        self.cpu, self.clock = time.process_time() - self.cpu, time.monotonic() - self.clock


def percentiles(call, values):
    """Return the 50th, 95th and 99th percentile of CPU and of clock milliseconds of `call` on each of `values`."""
    cpu, clock = [], []
    for value in values:
        with Timer() as timer:
            call(value)
        cpu.append(timer.cpu * 1000)
        clock.append(timer.clock * 1000)
    return [[sorted(times)[int(len(times) * q)] for q in (0.5, 0.95, 0.99)] for times in (cpu, clock)]


def shown(figures):
    return "  ".join(
        f"{name} {'/'.join(f'{x:.1f}' for x in part)}" for name, part in zip(("cpu", "clock"), figures, strict=True)
    )


def queries_of(titles):
    """Return typed queries: the beginnings and the words of titles."""
    from articles.engine import tokens

    picked = random.Random(2)
    found = []
    for title in titles:
        words = tokens.words(title)
        found.append(
            " ".join(picked.sample(words, min(2, len(words)))) if words and picked.random() < 0.5 else title[:12]
        )
    return found


def measure(path, size):
    from django.db import connection
    from django.test import Client

    from articles.finding import search
    from articles.finding.vocabulary import Vocabulary
    from articles.models import Article
    from articles.models.related_list import refresh_lists

    scratch.empty()
    with Timer() as importing:
        lines = rows(path, size)
        while chunk := list(itertools.islice(lines, 10_000)):
            scratch.load(chunk)
    print(f"\n{size} articles: loading and indexing {importing.clock:.0f} s, {size / importing.clock:.0f} a second")
    with Timer() as build:
        from django.core.management import call_command

        call_command("rebuild_index", verbosity=0)
    print(f"  index build          cpu {build.cpu:.0f} s  clock {build.clock:.0f} s  {megabytes(connection)}")
    gc.collect()
    gc.freeze()  # as the server does (healthqa/wsgi.py)
    keys = sorted(random.Random(1).sample(range(1, size + 1), min(SAMPLE, size)))
    chosen = list(Article.objects.filter(pk__in=keys).prefetch_related("tags"))
    print("  related (ms)        ", shown(percentiles(lambda article: refresh_lists([article]), chosen)))
    vocabulary = Vocabulary()
    asked = queries_of([article.title for article in chosen])
    print(
        "  search (ms)         ", shown(percentiles(lambda query: search.search(query, vocabulary=vocabulary), asked))
    )
    some = chosen[: SAMPLE // 3]
    print("  save a new one (ms) ", shown(percentiles(lambda article: article.save(), fresh(some))))
    print("  edit (ms)           ", shown(percentiles(lambda article: article.save(), some)))
    print("  withdraw (ms)       ", shown(percentiles(lambda article: article.withdraw("测试"), some)))
    client, pages = Client(HTTP_HOST="127.0.0.1"), [a.get_absolute_url() for a in chosen[SAMPLE // 3 :]]
    queries = []
    with connection.execute_wrapper(lambda execute, *query: queries.append(query) or execute(*query)):
        assert client.get(pages[0]).status_code == 200
    print("  cold question (ms)  ", shown(percentiles(client.get, pages)), f" {len(queries)} queries")
    print(f"  peak memory          {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def fresh(articles):
    from articles.models import Article

    return [Article(title=a.title[:-1] + "呀？", body=a.body, status="published") for a in articles]


def megabytes(connection):
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return f"{cursor.fetchone()[0] / 1e6:.0f} MB with the articles"
    return f"{os.path.getsize(connection.settings_dict['NAME']) / 1e6:.0f} MB with the articles"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", required=True, help="articles as JSON lines, plain or .gz")
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 20_000], help="sizes to measure")
    parser.add_argument("--database", help="an empty database, instead of a scratch SQLite file")
    options = parser.parse_args()
    scratch.start(options.database)
    for size in options.articles:
        measure(options.load, size)


if __name__ == "__main__":
    main()
