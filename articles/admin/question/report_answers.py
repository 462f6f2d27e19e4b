"""Readers' reports in the form of their question: those that are ticked are settled by its save."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest

from articles.admin.autocomplete import is_key
from articles.models import Article, Correction

from .panel import Panel

SETTLES = "_settles"  # the keys of the reports that a saved question answers
SHOWN = 20


class ReportAnswers(Panel):
    """The open reports above the form."""

    top = "admin/articles/article/_reports.html"

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        if not (article and request.user.has_perm("articles.change_report")):
            return {}
        waiting = map(str, form.situation.waiting_answers)
        answered = form.data.getlist(SETTLES) or [*request.GET.getlist("report"), *waiting]
        return {"reports": article.reports.open()[:SHOWN], "answered": answered}


def settle_reports(request: HttpRequest, article: Article, correction: Correction | None) -> None:
    """Settle the ticked reports of `article` by what was saved: a correction, or None."""
    keys = ticked(request.POST, request.user)
    if keys and (settled := article.reports.settle(keys, request.user, correction)):
        messages.info(request, f"已答复 {settled} 份读者报告。")


def ticked(data: Any, user: User) -> list[int]:
    """Return the keys of the reports that were ticked in the form of a question, by who may answer them."""
    keys = [int(key) for key in data.getlist(SETTLES)[:SHOWN] if is_key(key)] if SETTLES in data else []
    return keys if keys and user.has_perm("articles.change_report") else []
