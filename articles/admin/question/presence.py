"""A note in the form of a question that somebody else has it open."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.forms import Script
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article, OpenForm
from articles.models.open_form import BEAT, HIDDEN
from articles.models.patience import soon_or_never
from articles.text.names import full_name

from .panel import Addresses, Panel


def notes_of(article: Article, user: User) -> list[str]:
    """Return a sentence for each other person who has the form of `article` open (1 query)."""
    rows = OpenForm.objects.beside(user).filter(article=article)
    return [f"{full_name(row.user)}从 {clock(row.opened_at)} 起开着这一页。" for row in rows]


def clock(moment: datetime) -> str:
    moment = timezone.localtime(moment)
    return date_format(moment, "H:i" if moment.date() == timezone.localdate() else "n月j日 H:i")


class Presence(Panel):
    """Who has a form open is noted, shown to others, and kept by a script."""

    top = "admin/articles/article/_presence.html"

    class Media:
        css = {"all": ["css/admin/presence.css"]}
        js = [Script("js/admin/presence.js", defer=True)]

    def views(self) -> Addresses:
        return [("presence", "<path:object_id>/presence/", self.presence_view)]

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        if not (article and article.pk and self.admin.has_change_permission(request, article)):
            return {}
        with soon_or_never():
            OpenForm.note(article, request.user)
        return {"presence": {"notes": notes_of(article, request.user)}}

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Take a beat of an open form, or that it was left; answer who else has it open."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        request.is_beat = True
        article = self.find(request, object_id, self.admin.has_change_permission, Article.objects.only("pk"))
        with soon_or_never():
            if "leave" in request.POST:
                OpenForm.leave(article, request.user)
            else:
                OpenForm.note(article, request.user, HIDDEN if "hidden" in request.POST else BEAT)
        return JsonResponse({"notes": notes_of(article, request.user)}, json_dumps_params={"ensure_ascii": False})
