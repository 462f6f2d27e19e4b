"""Readers' reports of mistakes: the form, what tells a reader from a program, and how much one address may send."""

import time
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from articles.models import Article, Report
from articles.text.names import clean_lines

from .limits import count_in_day, count_in_minute

SALT = "articles.reports"
GOOD_FOR = 24 * 3600  # seconds that an open form can be sent
MOST_OPEN = 100  # reports of one question that wait for an answer
UNHELPFUL = (Report.Reason.UNCLEAR, Report.Reason.UNANSWERED)  # the likeliest reasons why an answer does not help
TRAP = "website"  # a field that no reader sees; programs fill it


class Refused(Exception):
    """A report is not taken; the reader is told why in the sentence, and the text stays in the form."""


class PlainText(forms.CharField):
    """Text of several lines; what cannot be seen is dropped before anything is counted."""

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value))


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        choices=Report.Reason.choices,
        error_messages={"required": "请选一个原因。", "invalid_choice": "请从列出的原因里选一个。"},
    )
    text = PlainText(
        max_length=Report.LONGEST,
        error_messages={
            "required": "请写明哪里有错。",
            "max_length": "最多 %(limit_value)s 字，现在有 %(show_value)s 字，请写短一些。",
        },
    )

    def reasons_first(self, *reasons: str) -> list[tuple[str, str]]:
        """Return the choices, `reasons` before the others."""
        return sorted(self.fields["reason"].choices, key=lambda choice: choice[0] not in reasons)

    @property
    def written(self) -> str:
        """What the reader has written so far."""
        return clean_lines(self.data.get("text", ""))


def ticket(article: Article) -> str:
    """Return what the form carries, signed: the question, the version that the reader sees, and the time (1 query)."""
    number = article.revisions.shown().values_list("number", flat=True).first()
    return signing.dumps([article.pk, article.updated_at.isoformat(), number, int(time.time())], salt=SALT)


def read_ticket(article: Article, text: str) -> tuple[dict[str, Any] | None, float]:
    """Return the version and the age in seconds that a ticket tells, or (None, 0) when it is not a good one."""
    try:
        key, version, number, opened_at = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None, 0
    if key != article.pk:
        return None, 0
    return {"version": datetime.fromisoformat(version), "revision": number}, time.time() - opened_at


def receive(request: HttpRequest, article: Article, form: ReportForm) -> None:
    """Store the report of a valid form. Raises Refused with a sentence, or limits.TooMany."""
    version, age = read_ticket(article, request.POST.get("ticket", ""))
    if version is None:
        raise Refused("这个表单打开得太久，或者不完整。您写的内容还在，请再点一次“提交”。")
    if request.POST.get(TRAP):
        raise Refused("这份报告像是程序填写的，没有收下。您写的内容还在，请再点一次“提交”。")
    if age < settings.REPORT_MIN_SECONDS:
        raise Refused("提交得太快了。您写的内容还在，请过几秒再点一次“提交”。")
    said = {"reason": form.cleaned_data["reason"], "text": form.cleaned_data["text"]}
    waiting = article.reports.open()
    if waiting.filter(**said).exists():
        return  # a double click, or the same again
    count_in_minute(request, "reports", settings.REPORTS_PER_MINUTE)
    count_in_day(request, "reports", settings.REPORTS_PER_DAY)
    if waiting.count() >= MOST_OPEN:
        raise Refused("已经有很多读者报告了这个问题，编辑正在处理，请过几天再来。")
    article.reports.create(**version, **said)
