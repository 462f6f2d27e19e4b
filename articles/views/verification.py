"""Files at the root by which search engines see whose site it is: what the settings name, and nothing else."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .pages import public

TYPES = {"txt": "text/plain", "html": "text/html", "xml": "application/xml"}


@require_safe
def verification_file(request: HttpRequest, file: str) -> HttpResponse:
    """A verification file, or the key file of IndexNow."""
    text = settings.VERIFICATION_FILES.get(file)
    if text is None and settings.INDEXNOW_KEY and file == f"{settings.INDEXNOW_KEY}.txt":
        text = settings.INDEXNOW_KEY
    if text is None:
        raise Http404("没有这个文件")
    return public(HttpResponse(text, content_type=f"{TYPES[file.rpartition('.')[2]]}; charset=utf-8"))


class FileConverter:
    """A name with an ending: the addresses of pages have none, and get their slash at the end as before."""

    regex = r"[\w-]+\.(?:txt|html|xml)"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
