from urllib.parse import urlencode

from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Article, Tag
from ..paging import list_page
from ..search import clean_query, matching_tags, search_articles
from .pages import Head, render_page


@require_safe
def search(request):
    query = clean_query(request.GET.get("q", ""))
    address = reverse("articles:search")
    path = f"{address}?{urlencode({'q': query})}" if query else address
    page = list_page(search_articles(query), request, path)
    context = {"query": query, "page": page, "tags": matching_tags(query)}
    if not page.articles:
        context["popular_tags"] = Tag.objects.popular()[:16]
        context["newest"] = Article.objects.published().newest().for_cards()[:5]
    title = f"“{query}”的搜索结果{page.title_suffix}" if query else "搜索"
    head = Head(title=title, description="在全部问题中搜索症状、疾病和药物。", path=page.canonical, index=False)
    return render_page(request, "articles/search.html", context, head=head)
