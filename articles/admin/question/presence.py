"""A note in the form of a question that somebody else has it open."""

import logging
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.forms import Media, Script
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format

from articles.admin.autocomplete import is_key
from articles.models import Article, OpenForm
from articles.models.open_form import BEAT, HIDDEN
from articles.text.names import full_name

logger = logging.getLogger(__name__)
PATIENCE = 250  # milliseconds that a form waits for a database that is being written to


def notes_of(article, user):
    """Return a sentence for each other person who has the form of `article` open (1 query)."""
    rows = OpenForm.objects.beside(user).filter(article=article)
    return [f"{full_name(row.user)}从 {clock(row.opened_at)} 起开着这一页。" for row in rows]


def clock(moment):
    moment = timezone.localtime(moment)
    return date_format(moment, "H:i" if moment.date() == timezone.localdate() else "n月j日 H:i")


@contextmanager
def soon_or_never():
    """Write within a moment or not at all: nobody waits for an import to end only to be counted as present."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    patience = connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    except OperationalError as error:
        logger.info("presence was not written: %s", error)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


class Presence:
    """Part of the ModelAdmin of questions: who has a form open is noted, shown to others, and kept by a script."""

    @property
    def media(self):
        script = Script("js/admin/presence.js", defer=True)
        return super().media + Media(js=[script], css={"all": ["css/admin/presence.css"]})

    def get_urls(self):
        view = self.admin_site.admin_view(self.presence_view)
        return [path("<path:object_id>/presence/", view, name="articles_article_presence"), *super().get_urls()]

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj and obj.pk and self.has_change_permission(request, obj):
            with soon_or_never():
                OpenForm.note(obj, request.user)
            context["presence"] = {"notes": notes_of(obj, request.user)}
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def response_post_save_change(self, request, obj):
        """Back to the list: the form is left, whether its script can say so or not."""
        OpenForm.leave(obj, request.user)
        return super().response_post_save_change(request, obj)

    def presence_view(self, request, object_id):
        """Take a beat of an open form, or that it was left; answer who else has it open."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = Article.objects.only("pk").filter(pk=object_id).first() if is_key(object_id) else None
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        if article is None:
            raise Http404("没有这个问题")
        with soon_or_never():
            if "leave" in request.POST:
                OpenForm.leave(article, request.user)
            else:
                OpenForm.note(article, request.user, HIDDEN if "hidden" in request.POST else BEAT)
        return JsonResponse({"notes": notes_of(article, request.user)}, json_dumps_params={"ensure_ascii": False})
