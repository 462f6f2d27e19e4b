"""The steps of a question in its form: a button for each that is open to the editor, and what it does on the way."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article, Revision
from articles.models.revision import Content, changed_names, content_of
from articles.models.tag_lookup import find_tags
from articles.text.names import clean_line
from articles.workflow.noting import versions_since_review
from articles.workflow.signing import said_of, signature
from articles.workflow.situations import PUBLISHING, Situation
from articles.workflow.small_changes import changed_characters
from articles.workflow.steps import AT_ONCE, record

from .panel import Panel
from .report_answers import ticked

Step, Status = Revision.Step, Article.Status
SAID = ("is_revision", "correction", "answers")  # of a version, about its change
STAYS = (Step.SAVE, Step.SMALL, Step.CHECKED)  # after these the form is shown again
# The steps that lead a question on: the first that is open is the strongest button. Others stand behind 更多.
ONWARD = (Step.SUBMIT, Step.PUBLISH, Step.DIRECT)
RARE = frozenset((Step.UNREVIEWED, Step.CHECKED, Step.DISCARD, Step.WITHDRAW))
DONE = {
    Step.SAVE: "已保存{}。",
    Step.SUBMIT: "已提交审核：{}。",
    Step.RETURN: "已退回修改：{}。",
    Step.PUBLISH: "已通过并发布：{}。",
    Step.DIRECT: "已发布：{}。",
    Step.UNREVIEWED: "已发布（未经审核）：{}。",
    Step.SMALL: "小改动已经生效：{}。",
    Step.CHECKED: "已登记审核：{}。",
    Step.DISCARD: "已放弃没有生效的改动：{}。",
    Step.WITHDRAW: "已撤下：{}。",
}


class StepForm(forms.ModelForm):
    """Part of the form of a question: which step was chosen, and whether it can be taken with what was typed."""

    comment = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        widget=AdminTextInputWidget,
        help_text="改了什么、为什么，或者要怎么改。记在历史里，读者看不到；退回修改时必填。",
    )
    content = None  # what a version holds of what was typed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not hasattr(self.instance, "situation"):
            self.instance.situation = Situation(self.instance, self.user)
        self.situation = self.instance.situation
        self.step = self.data.get("_step", Step.SAVE) if self.is_bound else None
        if self.situation.is_held:
            content = self.situation.open.content
            self.initial["tags"] = list(find_tags(content["tags"]).values())
            self.initial |= {name: content.get(name) for name in SAID}

    @property
    def is_held(self) -> bool:
        """Whether what was typed goes into a version that readers do not have yet."""
        return self.situation.is_out and self.step not in AT_ONCE

    @property
    def said(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("is_revision", "correction")}
        return said | {"answers": ticked(self.data, self.user)}

    def clean_comment(self) -> str:
        return clean_line(self.cleaned_data["comment"])

    def check_step(self) -> None:
        cleaned = self.cleaned_data
        if self.step not in {offer.step for offer in self.situation.offers()}:
            sentence = self.situation.obstacle(self.step) if self.step in DONE else None
            raise ValidationError(f"没有保存：{sentence or '没有这一步，请用下面的按钮。'}")
        if self.step == Step.RETURN and not cleaned.get("comment"):
            self.add_error("comment", "请写明要改什么。")
        if "withdrawn_reason" in self.changed_data and self.step != Step.WITHDRAW:
            self.add_error("withdrawn_reason", "写了撤下原因，但没有选“撤下”。不撤下，就请改回去。")
        if self.step in PUBLISHING and cleaned.get("published_at", self) is None:
            cleaned["published_at"] = timezone.now()

    def _post_clean(self) -> None:
        status = self.instance.status
        if self.step in PUBLISHING:
            self.instance.status = Status.PUBLISHED
        elif self.step == Step.WITHDRAW:
            self.instance.status = Status.WITHDRAWN
        elif self.step == Step.SUBMIT and not self.situation.is_out:
            self.instance.status = Status.REVIEW
        super()._post_clean()
        self.instance.status = status
        if self.errors:
            return
        self.content = content_of(self.instance, names_of(self)) | self.said
        if sentence := self.situation.objection(self.step, self.content):
            self.add_error(None, f"没有保存：{sentence}")
        elif signature(self.situation.before, self.content):
            self.cleaned_data["comment"] = said_of(self.user, self.instance.reviewer, self.cleaned_data["comment"])


class Steps(Panel):
    """Where the question stands for this editor, and a bar that stays in sight with a button for each step."""

    top = "admin/articles/article/_form_standing.html"

    class Media:
        css = {"all": ["css/admin/steps.css", "css/admin/step-bar.css"]}

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        offers = form.situation.offers()
        is_past = form.situation.past_review is not None
        is_due = is_past or (article is not None and article.is_review_overdue)
        rare = RARE - {Step.CHECKED} if is_due else RARE
        return {
            "situation": form.situation,
            "since_review": versions_since_review(article) if is_past else None,
            "offers": offers,
            "usual": [offer for offer in offers if offer.step not in rare],
            "rare": [offer for offer in offers if offer.step in rare],
            "strongest": next((offer.step for offer in offers if offer.step in ONWARD), Step.SAVE),
        }


def hold(form: Any, content: Content) -> None:
    """Take a step with the text of a question that is, or was, public: readers keep what they have."""
    if form.step == Step.DISCARD:
        record(form.situation, Step.DISCARD, form.situation.before, comment=form.cleaned_data["comment"])
        return
    if form.step == Step.WITHDRAW:
        if changed_names(form.situation.before, content):
            add_version(form, Step.SAVE, content)
        reason = form.cleaned_data["withdrawn_reason"]
        Article.objects.get(pk=form.instance.pk).withdraw(reason)
        record(form.situation, Step.WITHDRAW, form.situation.live, comment=form.cleaned_data["comment"] or reason)
        return
    add_version(form, form.step, content)


def add_version(form: Any, step: str, content: Content) -> None:
    """Record a version, unless it would only say that somebody has saved."""
    before = form.situation.before
    moved = changed_names(before, content) or any((before.get(name) or "") != (content[name] or "") for name in SAID)
    if step != Step.SAVE or moved or not before:
        changed = changed_characters(before, content)
        record(form.situation, step, content, comment=form.cleaned_data["comment"], changed=changed)


def change_message(form: Any) -> str:
    """Return what the log says of the step that was taken with `form`."""
    kept = "没有生效" if form.is_held and form.step == Step.SAVE else ""
    labels = "、".join(form.fields[name].label for name in form.changed_data if name != "comment")
    return f"{Step(form.step).label}{kept}：{labels or '内容没有改'}。"


def names_of(form: Any) -> list[str]:
    return [getattr(tag, "name", tag) for tag in form.cleaned_data["tags"]]
