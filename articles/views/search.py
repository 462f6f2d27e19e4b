from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Article, Tag
from ..paging import page_number
from ..search import Vocabulary, clean_query, results_page, search
from .pages import Head, render_page


@require_safe
def search_page(request):
    query = clean_query(request.GET.get("q", ""))
    address = reverse("articles:search")
    path = f"{address}?{urlencode({'q': query})}" if query else address
    vocabulary = Vocabulary()
    results = search(query, vocabulary=vocabulary)
    page = results_page(results, page_number(request), path)
    if not page.articles and page.number > 1:
        raise Http404("没有这一页")
    context = {"query": query, "page": page, "results": results, "tags": vocabulary.matching(query)}
    if not page.articles:
        context["popular_tags"] = Tag.objects.popular()[:16]
        context["newest"] = Article.objects.published().newest().for_cards()[:5]
    title = f"“{query}”的搜索结果{page.title_suffix}" if query else "搜索"
    head = Head(title=title, description="在全部问题中搜索症状、疾病和药物。", path=page.canonical, index=False)
    return render_page(request, "articles/search.html", context, head=head)
