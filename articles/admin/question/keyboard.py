"""Working by keys: the next question that waits for review, and word to the browser that a form has been saved."""

import re

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from articles.admin.autocomplete import is_key
from articles.models import Article

from .links import change_url
from .panel import Addresses, Panel

# A form that the browser keeps unsaved comes with the name under which it does.
UNSAVED = "_unsaved"
NAME = re.compile("[0-9a-z-]{1,40}")
# What the last forms for new questions were saved as, told by the answer itself: somebody who goes back before the
# next page has run its scripts must not meet the form of a question that is there already.
MADE = "questions_made"
MADE_MOST = 8


class Keyboard(Panel):
    """Keys, and unsaved forms that outlive a crash of the browser."""

    outside = "admin/articles/article/_keys.html"

    class Media:
        css = {"all": ["css/admin/keyboard.css"]}
        js = [Script("js/admin/keyboard.js", defer=True), Script("js/admin/unsaved.js", defer=True)]

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


def saying_saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Name the unsaved form in the fragment of the address that follows, so that the browser forgets it."""
    name = request.POST.get(UNSAVED, "")
    if NAME.fullmatch(name) and "#" not in response.get("Location", "#"):
        response["Location"] += f"#saved-{name}"
    return response


def saying_made(request: HttpRequest, response: HttpResponse, article: Article) -> HttpResponse:
    """Tell the browser which question its form for a new one has become, so that going back leads there."""
    name = request.POST.get(UNSAVED, "")
    if NAME.fullmatch(name):
        pairs = re.findall(r"[0-9a-z-]{1,40}\.\d{1,19}", request.COOKIES.get(MADE, ""))
        value = "_".join([*pairs[1 - MADE_MOST :], f"{name}.{article.pk}"])
        path = reverse("admin:articles_article_changelist")
        response.set_cookie(MADE, value, path=path, secure=settings.HTTPS, samesite="Lax")
    return response
