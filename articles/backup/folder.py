"""The folder of backups: what stands in it under a good name is whole."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from .databases import Failed

PREFIX, NEW, LOCK = "backup-", ".new-", ".lock"
MANIFEST, IMAGES, POOL = "manifest.json", "media.txt", "media"
STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class Backup:
    """A backup that is whole."""

    path: Path
    manifest: dict[str, Any]

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["made_at"])

    @property
    def age(self) -> float:
        """Seconds since its state was the site's."""
        return (timezone.now() - self.made_at).total_seconds()

    def images(self) -> dict[str, int]:
        """Return the sizes in bytes of the images by their names."""
        lines = (self.path / IMAGES).read_text().splitlines()
        return {name: int(size) for name, size in (line.split(" ") for line in lines)}


def backups(root: Path) -> list[Backup]:
    """Return all backups in `root`, the newest last. Raises Failed where a manifest cannot be read."""
    return [read(path) for path in paths(root)]


def newest(root: Path) -> Backup | None:
    """Return the newest backup in `root`, reading no other. Raises Failed where its manifest cannot be read."""
    return read(there[-1]) if (there := paths(root)) else None


def paths(root: Path) -> list[Path]:
    return sorted(root.glob(f"{PREFIX}*"))


def read(path: Path) -> Backup:
    try:
        return Backup(path, json.loads((path / MANIFEST).read_text()))
    except (OSError, ValueError):
        raise Failed(f"{path.name}：读不出 {MANIFEST}，这份备份坏了。") from None


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the folder, and clear away what a backup that was killed has left. Raises Failed when another holds it."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (root / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("另一个进程正在备份或检查备份，这一次不做了。") from None
        for left in root.glob(f"{NEW}*"):
            shutil.rmtree(left)
        yield


@contextmanager
def new(root: Path, made_at: datetime) -> Iterator[Path]:
    """Yield an empty folder that gets its good name when all is in it and on the disk, and goes when anything fails."""
    name = made_at.strftime(STAMP)
    folder = root / f"{NEW}{name}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
        for path in (*folder.iterdir(), folder):
            to_disk(path)
        folder.rename(root / f"{PREFIX}{name}")
        to_disk(root)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def to_disk(path: Path) -> None:
    """Return when what was written to a file or a folder outlives a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def pool_images(media: Path, root: Path) -> dict[str, int]:
    """Copy the images that the pool has not; returns the sizes of all by their names, folders included.

    It comes after the database: an image is there before a text that shows it, so each that the copy names is there.
    """
    pool, sizes = root / POOL, {}
    pool.mkdir(exist_ok=True, mode=0o700)
    changed = {pool}  # folders
    for path in sorted(media.rglob("*")) if media.is_dir() else ():
        try:
            size = path.stat().st_size
            name = path.relative_to(media)
            there = pool / name
            if not path.is_file() or any(part.startswith(".") for part in name.parts):
                continue
            if not there.exists() or there.stat().st_size != size:
                there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                half = there.with_name(f"{NEW}{path.name}")
                shutil.copyfile(path, half)
                to_disk(half)
                half.rename(there)
                changed.add(there.parent)
        except FileNotFoundError:  # taken out for good meanwhile
            continue
        sizes[name.as_posix()] = size
    for folder in changed:
        to_disk(folder)
    return sizes


def drop_old(root: Path, keep: int) -> int:
    """Remove all but the newest backups, and images that none of these names; returns how many backups."""
    there = backups(root)
    old, kept = there[:-keep], there[-keep:]
    for backup in old:
        gone = backup.path.with_name(f"{NEW}{backup.path.name}")  # first no good name, then no files
        backup.path.rename(gone)
        shutil.rmtree(gone)
    named = {name for backup in kept for name in backup.images()}
    pool = root / POOL
    for path in [path for path in pool.rglob("*") if path.is_file()]:
        if path.relative_to(pool).as_posix() not in named:
            path.unlink()
    return len(old)
