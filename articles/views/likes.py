from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import Article, Like
from healthqa.page_cache import drop_pages

from . import limits, readers
from .errors import forbidden
from .pages import Head, render_page


class SeeOther(HttpResponseRedirect):
    """The answer to a form: look there, with GET."""

    status_code = 303


@csrf_exempt  # protected by where the request comes from, so that pages carry no token: limits.is_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """The like of this reader: GET tells its state, POST liked=1 or liked=0 sets it."""
    article = get_object_or_404(Article.objects.published(), pk=pk)
    if request.method != "POST":
        return answer(request, article, is_liked(article, readers.reader_token(request)))
    if not limits.is_same_origin(request):
        return refuse(request, 403, "请从本站的页面点赞。") if wants_json(request) else forbidden(request)
    wanted = request.POST.get("liked")
    if wanted not in ("0", "1"):
        return refuse(request, 400, "点赞的请求不完整：liked 应当是 1 或 0。")
    try:
        return set_like(request, article, wanted == "1")
    except limits.TooMany as limit:
        return refuse_for_now(request, limit, "点赞太频繁了，请稍后再试。")


def set_like(request: HttpRequest, article: Article, wanted: bool) -> HttpResponse:
    """Bring the like to the wanted state. Raises limits.TooMany, and then nothing has changed."""
    known = readers.reader_token(request)
    token = known or (readers.first_token(request, article) if wanted else "")
    if is_liked(article, token) != wanted:
        readers.count_change(request)
        with transaction.atomic():
            # One change after the other: else an undo can fall between the two looks of get_or_create (PostgreSQL).
            get_object_or_404(Article.objects.published().select_for_update(), pk=article.pk)
            if not wanted:
                article.unlike(readers.visitor_of(token))
            else:
                # Looked up once more: the first half of a double click may just have waited here before this one.
                token = known or readers.first_token(request, article)
                if article.like(readers.visitor_of(token)):
                    readers.count_like(request, article)
    # Also where nothing changed: the first half of a double click may have reached another process.
    drop_pages(request, article.get_absolute_url())
    if wants_json(request):
        response = answer(request, article, wanted)
    else:
        response = SeeOther(reverse("articles:like", args=[article.pk]))
    if token and not known:
        readers.set_cookie(response, token)
    return response


def is_liked(article: Article, token: str) -> bool:
    return bool(token) and Like.objects.filter(article=article, visitor=readers.visitor_of(token)).exists()


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
