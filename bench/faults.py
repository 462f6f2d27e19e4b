"""What readers see while something else goes wrong: kept pages, files and /livez beside the same load without a fault.

    python bench/faults.py [--database postgres://…/empty] [--redis 6379] [--seconds 12] [--only frozen flood …]

Serves the demo from a scratch SQLite file, or from the empty PostgreSQL database that is named (on this machine), puts
a proxy of its own between the server and the database, and one before Redis. Each fault lasts for the seconds given.
Printed are milliseconds: of what needs no database the 50th and 99th percentile and the longest, below it those of an
echo in a process of its own, which says how busy the machine was; of what needs the database how long it took to be
told so, and how many seconds after the end of the fault everything was well. Loopback only.
"""

import argparse
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import load
import promises
import servers
from asking import CALM, PAUSE, SENT, TOKEN, Asking, Readers, ask

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MANY = 5_000  # questions of a file
OTHERS = [f"/articles/{number}/like/" for number in range(2, 10)]  # a like changes the page of its question


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
        self.manage("make_static")  # of the sources as they are
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
    with Asking(site.port, 16, OTHERS, "POST", "liked=1") as asking:
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


def importing(site, seconds):
    """A command imports a file of 5,000 questions, while six readers like and an editor saves."""
    rows = [json.loads(line) for line in (ROOT / "fixtures" / "questions.jsonl").read_text().splitlines()]
    made = [
        rows[n % len(rows)] | {"source": f"many:{n}", "title": f"第 {n} 次问：{rows[n % len(rows)]['title']}"}
        for n in range(MANY)
    ]
    path = site.log.with_name("many.jsonl")
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made))
    editor, saves = promises.Editor(site.server), []
    with Asking(site.port, 6, OTHERS, "POST", "liked=1") as asking:
        command = threading.Thread(target=site.manage, args=("import_articles", str(path)))
        command.start()
        while command.is_alive():
            began = time.perf_counter()
            status, body = editor.send(11, f"导入的时候保存的第 {len(saves)} 个标题？")
            saves.append(("saved" if status == 302 else "told to wait", time.perf_counter() - began))
            if status != 302 and "正在导入" not in body:
                raise SystemExit(f"the admin answered {status}: {body[:2000]}")
            time.sleep(PAUSE)
    asking.answers += saves
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
    "importing": importing,
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
    os.environ |= site.environment | {"DATABASE_URL": site.direct}
    scratch.join()
    load.run(site.port, load.gets(CALM) * 5)
    print(f"{'':14}   p50     p99  longest ms, of what needs no database")
    for name in options.only:
        with Readers(site.port) as readers:
            asking = FAULTS[name](site, options.seconds)
        if asking is None:
            continue
        print(f"{name:14} {readers.told()}; well again after {recovered(site.port):.1f} s", flush=True)
        print(f"{'  an echo':14} {readers.told(is_echo=True)}")
        for failure in sorted(set(readers.failures))[:3]:
            print(f"{'':14} {failure}")
        if asking.answers:
            print(f"{'':14} beside it: {asking.told()}", flush=True)
    site.server.stop()


if __name__ == "__main__":
    main()
