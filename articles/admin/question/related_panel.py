"""The panel of related questions in the form of a question: what readers see and why, and one click to change it.

It is the one place for an editor's word about them; a click holds at once, whatever becomes of the form.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join

from articles.admin.autocomplete import KeySelect, is_key
from articles.engine.seam import Related as Found
from articles.engine.seam import search_engine
from articles.finding.beside import explain, related_articles
from articles.models import Article, RelatedItem, RelatedList
from articles.models.related_list import stored_entries

from .links import change_url
from .panel import Addresses, Panel

PINNED, EXCLUDED = "指定", "排除"
TWINS = 3
CHANGES = {
    "pin": (RelatedItem.pin, "置顶"),
    "raise": (RelatedItem.raise_pin, "前移"),
    "exclude": (RelatedItem.exclude, "排除"),
    "cancel": (RelatedItem.cancel, "取消"),
}


@dataclass
class Line:
    """A question in the panel, with the reason why it is related and the editor's word about it."""

    article: Article
    score: float | None = None
    reason: str = ""
    word: str = ""
    may_rise: bool = False  # pinned, and not the first

    @property
    def state(self) -> str:
        """Why readers do not see it, in a word; empty when they may."""
        if self.article.is_public:
            return ""
        return "定时" if self.article.is_scheduled else self.article.get_status_display()


@dataclass
class Lists:
    """The reader's ten, the rest of the computed list, and what is excluded; each a list of Lines."""

    shown: list
    rest: list
    excluded: list

    @property
    def lines(self) -> list:
        """All of them, in the order of the panel."""
        return [*self.shown, *self.rest, *self.excluded]

    @property
    def pinned(self) -> int:
        return sum(line.word == PINNED for line in self.lines)


def computed_now(article: Article) -> Found | None:
    """Return what the engine has Related to `article`, where nothing is stored of it; else None."""
    return None if stored_entries(article) else search_engine().related([article])[0]


def lists_of(article: Article, found: Found | None = None) -> Lists:
    """Return the Lists of `article` as they are now; `found` is its computed_now(), where that is at hand."""
    entries = stored_entries(article)
    if not entries:
        entries = (found or computed_now(article)).entries
        if not article.is_public:  # what readers will see
            article.related_list = RelatedList(article=article, entries=entries)
    shown = [row.pk for row in related_articles(article)]
    computed = {key: (score, reason) for key, score, reason in entries}
    words = {row.related_id: EXCLUDED if row.is_excluded else PINNED for row in article.related_items.all()}
    behind = [key for key, word in words.items() if word == PINNED][1:]
    keys = dict.fromkeys([*shown, *words, *computed])
    articles = Article.objects.only("title", "status", "published_at").in_bulk(keys)
    reasons = explain(article, [row for key, row in articles.items() if key not in computed])

    def lines(keys: Iterable[int]) -> list[Line]:
        rows = (key for key in keys if key in articles)
        return [
            Line(articles[key], *computed.get(key, (None, reasons.get(key, ""))), words.get(key, ""), key in behind)
            for key in rows
        ]

    excluded = [key for key in keys if words.get(key) == EXCLUDED]
    return Lists(lines(shown), lines(key for key in keys if key not in {*shown, *excluded}), lines(excluded))


def find_twins(article: Article, found: Found | None = None) -> list[Article]:
    """Return up to three articles whose title says the same as that of `article`, whatever their state."""
    keys = search_engine().twins(article, found)[:TWINS]
    return list(Article.objects.filter(pk__in=keys).only("title").order_by("-pk"))


class Neighbours:
    """What the engine has beside a question as it is in the database, found once for all panels that show it."""

    def __init__(self, article: Article, is_saved: bool) -> None:
        """`is_saved`: nothing that was typed, or waits, has changed `article` since it was read."""
        self.article, self.is_saved = article, is_saved

    @cached_property
    def saved(self) -> Article | None:
        """The row, read again where it is not at hand; None when it has been deleted."""
        if self.is_saved:
            return self.article
        rows = Article.objects.select_related("related_list").prefetch_related("tags")
        return rows.filter(pk=self.article.pk).first()

    @cached_property
    def found(self) -> Found | None:
        return computed_now(self.saved)

    @cached_property
    def twins(self) -> list[Article]:
        return find_twins(self.saved, self.found) if self.saved else []


def question_select(site: AdminSite) -> str:
    """Return the box that finds any question by typing; its value goes with the form of the panel."""
    field = forms.ModelChoiceField(Article.objects.all(), required=False)
    widget = KeySelect(RelatedItem._meta.get_field("related"), site, choices=field.choices)
    widget.is_required = False
    return widget.render("other", None, {"id": "related-other", "form": "related-form"})


def may_relate(request: HttpRequest) -> bool:
    return request.user.has_perm("articles.change_relateditem")


class Related(Panel):
    """The lists, the clicks on their lines, and the note of a title that is there already."""

    top = "admin/articles/article/_twins.html"
    bottom = "admin/articles/article/_related.html"
    outside = "admin/articles/article/_related_form.html"

    class Media:
        css = {"all": ["css/admin/related.css"]}
        js = [Script("js/admin/related-panel.js", type="module")]

    def views(self) -> Addresses:
        return [("related", "<path:object_id>/related/", self.related_view)]

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        if not (article and article.neighbours.saved):
            return {}
        beside = article.neighbours
        return {
            "panel": lists_of(beside.saved, beside.found),
            "twins": beside.twins,
            "may_relate": may_relate(request),
            "other": question_select(self.admin.admin_site),
        }

    def related_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Pin, raise, exclude or cancel one related question: JSON for the panel's script, else back to the form."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not may_relate(request):
            raise PermissionDenied
        article = self.find(request, object_id, self.admin.has_change_permission)
        said = self.change(request, article)
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"said": said, **state_of(request, article)})
        self.admin.message_user(request, said)
        return HttpResponseRedirect(f"{change_url(article)}#related-panel")

    def change(self, request: HttpRequest, article: Article) -> str:
        """Do what a button says, `verb:key`, or `verb:` of the question that was found by typing; return what was."""
        verb, _, key = request.POST.get("do", "").partition(":")
        key = key or request.POST.get("other", "")
        if verb in CHANGES and not key:
            return "没有改：请先找到一个问题，再点按钮。"
        other = Article.objects.filter(pk=key).first() if is_key(key) else None
        if other is None or verb not in CHANGES:
            raise Http404("没有这个问题")
        if other == article:
            return "没有改：问题不能与自己相关。"
        change, word = CHANGES[verb]
        change(article, other)
        self.admin.log_change(request, article, f"{word}相关问题“{other.title}”。")
        return f"已{word}“{other.title}”，读者看到的已经更新。"


def warn_of_twins(request: HttpRequest, article: Article) -> list[Article]:
    """Say which questions have nearly the same title as the one that was saved, and return them."""
    if same := find_twins(article):
        links = format_html_join("、", '“<a href="{}">{}</a>”', ((change_url(row), row.title) for row in same))
        messages.warning(request, format_html("标题与{}几乎相同，请看看是不是重复了。", links))
    return same


def state_of(request: HttpRequest, article: Article) -> dict[str, Any]:
    """Return what the script of the panel needs: the panel's HTML."""
    context = {"panel": lists_of(article), "may_relate": True}
    return {"panel": render_to_string("admin/articles/article/_related_panel.html", context, request)}
