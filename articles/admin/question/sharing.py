"""The box 分享草稿 in the form of a question: links for people who have no account, made, listed and taken back."""

from typing import Any

from django.contrib import messages
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

from articles.admin.autocomplete import is_key
from articles.models import Article, DraftLink
from articles.text.addresses import absolute
from articles.text.names import clean_line
from articles.workflow.unseen import has_draft

from .links import change_url
from .panel import Addresses, Panel

DAYS = {"1": 1, "7": 7, "30": 30}
MOST = 20  # links that are listed, the newest first
MOST_OPEN = 50  # links of one question that are good at the same time
LONGEST_READER = 60


def box_of(article: Article) -> dict[str, Any]:
    """Return what the box shows: the links to the draft, and how long new ones may last (1 query)."""
    links = list(article.draft_links.select_related("made_by")[:MOST])
    for link in links:
        link.address = absolute(link.get_absolute_url())
    return {"links": links, "days": DAYS}


class Sharing(Panel):
    """The box, and its two clicks."""

    bottom = "admin/articles/article/_sharing.html"
    outside = "admin/articles/article/_sharing_form.html"

    class Media:
        css = {"all": ["css/admin/draft-links.css"]}
        js = [Script("js/admin/draft-links.js", type="module")]

    def views(self) -> Addresses:
        return [("drafts", "<path:object_id>/drafts/", self.drafts_view)]

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        is_draft = article and article.pk and (article.situation.is_held or not article.situation.is_public)
        return {"drafts": box_of(article)} if is_draft else {}

    def drafts_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Make a link or take one back: JSON for the box's script, else back to the form."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = self.find(request, object_id, self.admin.has_change_permission)
        verb, _, value = request.POST.get("draft", "").partition(":")
        said = self.revoke(request, article, value) if verb == "revoke" else self.share(request, article)
        if "application/json" in request.headers.get("Accept", ""):
            context = {"drafts": box_of(article), "has_change_permission": True}
            box = render_to_string("admin/articles/article/_draft_links.html", context, request)
            return JsonResponse({"said": said, "box": box})
        self.admin.message_user(request, said, messages.INFO)
        url = change_url(article)
        return HttpResponseRedirect(f"{url}#draft-links")

    def share(self, request: HttpRequest, article: Article) -> str:
        """Make a link and return the sentence that says so, or why there is none."""
        days = DAYS.get(request.POST.get("days", ""))
        if days is None:
            return "没有做成链接：请选择有效几天。"
        if not has_draft(article):
            return "没有做成链接：读者已经看得到这个问题，请直接发它的地址。"
        if article.draft_links.open().count() >= MOST_OPEN:
            return f"没有做成链接：有效的已经有 {MOST_OPEN} 个，请先收回不用的。"
        reader = clean_line(request.POST.get("reader", ""))[:LONGEST_READER]
        DraftLink.make(article, days=days, reader=reader, by=request.user)
        to = f"给{reader}" if reader else ""
        self.admin.log_change(request, article, f"分享草稿{to}，{days} 天内有效。")
        return f"链接做好了，{days} 天内有效，请复制下面第一个地址发给对方。拿到地址的人都能看，请只发给该看的人。"

    def revoke(self, request: HttpRequest, article: Article, key: str) -> str:
        link = article.draft_links.filter(pk=key).first() if is_key(key) else None
        if link is None:
            raise Http404("没有这个链接")
        link.revoke()
        self.admin.log_change(request, article, f"收回草稿链接{f'（给{link.reader}）' if link.reader else ''}。")
        return "已经收回，这个地址现在打不开了。"
