"""Two editors on one question: who saves second is told what the first has changed, and loses nothing."""

from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format

from articles.admin.autocomplete import is_key
from articles.models import Article, Revision
from articles.models.revision import Content, content_of
from articles.models.turns import turn
from articles.text.names import full_name
from articles.workflow.comparisons import compare_contents

from .panel import Panel

# Values that the template carries, beside the fields: the version that was opened, and the newer one to overwrite.
BESIDE = ("is_revision", "correction", "comment")  # fields that are not of the text
VERSION, OVERWRITE = "_version", "_overwrite"


class StaleForm(forms.ModelForm):
    """Part of the form of a question: it knows the version that it was opened with."""

    conflict = None

    @property
    def version(self) -> str:
        """The version that the editor opened, which stays the same while errors are put right."""
        if self.is_bound:
            return self.data.get(VERSION, "")
        return version_of(self.instance.updated_at, self.instance.situation.number)

    def check_version(self) -> None:
        """Refuse to save over what somebody else saved since the form was opened, unless told to."""
        if not (self.instance.pk and self.data.get(VERSION)):
            return
        # The locks last until the admin's transaction ends, so nobody can come between this look and the save.
        with turn():
            row = Article.objects.select_for_update().filter(pk=self.instance.pk)
            updated_at = row.values_list("updated_at", flat=True).first()
        number = Revision.objects.filter(article=self.instance).aggregate(last=Max("number"))["last"] or 0
        current = version_of(updated_at, number)
        if current in (self.data[VERSION], self.data.get(OVERWRITE)):
            return
        who, at, what = last_editor(self.instance, updated_at, self.user)
        opened = opened_content(self.instance, self.data[VERSION])
        self.conflict = {
            "version": current,
            "changed": [self.fields[name].label for name in self.changed_data if name not in BESIDE],
            "theirs": compare_contents(opened, self.instance.situation.before) if opened else None,
        }
        when = date_format(timezone.localtime(at), "n月j日 H:i:s")
        raise ValidationError(
            f"没有保存：您打开这一页以后，{who}在 {when} {what}。您写的内容都还在下面，一个字也没有丢。"
        )

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.conflict and "tags" in self.cleaned_data:
            before = self.instance.situation.before
            tags = [getattr(tag, "name", tag) for tag in self.cleaned_data["tags"]]
            self.conflict["mine"] = compare_contents(before, before | content_of(self.instance, tags))


class Collisions(Panel):
    """The version that was opened, and what somebody else has saved since."""

    top = "admin/articles/article/_conflict.html"


def version_of(updated_at: datetime | None, number: int) -> str:
    """Return what names one state of a question: no save, step or import leaves it as it was."""
    return f"{updated_at.isoformat()}/{number}" if updated_at else ""


def opened_content(article: Article, version: str) -> Content | None:
    """Return the content that the form was opened with, as its version names it, or None when it was never kept."""
    number = version.rpartition("/")[2]
    number = int(number) if is_key(number) else -1
    found = Revision.objects.filter(article=article, number__in=(number, number + 1))
    rows = {row.number: row for row in found}
    following = rows.get(number + 1)
    # What stood in the database before the next change is what was opened, whoever wrote it.
    row = following if following and following.step == Revision.Step.BASE else rows.get(number)
    return row and row.content


def last_editor(article: Article, updated_at: datetime, user: User) -> tuple[str, datetime, str]:
    """Return who changed the question last, when, and what that was, in words."""
    row = Revision.objects.filter(article=article, by__isnull=False).select_related("by").order_by("-number").first()
    # The version is written just after the row; an older one tells of an older change.
    if row is None or row.at < updated_at:
        return "导入或其他程序", updated_at, "改过这个问题"
    who = "您自己（在另一个窗口）" if row.by == user else f"“{full_name(row.by)}”"
    return who, row.at, f"改过这个问题（{row.get_step_display()}）"
