"""Working by keys: the next question that waits for review, and word to the browser that a form has been saved."""

import re

from django.core.exceptions import PermissionDenied
from django.forms import Media, Script
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse

from articles.admin.autocomplete import is_key
from articles.models import Article

from .links import change_url

# A form that the browser keeps unsaved comes with the name under which it does.
UNSAVED = "_unsaved"
NAME = re.compile("[0-9a-z-]{1,40}")


class Keyboard:
    """Part of the ModelAdmin of questions: keys, and unsaved forms that outlive a crash of the browser."""

    @property
    def media(self):
        scripts = [Script(f"js/admin/{name}.js", defer=True) for name in ("keyboard", "unsaved")]
        return super().media + Media(js=scripts, css={"all": ["css/admin/keyboard.css"]})

    def get_urls(self):
        view = self.admin_site.admin_view(self.next_view)
        return [path("next/", view, name="articles_article_next"), *super().get_urls()]

    def next_view(self, request):
        """Lead to the next question that waits for review, the first after the last; else to the list."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        after = request.GET.get("after", "")
        article = Article.objects.next_to_review(int(after) if is_key(after) else 0)
        if article:
            return HttpResponseRedirect(change_url(article))
        self.message_user(request, "没有别的待审的问题了。")
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))

    def response_add(self, request, obj, post_url_continue=None):
        return saying_saved(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request, obj):
        return saying_saved(request, super().response_change(request, obj))


def saying_saved(request, response):
    """Name the unsaved form in the fragment of the address that follows, so that the browser forgets it."""
    name = request.POST.get(UNSAVED, "")
    # The answer to an added question may be made by that to a changed one, and then says so already.
    if NAME.fullmatch(name) and "#" not in response.get("Location", "#"):
        response["Location"] += f"#saved-{name}"
    return response
