"""What the production server promises beside its rates; each part prints what it saw and adds its bars."""

import re
import signal
import statistics
import threading
import time
from html.parser import HTMLParser
from urllib.parse import urlencode

import load
import servers

SAVES, RELOADS = 50, 10
LIFETIME = 60  # seconds after which a worker is replaced; granian takes no less
PAGES = 200_000
CACHE_MB = 64


def deep_pages(site, bars):
    """Walk to the deepest pages of the two long lists by their own links, from a place near their end."""
    from articles.models import Article
    from articles.views.paging import Place

    server = site.serve(PAGE_CACHE_MB="0")
    last = Article.objects.order_by("published_at", "pk")[30]
    deep = f"?before={Place(last.published_at, last.pk)}"
    figures = {}
    for _ in range(5):
        for path in ("/articles/", site.tag.get_absolute_url()):
            for query in ("", "?page=50", deep):
                before = server.cpu()
                outcome = load.run(server.port, load.gets([path + query] * 100))
                if outcome.failures:
                    raise SystemExit(f"{path}{query}: {outcome.failures[0]}")
                figures.setdefault((path, query), []).append((server.cpu() - before) * 10)
    server.stop()
    print("\nlists without cache, CPU ms:")
    for path in ("/articles/", site.tag.get_absolute_url()):
        first, fiftieth, deepest = (statistics.median(figures[path, query]) for query in ("", "?page=50", deep))
        print(f"  {path}: first {first:.2f}, fiftieth {fiftieth:.2f}, deepest {deepest:.2f}")
        bars.add(f"deepest page of {path} beside the first", max(fiftieth, deepest) / first, 1.5, " ×")


def sitemaps(site, bars):
    """Read all sitemaps, cold."""
    server = site.serve()
    connection = load.Connection(server.port)
    for path in (
        "/",
        "/articles/",
        "/search/?q=a",
    ):  # what a worker holds anyway: templates, dictionaries, a connection
        connection.ask("GET", path)
    idle = server.memory()
    index = connection.ask("GET", "/sitemap.xml")
    paths = re.findall(r"<loc>http://[^/]+(/[^<]+)</loc>", unpacked(index))
    began, before, most, urls = time.monotonic(), server.cpu(), 0, 0
    for path in paths:
        answer = connection.ask("GET", path)
        urls += unpacked(answer).count("<loc>")
        most = max(most, server.memory())
    print(
        f"\nsitemaps: {len(paths)} files, {urls} addresses in {time.monotonic() - began:.1f} s, "
        f"CPU {server.cpu() - before:.1f} s, worker {idle:.0f} MB idle, {most:.0f} MB at most"
    )
    server.stop()
    bars.add("memory that all sitemaps take, cached", most - idle, 100, " MB")


def unpacked(answer):
    import brotli

    return (brotli.decompress(answer[2]) if b"content-encoding: br" in answer[1].lower() else answer[2]).decode()


class Form(HTMLParser):
    """The fields of the admin's form of a question, as a browser would send them."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.fields, self.inside, self.textarea, self.select = [], False, None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and attributes.get("id") == "article_form":
            self.inside = True
        name = attributes.get("name")
        if not self.inside:
            return
        if tag == "input" and name and attributes.get("type") not in ("submit", "file", "button"):
            is_box = attributes.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in attributes:
                self.fields.append((name, attributes.get("value", "on" if is_box else "")))
        elif tag == "textarea" and name:
            self.textarea = (name, [])
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attributes:
            self.fields.append((self.select, attributes.get("value", "")))

    def handle_data(self, data):
        if self.textarea:
            self.textarea[1].append(data)

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            self.fields.append((self.textarea[0], "".join(self.textarea[1])))
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


class Editor:
    """Somebody who saves questions in the admin of one server."""

    def __init__(self, server):
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

        from healthqa.sessions import SessionStore

        user = get_user_model().objects.filter(username="bench").first()
        user = user or get_user_model().objects.create_superuser("bench")
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.save()
        self.cookie = f"session={session.session_key}"
        self.server, self.connection = server, load.Connection(server.port)

    def save(self, key, title):
        """Change the title of a question through its form, to be live at once. Returns when the answer has come."""
        status, body = self.send(key, title)
        if status != 302:
            raise SystemExit(f"the admin answered {status}: {re.findall('errorlist.*?</ul>', body, re.S)[:3]}")

    def send(self, key, title):
        """Send the form of a question with another title. Returns the status and the text of the last answer."""
        path = f"/admin/articles/article/{key}/change/"
        status, head, body = self.connection.ask("GET", path, f"Cookie: {self.cookie}\r\n{load.PLAIN}")
        if status != 200:
            return status, body.decode()
        token = re.search(rb"(?i)set-cookie:\s*(csrf=[^;]+)", head)[1].decode()
        fields = [(name, title if name == "title" else value) for name, value in Form(body.decode()).fields]
        headers = (
            f"{load.PLAIN}Cookie: {self.cookie}; {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Origin: {self.server.address}\r\nReferer: {self.server.address}{path}\r\n"
        )
        status, _, body = self.connection.ask(
            "POST", path, headers, urlencode([*fields, ("_step", "unreviewed")]).encode()
        )
        return status, body.decode()


def corrections(site, bars):
    """Save in one process, under load, and see when it and another process show the new title."""
    servers_ = [site.serve(f"process {n}") for n in (1, 2)]
    editor, key = Editor(servers_[0]), site.keys[3]
    path, stop = f"/articles/{key}/", threading.Event()
    requests = load.gets([*site.questions(slice(0, 400)), "/articles/", "/"])

    def keep_asking(server):
        while not stop.is_set():
            load.run(server.port, requests, clients=4)

    loads = [threading.Thread(target=keep_asking, args=[server], daemon=True) for server in servers_]
    for thread in loads:
        thread.start()
    waits, stale_at_home = [], 0
    readers = [load.Connection(server.port) for server in servers_]
    for number in range(SAVES):
        title = f"改过第{number}次的标题，读者什么时候看到？"
        for reader in readers:
            reader.ask("GET", path)  # so that both have it in their caches
        editor.save(key, title)
        saved = time.monotonic()
        stale_at_home += title not in page_of(readers[0], path)
        while title not in page_of(readers[1], path):
            time.sleep(0.005)
        waits.append(time.monotonic() - saved)
    stop.set()
    for thread in loads:
        thread.join()
    for server in servers_:
        server.stop()
    print(
        f"\n{SAVES} saves under load: the saving process showed {SAVES - stale_at_home} at once; the other one after "
        f"{statistics.median(waits) * 1000:.0f} ms, at most {max(waits) * 1000:.0f} ms"
    )
    bars.add("a save seen by another process, the longest", max(waits), 1.0, " s")
    bars.add("saves not seen at once where they were made", stale_at_home, 0)


def page_of(reader, path):
    return reader.ask("GET", path, load.PLAIN)[2].decode()


def many_clients(site, bars, seconds):
    """16 clients ask for all kinds of pages, warm and cold, for a while."""
    server = site.serve(workers=2)
    paths = [*site.questions(), "/", "/articles/", "/tags/", "/doctors/", "/feed/", "/robots.txt"]
    paths += [f"/articles/?page={n}" for n in range(1, 51)]
    outcome = load.run(server.port, load.gets(paths), clients=16, seconds=seconds)
    print(
        f"\n16 clients for {seconds} s: {len(outcome.times)} requests, {outcome.rate:.0f} a second, "
        f"p50 {outcome.percentile(0.5):.1f} ms, p99 {outcome.percentile(0.99):.1f} ms, failures {len(outcome.failures)}"
    )
    server.stop()
    bars.add("failures with 16 clients", len(outcome.failures), 0)


def memory(site, bars):
    """Ask for many different pages, each once, and see what the worker holds."""
    server = site.serve(PAGE_CACHE_MB=str(CACHE_MB))
    load.run(server.port, load.gets(site.questions(slice(0, 200))))
    idle = server.memory()
    first = site.last - PAGES
    outcome = load.run(
        server.port, load.gets(f"/articles/{key}/" for key in range(max(1, first), site.last)), clients=4
    )
    held = server.memory()
    print(
        f"\n{len(outcome.times)} different pages: worker {idle:.0f} MB before, {held:.0f} MB after, "
        f"setting {CACHE_MB} MB"
    )
    server.stop()
    bars.add("failures among different pages", len(outcome.failures), 0)
    bars.add("memory of a worker, over PAGE_CACHE_MB", (held - idle) / CACHE_MB, 1.5, " ×")


def reloads(site, bars):
    """Reload, and let workers end and be replaced, under load."""
    failures = 0
    for name, extra, wait in [
        ("reloads", [], 3),
        ("worker restarts", ["--workers-lifetime", f"{LIFETIME}s"], LIFETIME),
    ]:
        port = servers.free_port()
        address = f"http://127.0.0.1:{port}"
        command = [*servers.granian("healthqa.wsgi:application", port, 2), *extra]
        server = servers.Server(name, command, {"DEBUG": "0", "SITE_URL": address}, address).wait_for("/healthz")
        seconds = LIFETIME * 2 + 10 if extra else RELOADS * wait + 5
        outcomes = []
        asking = threading.Thread(
            target=lambda s=server, t=seconds, o=outcomes: o.append(
                load.run(s.port, load.gets([*site.questions(slice(0, 300)), "/healthz"]), clients=8, seconds=t)
            )
        )
        asking.start()
        if not extra:
            for _ in range(RELOADS):
                time.sleep(wait)
                server.signal(signal.SIGHUP)
        asking.join()
        server.stop()
        lost = outcomes[0].failures
        print(f"{name}: {len(outcomes[0].times)} requests, {len(lost)} failures {lost[:2]}")
        failures += len(lost)
    bars.add("failures over reloads and restarts of workers", failures, 0)


def graceful_stop(site, bars):
    """Stop the server while it is answering."""
    port = servers.free_port()
    address = f"http://127.0.0.1:{port}"
    command = servers.granian("baselines:application", port)
    server = servers.Server("slow", command, {"BENCH_FOLDER": str(site.folder)}, address).wait_for("/bare/")
    outcomes = []
    asking = threading.Thread(target=lambda: outcomes.append(load.run(port, load.gets(["/slow/"] * 4), clients=4)))
    asking.start()
    time.sleep(0.5)
    server.stop()
    asking.join()
    print(f"stopped while answering 4 requests: {4 - len(outcomes[0].failures)} were answered")
    bars.add("requests lost by a stop", len(outcomes[0].failures), 0)
