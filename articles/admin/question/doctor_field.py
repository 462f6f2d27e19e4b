"""The doctors of a question in its form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from articles.admin.autocomplete import is_key
from articles.models import Doctor


class DoctorField(forms.ModelChoiceField):
    """A doctor; who was merged away since the form was opened is the one kept."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            doctor = Doctor.everyone.meant_by(int(value)) if is_key(value) else None
            if doctor is None:
                raise
            return doctor
