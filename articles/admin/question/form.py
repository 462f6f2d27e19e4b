"""The form of a question: clean texts, the step that is taken with them, and two editors at the same time."""

from django import forms
from django.core.exceptions import ValidationError

from articles.admin.texts import CleanLinesField
from articles.models import Article
from articles.text.names import clean_line

from .collisions import StaleForm
from .corrections import CorrectionFields
from .reviews import ReviewFields
from .stepping import StepForm
from .tag_box import TagBoxField

LONGEST = 5000
YEARS = range(1980, 2101)


def label_and_help(name):
    field = Article._meta.get_field(name)
    return {"label": field.verbose_name, "help_text": field.help_text, "required": False, "max_length": LONGEST}


class ArticleForm(StepForm, StaleForm, CorrectionFields, ReviewFields, forms.ModelForm):
    user = None  # set by the admin, on the class it makes for each request

    when_to_see_a_doctor = CleanLinesField(**label_and_help("when_to_see_a_doctor"))
    references = CleanLinesField(**label_and_help("references"))
    tags = TagBoxField(
        label="标签", required=False, help_text="用逗号、顿号或分号隔开。没有的标签会在保存时新建，别名会换成它的标签。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tags"].may_create = self.user.has_perm("articles.add_tag")
        for name in ("title", "short_answer", "withdrawn_reason", "comment"):
            if name in self.fields:
                self.fields[name].widget.attrs["class"] = "vTextField wide"

        if "published_at" in self.fields:
            # Chinese formats leave the seconds out, and would so move the time with every save.
            self.fields["published_at"].widget.widgets[1].format = "%H:%M:%S"

    def clean_title(self):
        if title := clean_line(self.cleaned_data["title"]):
            return title
        raise ValidationError("请填写标题。")

    def clean_short_answer(self):
        return clean_line(self.cleaned_data["short_answer"])

    def clean_published_at(self):
        time = self.cleaned_data["published_at"]
        if time and time.year not in YEARS:
            raise ValidationError(f"请填写 {YEARS[0]} 到 {YEARS[-1]} 年之间的时间。")
        before = self.instance.published_at
        return before if before and time == before.replace(microsecond=0) else time

    def clean(self):
        super().clean()
        self.follow_review()
        self.check_correction()
        self.check_version()  # refuses the whole form, so that nothing is said of the step
        self.check_step()
        return self.cleaned_data

    def add_error(self, field, error):
        if field is None and hasattr(error, "error_dict"):
            # A rule of the model may speak of a field that this editor can only read.
            for name, errors in error.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field, error)
