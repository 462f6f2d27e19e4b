"""Makes the static files of this release, once, beside those of the last releases."""

import fcntl
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic

from healthqa.releases import ReleaseStorage, list_folder, release

KEPT = 5  # releases whose files stay: who serves or has opened an older one is not waited for
COMPRESSED = ("", ".gz", ".br")


class Command(collectstatic.Command):
    help = "生成这个版本的静态文件；没有变化就什么也不做。最近几个版本的文件都保留，滚动升级时页面不会丢样式。"

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.set_defaults(interactive=False, verbosity=0)

    def handle(self, **options: Any) -> None:
        root = Path(settings.STATIC_ROOT)
        root.mkdir(parents=True, exist_ok=True)
        lists = list_folder(root)
        lists.mkdir(exist_ok=True)
        with (root.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
            made = lists / f"{release()}.json"
            is_new = not made.exists()
            if is_new:
                self.make(root, lists, options)
            else:
                os.utime(made)  # the newest are kept
            drop_old(root, lists)
        settings.STATIC_MADE.parent.mkdir(exist_ok=True)
        settings.STATIC_MADE.write_text(release())
        self.stdout.write("静态文件已生成。" if is_new else "静态文件没有变化。")

    def make(self, root: Path, lists: Path, options: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory(prefix="new-", dir=root.parent) as folder:
            files = Path(folder) / "files"
            self.storage = ReleaseStorage(location=files)
            super().handle(**options)
            move(files, root)
            move(list_folder(files), lists)  # last: who reads a list finds its files


def move(source: Path, target: Path) -> None:
    """Move files to their places, whole: each is there or not, for whoever is served meanwhile."""
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(0o644)
            path.replace(place)


def drop_old(root: Path, lists: Path) -> None:
    """Remove what belongs to none of the last releases."""
    newest_first = sorted(lists.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[KEPT:]:
        path.unlink()
    paths = [json.loads(path.read_text())["paths"] for path in newest_first[:KEPT]]
    names = {name for some in paths for pair in some.items() for name in pair}
    kept = {f"{name}{ending}" for name in names for ending in COMPRESSED}
    for path in root.rglob("*"):
        if path.is_file() and str(path.relative_to(root)) not in kept:
            path.unlink()
