"""The versions of a question: who did what when and why, any two compared, an old one restored, a new one reviewed."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin.autocomplete import is_key
from articles.models import Article, Revision
from articles.models.revision import content_of
from articles.text.names import clean_line
from articles.workflow.comparisons import compare_contents, parts_of
from articles.workflow.situations import PUBLISHING, Situation
from articles.workflow.small_changes import last_reviewed, unseen
from articles.workflow.steps import Refused, look, restore, take

from .links import change_url
from .panel import Addresses, Panel
from .stepping import DONE

PER_PAGE = 50
LONGEST = Revision._meta.get_field("comment").max_length
Step, State = Revision.Step, Revision.State
DECISIONS = (*PUBLISHING, Step.RETURN)


class History(Panel):
    """The pages beside the form that show and settle its versions."""

    def views(self) -> Addresses:
        return [
            ("history", "<path:object_id>/history/", self.history_view),
            ("compare", "<path:object_id>/compare/", self.compare_view),
            ("review", "<path:object_id>/review/", self.review_view),
            ("look", "<path:object_id>/look/", self.look_view),
            ("restore", "<path:object_id>/restore/", self.restore_view),
        ]

    def page(
        self, request: HttpRequest, template: str, article: Article, title: str, **context: Any
    ) -> HttpResponseBase:
        context = self.admin.admin_site.each_context(request) | {
            "title": title,
            "subtitle": str(article),
            "opts": self.admin.opts,
            "article": article,
            "has_change_permission": self.admin.has_change_permission(request, article),
            **context,
        }
        return TemplateResponse(request, f"admin/articles/article/{template}.html", context)

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
        return self.page(request, "compare", article, "对照两个版本", before=before, after=after, parts=parts)

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

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Show what waits beside what readers have, and take the decision about it."""
        may = self.admin.has_change_permission if request.method == "POST" else self.admin.has_view_permission
        article = self.find(request, object_id, may, self.admin.get_queryset(request))
        errors = []
        if request.method == "POST":
            errors = [self.decide(request, article)]
            if errors == [None]:
                return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
        situation = Situation(article, request.user)
        live = content_of(article)
        after = situation.open.content if situation.is_held else live
        returned = Revision.objects.filter(article=article, step=Step.RETURN).first()
        before = live
        if not situation.is_held:
            before = returned.content if returned else None
        return self.page(
            request,
            "review",
            article,
            "审核",
            situation=situation,
            returned=returned,
            parts=compare_contents(before, after) if before else parts_of(after),
            is_new=before is None,
            has_unseen=situation.is_held and unseen(article).exists(),
            offers=[offer for offer in situation.offers() if offer.step in DECISIONS] if situation.waits else [],
            comment=request.POST.get("comment", ""),
            errors=errors,
        )

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
        return self.page(request, "look", article, "小改动，请过目", **context)

    def decide(self, request: HttpRequest, article: Article) -> str | None:
        """Take the step that was sent from the review page; return None, or why it was not taken."""
        step, seen = request.POST.get("_step"), request.POST.get("seen", "")
        comment = clean_line(request.POST.get("comment", ""))
        if step not in DECISIONS:
            return "没有这一步，请用下面的按钮。"
        if len(comment) > LONGEST:
            return f"说明最多 {LONGEST} 字，现在有 {len(comment)} 字。"
        try:
            take(step, article.pk, request.user, comment=comment, seen=int(seen) if is_key(seen) else -1)
        except Refused as refused:
            return f"没有{Step(step).label}：{refused}"
        self.admin.log_change(request, article, f"{Step(step).label}。")
        self.admin.message_user(request, DONE[step].format(f"“{article}”"))
        return None
