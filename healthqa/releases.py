"""Static files of this release and of the last ones, in one folder, so that pages of each find their style sheet.

A rolling deploy has nodes of two releases behind one address: a page of either may ask either node for its files. Names
carry a digest of what a file holds, so the files of several releases stand beside one another, and each release has a
list of its own, named by a digest of all its sources.
"""

import hashlib
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from .lean import lean

HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/.]+$")  # as Django names them
WRITTEN_BY = f"2 {django.VERSION} {version('whitenoise')}"  # what else decides about the files that are made


@cache
def release() -> str:
    """Return the digest of all sources of static files, by which this release knows its list."""
    files = {name: storage.path(name) for finder in get_finders() for name, storage in finder.list([])}
    whole = hashlib.sha256(WRITTEN_BY.encode())
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + hashlib.sha256(Path(files[name]).read_bytes()).digest())
    return whole.hexdigest()[:16]


def list_folder(root: Path) -> Path:
    """Return the folder of the releases' lists: beside the files, because what is in `root` is served."""
    return root.with_name("releases")


class ReleaseStorage(CompressedManifestStaticFilesStorage):
    """Hashed names by the list of this release."""

    def __init__(self, location: Path | None = None) -> None:
        root = Path(location or settings.STATIC_ROOT)
        self.manifest_name = f"{release()}.json"
        super().__init__(location=root, manifest_storage=FileSystemStorage(list_folder(root)))
        self.urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file, looked up once: a form of the admin asks for a hundred and fifty."""
        if name not in self.urls:
            self.urls[name] = super().url(name, force)
        return self.urls[name]

    def _save(self, name: str, content: File) -> str:
        if name.endswith((".css", ".js")):
            content = ContentFile(lean(name, b"".join(content.chunks()).decode()).encode())
        return super()._save(name, content)


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves files of all releases in the folder, also of one that came after this process began.

    A file with a digest in its name never changes, and is remembered; the others are looked at each time.
    """

    def add_files(self, root: str | Path, prefix: str | None = None) -> None:
        if self.autorefresh or Path(root) != Path(settings.STATIC_ROOT):
            super().add_files(root, prefix)
        else:
            self.directories.append((f"{Path(root).absolute()}/", prefix))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not self.autorefresh and path.startswith(self.static_prefix) and path not in self.files:
            file = self.find_file(path)
            if file is not None and not self.immutable_file_test("", path):
                return self.serve(file, request)
            if file is not None:
                self.files[path] = file
        try:
            return super().__call__(request)
        except FileNotFoundError:  # of a release that is kept no more
            if self.files.pop(path, None) is None:
                raise
            return self.get_response(request)

    def immutable_file_test(self, path: str, url: str) -> bool:
        return url.startswith(self.static_prefix) and HASHED.search(url) is not None
