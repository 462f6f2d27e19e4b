"""有帮助吗: one answer of each reader, of whom nothing is kept but a digest, for a day and out of the database."""

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles.models import Article
from articles.text.digests import keyed
from healthqa.page_cache import change_nothing

from . import limits
from .errors import forbidden
from .likes import SeeOther, refuse, refuse_for_now, wants_json

REMEMBERED = 24 * 3600  # seconds in which a reader changes an answer and does not give another


@csrf_exempt  # protected by where the request comes from, as the like is: limits.is_same_origin
@require_POST
@cache_control(private=True, no_store=True)
def helped(request: HttpRequest, pk: int) -> HttpResponse:
    """Count helped=1 or helped=0. 是 leads back to thanks on the page, 否 to the form that asks what is missing."""
    article = get_object_or_404(Article.objects.published().only("pk"), pk=pk)
    if not limits.is_same_origin(request):
        return refuse(request, 403, "请从本站的页面回答。") if wants_json(request) else forbidden(request)
    said = request.POST.get("helped")
    if said not in ("0", "1"):
        return refuse(request, 400, "请求不完整：helped 应当是 1 或 0。")
    try:
        count(request, article, said == "1")
    except limits.TooMany as limit:
        return refuse_for_now(request, limit, "太频繁了，请稍后再试。")
    change_nothing(request)  # the counts are for editors
    way_on = f"{article.get_absolute_url()}#thanks" if said == "1" else f"{article.report_path}?unhelpful"
    return JsonResponse({"helped": said == "1", "next": way_on}) if wants_json(request) else SeeOther(way_on)


def count(request: HttpRequest, article: Article, answer: bool) -> None:
    """Count the reader's answer, or change the one of today. Raises limits.TooMany, and then nothing has changed."""
    reader = reader_key(request, article)
    if answer_of(reader) == answer:
        return
    limits.count_in_minute(request, "helped", settings.LIKE_CHANGES_PER_MINUTE)
    with transaction.atomic():
        # One after the other: both halves of a double click would find that nothing was said before.
        get_object_or_404(Article.objects.published().select_for_update().only("pk"), pk=article.pk)
        before = answer_of(reader)
        if before == answer:
            return
        if before is None:
            limits.count_in_day(request, f"helped:{article.pk}", settings.LIKES_PER_ARTICLE_AND_DAY)
        article.count_help(answer, before)
        remember(reader, answer)


def reader_key(request: HttpRequest, article: Article) -> str:
    """Return the key of a reader's answer to one question: a digest of address, browser and question.

    The browser, because thousands of phones share an address of a mobile network.
    """
    seed = f"{limits.client_address(request)}\n{request.headers.get('User-Agent', '')}\n{article.pk}"
    return f"helped:{keyed(f'helped:{seed}')}"


def answer_of(reader: str) -> bool | None:
    """Return what a reader said within a day, or None; also when the cache does not answer: it costs no answer."""
    try:
        return cache.get(reader)
    except Exception:  # any cache backend, any of its errors
        return None


def remember(reader: str, answer: bool) -> None:
    try:
        cache.set(reader, answer, REMEMBERED)
    except Exception:  # as above
        return
