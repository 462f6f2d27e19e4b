import os
import re
import time
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.db import Error, connection
from django.utils import timezone

from articles.views.freshness import Freshness
from healthqa.page_cache import State

EVERY = 0.15  # seconds between two looks
# Seconds after a change in which an answer with the page before it may still reach nginx, which keeps it anew: a node
# looks every 0.75 s, and nginx waits 3 s for what was being rendered then.
SETTLE = 3.85
ENCODINGS = ("", "gzip", "br")  # $healthqa_encoding
NAME = 32  # hexadecimal digits
KEPT = re.compile(rf"[0-9a-f]{{{NAME}}}(\.[0-9]+)?")  # how nginx names a page that it keeps, and one that it is writing


class Purger:
    """Lets nginx forget the pages that it keeps in `folder` when the site changes, and once more until nodes know.

    Only files are removed: nginx asks a node again where a file is missing. All of them, because a node answers from
    memory what has not changed; of a question that was liked only its page, because readers like all the time. Where
    the database does not answer, nobody knows whether something has changed: then all go.
    """

    def __init__(self, folder: Path, look: Callable[[], State] | None = None, settle: float = SETTLE) -> None:
        self.folder, self.look, self.settle = folder, look or Freshness(), settle
        self.known: State | None = None
        self.until = 0.0  # all pages go
        self.liked: dict[str, float] = {}  # until when this page goes

    def __call__(self) -> None:
        """Look once, and remove what may be old."""
        has_changed, now = self.has_changed(), time.monotonic()
        if has_changed:
            self.until = now + self.settle
        self.liked = {name: until for name, until in self.liked.items() if now <= until}
        if self.known is not None:
            self.liked |= {name: now + self.settle for path in self.known.stale_paths for name in names_of(path)}
        if now <= self.until or self.liked:
            for file in os.scandir(self.folder):
                goes = now <= self.until or file.name[:NAME] in self.liked
                if goes and KEPT.fullmatch(file.name) and file.is_file(follow_symlinks=False):
                    Path(file.path).unlink(missing_ok=True)

    def has_changed(self) -> bool:
        before = self.known
        try:
            self.known = now = self.look()
        except Error:
            connection.close()
            self.known = None
            return True
        if before is None or now.version != before.version:
            return True
        return before.next_instant is not None and timezone.now() >= before.next_instant


def names_of(path: str) -> list[str]:
    """Return how nginx names the page at a path, in each encoding: by proxy_cache_key of deploy/nginx.conf."""
    return [md5(f"{encoding}{path}".encode(), usedforsecurity=False).hexdigest() for encoding in ENCODINGS]


class Command(BaseCommand):
    help = "一直看着网站：内容一有变动，就删掉 nginx 存下的页面，让读者一秒之内看到新的。由 systemd 运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="proxy_cache_path 的目录，里面只有 nginx 存的页面")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        purge = Purger(folder)
        try:
            if other := next((file.name for file in os.scandir(folder) if not KEPT.fullmatch(file.name)), None):
                raise CommandError(f"{folder} 里有 {other}，不是 nginx 存的页面：请给 nginx 一个自己的目录。")
            while True:
                purge()
                time.sleep(EVERY)
        except OSError as error:
            raise CommandError(f"清不掉 {error.filename or folder}：{error.strerror}") from None
