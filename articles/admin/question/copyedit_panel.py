"""The panel 文字检查 in the form of a question: what the copy-editor says, after saving and while typing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string

from articles.admin.autocomplete import is_key
from articles.admin.desk.counts import COUNTED, shown_count
from articles.models import Article, Proof
from articles.models.fields import LONGEST
from articles.text.copyedit import RULES
from articles.text.copyedit.registry import Finding
from articles.text.markup import clean_html
from articles.text.names import clean_line
from articles.workflow import proofs

from .panel import Addresses, Panel

SHOWN = 5  # places of a rule that are shown before a click


@dataclass
class Remark:
    """A finding as the panel shows it: each place with its edits in JSON."""

    finding: Finding

    def __post_init__(self) -> None:
        rows = [(place, json.dumps(place.edits, ensure_ascii=False)) for place in self.finding.places]
        self.first, self.rest = rows[:SHOWN], rows[SHOWN:]
        self.total = f"{len(rows)}+" if self.finding.is_more else str(len(rows))
        self.is_blocking = self.finding.rule.name in settings.COPYEDIT_BLOCKING


def remarks_in(article: Article, twins: list[str] | None = None) -> list[Remark]:
    return [Remark(finding) for finding in proofs.proof(article, twins)]


def typed(values: Mapping[str, Any], key: int | None = None) -> Article:
    """Return an unsaved Article of the texts in `values`, a dictionary, as saving would clean them."""
    texts = {name: values.get(name) or "" for name in proofs.FIELDS}
    texts["title"], texts["body"] = clean_line(texts["title"]), clean_html(texts["body"])
    return Article(pk=key, **texts)


class ProofFilter(admin.SimpleListFilter):
    """Questions in which a rule found something when they were last saved, or looked at by `manage.py copycheck`.

    Rules that found nothing are not offered, but for the one that is chosen.
    """

    title = "文字检查"
    parameter_name = "proof"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        found = Proof.objects.by_rule(RULES, COUNTED)
        offered = [rule for rule in RULES.values() if rule.name in found or rule.name == self.value()]
        return [(rule.name, f"{rule.label}（{shown_count(found.get(rule.name, 0))}）") for rule in offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in RULES:
            return queryset
        # A list of keys and not a join, which SQLite would sort as a whole to show fifty.
        return queryset.filter(pk__in=Proof.objects.filter(rule=self.value()).values("article"))


class Copyedit(Panel):
    """The remarks, and the view that their script asks."""

    middle = "admin/articles/article/_copyedit.html"

    class Media:
        css = {"all": ["css/admin/copyedit.css"]}
        js = [Script("js/admin/copyedit.js", defer=True)]

    def views(self) -> Addresses:
        return [("copyedit", "copyedit/", self.copyedit_view)]

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        values = {
            name: form[name].value() if name in form.fields else getattr(article, name, "") for name in proofs.FIELDS
        }
        if any(len(value or "") > LONGEST for value in values.values()):
            return {"remarks": []}  # what is refused for its length alone
        shown = typed(values, article and article.pk)
        is_saved = article and shown.title == form.initial.get("title")
        twins = [twin.title for twin in article.neighbours.twins] if is_saved else None
        return {"remarks": remarks_in(shown, twins)}

    def copyedit_view(self, request: HttpRequest) -> HttpResponseBase:
        """Check the texts of a form that is being typed: JSON with the panel's HTML."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not (self.admin.has_add_permission(request) or self.admin.has_change_permission(request)):
            raise PermissionDenied
        if any(len(request.POST.get(name, "")) > LONGEST for name in proofs.FIELDS):
            return JsonResponse({"said": f"文字太长，超过 {LONGEST} 字符的不检查。"}, status=413)
        key = request.POST.get("key", "")
        remarks = remarks_in(typed(request.POST, int(key) if is_key(key) else None))
        panel = render_to_string("admin/articles/article/_copyedit_panel.html", {"remarks": remarks}, request)
        return JsonResponse({"panel": panel, "total": len(remarks)})
