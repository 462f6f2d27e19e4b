"""What readers see while something else goes wrong: kept pages, files and /livez beside the same load without a fault.

    python bench/faults.py [--database postgres://…/empty] [--redis 6379] [--seconds 12] [--only frozen flood …]

Serves the demo from a scratch SQLite file, or from the empty PostgreSQL database that is named (on this machine), puts
a proxy of its own between the server and the database, and one before Redis. Each fault lasts for the seconds given.
Printed are milliseconds: of what needs no database the 50th and 99th percentile and the longest, of what needs it how
long it took to be told so, and how many seconds after the end of the fault everything was well. Loopback only.
"""

import argparse
import http.client
import multiprocessing
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import load
import servers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CALM = ("/articles/1/", "/", "/static/css/site.css", "/favicon.ico", "/livez")
TOKEN = "x" * 32  # a form's token is any that the cookie repeats
SENT = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Cookie": f"csrf={TOKEN}",
    "Sec-Fetch-Site": "same-origin",
}
PAUSE = 0.02  # seconds between two requests of a calm reader


class Site:
    """A server with the demo, behind proxies."""

    def __init__(self, folder, database, redis):
        self.environment = {"SECRET_KEY": "bench-" + "x" * 50, "PYTHONWARNINGS": "ignore", "ALLOWED_HOSTS": "*"}
        from articles.tests.proxy import Proxy

        self.database = Proxy(urlsplit(database).port or 5432) if database else None
        self.redis = Proxy(redis) if redis else None
        self.file = folder / "scratch.sqlite3"
        self.direct = database or f"sqlite:///{self.file}"
        self.manage("migrate", "--verbosity", "0")
        self.manage("prepare_site")
        through = self.direct
        if self.database:
            parts = urlsplit(database)
            user = f"{parts.username or 'root'}@"
            through = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{self.database.port}"))
        port = servers.free_port()
        own = {"DATABASE_URL": through, "SITE_URL": f"http://127.0.0.1:{port}"}
        if self.redis:
            own["CACHE_URL"] = f"redis://127.0.0.1:{self.redis.port}/9"
        command = servers.granian("healthqa.wsgi:application", port)
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.server = servers.Server("site", command, self.environment | own, f"http://127.0.0.1:{port}", log=log)
        self.server.wait_for("/healthz")
        self.port = port

    def manage(self, *command):
        environment = os.environ | self.environment | {"DATABASE_URL": self.direct}
        subprocess.run(
            [sys.executable, "manage.py", *command], env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )


class Readers:
    """Calm readers of what needs no database, in a process of their own, because this one is busy causing trouble."""

    def __init__(self, port):
        own = multiprocessing.get_context("spawn")
        self.is_over, self.found = own.Event(), own.Queue()
        self.process = own.Process(target=read_calmly, args=(port, self.is_over, self.found), daemon=True)

    def __enter__(self):
        self.process.start()
        self.found.get()  # it reads
        return self

    def __exit__(self, *error):
        self.is_over.set()
        self.times, self.failures = self.found.get()
        self.process.join()

    def told(self):
        outcome = load.Outcome(self.times, self.failures)
        figures = outcome.percentile(0.5), outcome.percentile(0.99), max(self.times) * 1000
        return "{:6.1f} {:7.1f} {:8.1f}   {:5} asked, {} failed".format(*figures, len(self.times), len(self.failures))


def read_calmly(port, is_over, found):
    """Ask for each CALM path every PAUSE seconds, on connections that are kept; put (times, failures) at the end."""
    times, failures = [], []

    def read(path):
        connection = load.Connection(port)
        while not is_over.is_set():
            time.sleep(PAUSE)
            began = time.perf_counter()
            try:
                status = connection.ask("GET", path)[0]
            except OSError as error:
                status = error
                connection.close()
            times.append(time.perf_counter() - began)
            if status != 200:
                failures.append(f"{path}: {status}")

    threads = [threading.Thread(target=read, args=(path,)) for path in CALM]
    for thread in threads:
        thread.start()
    found.put("reading")
    for thread in threads:
        thread.join()
    found.put((times, failures))


def ask(port, path, seconds=60, method="GET", body=None):
    """Return (status or error, seconds) of one request on a connection of its own."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    headers = SENT if body else {}
    try:
        connection.request(method, quote(path, safe="/?=&"), body, headers)
        status = connection.getresponse().status
    except OSError as error:
        status = type(error).__name__
    finally:
        connection.close()
    return status, time.perf_counter() - began


class Asking:
    """Many who ask for what needs the database, each anew."""

    def __init__(self, port, how_many, paths, method="GET", body=None):
        self.answers, self.is_over, self.number = [], threading.Event(), 0
        self.port, self.paths, self.method, self.body = port, paths, method, body
        self.threads = [threading.Thread(target=self.work, args=(number,)) for number in range(how_many)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def work(self, who):
        turn = 0
        while not self.is_over.is_set():
            turn += 1
            path = self.paths[(who + turn) % len(self.paths)].format(who=who, turn=turn)
            self.answers.append(ask(self.port, path, method=self.method, body=self.body))
            time.sleep(PAUSE)

    def told(self):
        kinds = {}
        for status, seconds in self.answers:
            kinds.setdefault(status, []).append(seconds)
        return "; ".join(
            f"{status} × {len(times)} ({statistics.median(times) * 1000:.0f}, longest {max(times) * 1000:.0f} ms)"
            for status, times in sorted(kinds.items(), key=str)
        )


UNCACHED = ("/articles/{turn}{who}/like/", "/search/?q=没见过{turn}的词{who}", "/articles/?page={turn}{who}", "/admin/")


def network(which, fault):
    def happen(site, seconds):
        proxy = getattr(site, which)
        if proxy is None:
            return None
        with Asking(site.port, 6, UNCACHED) as asking:
            time.sleep(0.5)
            if fault == "cut":
                for _ in range(int(seconds)):
                    proxy.cut()
                    time.sleep(1)
            else:
                proxy.set(fault)
                time.sleep(seconds)
                proxy.set(None)
        return asking

    return happen


def nothing(site, seconds):
    with Asking(site.port, 6, UNCACHED) as asking:
        time.sleep(seconds)
    return asking


def flood(site, seconds):
    body = f"username=admin&password=wrong&csrfmiddlewaretoken={TOKEN}"
    with Asking(site.port, 16, ("/admin/login/",), "POST", body) as asking:
        time.sleep(seconds)
    return asking


def searches(site, seconds):
    with Asking(site.port, 8, ("/search/?q=孩子发烧咳嗽{turn}天怎么办{who}",)) as asking:
        time.sleep(seconds)
    return asking


def likes(site, seconds):
    others = [f"/articles/{number}/like/" for number in range(2, 10)]  # a like changes the page of its question
    with Asking(site.port, 16, others, "POST", "liked=1") as asking:
        time.sleep(seconds)
    return asking


def locked(site, seconds):
    """Another process writes for long, in one transaction, while six readers like."""
    if site.database:
        return None
    writer = sqlite3.connect(site.file, timeout=20, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    asking = likes(site, seconds)
    writer.execute("ROLLBACK")
    writer.close()
    return asking


def dripping(site, seconds):
    """Senders that never finish: from one address, and many."""
    sockets = []
    for number in range(16):
        source = (f"127.0.0.{2 + number}", 0)
        sender = socket.create_connection(("127.0.0.1", site.port), source_address=source)
        head = "".join(f"{name}: {value}\r\n" for name, value in SENT.items())
        sender.sendall(
            f"POST /articles/1/like/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Content-Length: 5000\r\n\r\n".encode()
        )
        sockets.append(sender)
    end = time.monotonic() + seconds
    with Asking(site.port, 2, UNCACHED) as asking:
        while time.monotonic() < end:
            for sender in sockets:
                try:
                    sender.sendall(b"x")
                except OSError:
                    continue
            time.sleep(0.5)
    for sender in sockets:
        sender.close()
    return asking


FAULTS = {
    "nothing": nothing,
    "frozen": network("database", "frozen"),
    "refused": network("database", "refused"),
    "slow": network("database", "slow"),
    "cut": network("database", "cut"),
    "redis-frozen": network("redis", "frozen"),
    "redis-refused": network("redis", "refused"),
    "flood": flood,
    "searches": searches,
    "likes": likes,
    "locked": locked,
    "dripping": dripping,
}


def recovered(port):
    """Return after how many seconds the site answers again what needs the database."""
    began = time.monotonic()
    while time.monotonic() - began < 60:
        if ask(port, "/healthz")[0] == 200 and ask(port, f"/search/?q=恢复{time.monotonic()}")[0] == 200:
            return time.monotonic() - began
        time.sleep(0.1)
    return float("inf")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="an empty PostgreSQL database on this machine")
    parser.add_argument("--redis", type=int, help="the port of a Redis on this machine; its database 9 is used")
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=list(FAULTS))
    options = parser.parse_args()
    import scratch

    site = Site(scratch.folder(), options.database, options.redis)
    load.run(site.port, load.gets(CALM) * 5)
    print(f"{'':14}   p50     p99  longest ms, of what needs no database")
    for name in options.only:
        with Readers(site.port) as readers:
            asking = FAULTS[name](site, options.seconds)
        if asking is None:
            continue
        print(f"{name:14} {readers.told()}; well again after {recovered(site.port):.1f} s", flush=True)
        for failure in sorted(set(readers.failures))[:3]:
            print(f"{'':14} {failure}")
        if asking.answers:
            print(f"{'':14} beside it: {asking.told()}", flush=True)
    site.server.stop()


if __name__ == "__main__":
    main()
