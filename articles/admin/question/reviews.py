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
from articles.models.review import months_after

SOON = 30  # days
EARLIEST, FARTHEST = 1980, 120  # the year of a review, and the months until the next one
REVIEW = set(named(weight=Weight.REVIEW))


class ReviewFilter(admin.SimpleListFilter):
    """Published questions whose medical review is overdue, or will be within a month."""

    title = "复审"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("overdue", "审核过期"), ("soon", f"即将到期（{SOON} 天内）")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
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
        # Who may not review only looks at these fields.
        if self.step == Revision.Step.CHECKED and self.fields.keys() >= REVIEW and not REVIEW & set(self.changed_data):
            self.review_today()
        elif "reviewed_on" in self.changed_data and "review_due_on" not in self.changed_data:
            self.cleaned_data["review_due_on"] = None  # a new review, and so a new date for the next

    def review_today(self) -> None:
        """Let a review that says nothing new be one of today; the next one follows from it."""
        today = timezone.localdate()
        if not self.cleaned_data.get("reviewer"):
            self.add_error("reviewer", "请填写审核医生，再登记审核。")
        elif self.cleaned_data.get("reviewed_on") != today:
            self.cleaned_data |= {"reviewed_on": today, "review_due_on": None}
