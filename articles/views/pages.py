"""How pages may be cached; and the flat pages."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles.finding.page_frame import Head, page_html
from articles.models import Page
from articles.text.excerpts import excerpt
from articles.text.markup import plain_text
from healthqa.page_cache import keep_page


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    head: Head,
    status: int = 200,
    private: bool = False,
) -> HttpResponse:
    """Render a page with the footer's pages; public ones get the header that lets caches keep and check them."""
    response = HttpResponse(page_html(template, context, head=head), status=status)
    if not private:
        return public(response)
    response["Cache-Control"] = "private, no-store"
    return response


def public(response: HttpResponse) -> HttpResponse:
    """Let any cache keep the response and check it each time; a shared one for SHARED_CACHE_SECONDS without."""
    shared_cache = f", s-maxage={settings.SHARED_CACHE_SECONDS}" if settings.SHARED_CACHE_SECONDS else ""
    response["Cache-Control"] = f"public, max-age=0, must-revalidate, no-transform{shared_cache}"
    return response


def moved_to(address: str) -> HttpResponse:
    """Send readers on for good; browsers ask again each time, because a merge can be taken back."""
    return public(HttpResponsePermanentRedirect(address))


@keep_page()
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A flat page: /about/, /privacy/ …"""
    page = get_object_or_404(Page, slug=slug)
    description = page.description or excerpt(plain_text(page.body))
    head = Head(title=page.title, description=description, path=page.get_absolute_url())
    return render_page(request, "articles/page.html", {"page": page}, head=head)
