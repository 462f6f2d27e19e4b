from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from articles.finding.question_page import described
from articles.models import Article, Tag
from articles.text.addresses import absolute

from .pages import moved_to, public
from .tags import find_tag

ENTRIES = 30


class NewestQuestions(Feed):
    """The newest questions as Atom (RFC 4287)."""

    page_cache_parameters = ()  # as keep_page() marks a view
    feed_type = Atom1Feed
    language = "zh-Hans"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        # A withdrawn or corrected question leaves the newest time as it is or takes it back: only the ETag knows.
        del response["Last-Modified"]
        return public(response)

    def title(self) -> str:
        return f"{settings.SITE_NAME} · 最新问题"

    def subtitle(self) -> str:
        return "医生回答的健康问题"

    def link(self) -> str:
        return absolute(reverse("articles:list"))

    def feed_url(self) -> str:
        return absolute(reverse("articles:feed"))

    def items(self) -> QuerySet[Article]:
        return Article.objects.published().newest().for_cards()[:ENTRIES]

    def item_title(self, article: Article) -> str:
        return article.title

    def item_description(self, article: Article) -> str:
        return escape(described(article))  # a summary is HTML to who reads a feed: <B would begin a tag

    def item_link(self, article: Article) -> str:
        return absolute(article.get_absolute_url())

    def item_pubdate(self, article: Article) -> Any:
        return article.published_at

    def item_updateddate(self, article: Article) -> Any:
        return article.revised_at if article.is_revised else article.published_at

    def item_author_name(self, article: Article) -> str:
        return article.doctor.name if article.doctor else settings.SITE_NAME


class NewestTagged(NewestQuestions):
    """The newest questions of one tag; the feed of an alias or of a merged tag leads to that of its tag."""

    def __call__(self, request: HttpRequest, slug: str) -> HttpResponse:
        tag = find_tag(slug)
        if tag.slug != slug:
            return moved_to(reverse("articles:tag_feed", args=[tag.slug]))
        return super().__call__(request, tag)

    def get_object(self, request: HttpRequest, tag: Tag) -> Tag:
        return tag

    def title(self, tag: Tag) -> str:
        return f"{tag.name} · {settings.SITE_NAME}"

    def subtitle(self, tag: Tag) -> str:
        return f"关于{tag.name}的问题"

    def link(self, tag: Tag) -> str:
        return absolute(tag.get_absolute_url())

    def feed_url(self, tag: Tag) -> str:
        return absolute(reverse("articles:tag_feed", args=[tag.slug]))

    def items(self, tag: Tag) -> QuerySet[Article]:
        keys = tag.tagged_items.listed().newest().values_list("content_object", flat=True)[:ENTRIES]
        return Article.objects.published().filter(pk__in=keys).newest().for_cards()
