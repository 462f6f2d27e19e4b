"""Pages for what cannot be shown. Those of errors/static need no database, no template and no context."""

import logging
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import requires_csrf_token

from articles.finding.beside import neighbourhood
from articles.finding.vocabulary import Vocabulary
from articles.models import Article, Tag
from healthqa.numbers import number
from healthqa.slow import place_of
from healthqa.uploads import MOST, UploadTooBig

from .pages import Head, render_page

logger = logging.getLogger(__name__)

NEAR = 5  # questions about the same that the page of a withdrawn one offers


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith(file_folders()):  # nobody reads that page, and it must cost no query
        return HttpResponse("没有这个文件\n", status=404, content_type="text/plain; charset=utf-8")
    return missing(request, "errors/404.html", "没有找到这个页面", 404, near_tags=nearest_tags(request.path))


def file_folders() -> tuple[str, ...]:
    """Return the beginnings of the addresses of files, which are answered without the database."""
    return settings.STATIC_URL, reverse("articles:image", args=["-"]).removesuffix("-")


def nearest_tags(path: str) -> list[Tag]:
    """Return the tags in use with names like the one in an address of a tag that is none; [] for other addresses."""
    tags = reverse("articles:tags")
    name = path.removeprefix(tags).rstrip("/")
    if not path.startswith(tags) or not name or "/" in name or "\0" in name:
        return []
    keys = [tag.pk for tag in Vocabulary().nearest(name)]
    return list(Tag.objects.in_use().filter(pk__in=keys)) if keys else []


def gone(request: HttpRequest, article: Article) -> HttpResponse:
    """The page of a withdrawn question: why it is gone, and what else there is about the same illness."""
    beside = neighbourhood(article)
    near = [*beside.near, *beside.others][:NEAR]
    return missing(request, "errors/410.html", "这个问题已经撤下", 410, article=article, near=near)


def missing(request: HttpRequest, template: str, title: str, status: int, **context: object) -> HttpResponse:
    newest = Article.objects.published().newest().for_cards()[:5]
    head = Head(title=title, description="", path=request.path, index=False, has_address=False)
    return render_page(request, template, {"newest": newest, **context}, head=head, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if not isinstance(exception, SuspiciousOperation):  # of those Django writes a line itself
        logger.warning("%s %s 400: %s", request.method, place_of(request), type(exception).__name__)
    sentence = too_much(request, exception)
    return page_of_too_much(sentence, 400) if sentence else static_page("400.html", 400)


def too_long_for_all(most: int, request: HttpRequest) -> HttpResponse:
    """The answer to what anybody may send, where it has more than `most` bytes."""
    return page_of_too_much(f"内容太长：这里一次最多提交 {most // 1024} KB。请删短，或者分成几次提交。", 413)


def head_too_long(request: HttpRequest) -> HttpResponse:
    """The answer to a request whose address, cookies or other headers are longer than the site takes."""
    return static_page("400.html", 431)


def page_of_too_much(sentence: str, status: int) -> HttpResponse:
    response = HttpResponse(render_to_string("errors/too_much.html", {"sentence": sentence}), status=status)
    response["Cache-Control"] = "no-store"
    return response


def too_much(request: HttpRequest, exception: Exception | None) -> str:
    """Return what of the request is more than the site takes, how much it is and how much may be; "" for another error.

    Never reads the request, which is what could not be read.
    """
    if isinstance(exception, UploadTooBig):
        return f"文件太大：一次最多上传 {megabytes(MOST)}，{length_sent(request)}。请分成几个小一些的文件。"
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return f"文字太长：一次最多提交 {megabytes(most)}，{length_sent(request)}。请删短，或者分成几次提交。"
    if isinstance(exception, TooManyFilesSent):
        return f"文件太多：一次最多上传 {settings.DATA_UPLOAD_MAX_NUMBER_FILES} 个。请分几次上传。"
    if isinstance(exception, TooManyFieldsSent):
        what = "网址里的参数" if request.method in ("GET", "HEAD") else "项目"
        return f"{what}太多：一次最多 {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} 项。请少选一些，分几次做。"
    return ""


def length_sent(request: HttpRequest) -> str:
    return f"这次有 {megabytes(int(request.META.get('CONTENT_LENGTH') or 0))}"


def megabytes(size: int) -> str:
    """Return a size with as many digits as tell 5.01 MB from 5 MB."""
    return f"{size / 1024 / 1024:.2f}".rstrip("0").rstrip(".") + " MB"


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return static_page("403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return static_page("csrf.html", 403)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort; a database that failed outside a view (a session, an error page) is an outage there too."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    response = static_page("500.html", 500)
    response.content = response.content.replace(b"</main>", f"<p>编号：{number()}</p></main>".encode())
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    response = static_page("503.html", 503)
    response["Retry-After"] = "5"
    return response


def static_page(name: str, status: int) -> HttpResponse:
    html = (settings.BASE_DIR / "templates" / "errors" / "static" / name).read_bytes()
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    return response
