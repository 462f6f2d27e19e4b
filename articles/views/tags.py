from collections import Counter
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Tag, TagAlias, TaggedArticle
from articles.models.page_keys import keys_of_cards, list_of_tag, tag_key
from articles.models.prepared import Prepared
from articles.text.addresses import path_of
from articles.text.excerpts import excerpt
from healthqa.page_cache import keep_page, show_keys

from .lettered import LETTERED, chosen_of, letters_of, numbered_page, under, with_query
from .list_data import collection_data, tag_data
from .pages import Head, moved_to, render_page
from .paging import PARAMETERS, list_page

PER_PAGE = 200  # tags
COLUMNS = [field.attname for field in Tag._meta.concrete_fields]
MOST_USED = 24  # of each kind, where there are more than a page of tags


@keep_page(*LETTERED)
@require_safe
def tag_index(request: HttpRequest) -> HttpResponse:
    """The tags that have published questions, by kind: all of them, or of very many the most used or one letter's."""
    path = path_of("articles:tags")
    counts = Tag.objects.in_use().letters("kind")
    letters = letters_of([(letter, number) for letter, _, number in counts], path)
    letter = chosen_of(request, "letter", [one.name for one in letters])
    is_cut = not letter and sum(one.number for one in letters) > PER_PAGE
    tags = Tag.objects.most_used_of_each_kind(MOST_USED) if is_cut else Tag.objects.in_use().with_question_count()
    rows = tags.in_index().under(letter) if letter else tags.in_index()
    page = numbered_page(rows, request, with_query(path, letter=letter), PER_PAGE, is_one=not letter)
    numbers = Counter()
    for of, kind, number in counts:
        numbers[kind] += number if letter in ("", of) else 0
    by_kind = groupby(page.articles, lambda tag: tag.kind)
    groups = [(Tag.Kind(kind), numbers[kind], list(tags)) for kind, tags in by_kind]
    head = Head(
        title=f"科室与疾病{under(letter)}{page.title_suffix}",
        description=f"{settings.SITE_NAME}的全部标签：按科室、疾病、症状和药物查找医生回答的问题。",
        path=page.canonical,
        index=not letter,  # what stands there is found through the sitemaps
    )
    context = {"groups": groups, "letters": letters, "letter": letter, "is_cut": is_cut, "page": page}
    context["structured_data"] = collection_data(head, head.title)
    return render_page(request, "articles/tag_index.html", context, head=head)


@Prepared
def told_rows(slug: str, at: datetime) -> QuerySet[Any]:
    return Tag.objects.told(at).filter(slug=slug).order_by().values_list(*COLUMNS)


def taggings_at(at: datetime, key: int) -> QuerySet[TaggedArticle]:
    return TaggedArticle.objects.filter(tag=key).listed(at).newest()


def find_tag(slug: str) -> Tag:
    """Return the tag with this slug, also that of an alias or of a merged tag. Raises Http404."""
    if "\0" in slug:  # PostgreSQL cannot even be asked for one
        raise Http404("没有这个标签")
    if rows := told_rows(slug=slug, at=timezone.now()):
        return Tag.from_db("default", COLUMNS, rows[0])
    return get_object_or_404(TagAlias.objects.filter(tag__in=Tag.objects.told()).select_related("tag"), slug=slug).tag


@keep_page(*PARAMETERS)
@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """One tag and its questions; the address of an alias or of a merged tag leads to its tag."""
    tag = find_tag(slug)
    if tag.slug != slug:
        return moved_to(tag.get_absolute_url())
    page = list_page(taggings_at, request, tag.get_absolute_url(), order=("listed_at", "content_object_id"), key=tag.pk)
    show_keys(request, [tag_key(tag.pk), list_of_tag(tag.pk), *keys_of_cards(page.articles)])
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
