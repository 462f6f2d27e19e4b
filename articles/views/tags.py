from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.models import Tag, TagAlias
from articles.text.addresses import path_of
from articles.text.excerpts import excerpt
from healthqa.page_cache import keep_page

from .list_data import collection_data, tag_data
from .pages import Head, moved_to, render_page
from .paging import PARAMETERS, list_page


@keep_page()
@require_safe
def tag_index(request: HttpRequest) -> HttpResponse:
    """All tags that have published questions, by kind."""
    counted = Tag.objects.with_question_count().filter(question_count__gt=0)
    by_kind = {kind: list(tags) for kind, tags in groupby(counted.order_by("kind", "name"), lambda tag: tag.kind)}
    groups = [(kind, by_kind[kind]) for kind in Tag.Kind if kind in by_kind]
    head = Head(
        title="科室与疾病",
        description=f"{settings.SITE_NAME}的全部标签：按科室、疾病、症状和药物查找医生回答的问题。",
        path=reverse("articles:tags"),
    )
    context = {"groups": groups, "structured_data": collection_data(head, head.title)}
    return render_page(request, "articles/tag_index.html", context, head=head)


def find_tag(slug: str) -> Tag:
    """Return the tag with this slug, also that of an alias or of a merged tag. Raises Http404."""
    if "\0" in slug:  # PostgreSQL cannot even be asked for one
        raise Http404("没有这个标签")
    told = Tag.objects.told()
    if tag := told.filter(slug=slug).first():
        return tag
    return get_object_or_404(TagAlias.objects.filter(tag__in=told).select_related("tag"), slug=slug).tag


@keep_page(*PARAMETERS)
@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """One tag and its questions; the address of an alias or of a merged tag leads to its tag."""
    tag = find_tag(slug)
    if tag.slug != slug:
        return moved_to(tag.get_absolute_url())
    page = list_page(
        lambda at: tag.tagged_items.listed(at).newest(),
        request,
        tag.get_absolute_url(),
        order=("listed_at", "content_object_id"),
    )
    description = excerpt(tag.introduction) or f"关于{tag.name}的健康问题，由医生回答。"
    head = Head(
        title=f"{tag.name}：常见问题{page.title_suffix}",
        description=f"{description}{page.title_suffix}",
        path=page.canonical,
        index=page.number > 1 or (page.number == 1 and tag.is_for_search_engines(len(page.articles))),
    )
    crumbs = [("首页", path_of("articles:home")), (tag.get_kind_display(), f"{path_of('articles:tags')}#{tag.kind}")]
    context = {"tag": tag, "page": page, "structured_data": tag_data(head, tag, page.articles, crumbs)}
    return render_page(request, "articles/tag.html", context, head=head)
