"""What an edit each second costs readers: how many pages come from memory, what they cost, and how old they are.

    python bench/storm.py [--articles 200000] [--pages 1000] [--seconds 90] [--rate 200] [--edits 1] [--database URL]

One process keeps pages as each of the site does and answers RATE requests a second for 1,000 questions, all tags and
doctors, home and the first lists. Another saves one of these questions EDITS times a second, with all that a save
brings along. The same is done twice: an edit drops what shows it, and, as it was before, everything. CPU is that of the
process that answers. How old a page is, is seen at the questions that were saved: the time since the save that it does
not show. The exit status is 0 only when the bars hold.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from urllib.parse import unquote

import content
import scratch

FRESH = 1.0  # seconds after which every page shows a save
BAR = 0.9  # of the requests


def edit(keys, every):
    """Save one of the questions every so many seconds, for ever; say (key, number, time) of each when it is done."""
    from articles.models import Article

    picked, number = random.Random(8), 0
    while True:
        began, number = time.monotonic(), number + 1
        article = Article.objects.get(pk=picked.choice(keys))
        article.title = f"{article.title.partition('（')[0]}（改{number}）？"
        article.save()
        print(article.pk, number, time.monotonic(), flush=True)
        time.sleep(max(0.0, every - (time.monotonic() - began)))


class Saves:
    """What the other process has saved, as far as it has said so."""

    def __init__(self, process):
        self.pipe, self.rest, self.latest = process.stdout, b"", {}
        os.set_blocking(self.pipe.fileno(), False)

    def read(self):
        *lines, self.rest = (self.rest + (self.pipe.read() or b"")).split(b"\n")
        for line in lines:
            key, number, moment = line.split()
            self.latest[int(key)] = int(number), float(moment)


class Node:
    """A process of the site, asked without a server between."""

    def __init__(self, keeps_what_is_not_changed):
        from django.conf import settings

        from articles.tests.nodes import Node as Asked
        from articles.views.freshness import Freshness
        from healthqa.page_cache.watcher import INTERVAL

        read = Freshness()

        def everything():
            return replace(read(), changed=None)

        read_state = read if keeps_what_is_not_changed else everything
        self.node = Asked(read_state, size=64 << 20, interval=INTERVAL, lifetime=settings.PAGE_CACHE_SECONDS)

    def ask(self, path):
        status, _, body = self.node.ask(path)
        assert status == 200, (path, status)
        return body

    @property
    def rendered(self):
        return len(self.node.rendered)


def storm(node, paths, keys, options):
    """Return (requests, share from memory, CPU ms a request, the longest that a page was old)."""
    for path in paths:
        node.ask(path)
    command = [sys.executable, __file__, "--edit", ",".join(map(str, keys)), "--edits", str(options.edits)]
    editor = subprocess.Popen(command, stdout=subprocess.PIPE)
    saves, picked, oldest, asked = Saves(editor), random.Random(9), 0.0, 0
    while not saves.latest:
        if editor.poll() is not None:
            raise SystemExit(f"the process that edits has ended with {editor.returncode}")
        saves.read()
        time.sleep(0.1)
    rendered, cpu, began = node.rendered, time.process_time(), time.monotonic()
    while (now := time.monotonic()) < began + options.seconds:
        saves.read()
        changed = asked % 20 == 0
        key = picked.choice(list(saves.latest)) if changed else None
        number, moment = saves.latest.get(key, (0, 0.0))
        body = node.ask(f"/articles/{key}/" if changed else picked.choice(paths))
        if changed and f"（改{number}）".encode() not in body and number_in(body) < number:
            oldest = max(oldest, now - moment)
        asked += 1
        time.sleep(max(0.0, began + asked / options.rate - time.monotonic()))
    editor.kill()
    editor.wait()
    cpu = (time.process_time() - cpu) / asked * 1000
    node.node.cache.watcher.close()
    return asked, 1 - (node.rendered - rendered) / asked, cpu, oldest


def number_in(body):
    title = body.decode().partition("<title>")[2].partition("</title>")[0]
    return int(title.partition("（改")[2].partition("）")[0] or 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--pages", type=int, default=1_000, help="questions that are asked for and edited")
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument("--rate", type=float, default=200, help="requests a second")
    parser.add_argument("--edits", type=float, default=1, help="edits a second")
    parser.add_argument("--database", help="an empty PostgreSQL database; else SQLite")
    parser.add_argument("--edit", help=argparse.SUPPRESS)  # the other process: keys of the questions
    options = parser.parse_args()
    if options.edit:
        scratch.join()
        edit([int(key) for key in options.edit.split(",")], 1 / options.edits)
    scratch.start(options.database)
    from django.core.management import call_command

    from articles.models import Doctor, Tag

    fixtures = (scratch.ROOT / "fixtures" / f"{name}.json" for name in ("doctors", "tags", "pages"))
    call_command("loaddata", *fixtures, verbosity=0)
    keys = content.load_indexed(options.pages)
    content.load_bulk(options.articles, Tag.objects.filter(kind=Tag.Kind.DISEASE).first(), keys[:20])
    paths = [f"/articles/{key}/" for key in keys]
    people = Doctor.objects.with_published_answers()
    paths += [unquote(row.get_absolute_url()) for rows in (Tag.objects.in_use(), people) for row in rows]
    paths += ["/", "/articles/", "/tags/", "/doctors/"]
    holds = True
    for name, keeps in [("before", False), ("by keys", True)]:
        asked, share, cpu, oldest = storm(Node(keeps), paths, keys, options)
        print(f"{name}: {asked} requests, {share:.1%} from memory, {cpu:.3f} ms CPU each, at most {oldest:.2f} s old")
        holds = oldest <= FRESH and (share >= BAR or not keeps)
    raise SystemExit(0 if holds else 1)


if __name__ == "__main__":
    main()
