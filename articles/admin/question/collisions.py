"""Two editors on one question: both changes are kept, and what both have changed is asked about beside one another."""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article, Revision
from articles.models.revision import FIELDS, Content, plain
from articles.models.turns import turn
from articles.text.differences import compare_lines
from articles.text.names import full_name
from articles.workflow.comparisons import Compared, compare_contents, parts_of

from .panel import Panel
from .rebase import VERSION, Rebased, current, digest_of, initial_of, label_of, rebase, units, was

Step = Revision.Step
# What these steps do is looked at again by somebody, so that they take along what came in; who takes another, which
# readers see at once or which ends something, must have seen the text that it is taken with.
GOING_ON = (Step.SAVE, Step.SUBMIT)
MOST = 20  # versions since the form was opened, of which the sentence tells
NEAR = 6  # versions among which the text that was opened is looked for


class Gone(Exception):
    """The question of a form that was sent has been deleted."""


class Asked(NamedTuple):
    """A part that both have changed, and what each has made of it."""

    key: str
    label: str
    mine: list[Compared]
    theirs: list[Compared]
    digest: str  # of theirs: a decision is about what was shown
    is_compared: bool  # both with what was opened; else mine with theirs


class StaleForm(forms.ModelForm):
    """Part of the form of a question: it knows what it was opened on, and takes over what was saved since."""

    gone = None  # why there is no such question any more, set by the admin on the class
    rebased: Rebased | None = None
    conflict: dict[str, Any] | None = None
    news = ""  # what came in from others, in a sentence

    @property
    def version(self) -> str:
        """What the editor has in front of them is a change of this."""
        if self.rebased:
            return self.rebased.version
        return self.data.get(VERSION, "") if self.is_bound else str(current(self))

    @property
    def kept_as(self) -> str:
        """The name under which the browser keeps what was sent: shown again, it is no other text that was not saved."""
        return self.data.get("_unsaved", "")

    def full_clean(self) -> None:
        if self.is_bound and self.instance.pk and self.data.get(VERSION):
            self.rebased = rebase(self)
            if self.rebased.is_newer or self.rebased.came:
                self.news = self.instance.news = told(self.rebased, self.instance, self.user)
        super().full_clean()

    def check_version(self) -> None:
        """Refuse what would lose a word of somebody else, or take a step with what nobody has seen."""
        if self.gone:
            raise ValidationError(self.gone)
        result = self.rebased
        if not result:
            return
        # What writes neither a time nor a version, as a program does, is another text all the same.
        is_other = result.is_newer or result.came
        if not (result.asked or (is_other and self.step not in GOING_ON)):
            return
        names = "、".join(label_of(self, key) for key in result.asked)
        who = since(self.instance, result.opened.number, self.user)
        why = f"两边都改了{names}，请在下面各选一个" if names else "这一步要看过现在的内容再做，请看过再点一次"
        self.conflict = {"who": who.names, "parts": asked(self)}
        raise ValidationError(f"没有保存：您打开这一页以后，{who}。{why}。您写的都还在，一个字也没有丢。")


class Collisions(Panel):
    """What the form was opened on, and what somebody else has saved since."""

    top = "admin/articles/article/_conflict.html"

    class Media:
        css = {"all": ["css/admin/conflict.css"]}


def lock(key: str) -> None:
    """Let nobody change a question before the transaction of its save ends: what is compared is what is saved upon."""
    with turn():
        Article.objects.select_for_update().filter(pk=key).values_list("pk").first()


def as_new(sent: Any) -> Any:
    """Return what was sent of a question that is gone, without the rows beside it, which are gone too."""
    sent = sent.copy()
    prefixes = [name.removesuffix("-TOTAL_FORMS") for name in sent if name.endswith("-TOTAL_FORMS")]
    for prefix in prefixes:
        for name in [name for name in sent if name.startswith(f"{prefix}-")]:
            del sent[name]
        sent[f"{prefix}-TOTAL_FORMS"] = sent[f"{prefix}-INITIAL_FORMS"] = "0"
    return sent


def told_of_deletion(key: str) -> str:
    """Return what to say to an editor whose question was deleted while they were writing."""
    rows = LogEntry.objects.filter(object_id=key, action_flag=DELETION, content_type__model="article")
    entry = rows.select_related("user").order_by("-action_time").first()
    who = f"“{full_name(entry.user)}”在 {clock(entry.action_time)} " if entry else "有人"
    return f"没有保存：您打开这一页以后，{who}删除了这个问题。您写的都还在下面；要留下，就保存成一个新的问题。"


# --- Who, and when ------------------------------------------------------------------------


class Since(NamedTuple):
    """Who has saved a question since it was opened, when last, and which steps were taken."""

    names: str
    at: datetime
    steps: list[str]

    def __str__(self) -> str:
        steps = f"（{'、'.join(self.steps)}）" if self.steps else ""
        return f"{self.names}在 {clock(self.at)} 保存过{steps}"


def since(article: Article, number: int, user: User) -> Since:
    rows = Revision.objects.filter(article=article, by__isnull=False, number__gt=number).select_related("by")
    rows = list(rows.defer("content").order_by("-number")[:MOST])[::-1]
    names = ["您自己（在另一个窗口）" if row.by == user else f"“{full_name(row.by)}”" for row in rows]
    at = rows[-1].at if rows else article.updated_at
    # The version is written just after the row; an older one tells of an older change.
    if at < article.updated_at or not rows:
        names, at = [*names, "导入或其他程序"], article.updated_at
    steps = [row.get_step_display() for row in rows if row.step != Step.SAVE]
    return Since("、".join(dict.fromkeys(names)), at, list(dict.fromkeys(steps)))


def told(result: Rebased, article: Article, user: User) -> str:
    """Return what came in from others, as a sentence, or "" when nothing did that an editor would ask about."""
    who = since(article, result.opened.number, user)
    if result.came:
        steps = f"（{'、'.join(who.steps)}）" if who.steps else ""
        return f"同时采用了{who.names} {clock(who.at)} 保存的{steps}：{'、'.join(result.came)}。"
    return f"您打开这一页以后，{who}，没有和您写的不同的内容要采用。" if who.steps else ""


def clock(at: datetime) -> str:
    """Return an instant as people say it: today by its time alone."""
    at = timezone.localtime(at)
    return date_format(at, "H:i" if at.date() == timezone.localdate() else "n月j日 H:i")


# --- Beside one another -------------------------------------------------------------------


def asked(form: Any) -> list[Asked]:
    """Return what is to be decided, each with what both sides have made of the text that was opened."""
    result, found = form.rebased, []
    if not result.asked:
        return found
    names = dict(units(form))
    near = Revision.objects.filter(article=form.instance, number__lte=result.opened.number + 2).order_by("-number")
    versions = [row.content for row in near[:NEAR]]
    for key, values in result.asked.items():
        mine = said(values)
        theirs = said({name: initial_of(form, name) for name in names[key]})
        digest = was(result.opened, key)
        opened = next((one for one in (within(row, mine) for row in versions) if digest_of(form, one) == digest), None)
        if opened:
            sides = compared(form, key, opened, mine), compared(form, key, opened, theirs)
        else:
            whole = [part._replace(html=theirs.get("body", "")) for part in parts_of(theirs)]
            sides = compared(form, key, theirs, mine), whole
        found.append(Asked(key, label_of(form, key), *sides, result.now.digests[key], opened is not None))
    return found


def said(values: dict[str, Any]) -> Content:
    """Return the values of a part as a version holds them."""
    content = {}
    for name, value in values.items():
        if isinstance(value, list):
            value = [getattr(tag, "name", tag) for tag in value]
        content[name] = value.pk if isinstance(value, Model) else plain(value)
    return content


def within(content: Content, part: Content) -> Content:
    """Return what `content`, of a version, says of the same part."""
    fields = Article._meta
    return {
        name: content.get(name) if name not in FIELDS else fields.get_field(name).to_python(content.get(name))
        for name in part
    }


def compared(form: Any, key: str, before: Content, after: Content) -> list[Compared]:
    before = said(before)
    if key in FIELDS or key in after.keys() & {"tags", "is_revision"}:
        return compare_contents(before, after)
    # What versions do not keep.
    lines = [[str(content.get(key))] if content.get(key) else [] for content in (before, after)]
    return [Compared(key, label_of(form, key), list(compare_lines(*lines)))]
