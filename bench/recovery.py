"""A machine is lost and the site comes back: a backup while readers like, the database gone, restored, verified.

    python bench/recovery.py [--site FILE | --postgresql postgres://…/NAME] [--seconds 3]

On the demo, or on a copy of the SQLite database FILE or of the PostgreSQL database NAME, whose role may make databases
and which nobody else uses meanwhile (psql and pg_restore have to be there). Says how old the state is that came back
(the recovery point; the timer makes a backup an hour), and how long it took until pages were answered again (the
recovery time). Ends with status 1 when a like is missing that was acknowledged before the backup was made, or when
anything else differs.
"""

import argparse
import atexit
import json
import os
import random
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import load
import scratch
import servers

LIKES = "SELECT count(*) FROM articles_like"
HEADERS = "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nCookie: reader={:032x}\r\n"


class Likers:
    """Readers who like the first questions without pause, until the site does not answer; `acknowledged` says when."""

    def __init__(self, port, clients=2):
        self.port, self.acknowledged, self.is_over = port, [], threading.Event()
        self.threads = [threading.Thread(target=self.work) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def work(self):
        connection = load.Connection(self.port)
        while not self.is_over.is_set():
            headers = HEADERS.format(random.getrandbits(128))
            try:
                status = connection.ask("POST", f"/articles/{random.randint(1, 40)}/like/", headers, b"liked=1")[0]
            except OSError:
                return
            if status == 303:
                self.acknowledged.append(time.time())

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


class Sqlite:
    """The database of the drill, a file."""

    backup = "database.sqlite3"

    def __init__(self, folder, source):
        self.path, self.is_filled = folder / "db.sqlite3", source is not None
        self.url = f"sqlite:///{self.path}"
        if source:
            shutil.copyfile(source, self.path)

    def lose(self):
        for gone in self.path.parent.glob("db.sqlite3*"):
            gone.unlink()

    def restore(self, copy):
        shutil.copyfile(copy, self.path)

    def number(self, sql):
        opened = sqlite3.connect(self.path)
        try:
            return opened.execute(sql).fetchone()[0]
        finally:
            opened.close()

    @property
    def size(self):
        return self.path.stat().st_size


class Postgresql:
    """The database of the drill on the server of another one, of which it begins as a copy."""

    backup, is_filled = "database.dump", True

    def __init__(self, source):
        server, _, name = source.rpartition("/")
        self.name, self.url, self.admin = f"{name}_drill", f"{server}/{name}_drill", f"{server}/postgres"
        self.lose()
        self.ask(self.admin, f'CREATE DATABASE "{self.name}" TEMPLATE "{name}"')
        atexit.register(self.lose)

    def ask(self, url, sql):
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def lose(self):
        self.ask(self.admin, f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def restore(self, copy):
        self.ask(self.admin, f'CREATE DATABASE "{self.name}"')
        subprocess.run(["pg_restore", "--no-owner", "--exit-on-error", "-d", self.url, copy], check=True)

    def number(self, sql):
        return int(self.ask(self.url, sql))

    @property
    def size(self):
        return self.number("SELECT pg_database_size(current_database())")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument("--site", type=Path, help="a SQLite database to be copied; else the demo")
    sources.add_argument("--postgresql", metavar="URL", help="a PostgreSQL database to be copied")
    parser.add_argument("--seconds", type=float, default=3, help="of likes before and after the backup")
    options = parser.parse_args()
    base = scratch.folder()
    media, backups = base / "media", base / "backup"
    media.mkdir()
    database = Postgresql(options.postgresql) if options.postgresql else Sqlite(base, options.site)
    environment = {
        "DATABASE_URL": database.url,
        "MEDIA_ROOT": str(media),
        "BACKUP_FOLDER": str(backups),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "0",
        "LIKE_CHANGES_PER_MINUTE": "1000000000",
        "LIKES_PER_ARTICLE_AND_DAY": "1000000000",
    }

    def manage(*command):
        began = time.monotonic()
        print(f"manage.py {' '.join(command)} …", end=" ", flush=True)
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=scratch.ROOT,
            env={**os.environ, **environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        took = time.monotonic() - began
        print(f"{took:.1f} s", flush=True)
        return took

    def serve():
        port = servers.free_port()
        address = f"http://127.0.0.1:{port}"
        command = servers.granian("healthqa.wsgi:application", port)
        return servers.Server("site", command, {**environment, "SITE_URL": address}, address).wait_for("/healthz")

    manage("make_static")
    manage("migrate")
    if not database.is_filled:
        manage("prepare_site")
    before = database.number(LIKES)
    server = serve()
    likers = Likers(server.port)
    time.sleep(options.seconds)
    backed_up = manage("backup")
    time.sleep(options.seconds)
    for pid in server.processes():
        os.kill(pid, signal.SIGKILL)
    lost_at = time.time()
    server.process.wait()
    likers.end()
    database.lose()
    shutil.rmtree(media)

    began = time.monotonic()
    newest = sorted(backups.glob("backup-*"))[-1]
    database.restore(newest / database.backup)
    shutil.copytree(backups / "media", media)
    back = serve()
    status, _, page = load.Connection(back.port).ask("GET", "/articles/1/", load.PLAIN)
    took = time.monotonic() - began
    verified = manage("verify_backup")  # the index too, which is compared article by article
    made_at = datetime.fromisoformat(json.loads((newest / "manifest.json").read_text())["made_at"]).timestamp()
    wanted = sum(moment < made_at for moment in likers.acknowledged)
    found = database.number(LIKES) - before
    back.stop()
    size, likes = database.size / 1e6, len(likers.acknowledged)
    print(f"backup {backed_up:.1f} s, {size:.0f} MB, while {likes} likes came")
    print(f"recovery point {lost_at - made_at:.1f} s: {found} likes came back, {wanted} were acknowledged before it")
    print(f"recovery time {took:.1f} s until a page is answered; verified in {verified:.1f} s")
    is_well = status == 200 and b"</html>" in page and wanted <= found <= len(likers.acknowledged)
    raise SystemExit(0 if is_well and wanted else 1)


if __name__ == "__main__":
    main()
