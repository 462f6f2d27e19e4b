"""Working by keys: the help that lists them, and the next question that waits for review."""

from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from articles.admin.autocomplete import is_key
from articles.models import Article

from .links import change_url
from .panel import Addresses, Panel


class Keyboard(Panel):
    """Keys, and the line above the fields that says what happens to what is typed."""

    outside = "admin/articles/article/_keys.html"

    class Media:
        css = {"all": ["css/admin/keyboard.css"]}
        js = [Script("js/admin/keyboard.js", defer=True)]

    def views(self) -> Addresses:
        return [("next", "next/", self.next_view)]

    def next_view(self, request: HttpRequest) -> HttpResponseBase:
        """Lead to the next question that waits for review, the first after the last; else to the list."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.admin.has_view_or_change_permission(request):
            raise PermissionDenied
        after = request.GET.get("after", "")
        article = Article.objects.next_to_review(int(after) if is_key(after) else 0)
        if article:
            return HttpResponseRedirect(change_url(article))
        self.admin.message_user(request, "没有别的待审的问题了。")
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
