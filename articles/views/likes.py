from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BigAutoField, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import Article, Like
from articles.models.prepared import Prepared
from articles.text.addresses import like_path
from healthqa.page_cache import drop_pages

from . import limits, readers
from .errors import forbidden
from .pages import Head, render_page

SHOWN, MOST = ["id", "title", "like_count"], BigAutoField.MAX_BIGINT


class SeeOther(HttpResponseRedirect):
    """The answer to a form: look there, with GET."""

    status_code = 303


@csrf_exempt  # protected by where the request comes from, so that pages carry no token: limits.is_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """The like of this reader: GET tells its state, POST liked=1 or liked=0 sets it."""
    known = readers.reader_token(request)
    article, liked = find(pk, known)
    if request.method != "POST":
        return answer(request, article, liked)
    if not limits.is_same_origin(request):
        return refuse(request, 403, "请从本站的页面点赞。") if wants_json(request) else forbidden(request)
    wanted = request.POST.get("liked")
    if wanted not in ("0", "1"):
        return refuse(request, 400, "点赞的请求不完整：liked 应当是 1 或 0。")
    try:
        return set_like(request, article, liked, wanted == "1", known)
    except limits.TooMany as limit:
        return refuse_for_now(request, limit, "点赞太频繁了，请稍后再试。")


@Prepared
def questions(key: int, at: datetime, visitor: str) -> QuerySet[Article, Any]:
    """The question where it is public, and whether this visitor likes it."""
    likes = Exists(Like.objects.filter(article=OuterRef("pk"), visitor=visitor))
    return Article.objects.published(at).filter(pk=key).order_by().values_list(*SHOWN, likes)


@Prepared
def locked(key: int, at: datetime) -> QuerySet[Article, Any]:
    """The key of the question where it is public, which nobody else changes until the transaction ends."""
    return Article.objects.published(at).filter(pk=key).order_by().select_for_update().values_list("pk")


def find(key: int, token: str) -> tuple[Article, bool]:
    """Return the question and whether this reader likes it (1 query). Raises Http404 where it is not public."""
    rows = questions(key=key, at=timezone.now(), visitor=readers.visitor_of(token)) if key <= MOST else []
    if not rows:
        raise Http404
    *values, liked = rows[0]
    return Article.from_db("default", SHOWN, values), bool(token) and liked


def set_like(request: HttpRequest, article: Article, liked: bool, wanted: bool, known: str) -> HttpResponse:
    """Bring the like to the wanted state. Raises limits.TooMany, and then nothing has changed."""
    token = known
    if wanted and not known:
        token = readers.first_token(request, article)
        liked = find(article.pk, token)[1]
    if liked != wanted:
        readers.count_change(request)
        with transaction.atomic():
            # One change after the other: both halves of a double click would count as one more like of this address.
            if not locked(key=article.pk, at=timezone.now()):
                raise Http404
            if not wanted:
                article.unlike(readers.visitor_of(token))
            else:
                # Looked up once more: the first half of a double click may just have waited here before this one.
                token = known or readers.first_token(request, article)
                if article.like(readers.visitor_of(token)):
                    readers.count_like(request, article)
    # Also where nothing changed: the first half of a double click may have reached another process.
    drop_pages(request, article.get_absolute_url())
    response = answer(request, article, wanted) if wants_json(request) else SeeOther(like_path(article.pk))
    if token and not known:
        readers.set_cookie(response, token)
    return response


def answer(request: HttpRequest, article: Article, liked: bool) -> HttpResponse:
    """Tell what is so now: the state and the count, as JSON or as a small page."""
    article.refresh_from_db(fields=["like_count"])
    if wants_json(request):
        return JsonResponse({"liked": liked, "like_count": article.like_count})
    head = Head(title=f"点赞：{article.title}", description="", path=request.path, index=False, has_address=False)
    return render_page(request, "articles/like.html", {"article": article, "liked": liked}, head=head, private=True)


def refuse(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": sentence}, status=status, json_dumps_params={"ensure_ascii": False})
    head = Head(title="这次没有成功", description="", path=request.path, index=False, has_address=False)
    context = {"sentence": sentence}
    return render_page(request, "errors/refused.html", context, head=head, status=status, private=True)


def refuse_for_now(request: HttpRequest, limit: limits.TooMany, sentence: str) -> HttpResponse:
    response = refuse(request, 429, sentence)
    response["Retry-After"] = str(limit.seconds)
    return response


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
