"""Corrections in public: the line that a change of substance needs, and the lines that readers see already."""

from django import forms
from django.contrib import admin

from articles.models import Correction, Revision
from articles.text.names import clean_line
from articles.workflow.situations import PUBLISHING

LONGEST = Correction._meta.get_field("text").max_length


class CorrectionFields(forms.Form):
    """Part of the form of a question: a change of substance to what is public says what was changed and why."""

    is_revision = forms.BooleanField(
        label="实质修改", required=False, help_text="内容有实质变化时勾选，读者会看到新的更新时间。改错字不用勾。"
    )
    correction = forms.CharField(
        label="更正说明",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"更正说明最多 {LONGEST} 字，现在有 %(show_value)s 字。"},
        widget=admin.widgets.AdminTextInputWidget(attrs={"class": "vTextField wide"}),
        help_text=f"实质修改时必填：更正了什么、为什么，最多 {LONGEST} 字。读者会在“更正记录”里看到它。",
    )

    def clean_correction(self) -> str:
        return clean_line(self.cleaned_data["correction"])

    def check_correction(self) -> None:
        cleaned = self.cleaned_data
        goes_public = self.instance.is_public and self.step in (Revision.Step.SUBMIT, *PUBLISHING)
        if cleaned.get("correction"):
            cleaned["is_revision"] = True
        elif cleaned.get("is_revision") and goes_public and "correction" not in self.errors:
            self.add_error("correction", "实质修改要写明更正了什么、为什么，读者会看到它。")
