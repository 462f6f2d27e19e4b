"""The small form of the review page by which the approval of a text is recorded as its medical review, too."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Doctor
from articles.models.review import next_review
from articles.workflow.signing import SignOff, doctor_of, may_sign, may_sign_for_others, own_sign_off

from .reviews import ReviewFields

MOST = 200  # doctors in the list; of more, those that the question names
NOBODY = "不登记审核"


class DayInput(forms.DateInput):
    """A day as it is written everywhere in the admin; a picker would take four keys to leave, and its own format."""

    def __init__(self) -> None:
        super().__init__({"size": 10, "autocomplete": "off"}, format="%Y-%m-%d")


class SignOffForm(ReviewFields, forms.Form):
    """Who has reviewed the text, when, and when the next review is due: at first this person's doctor, and today."""

    reviewer = forms.ModelChoiceField(Doctor.objects.none(), label="审核医生", required=False, empty_label=NOBODY)
    reviewed_on = forms.DateField(label="审核日期", required=False, widget=DayInput)
    review_due_on = forms.DateField(label="下次复审", required=False, widget=DayInput)

    def __init__(self, data: Any, user: User, named: list[int]) -> None:
        self.own = doctor_of(user) if may_sign(user) else None
        self.first = own_sign_off(self.own) if self.own else None
        initial = dict(zip(self.base_fields, self.first, strict=True)) if self.first else {}
        if data is not None:  # what was not sent is what was shown
            data = {name: data.get(name, initial.get(name)) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.has_doctors = bool(self.own) or may_sign_for_others(user)
        self.fields["reviewer"].queryset = doctors_for(user, self.own, named)

    def clean(self) -> Any:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("reviewer") and not self.errors:
            on = cleaned["reviewed_on"] = cleaned["reviewed_on"] or timezone.localdate()
            due_on = cleaned["review_due_on"] = cleaned["review_due_on"] or next_review(on)
            if due_on <= on:
                self.add_error("review_due_on", "下次复审要晚于审核日期。")
        return cleaned

    @property
    def sign_off(self) -> SignOff | None:
        """What was chosen, of a form without errors; None where no review is to be recorded."""
        cleaned = self.cleaned_data
        doctor = cleaned.get("reviewer")
        return SignOff(doctor, cleaned["reviewed_on"], cleaned["review_due_on"]) if doctor else None


def doctors_for(user: User, own: Doctor | None, named: list[int]) -> Any:
    """Return the doctors in whose name this person may sign; none where the page has nothing to offer."""
    if not may_sign_for_others(user):
        return Doctor.objects.filter(pk=own.pk) if own else Doctor.objects.none()
    keys = list(Doctor.objects.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    wanted = [*named, own.pk] if own else named
    if len(keys) <= MOST:
        return Doctor.objects.all()
    return Doctor.objects.filter(pk__in=Doctor.everyone.present_keys(wanted).values())
