"""What a page costs that is rendered anew, beside a bare Django view, without a server between.

    python bench/cold.py [--questions 3000] [--rounds 5] [--beside ../another/checkout] [--database URL]

Processes of this checkout, of another one and of a bare view take turns, each answering as many requests in its own
process: of a question none is asked for twice, so that nothing of a page is there from another time. CPU milliseconds
are the medians of the rounds; ratios are medians of those of each round, which the machine's speed leaves alone. What a
server adds to both sides (bench/pages.py measures it) makes the ratio there smaller than here.
"""

import argparse
import io
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import scratch

TURN = 200  # requests of a turn
WARM = 60  # requests before the first turn
KINDS = ("question", "list", "tag", "like")


def quiet(status, headers, error=None):
    """Take a status and headers as a server does."""


class Site:
    """A process of the site that renders pages and takes likes."""

    def __init__(self):
        sys.path.insert(0, os.getcwd())
        os.environ["DJANGO_SETTINGS_MODULE"] = "healthqa.settings"
        from healthqa.page_cache import Asker, PageHandler, answer_of
        from healthqa.wsgi import django_application  # first: it sets Django up

        self.pages, self.asker, self.answer_of, self.django = PageHandler(), Asker(), answer_of, django_application

    def ask(self, kind, path):
        if kind == "like":
            return self.like(path)
        path, _, query = path.partition("?")
        answer = self.answer_of(self.pages, self.asker.bare_request((False, path, query), {}))
        assert answer.may_be_kept, path
        return answer.send({"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "br"}, quiet)

    def like(self, path):
        fields = {
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": "7",
            "REMOTE_ADDR": "127.0.0.1",
        }
        sent = {"HTTP_COOKIE": f"reader={random.getrandbits(128):032x}", "HTTP_SEC_FETCH_SITE": "same-origin"}
        return list(self.django(environ("POST", path, b"liked=1", **fields, **sent), redirected))


def redirected(status, headers, error=None):
    assert status.startswith("303"), status


class Bare:
    """A process of the bare view."""

    def __init__(self):
        os.environ["BENCH_FOLDER"] = str(scratch.folder())
        import baselines

        self.django = baselines.application.application

    def ask(self, kind, path):
        return list(self.django(environ("GET", "/bare/"), quiet))


def environ(method, path, body=b"", **more):
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        **more,
    }


def answer(process):
    """Answer what the lines of standard input ask for: {kind, paths}; print the CPU milliseconds of each request."""
    for line in sys.stdin:
        asked = json.loads(line)
        before = time.process_time()
        for path in asked["paths"]:
            process.ask(asked["kind"], path)
        spent = time.process_time() - before
        print(json.dumps(spent / len(asked["paths"]) * 1000), flush=True)


class Other:
    """A process that answers; `root` is the checkout whose code it runs."""

    def __init__(self, name, root):
        command = [sys.executable, str(Path(__file__).resolve()), "--answer", name]
        told = {**os.environ, "DEBUG": "0", "SITE_URL": "http://127.0.0.1:8000"}
        limits = {name: str(10**9) for name in ("LIKE_CHANGES_PER_MINUTE", "LIKES_PER_ARTICLE_AND_DAY")}
        if name == "site":
            subprocess.run([sys.executable, "manage.py", "make_static"], cwd=root, env=told, check=True, stdout=2)
        self.process = subprocess.Popen(
            command, env=told | limits, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def cost(self, kind, paths):
        self.process.stdin.write(json.dumps({"kind": kind, "paths": paths}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def fill(questions):
    """Fill the scratch site; return the keys of its questions and the path of a tag that most of them have."""
    import content
    from django.core.management import call_command

    from articles.models import Tag

    fixtures = (scratch.ROOT / "fixtures" / f"{name}.json" for name in ("doctors", "tags", "pages"))
    call_command("loaddata", *fixtures, verbosity=0)
    keys = content.load_indexed(questions)
    tag = Tag.objects.filter(kind=Tag.Kind.DISEASE).first()
    content.load_bulk(2_000, tag, keys[:20])
    return keys, tag


def asked_for(keys, tag, rounds):
    """Return {kind: a list of requests for each round}, the first of which is to warm up."""
    picked = random.Random(4).sample(keys, min(len(keys), WARM + TURN * rounds))
    turns = [WARM, *[(len(picked) - WARM) // rounds] * rounds]
    questions = iter([f"/articles/{key}/" for key in picked])
    pages = {"list": "/articles/", "tag": unquote(tag).encode().decode("latin-1")}  # as WSGI has them
    numbered = {
        kind: [[f"{path}?page={number}" for number in range(2, 50)]] * len(turns) for kind, path in pages.items()
    }
    asked = [list(itertools.islice(questions, number)) for number in turns]
    return {"question": asked, **numbered, "like": [[f"{path}like/" for path in some] for some in asked]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--beside", type=Path, help="another checkout, whose code answers from the same database")
    parser.add_argument("--database", help="a database that was filled before, as this bench does it")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--answer", choices=("site", "bare"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        return answer({"site": Site, "bare": Bare}[options.answer]())
    if options.database:
        os.environ["DATABASE_URL"] = options.database
        scratch.join()
        from articles.models import Article, Tag

        tag = Tag.objects.filter(kind=Tag.Kind.DISEASE).first()
        keys = list(Article.objects.exclude(short_answer="").values_list("pk", flat=True))
    else:
        scratch.start()
        keys, tag = fill(options.questions)
    roots = {"now": scratch.ROOT} | ({"before": options.beside.resolve()} if options.beside else {})
    others = {"bare": Other("bare", scratch.ROOT)} | {name: Other("site", root) for name, root in roots.items()}
    asked = asked_for(keys, tag.get_absolute_url(), options.rounds)
    print(f"{'CPU ms':10}" + "".join(f"{name:>10}" for name in others) + f"{'now/bare':>10}{'now/before':>12}")
    for kind in options.kinds:
        rows = {}
        for number, paths in enumerate(asked[kind]):
            for name, other in others.items():
                spent = other.cost(kind, paths)
                if number:
                    rows.setdefault(name, []).append(spent)
        cells = "".join(f"{statistics.median(spent):10.3f}" for spent in rows.values())
        ratios = [ratio(rows["now"], rows[name]) for name in ("bare", "before") if name in rows]
        print(f"{kind:10}{cells}{ratios[0]:10.1f}" + "".join(f"{one:12.2f}" for one in ratios[1:]), flush=True)


def ratio(rows, others):
    return statistics.median(one / other for one, other in zip(rows, others, strict=True))


if __name__ == "__main__":
    main()
