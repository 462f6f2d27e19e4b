from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.images import files

YEAR = 365 * 24 * 60 * 60


@require_safe
def image(request: HttpRequest, file: str) -> HttpResponse:
    """One file of an image. It never changes, so browsers and proxies may keep it; the whole, whatever Range says."""
    data = files.read(file)
    if data is None:
        raise Http404("没有这张图片")
    headers = {
        "Cache-Control": f"public, max-age={YEAR}, immutable",
        "ETag": f'"{file.removesuffix(".webp")}"',
        "Accept-Ranges": "none",
    }
    return HttpResponse(data, content_type="image/webp", headers=headers)
