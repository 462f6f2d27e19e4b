"""Tags, doctor and 提交审核 for many questions at once: a page says what will happen, the list what has happened."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from articles.admin.autocomplete import KeySelect
from articles.models import Article, Doctor, Revision, Tag, TagAlias
from articles.models.revision import Content
from articles.models.tag_lookup import get_tags
from articles.text.names import fold
from articles.workflow.amending import Effect, Way, amend, situations_of, submit, way_to_change, way_to_submit
from articles.workflow.situations import Situation
from articles.workflow.steps import Refused

from .actions import shown_versions
from .tag_box import MOST_TAGS, TagBoxField

MOST = 50  # a page of the list
MOST_TITLES = 3  # of those that were passed over for one reason
DOCTOR = Article._meta.get_field("doctor")


class Deed(forms.Form):
    """What is done to many questions, with what the editor has to say about it."""

    verb: ClassVar[str] = ""

    def __init__(self, data: Any, *, user: Any, articles: Sequence[Article], site: Any) -> None:
        super().__init__(data)
        self.user, self.site = user, site
        self.prepare(articles)

    def prepare(self, articles: Sequence[Article]) -> None:
        """Fit the fields to the person and to the chosen questions."""

    @property
    def said(self) -> str:
        """What is done, with what was chosen; the history and the log say it too."""
        return self.verb

    def way_of(self, situation: Situation) -> Way:
        return way_to_change(situation)

    def begin(self) -> None:
        """Do what is done once, before the first question is changed."""

    def change(self, content: Content) -> Content:
        """Return what becomes of `content`. Raises Refused where nothing would."""
        raise NotImplementedError

    def take(self, key: int, seen: int | None) -> Way:
        """Do it to one question. Raises Refused."""
        return amend(key, self.user, self.change, comment=self.said, seen=seen)


class TagDeed(Deed):
    tags = TagBoxField(label="标签", help_text="用逗号、顿号或分号隔开。", error_messages={"required": "请写标签。"})

    def clean_tags(self) -> list[Any]:
        if tags := self.cleaned_data["tags"]:
            return tags
        raise ValidationError("请写标签。")  # nothing but commas

    @property
    def said(self) -> str:
        return f"{self.verb}“{'”“'.join(str(tag) for tag in self.cleaned_data['tags'])}”"


class AddTags(TagDeed):
    verb = "加标签"

    def prepare(self, articles: Sequence[Article]) -> None:
        self.fields["tags"].may_create = self.user.has_perm("articles.add_tag")

    def begin(self) -> None:
        self.names = [tag.name for tag in get_tags([str(tag) for tag in self.cleaned_data["tags"]])]

    def change(self, content: Content) -> Content:
        there = {fold(name) for name in content["tags"]}
        new = [name for name in self.names if fold(name) not in there]
        if not new:
            raise Refused("已经有了。")
        if (number := len(content["tags"]) + len(new)) > MOST_TAGS:
            raise Refused(f"标签会有 {number} 个，最多 {MOST_TAGS} 个。")
        return content | {"tags": [*content["tags"], *new]}


class RemoveTags(TagDeed):
    verb = "去掉标签"

    def prepare(self, articles: Sequence[Article]) -> None:
        tags = Tag.objects.filter(tagged_items__content_object__in=articles).distinct()
        names = "、".join(tags.values_list("name", flat=True)[:MOST_TAGS])
        self.fields["tags"].help_text = f"选中的问题有：{names}。" if names else "选中的问题没有标签。"

    def clean_tags(self) -> list[Any]:
        tags = super().clean_tags()
        if unknown := [tag for tag in tags if isinstance(tag, str)]:
            raise ValidationError(f"没有标签“{'”“'.join(unknown)}”。")
        return tags

    def begin(self) -> None:
        tags = self.cleaned_data["tags"]
        aliases = TagAlias.objects.filter(tag__in=tags).values_list("folded", flat=True)
        self.folded = {*aliases, *(tag.folded for tag in tags)}

    def change(self, content: Content) -> Content:
        kept = [name for name in content["tags"] if fold(name) not in self.folded]
        if len(kept) == len(content["tags"]):
            raise Refused("本来就没有。")
        return content | {"tags": kept}


class SetDoctor(Deed):
    verb = "设定回答医生"
    doctor = forms.ModelChoiceField(
        Doctor.objects.all(), label=DOCTOR.verbose_name, error_messages={"required": "请选一位医生。"}
    )

    def prepare(self, articles: Sequence[Article]) -> None:
        field = self.fields["doctor"]
        field.widget = KeySelect(DOCTOR, self.site, choices=field.choices)
        field.help_text = "输入姓名就会出现候选。原来有别的医生的，会换成这一位。"

    @property
    def said(self) -> str:
        return f"{self.verb}“{self.cleaned_data['doctor']}”"

    def change(self, content: Content) -> Content:
        doctor = self.cleaned_data["doctor"].pk
        if content.get("doctor") == doctor:
            raise Refused("已经是这位医生。")
        return content | {"doctor": doctor}


class Submit(Deed):
    verb = "提交审核"

    def way_of(self, situation: Situation) -> Way:
        return way_to_submit(situation)

    def take(self, key: int, seen: int | None) -> Way:
        return submit(key, self.user, seen=seen)


@admin.action(description="加标签", permissions=["change"])
def add_tags(article_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    return ask_then_do(article_admin, request, queryset, AddTags)


@admin.action(description="去掉标签", permissions=["change"])
def remove_tags(article_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    return ask_then_do(article_admin, request, queryset, RemoveTags)


@admin.action(description="设定回答医生", permissions=["change"])
def set_doctor(article_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    return ask_then_do(article_admin, request, queryset, SetDoctor)


@admin.action(description="提交审核", permissions=["change"])
def submit_selected(article_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    return ask_then_do(article_admin, request, queryset, Submit)


def ask_then_do(
    article_admin: Any, request: HttpRequest, queryset: QuerySet[Any], kind: type[Deed]
) -> HttpResponse | None:
    """Show what will become of each question; do it once the editor has confirmed, and say what has."""
    articles = list(queryset.order_by("pk")[: MOST + 1])
    if len(articles) > MOST:
        sentence = f"一次最多给 {MOST} 个问题{kind.verb}，请少选一些。"
        article_admin.message_user(request, sentence, messages.ERROR)
        return None
    is_confirmed = "confirmed" in request.POST
    deed = kind(
        request.POST if is_confirmed else None, user=request.user, articles=articles, site=article_admin.admin_site
    )
    if is_confirmed and deed.is_valid():
        say(article_admin, request, deed, *do(article_admin, request, deed, articles))
        return None
    situations = situations_of(articles, request.user)
    ways = [(situation, deed.way_of(situation)) for situation in situations]
    context = article_admin.admin_site.each_context(request) | {
        "title": kind.verb,
        "opts": article_admin.opts,
        "action": request.POST["action"],
        "situations": situations,
        "ready": sum(way.step is not None for _, way in ways),
        "unreviewed": any(way.step == Revision.Step.UNREVIEWED for _, way in ways),
        "groups": [
            (effect.label, found)
            for effect in Effect
            if (found := [situation for situation, way in ways if way.effect == effect])
        ],
        "refused": [(situation.article, way.sentence) for situation, way in ways if not way.step],
        "form": deed,
        "media": deed.media,
    }
    return TemplateResponse(request, "admin/articles/article/bulk.html", context)


def do(
    article_admin: Any, request: HttpRequest, deed: Deed, articles: Sequence[Article]
) -> tuple[Counter[Effect], dict[str, list[Article]]]:
    """Take the step of each question; return how many had which effect, and those passed over by the reason."""
    deed.begin()
    done: Counter[Effect] = Counter()
    passed: defaultdict[str, list[Article]] = defaultdict(list)
    seen = shown_versions(request, MOST)
    for article in articles:
        try:
            way = deed.take(article.pk, seen.get(article.pk))
        except Refused as refusal:
            passed[str(refusal)].append(article)
            continue
        article_admin.log_change(request, article, f"{deed.said}：{way.step.label}。")
        done[way.effect] += 1
    return done, passed


def say(
    article_admin: Any,
    request: HttpRequest,
    deed: Deed,
    done: Counter[Effect],
    passed: dict[str, list[Article]],
) -> None:
    """Tell the editor how many have changed, how many wait, and how many were passed over and why."""
    if done:
        parts = "；".join(f"{done[effect]} 个{effect.label}" for effect in Effect if done[effect])
        article_admin.message_user(request, f"{deed.said}：{parts}。", messages.SUCCESS)
    for reason, articles in passed.items():
        titles = "".join(f"《{article}》" for article in articles[:MOST_TITLES])
        more = "等" if len(articles) > MOST_TITLES else ""
        sentence = f"{len(articles)} 个没有{deed.verb}：{reason}{titles}{more}"
        article_admin.message_user(request, sentence, messages.WARNING)
