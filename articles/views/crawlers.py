from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from .. import sitemaps
from .pages import PUBLIC

XML = "application/xml; charset=utf-8"


@require_safe
def robots(request):
    """All flat sitemaps by name, because Baidu ignores a sitemap index."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /search/", "Disallow: /articles/*/like/", ""]
    lines += [f"Sitemap: {address}" for address in sitemaps.addresses()]
    return public("\n".join(lines) + "\n", "text/plain; charset=utf-8")


@require_safe
def sitemap_index(request):
    return public(sitemaps.index_xml(), XML)


@require_safe
def sitemap(request, number):
    sections = sitemaps.sections()
    if not 1 <= number <= len(sections):
        raise Http404("没有这个站点地图")
    return public(sitemaps.sitemap_xml(sections[number - 1]), XML)


def public(text, content_type):
    response = HttpResponse(text, content_type=content_type)
    response["Cache-Control"] = PUBLIC
    return response
