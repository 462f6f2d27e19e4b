"""When a doctor has checked an answer, what it said then, and when that must happen again."""

import json
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from articles.text.names import clean_line, clean_lines
from articles.text.wording import compared

from .parts import BY_NAME, Kind, Weight, named

# What a doctor vouches for; who gave the answer is no word of it, and merging two doctors changes no answer.
CHECKED = (*named(weight=Weight.WORDING), "urgency")
FOLLOWED = frozenset((*CHECKED, "reviewed_on", "reviewed_text"))  # what `is_past_review` follows from
COMPARED: dict[Kind, Callable[[str], Any]] = {Kind.HTML: compared, Kind.TEXT: clean_lines, Kind.LINE: clean_line}


def months_after(day: date, months: int) -> date:
    """Return the same day `months` later, or the last one of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def next_review(day: date) -> date:
    """Return when an answer that was reviewed on `day` must be reviewed again, unless somebody says otherwise."""
    return months_after(day, settings.REVIEW_MONTHS)


def end_of(day: date) -> datetime:
    """Return the instant at which `day` is over, in the site's time zone."""
    return datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())


def digest_of(said: Mapping[str, Any]) -> str:
    """Return what names the CHECKED parts of a question: the same for texts that no comparison tells apart."""
    parts = [COMPARED.get(BY_NAME[name].kind, str)(said.get(name) or "") for name in CHECKED]
    return blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def exactly(said: Mapping[str, Any]) -> str:
    """Return what names the CHECKED parts as they are written, for a look that costs a tenth of a comparison."""
    return blake2b(repr([str(said.get(name) or "") for name in CHECKED]).encode(), digest_size=8).hexdigest()


def note_of(said: Mapping[str, Any]) -> str:
    """Return what is noted of a review: its day, and how the text that was reviewed is written, and what it says."""
    return f"{said['reviewed_on']} {exactly(said)} {digest_of(said)}"


def is_another(said: Mapping[str, Any], note: str) -> bool:
    """Whether the text `said` is not the one of which `note` tells."""
    return exactly(said) not in note and note.rpartition(" ")[2] != digest_of(said)


class ReviewQueries:
    """Part of the queryset of questions: which must be reviewed, the longest due first."""

    def review_overdue(self) -> Any:
        """Published questions whose next review was due before today."""
        return self.published().filter(review_due_on__lt=timezone.localdate()).order_by("review_due_on", "pk")

    def review_due_within(self, days: int) -> Any:
        """Published questions whose next review is due today or in the next `days` days."""
        today = timezone.localdate()
        due = (today, today + timedelta(days=days))
        return self.published().filter(review_due_on__range=due).order_by("review_due_on", "pk")

    def past_review(self) -> Any:
        """Published questions whose text is not the one that was reviewed, the longest unchanged first."""
        return self.published().filter(is_past_review=True, reviewer__isnull=False).order_by("updated_at", "pk")

    def note_past_review(self) -> None:
        """Set `is_past_review` of these rows anew, where something was noted of a review (1 query, 2 where it changes).

        What saves a whole question sets it by itself.
        """
        rows = self.exclude(reviewed_text="", is_past_review=False).order_by()
        changed: dict[bool, list[int]] = {True: [], False: []}
        for row in rows.only(*FOLLOWED, "is_past_review").iterator(chunk_size=100):
            if row.is_past_its_review() != row.is_past_review:
                changed[not row.is_past_review].append(row.pk)
        for value, keys in changed.items():
            if keys:
                models.QuerySet(self.model).filter(pk__in=keys).update(is_past_review=value)


class Reviewed:
    """Part of a question: its medical review. No other change moves these dates.

    `reviewed_text` says when which text was reviewed, so that a change that no review came with is told to readers,
    whichever way it came. Another day alone is no review: whoever brings one says so (take_review). A row without a
    note, as a release that knows none writes it, tells nothing.
    """

    @property
    def is_review_overdue(self) -> bool:
        return self.review_due_on is not None and self.review_due_on < timezone.localdate()

    def record_review(self, doctor: models.Model, on: date, due_on: date | None = None) -> None:
        """Note that `doctor` has reviewed the answer; the next review is due REVIEW_MONTHS later unless `due_on` says.

        Raises ValidationError when `on` has not come yet, or `due_on` does not follow it.
        """
        if on > timezone.localdate():
            raise ValidationError({"reviewed_on": "审核日期不对：不能晚于今天。"})
        self.reviewer, self.reviewed_on, self.review_due_on = doctor, on, due_on
        self.reviewed_text = ""
        self.set_review_due()
        self.check_review()
        self.save()

    def set_review_due(self) -> None:
        """Set the date of the next review where there is a review and no date."""
        if self.reviewed_on and not self.review_due_on:
            self.review_due_on = next_review(self.reviewed_on)

    @property
    def is_changed_since_review(self) -> bool:
        """Whether readers have another text than the one that was reviewed."""
        return bool(self.reviewer_id) and self.is_past_its_review()

    def is_past_its_review(self) -> bool:
        """Whether the text is another one than the one of which a review is noted, whoever has reviewed it."""
        return bool(self.reviewed_on and self.reviewed_text) and not self.is_noted(self.said_now())

    def said_now(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*CHECKED, "reviewed_on")}

    def is_noted(self, said: Mapping[str, Any]) -> bool:
        """Whether the text `said` is the one that was reviewed."""
        return not is_another(said, self.reviewed_text)

    def note_review(self) -> None:
        """Remember what was reviewed, where there is a review and no note of it."""
        if not self.reviewed_on:
            self.reviewed_text = ""
        elif not self.reviewed_text:
            self.reviewed_text = note_of(self.said_now())

    def take_review(self, on: date | str) -> None:
        """Let the text that is saved next be the reviewed one, unless a review after `on` is noted."""
        if self.reviewed_text.partition(" ")[0] <= str(on):
            self.reviewed_text = ""

    def let_review_stand(self, before: Mapping[str, Any]) -> None:
        """Let the review of the text `before` be one of the text now, which differs from it by its wording alone."""
        if self.is_noted(before):
            self.reviewed_text = ""  # noted anew when it is saved

    def check_review(self) -> None:
        """Raise ValidationError when the next review would not come after the latest."""
        if self.reviewed_on and self.review_due_on and self.review_due_on <= self.reviewed_on:
            raise ValidationError({"review_due_on": "下次审核要晚于最近审核。"})
