"""The medical review in the admin: its dates in the form of a question, and the queue of what must be reviewed."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Revision
from articles.models.parts import Weight, named
from articles.models.review import months_after, next_review
from articles.workflow.signing import doctor_of

SOON = 30  # days
EARLIEST, FARTHEST = 1980, 120  # the year of a review, and the months until the next one
REVIEW = set(named(weight=Weight.REVIEW))


class ReviewFilter(admin.SimpleListFilter):
    """Published questions whose text the doctor has not seen, or whose next review is overdue or will be soon."""

    title = "复审"
    parameter_name = "due"
    changed = "changed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [(self.changed, "审核后改过"), ("overdue", "审核过期"), ("soon", f"即将到期（{SOON} 天内）")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == self.changed:
            return queryset.past_review()
        if self.value() == "overdue":
            return queryset.review_overdue()
        return queryset.review_due_within(SOON) if self.value() == "soon" else queryset


class ReviewFields:
    """Part of the form of a question: the dates of the latest and of the next review."""

    def clean_reviewed_on(self) -> date | None:
        day = self.cleaned_data["reviewed_on"]
        if day and (day.year < EARLIEST or day > timezone.localdate()):
            raise forms.ValidationError("审核日期不对：不能晚于今天。")
        return day

    def clean_review_due_on(self) -> date | None:
        day = self.cleaned_data["review_due_on"]
        if day and day > months_after(timezone.localdate(), FARTHEST):
            raise forms.ValidationError(f"下次审核太远了：最多在 {FARTHEST // 12} 年以后。")
        return day

    def follow_review(self) -> None:
        """Let a review that is recorded be of today, and of the doctor whose account this is, unless something is said.

        A new review has a new date for the next one, too.
        """
        cleaned, changed = self.cleaned_data, REVIEW & set(self.changed_data)
        if self.step == Revision.Step.CHECKED and self.fields.keys() >= REVIEW:
            self.review_now(changed)
        on = cleaned.get("reviewed_on", self.initial.get("reviewed_on"))
        if on != self.initial.get("reviewed_on") and "review_due_on" not in changed:
            cleaned["review_due_on"] = next_review(on) if on else None

    def review_now(self, changed: set[str]) -> None:
        """Fill in what the person who records a review has not: who reviewed, and today."""
        cleaned, own = self.cleaned_data, doctor_of(self.user)
        if "reviewed_on" not in changed and (own or not changed):
            cleaned["reviewed_on"] = timezone.localdate()
        if own and "reviewer" not in changed and cleaned.get("reviewed_on"):
            cleaned["reviewer"] = own
        if not changed and not cleaned.get("reviewer"):
            self.add_error("reviewer", "请填写审核医生，再登记审核。")
