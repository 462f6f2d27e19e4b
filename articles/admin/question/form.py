"""The form of a question: clean texts, the step that is taken with them, and two editors at the same time."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from articles.admin.texts import CleanLinesField
from articles.models import Article
from articles.models.parts import Kind, Part, named, parts
from articles.text.names import clean_line

from .collisions import StaleForm
from .corrections import CorrectionFields
from .reviews import ReviewFields
from .stepping import StepForm
from .tag_box import TagBoxField

LONGEST = 5000
YEARS = range(1980, 2101)
LINES = named(kind=Kind.LINE)


def text_field(part: Part) -> CleanLinesField:
    """Return the form field of a plain text of several lines."""
    field = Article._meta.get_field(part.name)
    return CleanLinesField(label=part.label, help_text=field.help_text, required=not field.blank, max_length=LONGEST)


TextFields = type("TextFields", (forms.Form,), {part.name: text_field(part) for part in parts(kind=Kind.TEXT)})


class ArticleForm(StepForm, StaleForm, CorrectionFields, ReviewFields, TextFields, forms.ModelForm):
    user = None  # set by the admin, on the class it makes for each request

    tags = TagBoxField(
        label="标签", required=False, help_text="用逗号、顿号或分号隔开。没有的标签会在保存时新建，别名会换成它的标签。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].may_create = self.user.has_perm("articles.add_tag")
        for name in (*LINES, "comment"):
            if name in self.fields:
                self.fields[name].widget.attrs["class"] = "vTextField wide"

        if "published_at" in self.fields:
            day, time = self.fields["published_at"].widget.widgets
            day.attrs["aria-label"], time.attrs["aria-label"] = "发布日期", "发布时间"
            # Chinese formats leave the seconds out, and would so move the time with every save.
            time.format = "%H:%M:%S"

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name in LINES:
            if name in self.cleaned_data:
                self.cleaned_data[name] = clean_line(self.cleaned_data[name])
        if self.cleaned_data.get("title") == "":
            self.add_error("title", "请填写标题。")

    def clean_published_at(self) -> datetime | None:
        time = self.cleaned_data["published_at"]
        if time and time.year not in YEARS:
            raise ValidationError(f"请填写 {YEARS[0]} 到 {YEARS[-1]} 年之间的时间。")
        before = self.instance.published_at
        return before if before and time == before.replace(microsecond=0) else time

    def clean(self) -> Any:
        super().clean()
        self.follow_review()
        self.check_correction()
        self.check_version()  # refuses the whole form, so that nothing is said of the step
        self.check_step()
        return self.cleaned_data

    def add_error(self, field: str | None, error: Any) -> None:
        if field is None and hasattr(error, "error_dict"):
            # A rule of the model may speak of a field that this editor can only read.
            for name, errors in error.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field, error)
