from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from healthqa.page_cache import keep_page

from . import sitemaps
from .pages import public

XML = "application/xml; charset=utf-8"


@keep_page()
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """All flat sitemaps by name, because Baidu ignores a sitemap index."""
    kept_off = ["/admin/", "/search/", "/articles/*/like/", "/articles/*/report/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_off), ""]
    lines += [f"Sitemap: {address}" for address in sitemaps.addresses()]
    return public(HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@keep_page()
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    return public(HttpResponse(sitemaps.index_xml(), content_type=XML))


@keep_page()
@require_safe
def sitemap(request: HttpRequest, number: int) -> HttpResponseBase:
    sections = sitemaps.sections()
    if not 1 <= number <= len(sections):
        raise Http404("没有这个站点地图")
    return public(HttpResponse(sitemaps.sitemap_xml(sections[number - 1]), content_type=XML))
