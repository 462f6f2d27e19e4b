"""The form of a question: who may set what, clean texts, and two editors at the same time."""

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format

from .. import indexing, proofs
from ..models import Article
from ..names import clean_line
from .corrections import CorrectionFields
from .reviews import ReviewFields
from .tag_box import TagBoxField
from .texts import CleanLinesField

# Values that the template carries, beside the fields: the version that was opened, and the newer one to overwrite.
VERSION, OVERWRITE = "_version", "_overwrite"
UNPUBLISHED = [Article.Status.DRAFT, Article.Status.REVIEW]
LONGEST = 5000
YEARS = range(1980, 2101)


def label_and_help(name):
    field = Article._meta.get_field(name)
    return {"label": field.verbose_name, "help_text": field.help_text, "required": False, "max_length": LONGEST}


class ArticleForm(CorrectionFields, ReviewFields, forms.ModelForm):
    user = None  # set by the admin, on the class it makes for each request
    conflict = None

    when_to_see_a_doctor = CleanLinesField(**label_and_help("when_to_see_a_doctor"))
    references = CleanLinesField(**label_and_help("references"))
    tags = TagBoxField(
        label="标签", required=False, help_text="用逗号、顿号或分号隔开。没有的标签会在保存时新建，别名会换成它的标签。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tags"].may_create = self.user.has_perm("articles.add_tag")
        if "status" in self.fields and not self.user.has_perm("articles.publish_article"):
            self.fields["status"].choices = [(status.value, status.label) for status in UNPUBLISHED]
        for name in ("title", "short_answer", "withdrawn_reason"):
            if name in self.fields:
                self.fields[name].widget.attrs["class"] = "vTextField wide"

        if "published_at" in self.fields:
            # Chinese formats leave the seconds out, and would so move the time with every save.
            self.fields["published_at"].widget.widgets[1].format = "%H:%M:%S"

    @property
    def version(self):
        """The version that the editor opened, which stays the same while errors are put right."""
        return self.data.get(VERSION, "") if self.is_bound else version_of(self.instance.updated_at)

    def clean_title(self):
        if title := clean_line(self.cleaned_data["title"]):
            return title
        raise ValidationError("请填写标题。")

    def clean_short_answer(self):
        return clean_line(self.cleaned_data["short_answer"])

    def clean_withdrawn_reason(self):
        return clean_line(self.cleaned_data["withdrawn_reason"])

    def clean_published_at(self):
        time = self.cleaned_data["published_at"]
        if time and time.year not in YEARS:
            raise ValidationError(f"请填写 {YEARS[0]} 到 {YEARS[-1]} 年之间的时间。")
        before = self.instance.published_at
        return before if before and time == before.replace(microsecond=0) else time

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("status") == Article.Status.PUBLISHED and cleaned.get("published_at", self) is None:
            cleaned["published_at"] = timezone.now()
        if self.instance.pk and self.data.get(VERSION):
            self.check_version()
        self.check_text(cleaned)
        return cleaned

    def check_text(self, cleaned):
        """Refuse to publish what the rules of COPYEDIT_BLOCKING find; without them they only warn."""
        texts = {name: cleaned.get(name, getattr(self.instance, name)) for name in proofs.FIELDS}
        is_published = cleaned.get("status") == Article.Status.PUBLISHED and not self.errors
        if is_published and (sentence := proofs.obstacle(Article(pk=self.instance.pk, **texts))):
            raise ValidationError(sentence)

    def check_version(self):
        """Refuse to save over what somebody else saved since the form was opened, unless told to."""
        # The lock lasts until the admin's transaction ends, so nobody can come between this look and the save.
        indexing.take_turn()
        row = Article.objects.select_for_update().filter(pk=self.instance.pk)
        updated_at = row.values_list("updated_at", flat=True).first()
        current = version_of(updated_at)
        if current in (self.data[VERSION], self.data.get(OVERWRITE)):
            return
        who, when = (
            last_editor(self.instance.pk, updated_at, self.user),
            date_format(timezone.localtime(updated_at), "n月j日 H:i:s"),
        )
        self.conflict = {
            "version": current,
            "changed": [
                self.fields[name].label for name in self.changed_data if name not in ("is_revision", "correction")
            ],
        }
        raise ValidationError(
            f"没有保存：您打开这一页以后，{who}在 {when} 改过这个问题。您写的内容都还在下面，一个字也没有丢。"
        )

    def add_error(self, field, error):
        if field is None and hasattr(error, "error_dict"):
            # A rule of the model may speak of a field that this editor can only read.
            for name, errors in error.error_dict.items():
                super().add_error(name if name in self.fields else None, errors)
        else:
            super().add_error(field, error)


def version_of(time):
    return time.isoformat() if time else ""


def full_name(user):
    """Return the name as it is said in Chinese, the family name first."""
    return f"{user.last_name}{user.first_name}" or user.get_username()


def last_editor(pk, updated_at, user):
    """Return who saved the question at `updated_at`, in words."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Article), object_id=str(pk))
    entry = entries.select_related("user").order_by("-action_time", "-pk").first()
    # The log is written just after the row; an older entry tells of an older change.
    if entry is None or entry.action_time < updated_at:
        return "导入或其他程序"
    if entry.user_id == user.pk:
        return "您自己（在另一个窗口）"
    return f"“{full_name(entry.user)}”"
