"""The folder of images, MEDIA_ROOT: files that never change, because they are named by what they hold.

Several nodes share the folder. Two who write the same image at the same time write the same bytes.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from articles.text.image_names import FILE, files_of

from .pictures import Picture


def place_of(file: str) -> str:
    """Return where a file lies within the folder; by its first two digits, which keeps each folder small."""
    return f"{file[:2]}/{file}"


def path_of(file: str) -> Path:
    return Path(settings.MEDIA_ROOT, place_of(file))


def read(file: str) -> bytes | None:
    """Return the bytes of a file, or None where there is none or its name is none of ours."""
    if not FILE.fullmatch(file):
        return None
    try:
        return path_of(file).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def write(picture: Picture) -> None:
    """Write the files of a Picture; each appears whole, or not at all. Raises OSError where the disk takes nothing."""
    for file, data in picture.files.items():
        write_file(path_of(file), data)


def write_file(path: Path, data: bytes) -> None:
    if path.exists():  # what was written is whole, and never changes
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # mkstemp lets only this user read
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def remove(name: str) -> None:
    """Remove all files of an image."""
    for file in files_of(name):
        with contextlib.suppress(OSError):
            path_of(file).unlink()


def erase(name: str) -> None:
    """Remove all files of an image, of whatever width they are. Raises OSError for one that cannot be removed."""
    for path in {*map(path_of, files_of(name)), *path_of(name).parent.glob(f"{name}*.webp")}:
        path.unlink(missing_ok=True)
