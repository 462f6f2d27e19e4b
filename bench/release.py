"""A release and its rollback over three nodes behind nginx, while readers read, search and like.

`python bench/release.py` builds a site of its own in a scratch folder with deploy/release and deploy/nginx.conf, three
nodes on loopback; brings out a second release and goes back, and says how many requests failed. DATABASE_URL may name
an empty database of PostgreSQL. Needs nginx, openssl and git; what is committed is what is released.
"""

import argparse
import collections
import http.client
import itertools
import os
import re
import secrets
import signal
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import scratch
import servers

ROOT = scratch.ROOT
MOST_TOLD = 50  # failures that are printed
# Starts a node anew as systemd does: it is asked to end, ends, and a new process takes its place.
RESTART = """#!/bin/bash
set -a; . {base}/env; set +a
PORT=$1
if [ -e {base}/$PORT.pid ]; then
  old=$(cat {base}/$PORT.pid)
  kill $old
  while kill -0 $old 2>/dev/null; do sleep .1; done
fi
cd {base}/current
.venv/bin/python -m healthqa.ready || exit 1
exec 9>&-
setsid {command} >>{base}/$PORT.log 2>&1 &
echo $! >{base}/$PORT.pid
"""


class Load:
    """Readers who ask one thing after the other, through the proxy, and what became of it."""

    def __init__(self, port, paths, clients):
        self.port, self.answers, self.failures, self.longest = port, collections.Counter(), [], 0.0
        self.trust = ssl._create_unverified_context()  # nobody signed the certificate
        self.is_over, self.lock, self.phase = threading.Event(), threading.Lock(), "start"
        self.methods = collections.Counter()
        turns = [itertools.cycle(paths[n:] + paths[:n]) for n in range(clients)]
        self.threads = [threading.Thread(target=self.work, args=(turn,)) for turn in turns]
        for thread in self.threads:
            thread.start()

    def work(self, turn):
        connection = None
        while not self.is_over.is_set():
            method, path = next(turn)
            connection = connection or http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=20, context=self.trust
            )
            headers = {"Host": "www.example.org", "Sec-Fetch-Site": "same-origin"}
            body = None
            if method == "POST":
                headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
                body = "liked=1"
            began = time.monotonic()
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException) as error:
                status, connection = repr(error), None
            with self.lock:
                self.longest = max(self.longest, time.monotonic() - began)
                self.answers[status] += 1
                self.methods[method] += 1
                if status not in (200, 303):
                    took = time.monotonic() - began
                    self.failures.append(f"{self.phase}: {method} {path}: {status} after {took:.3f} s")
                    if len(self.failures) <= MOST_TOLD:
                        print("failed:", self.failures[-1], flush=True)
            time.sleep(0.005)

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def said_of_failures(base, ports):
    """Return what the proxy and the nodes wrote of requests that failed."""
    logs = [base / "proxy/error.log", base / "proxy/access.log", *(base / f"{port}.log" for port in ports)]
    wanted = re.compile(r" 50\d | WARNING | ERROR |\[(?!warn).*\] (?!.*Connection refused)")
    lines = [(log.name, line) for log in logs if log.exists() for line in log.read_text().splitlines()]
    return "\n".join(f"{name}: {line[:300]}" for name, line in lines if wanted.search(line))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=8)
    clients = parser.parse_args().clients
    url = os.environ.get("DATABASE_URL")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthqa.settings")
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    sys.path.insert(0, str(ROOT))
    from articles.tests import nginx

    if not nginx.BINARY:
        raise SystemExit("nginx is not installed: apt-get install nginx-light")
    base = scratch.folder()
    *ports, https = servers.free_ports(4)
    run = lambda *command, **how: subprocess.run([*map(str, command)], check=True, **how)  # noqa: E731
    repository = base / "repository"
    run("git", "clone", "--quiet", "--no-hardlinks", ROOT, repository)
    git = ("git", "-C", repository, "-c", "user.name=bench", "-c", "user.email=bench@example.org")
    run(*git, "tag", "one")
    with (repository / "static/css/site.css").open("a") as css:
        css.write("\n/* the second release */\n")
    run(*git, "commit", "--quiet", "--all", "--message", "Second release")
    run(*git, "tag", "two")
    # The packages are those that are here.
    digest = run("sha256sum", ROOT / "requirements.txt", capture_output=True, text=True).stdout[:16]
    for folder in ("var/media", "releases", f"packages/{digest}"):
        (base / folder).mkdir(parents=True)
    for part in Path(sys.prefix).iterdir():
        (base / "packages" / digest / part.name).symlink_to(part)
    (base / "packages" / digest / ".built").touch()
    (base / "env").write_text(
        f"SECRET_KEY={secrets.token_urlsafe(50)}\nSITE_URL=https://www.example.org\nTRUSTED_PROXIES=1\n"
        f"DATABASE_URL={url or f'sqlite:///{base}/var/db.sqlite3'}\nLIKE_CHANGES_PER_MINUTE=1000000\n"
        "LIKES_PER_ARTICLE_AND_DAY=1000000\n"
    )
    command = " ".join(map(str, servers.granian("healthqa.wsgi:application", "$PORT"))).replace("10s", "30s")
    (base / "restart").write_text(RESTART.format(base=base, command=command))
    (base / "restart").chmod(0o755)
    environment = {
        key: value for key, value in os.environ.items() if key not in ("SECRET_KEY", "DATABASE_URL", "DEBUG")
    }
    environment |= {
        "BASE": str(base),
        "SETTINGS": str(base / "env"),
        "NODES": " ".join(f"{port}=http://127.0.0.1:{port}" for port in ports),
        "RESTART": str(base / "restart"),
        "RUN_AS": "",
        "PATIENCE": "120",
    }
    release = ROOT / "deploy" / "release"
    proxy = load = None
    try:
        run(release, "one", env=environment)
        (base / "proxy").mkdir()
        proxy = nginx.start(nginx.write(base / "proxy", https, ports, base))
        time.sleep(1)
        if proxy.poll() is not None:
            raise SystemExit("nginx did not start")
        paths = [("GET", f"/articles/{n}/") for n in range(1, 21)] + [
            ("GET", "/"),
            ("GET", "/articles/"),
            ("GET", "/tags/"),
        ]
        paths += [("GET", "/static/css/site.css"), ("GET", "/search/?q=%E5%A4%B4%E7%97%9B")]
        paths += [("POST", f"/articles/{n}/like/") for n in range(1, 9)]
        load = Load(https, paths, clients)
        for name, command in [("release", [release, "two"]), ("rollback", [ROOT / "deploy" / "rollback"])]:
            time.sleep(3)
            load.phase = name
            asked, began = sum(load.answers.values()), time.monotonic()
            run(*command, env=environment)
            said = sum(load.answers.values()) - asked
            seconds = time.monotonic() - began
            print(f"{name}: {seconds:.1f} s, {said} requests meanwhile, {len(load.failures)} failed so far", flush=True)
        time.sleep(2)
        load.end()
        asked = f"{sum(load.answers.values())} requests, {dict(load.methods)}, {dict(load.answers)}"
        print(f"{asked}, longest {load.longest:.2f} s")
        return 1 if load.failures else 0
    finally:
        if load:
            load.end()
        if load and load.failures:
            print(said_of_failures(base, ports), flush=True)
        if proxy:
            proxy.terminate()
            proxy.wait()
        for port in ports:
            pid = base / f"{port}.pid"
            if pid.exists():
                os.kill(int(pid.read_text()), 15)


if __name__ == "__main__":
    sys.exit(main())
