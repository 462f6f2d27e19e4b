"""The versions of a question: who did what when and why, any two compared, an old one restored."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin.autocomplete import is_key
from articles.models import Article, Revision
from articles.models.revision import content_of
from articles.workflow.comparisons import compare_contents
from articles.workflow.situations import Situation
from articles.workflow.small_changes import last_reviewed, unseen
from articles.workflow.steps import Refused, look, restore

from .links import change_url
from .panel import Addresses, Panel

PER_PAGE = 50
Step, State = Revision.Step, Revision.State


def version_page(
    model_admin: Any, request: HttpRequest, template: str, article: Article, title: str, **context: Any
) -> HttpResponseBase:
    """Return a page beside the form of a question, in the frame that admin pages have."""
    context = model_admin.admin_site.each_context(request) | {
        "title": title,
        "subtitle": str(article),
        "opts": model_admin.opts,
        "article": article,
        "has_change_permission": model_admin.has_change_permission(request, article),
        **context,
    }
    return TemplateResponse(request, f"admin/articles/article/{template}.html", context)


class History(Panel):
    """The pages beside the form that show its versions, and bring an old one back."""

    def views(self) -> Addresses:
        return [
            ("history", "<path:object_id>/history/", self.history_view),
            ("compare", "<path:object_id>/compare/", self.compare_view),
            ("look", "<path:object_id>/look/", self.look_view),
            ("restore", "<path:object_id>/restore/", self.restore_view),
        ]

    def history_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show the versions, above the log that Django keeps."""
        article = self.find(request, object_id, self.admin.has_view_permission, self.admin.get_queryset(request))
        rows = Revision.objects.filter(article=article).defer("content")
        rows = rows.select_related("by", "addressee", "seen_by")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("v"))
        live = rows.filter(state=State.LIVE).exclude(step=Step.WITHDRAW).first() if article.is_public else None
        may_change = self.admin.has_change_permission(request, article)
        context = {"article": article, "versions": page, "live": live, "has_change_permission": may_change}
        return self.admin.history_view(request, object_id, context)

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show what changed from the version ?from= to the version ?to=."""
        article = self.find(request, object_id, self.admin.has_view_permission, self.admin.get_queryset(request))
        rows = Revision.objects.filter(article=article).select_related("by")
        numbers = [request.GET.get(name, "") for name in ("from", "to")]
        found = {row.number: row for row in rows.filter(number__in=[n for n in numbers if is_key(n)])}
        if not all(is_key(number) and int(number) in found for number in numbers):
            raise Http404("没有这个版本")
        before, after = sorted((found[int(number)] for number in numbers), key=lambda row: row.number)
        parts = compare_contents(before.content, after.content)
        shown = {"before": before, "after": after, "parts": parts}
        return version_page(self.admin, request, "compare", article, "对照两个版本", **shown)

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Make an old version the newest."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = self.find(request, object_id, self.admin.has_change_permission, self.admin.get_queryset(request))
        number = request.POST.get("number", "")
        try:
            restore(int(number) if is_key(number) else 0, article.pk, request.user)
        except Refused as refused:
            self.admin.message_user(request, f"没有恢复：{refused}", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:articles_article_history", args=[article.pk]))
        self.admin.log_change(request, article, f"恢复第 {number} 版。")
        more = "读者看到的还没有变，请检查以后提交审核。" if article.is_out else ""
        self.admin.message_user(request, f"已恢复第 {number} 版的内容。{more}")
        return HttpResponseRedirect(change_url(article))

    def look_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show what small changes have made of a question since the last review, and take the word that all is well."""
        may = self.admin.has_change_permission if request.method == "POST" else self.admin.has_view_permission
        article = self.find(request, object_id, may, self.admin.get_queryset(request))
        error = None
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            try:
                look(article.pk, request.user, seen=int(seen) if is_key(seen) else -1)
            except Refused as refused:
                error = f"没有记下：{refused}"
            else:
                self.admin.log_change(request, article, "小改动已过目。")
                self.admin.message_user(request, f"已过目“{article}”的小改动。")
                return HttpResponseRedirect(reverse("admin:index"))
        changes, reviewed = list(unseen(article).select_related("by").order_by("number")), last_reviewed(article)
        parts = compare_contents(reviewed.content, content_of(article)) if reviewed and changes else []
        obstacle = Situation(article, request.user).obstacle_to_look()
        context = {"changes": changes, "reviewed": reviewed, "parts": parts, "obstacle": obstacle, "error": error}
        return version_page(self.admin, request, "look", article, "小改动，请过目", **context)
