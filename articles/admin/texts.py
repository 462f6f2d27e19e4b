"""Form fields for texts of several lines: invisible characters dropped, a limit on the length."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget

from articles.text.names import clean_lines


class CleanLinesField(forms.CharField):
    """Plain text of several lines, each of them clean: what looks like one text is that text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", AdminTextareaWidget(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        return clean_lines(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        # Browsers send \r\n for the line ends that are stored as \n.
        return super().has_changed((initial or "").replace("\r\n", "\n"), (data or "").replace("\r\n", "\n"))
