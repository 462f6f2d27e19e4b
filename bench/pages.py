"""What pages cost in the production server, beside a static file and a bare Django view in the same server.

    python bench/pages.py [--articles 200000] [--rounds 5] [--seconds 60] [--peer http://127.0.0.1:9000/page/=NAME]

Fills a scratch site on SQLite with synthetic questions, starts the servers and takes turns. CPU is the user and system
time of all threads of a server's processes; compare the ratios, not the milliseconds. The last lines name each bar; the
exit status is 0 only when all hold. Needs Linux and granian; Chromium (CHROMIUM, or on the path) and Playwright for the
page weights. What is not there is said before anything begins; what was measured until an error is printed.
"""

import argparse
import functools
import itertools
import os
import random
import statistics
import subprocess
import sys
import time

import content
import load
import promises
import scratch
import servers
import weight

FULL = 1_500  # questions with doctor, tags, index and related lists
BATCH = 1_000  # requests of one turn
# Clients that send them, with connections that they keep. What comes from memory is asked for by several: with one, the
# server sleeps after each answer and what is measured is how it wakes. What is computed is asked for by one: several
# threads that compute in one process cost more for waiting for each other, whatever they compute.
CLIENTS, CLIENTS_COLD = 4, 1
HALF = BATCH // 2


class Bars:
    """The bars, in the order in which they were measured."""

    def __init__(self):
        self.rows = []

    def add(self, name, figure, most, unit=""):
        self.rows.append((name, figure, most, unit))

    def print(self):
        print()
        for name, figure, most, unit in self.rows:
            print(f"{'holds' if figure <= most else 'FAILS'}  {name}: {figure:.2f}{unit} (at most {most:g}{unit})")
        return all(figure <= most for _, figure, most, _ in self.rows)


class Turns:
    """CPU milliseconds a request, rate and times of several targets that take turns."""

    def __init__(self):
        self.targets, self.figures = {}, {}

    def add(self, name, server, requests, expected=(200,), before=None, clients=CLIENTS):
        """`requests` is a function of the round; `before` is called first, and is not measured."""
        self.targets[name] = (server, requests, expected, before, clients)

    def run(self, rounds):
        for number, name in itertools.product(range(rounds), self.targets):
            server, requests, expected, before, clients = self.targets[name]
            if before:
                before()
            asked, before_cpu = requests(number), server.cpu()
            outcome = load.run(server.port, asked, clients=clients, expected=expected)
            if outcome.failures:
                raise SystemExit(f"{name}: {outcome.failures[:3]}")
            cpu = (server.cpu() - before_cpu) / len(asked) * 1000
            self.figures.setdefault(name, []).append(
                (cpu, outcome.rate, outcome.percentile(0.5), outcome.percentile(0.99))
            )

    def median(self, name):
        return statistics.median(cpu for cpu, *_ in self.figures[name])

    def ratio(self, name, other):
        """The median of the ratios of each round, which the machine's speed leaves alone."""
        return statistics.median(a[0] / b[0] for a, b in zip(self.figures[name], self.figures[other], strict=True))

    def print(self, static, bare):
        print(f"{'':34}{'CPU ms':>9}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'× file':>8}{'× bare':>8}")
        for name, rows in self.figures.items():
            cells = [statistics.median(row[i] for row in rows) for i in range(4)]
            ratios = f"{self.ratio(name, static):8.2f}{self.ratio(name, bare):8.2f}"
            print(f"{name:34}{cells[0]:9.3f}{cells[1]:8.0f}{cells[2]:8.2f}{cells[3]:8.2f}{ratios}")


class Site:
    """The scratch site: its content, its addresses and the environment of its servers."""

    def __init__(self, articles):
        self.folder = scratch.start()
        from django.core.management import call_command

        from articles.models import Tag

        call_command(
            "loaddata",
            *(scratch.ROOT / "fixtures" / f"{name}.json" for name in ("doctors", "tags", "pages")),
            verbosity=0,
        )
        self.tag = Tag.objects.filter(kind=Tag.Kind.DISEASE).first()
        began = time.monotonic()
        self.keys = content.load_indexed(FULL)
        self.last = content.load_bulk(articles, self.tag, self.keys[:20]) if articles else self.keys[-1]
        print(f"{FULL} whole questions and {articles} for their number: {time.monotonic() - began:.0f} s")
        self.titles = self.titles_of(self.keys)

    def titles_of(self, keys):
        from articles.models import Article

        return list(Article.objects.filter(pk__in=keys).values_list("title", flat=True))

    def serve(self, name="healthqa", workers=1, **environment):
        """Start a production server of the site."""
        port = servers.free_port()
        address = f"http://127.0.0.1:{port}"
        limits = {name: str(10**9) for name in ("LIKE_CHANGES_PER_MINUTE", "LIKES_PER_ARTICLE_AND_DAY")}
        own = {"DEBUG": "0", "SITE_URL": address, **limits, **environment}
        command = servers.granian("healthqa.wsgi:application", port, workers)
        return servers.Server(name, command, own, address).wait_for("/healthz")

    def make_cold(self):
        """Let every page cache begin anew."""
        from django.db.models import F

        from articles.models import SiteVersion

        SiteVersion.objects.update(number=F("number") + 1)
        time.sleep(0.6)

    def questions(self, part=slice(None)):
        return [f"/articles/{key}/" for key in self.keys[part]]


def baseline(site, page):
    """Start the server of the baselines, with a file that is answered with as many bytes as the page."""
    folder = site.folder / "file"
    folder.mkdir()
    (folder / "page.html").write_bytes(page)
    subprocess.run([sys.executable, "-m", "whitenoise.compress", "-q", str(folder)], check=True)
    port = servers.free_port()
    command = servers.granian("baselines:application", port)
    address = f"http://127.0.0.1:{port}"
    return servers.Server("baselines", command, {"BENCH_FOLDER": str(folder)}, address).wait_for("/bare/")


def nginx(site):
    """Start nginx with the same file, where it is installed; else return None."""
    binary = servers.nginx_path()
    if not binary:
        return None
    port, folder = servers.free_port(), site.folder / "file"
    configuration = site.folder / "nginx.conf"
    configuration.write_text(
        f"pid {site.folder}/nginx.pid; error_log stderr; daemon off; worker_processes 1; user root;\n"
        f"events {{}} http {{ access_log off; gzip_static on; types {{ text/html html; }}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    command = [binary, "-p", site.folder, "-c", configuration]
    return servers.Server("nginx", command, {}, f"http://127.0.0.1:{port}").wait_for("/page.html")


def rates(site, options, bars):
    """Measure every kind of page, warm and cold, in turn with the baselines."""
    server = site.serve()
    hot = site.questions(slice(0, 1))[0]
    whole = load.Connection(server.port).ask("GET", hot, load.PLAIN)[2]
    base, plain = baseline(site, whole), nginx(site)
    tag = load_path(site.tag.get_absolute_url())
    searches = [f"/search/?q={load_path(title[:8])}" for title in site.titles]
    likes = itertools.batched(site.keys * 20, HALF) if hasattr(itertools, "batched") else chunks(site.keys * 20, HALF)
    same_origin = "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"

    def not_modified(number):
        head = load.Connection(server.port).ask("GET", hot)[1].decode()
        etag = next(line for line in head.splitlines() if line.lower().startswith("etag:"))[5:].strip()
        return load.gets([hot] * BATCH, f"If-None-Match: {etag}\r\n")

    def give_likes(number):
        # Each from a browser of its own, else they would be clicks of the same reader.
        return [
            (
                "POST",
                f"/articles/{key}/like/",
                f"{same_origin}X-Bench: {key}\r\nCookie: reader={random.getrandbits(128):032x}\r\n",
                b"liked=1",
            )
            for key in next(likes)
        ]

    def spread(number):
        return load.gets(random.Random(number).sample(site.questions(), BATCH))

    def fill(paths):
        return lambda: [load.run(server.port, load.gets(paths)) for _ in range(2)]

    turns = Turns()
    turns.add("static file, WhiteNoise", base, lambda _: load.gets(["/page.html"] * BATCH))
    turns.add("bare Django view", base, lambda _: load.gets(["/bare/"] * BATCH), clients=CLIENTS_COLD)
    if plain:
        turns.add("static file, nginx", plain, lambda _: load.gets(["/page.html"] * BATCH))
    for address, name in options.peer:
        peer = servers.Peer(name, address)
        turns.add(name, peer, lambda _, path=peer.path: load.gets([path] * BATCH), clients=CLIENTS_COLD)
    turns.add("question, hot", server, lambda _: load.gets([hot] * BATCH), before=fill([hot]))
    turns.add("question, 304", server, not_modified, expected=(304,))
    turns.add("question, 1,000 warm", server, spread, before=fill(site.questions()))
    turns.add("question, cold", server, spread, before=site.make_cold, clients=CLIENTS_COLD)
    for name, paths in [
        ("list", ["/articles/", *(f"/articles/?page={n}" for n in range(2, 51))]),
        ("tag", [tag, *(f"{tag}?page={n}" for n in range(2, 51))]),
        ("search", searches[:50]),
    ]:
        turns.add(f"{name}, warm", server, lambda _, paths=paths: load.gets(paths * (BATCH // 50)), before=fill(paths))
        each = functools.partial(lambda paths, _: load.gets(paths), paths)
        turns.add(f"{name}, cold", server, each, before=site.make_cold, clients=CLIENTS_COLD)
    turns.add("like, POST", server, give_likes, expected=(303,), clients=CLIENTS_COLD)
    turns.run(options.rounds)
    print()
    turns.print("static file, WhiteNoise", "bare Django view")
    bars.add(
        "warm question page, CPU of WhiteNoise's file",
        turns.ratio("question, hot", "static file, WhiteNoise"),
        1.0,
        " ×",
    )
    bars.add("304, CPU of WhiteNoise's file", turns.ratio("question, 304", "static file, WhiteNoise"), 0.8, " ×")
    bars.add(
        "cold question page, CPU of a bare Django view", turns.ratio("question, cold", "bare Django view"), 7.0, " ×"
    )
    for running in (server, base, plain):
        if running:
            running.stop()


def load_path(text):
    from django.utils.http import urlencode

    return text if text.startswith("/") else urlencode({"": text})[1:]


def chunks(rows, size):
    return (rows[i : i + size] for i in range(0, len(rows), size))


def peer(text):
    address, _, name = text.rpartition("=")
    if not address.startswith("http://") or not name:
        raise argparse.ArgumentTypeError("wanted: http://127.0.0.1:PORT/path/=NAME")
    return address, name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--articles", type=int, default=200_000, help="questions for their number alone (default 200,000)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="turns of each target (default and at least 5)")
    parser.add_argument("--seconds", type=int, default=60, help="how long 16 clients ask at once (default 60)")
    parser.add_argument(
        "--peer", type=peer, action="append", default=[], metavar="URL=NAME", help="another running server's page"
    )
    options = parser.parse_args()
    for one in [*servers.lacking(), *weight.lacking()]:
        print(f"not here, and not measured without it: {one}", flush=True)
    bars = Bars()
    site = Site(options.articles)
    subprocess.run(
        [sys.executable, "manage.py", "make_static"],
        cwd=scratch.ROOT,
        check=True,
        env={**os.environ, "DEBUG": "0"},
    )
    try:
        rates(site, options, bars)
        promises.deep_pages(site, bars)
        promises.sitemaps(site, bars)
        promises.corrections(site, bars)
        promises.many_clients(site, bars, options.seconds)
        promises.memory(site, bars)
        promises.reloads(site, bars)
        promises.graceful_stop(site, bars)
        weight.measure(site, bars)
    finally:
        hold = bars.print()
    raise SystemExit(0 if hold else 1)


if __name__ == "__main__":
    main()
