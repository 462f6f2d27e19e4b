from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.text.addresses import question_path
from healthqa.page_cache import keep_page

from . import sitemaps
from .pages import public

XML = "application/xml; charset=utf-8"
KEPT_OFF = ["/admin/", "/search/", "/articles/*/like/", "/articles/*/report/"]
MOST_EXCERPTS = 1_200  # so that the file stays below 40 KB; the others stand in no sitemap, and are not pushed


@keep_page()
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """All flat sitemaps by name, because Baidu ignores a sitemap index; and for Baidu alone the excerpts.

    Others read the noindex of an excerpt, which they have to fetch for it. Baidu documents nofollow and noarchive, and
    this file as the way to keep a page out.
    """
    kept_off = [f"Disallow: {path}" for path in KEPT_OFF]
    excerpts = Article.objects.published().filter(is_excerpt=True).order_by("-like_count", "-pk")
    closed = [f"Disallow: {question_path(key)}$" for key in excerpts.values_list("pk", flat=True)[:MOST_EXCERPTS]]
    lines = ["User-agent: *", *kept_off, ""]
    if closed:
        lines += ["User-agent: Baiduspider", *kept_off, *closed, ""]
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
