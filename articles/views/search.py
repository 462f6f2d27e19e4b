from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles.finding.red_flags import Card, card_for
from articles.finding.search import LONGEST, Results, clean_query, finds_nothing, is_cut, search, shorter_queries
from articles.finding.suggestions import suggestions
from articles.finding.vocabulary import Vocabulary
from articles.models import Article, SearchMiss, Tag
from articles.text.names import fold
from healthqa.lanes import in_lane
from healthqa.page_cache import keep_page

from . import limits
from .pages import Head, render_page
from .paging import ListPage, page_number
from .results import facets_of, results_page

ENOUGH_TAGS = 16
LONGEST_MISS = SearchMiss._meta.get_field("query").max_length


@in_lane("searches")
@keep_page("q", "tag", "page", "exact")
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """The results, filtered by ?tag=; without any, tags, shorter queries or the newest questions.

    What looks mistyped is searched as it is meant, and that is said; ?exact=1 searches it as it is.
    """
    query = clean_query(request.GET.get("q", ""))
    vocabulary = Vocabulary(query)
    slug = request.GET.get("tag", "")
    chosen = vocabulary.slugs.get(slug) if slug else None
    if slug and not chosen:
        raise Http404("没有这个标签")
    is_exact = request.GET.get("exact") == "1"
    results = search(query, tag=chosen, vocabulary=vocabulary, is_exact=is_exact)
    typed, query = (query, results.query) if results.typed else ("", query)
    page, weak = results_page(results, page_number(request), address_of(query, chosen, is_exact))
    if not page.articles and page.number > 1:
        raise Http404("没有这一页")
    context = {"query": query, "page": page, "results": results, "chosen": chosen, "weak": weak}
    context |= {"is_cut": is_cut(request.GET.get("q")), "longest": LONGEST}
    context |= {"typed": typed, "as_typed": address_of(typed, chosen, is_exact=True)}
    context |= {"offered": results.offered, "as_offered": address_of(results.offered, chosen)}
    context |= beside(query, page, results, vocabulary, chosen, is_exact)
    if page.number == 1 and (flagged := danger(request.GET.get("q", ""), query, results.offered, vocabulary)):
        context |= {"flagged": flagged, "is_missed": False}  # what somebody types in danger is kept nowhere
    where = f"在“{chosen.name}”里" if chosen and query else ""
    context["heading"] = f"“{query}”{where}的搜索结果" if query else "搜索"
    title = f"{context['heading']}{page.title_suffix}"
    head = Head(title=title, description="在全部问题中搜索症状、疾病和药物。", path=page.canonical, index=False)
    return render_page(request, "articles/search.html", context, head=head)


def danger(typed: str, meant: str, offered: str, vocabulary: Vocabulary) -> Card | None:
    """Return the red flag's card for what was typed or, where it looks mistyped, for what it may mean."""
    cards = (card_for(text, vocabulary.red_flags) for text in dict.fromkeys((typed, meant, offered)))
    return next(filter(None, cards), None)


def address_of(query: str, tag: Tag | None = None, is_exact: bool = False) -> str:
    """Return the address of a search, within a tag or not, as it is meant or as it is."""
    parameters = {"q": query, "tag": tag.slug if tag else "", "exact": "1" if is_exact else ""}
    asked = urlencode({name: value for name, value in parameters.items() if value})
    return f"{reverse('articles:search')}?{asked}" if asked else reverse("articles:search")


def beside(
    query: str, page: ListPage, results: Results, vocabulary: Vocabulary, chosen: Tag | None, is_exact: bool
) -> dict[str, Any]:
    """Return what stands beside the results: filters and tags, or ways on where nothing was found."""
    context: dict[str, Any] = {"all_address": address_of(query, is_exact=is_exact)}
    is_unanswered = results.is_similar and not chosen
    if is_unanswered and not results.is_common:
        context["is_missed"] = page.number == 1
        context["shorter"] = [(words, address_of(words)) for words in shorter_queries(results, vocabulary)]
    # Of a few that are only near nobody chooses, and their tags look like what was asked for.
    if page.articles and not is_unanswered:
        facets = facets_of(page, vocabulary, chosen)
        groups = [("科室", facets.departments), ("标签", facets.others)]
        context["facets"] = [
            (label, [(tag, address_of(query, tag, is_exact)) for tag in tags]) for label, tags in groups if tags
        ]
    if page.articles:
        offered = vocabulary.nearest(query) if results.is_similar else vocabulary.matching(query)
        context["tags"] = [tag for tag in offered if not results.tag or tag != results.tag.bearer]
        return context
    near = vocabulary.nearest(query)
    popular = list(Tag.objects.nearest_or_popular(near)[:ENOUGH_TAGS])
    context["near_tags"] = [tag for tag in popular if tag in near]
    context["popular_tags"] = [] if context["near_tags"] else popular
    if not results.candidates:
        context["newest"] = Article.objects.published().newest().for_cards()[:5]
    return context


@in_lane("searches")
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions while typing, the same for everyone, as a JSON list."""
    try:
        limits.count_in_minute(request, "suggestions", settings.SUGGESTIONS_PER_MINUTE)
    except limits.TooMany as limit:
        return too_many(limit)
    found = suggestions(request.GET.get("q", ""))
    response = JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/json; charset=utf-8"
    response["Cache-Control"] = "public, max-age=60"
    return response


@csrf_exempt  # protected by where the request comes from, so that pages carry no token: limits.is_same_origin
@require_POST
@cache_control(private=True, no_store=True)
def missed(request: HttpRequest) -> HttpResponse:
    """Count a search that finds nothing, after a look of our own: its text and the number of times, never by whom."""
    if not limits.is_same_origin(request):
        return JsonResponse({"error": "请从本站的页面发送。"}, status=403, json_dumps_params={"ensure_ascii": False})
    try:
        limits.count_in_minute(request, "misses", settings.SEARCH_MISSES_PER_MINUTE)
    except limits.TooMany as limit:
        return too_many(limit)
    query = clean_query(request.POST.get("q", ""))
    vocabulary = Vocabulary(query)
    if query and not card_for(query, vocabulary.red_flags) and finds_nothing(query, vocabulary):
        SearchMiss.count(fold(query)[:LONGEST_MISS])
    return HttpResponse(status=204)


def too_many(limit: limits.TooMany) -> HttpResponse:
    response = JsonResponse({"error": "太频繁了，请稍后再试。"}, status=429, json_dumps_params={"ensure_ascii": False})
    response["Retry-After"] = str(limit.seconds)
    response["Cache-Control"] = "private, no-store"
    return response
