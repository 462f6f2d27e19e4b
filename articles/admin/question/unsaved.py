"""Unsaved forms: kept by the browser and by the server for another device of the same person, forgotten when saved."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.forms import Script
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, UnsavedForm
from articles.models.fields import LONGEST
from articles.models.patience import soon_or_never
from articles.models.unsaved_form import OPEN

from .panel import Addresses, Panel

# A form that is kept unsaved comes with the name under which it is.
UNSAVED = "_unsaved"
NAME = re.compile("[0-9a-z-]{1,40}")
# What the last forms for new questions were saved as, told by the answer itself: somebody who goes back before the
# next page has run its scripts must not meet the form of a question that is there already.
MADE = "questions_made"
MADE_MOST = 8
FIELD = re.compile(r"\w{1,60}", re.ASCII)
MOST_FIELDS = 100
MOST_VERSION = 10_000  # characters of what the form was opened on: a digest of each part, a key of each tag
NOT_STORED = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL has no room for these in JSON
SCRIPTS = ("unsaved-fields", "unsaved-offer", "unsaved-store", "unsaved", "session")


class Unsaved(Panel):
    """What a person has typed and not saved, offered where the same person opens the form again."""

    class Media:
        js = [Script(f"js/admin/{name}.js", defer=True) for name in SCRIPTS]

    def views(self) -> Addresses:
        return [
            ("unsaved_new", "add/unsaved/", self.unsaved_new_view),
            ("unsaved", "<path:object_id>/unsaved/", self.unsaved_view),
        ]

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        """Say which forms the server keeps for this person and question (1 query); their texts are asked for."""
        may = self.admin.has_change_permission(request, article) if article else self.admin.has_add_permission(request)
        if not may:
            return {}
        key = article.pk if article else None
        rows = UnsavedForm.objects.kept_by(request.user).filter(article=key).values_list("name", "saved_at")
        return {
            "unsaved_address": reverse("admin:articles_article_unsaved", args=[key])
            if key
            else reverse("admin:articles_article_unsaved_new"),
            "unsaved_kept": " ".join(f"{name}:{at.timestamp() * 1000:.0f}" for name, at in rows),
        }

    def unsaved_new_view(self, request: HttpRequest) -> HttpResponseBase:
        """Keep or give back what stands in the form of a new question."""
        if not self.admin.has_add_permission(request):
            raise PermissionDenied
        return answer(request, None)

    def unsaved_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Keep or give back what stands in the form of a question."""
        article = self.find(request, object_id, self.admin.has_change_permission, Article.objects.only("pk"))
        return answer(request, article)


def answer(request: HttpRequest, article: Article | None) -> HttpResponseBase:
    """Give back a form that this person has not saved, or take word of one: only rows of one's own are met."""
    values = request.POST if request.method == "POST" else request.GET
    name = values.get("form", "")
    if request.method in ("GET", "HEAD"):
        rows = UnsavedForm.objects.kept_by(request.user).filter(article=article)
        row = rows.filter(name=name).first() if NAME.fullmatch(name) else None
        return said(kept=told(row) if row else None)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    do = DOING.get(values.get("do", ""))
    if not (do and NAME.fullmatch(name)):
        return said(400, kept=False)
    is_done = False
    with soon_or_never():
        is_done = do(request, article, name)
    # Only what was typed anew says that somebody is there.
    request.is_beat = not (is_done and do is keep)
    return said(kept=is_done)


def keep(request: HttpRequest, article: Article | None, name: str) -> bool:
    content = read_content(request.POST.get("content", ""))
    if content is None:
        return False
    version, device = request.POST.get("version", ""), request.POST.get("device", "")
    try:
        UnsavedForm.keep(
            request.user,
            name,
            article=article,
            version=NOT_STORED.sub("", version)[:MOST_VERSION],
            content=content,
            device=device if device in UnsavedForm.Device else "",
            open_until=None if request.POST["do"] == "keep-closed" else timezone.now() + OPEN,
        )
    except IntegrityError:  # the question has been deleted in the same instant
        return False
    return True


def stay(request: HttpRequest, article: Article | None, name: str) -> bool:
    return bool(own_form(request, name).update(open_until=timezone.now() + OPEN))


def leave(request: HttpRequest, article: Article | None, name: str) -> bool:
    return bool(own_form(request, name).update(open_until=None))


def drop(request: HttpRequest, article: Article | None, name: str) -> bool:
    own_form(request, name).delete()
    return False


DOING: dict[str, Callable[[HttpRequest, Article | None, str], bool]] = {
    "keep": keep,
    "keep-closed": keep,  # as the page is left
    "stay": stay,
    "leave": leave,
    "drop": drop,
}


def own_form(request: HttpRequest, name: str) -> Any:
    return UnsavedForm.objects.filter(user=request.user, name=name)


def told(row: UnsavedForm) -> dict[str, Any]:
    """Return a form as its script takes it; what it holds is text, and is shown as nothing else."""
    return {
        "at": round(row.saved_at.timestamp() * 1000),
        "version": row.version,
        "values": row.content["values"],
        "labels": row.content["labels"],
        "device": row.get_device_display(),
        "isOpen": row.is_open,
    }


def read_content(text: str) -> dict[str, Any] | None:
    """Return the values and labels of a form out of JSON, or None for what no form of ours holds."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    values, labels = content.get("values"), content.get("labels")
    if not (fits(values, str, bool) and fits(labels, str)):
        return None
    return {"values": storable(values), "labels": storable(labels)}


def fits(values: Any, *kinds: type) -> bool:
    """Tell whether these are values of fields that a form can have, none longer than a body may be."""
    return (
        isinstance(values, dict)
        and len(values) <= MOST_FIELDS
        and all(FIELD.fullmatch(name) for name in values)
        and all(isinstance(value, kinds) for value in values.values())
        and all(len(value) <= LONGEST for value in values.values() if isinstance(value, str))
    )


def storable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: NOT_STORED.sub("", value) if isinstance(value, str) else value for name, value in values.items()}


def said(status: int = 200, **values: Any) -> JsonResponse:
    return JsonResponse(values, status=status, json_dumps_params={"ensure_ascii": False})


def forget_saved(request: HttpRequest) -> None:
    """Forget the form that is being saved, in the transaction that saves it."""
    name = request.POST.get(UNSAVED, "")
    if NAME.fullmatch(name):
        own_form(request, name).delete()


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
