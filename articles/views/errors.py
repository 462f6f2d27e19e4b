"""Pages for what cannot be shown. 500 and 503 are static: they need no database, no template and no context."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import requires_csrf_token

from articles.models import Article

from .pages import Head, render_page


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return missing(request, "errors/404.html", "没有找到这个页面", 404)


def gone(request: HttpRequest, article: Article) -> HttpResponse:
    return missing(request, "errors/410.html", "这个问题已经撤下", 410, article=article)


def missing(request: HttpRequest, template: str, title: str, status: int, **context: object) -> HttpResponse:
    newest = Article.objects.published().newest().for_cards()[:5]
    head = Head(title=title, description="", path=request.path, index=False, has_address=False)
    return render_page(request, template, {"newest": newest, **context}, head=head, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return static_page("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return static_page("403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return static_page("csrf.html", 403)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort; a database that failed outside a view (a session, an error page) is an outage there too."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return static_page("500.html", 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    response = static_page("503.html", 503)
    response["Retry-After"] = "5"
    return response


def static_page(name: str, status: int) -> HttpResponse:
    html = (settings.BASE_DIR / "templates" / "errors" / "static" / name).read_bytes()
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    return response
