"""发布 and 撤下 for many questions at once, each with a page that asks first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from articles.admin.autocomplete import is_key
from articles.models import Article, Revision
from articles.models.helpfulness import TOTALS as HELP
from articles.models.turns import turn
from articles.text.names import clean_line
from articles.workflow.situations import PUBLISHING, Situation
from articles.workflow.steps import Refused, take

MOST = 20  # as many as somebody can have looked at
Step = Revision.Step
UNSEEN = -1  # no version has this number
UNREAD = "等待审核的内容，要打开审核页，看过全文再通过。"
ONE_BY_ONE = "一次{verb}几个要由管理员来做。请一个一个打开，看过再{verb}。"
FindStep = Callable[[Article, User], tuple[Any, str | None]]  # a Step, or None and why not


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="撤下原因",
        max_length=200,
        help_text="读者打开旧网址会看到它。",
        widget=admin.widgets.AdminTextInputWidget,
        error_messages={"required": "请写明撤下的原因，读者会看到它。"},
    )

    def clean_reason(self) -> str:
        if reason := clean_line(self.cleaned_data["reason"]):
            return reason
        raise ValidationError("请写明撤下的原因，读者会看到它。")


def publishing_step(article: Article, user: User) -> tuple[Any, str | None]:
    """Return (the step by which `user` would publish `article` from a list, None), or (None, why not).

    Nobody approves a text of which the list shows the title: there it is published as what it is, or not at all.
    """
    situation = Situation(article, user)
    step, sentence = situation.publishing_step()
    if step != Step.PUBLISH:
        return step, sentence
    return (None, UNREAD) if situation.obstacle(Step.UNREVIEWED) else (Step.UNREVIEWED, None)


def waits_for(article: Article, user: User) -> bool:
    """Tell whether a text waits that `user` may approve."""
    return Situation(article, user).publishing_step()[0] == Step.PUBLISH


def withdrawing_step(article: Article, user: User) -> tuple[Any, str | None]:
    """Return (Step.WITHDRAW, None), or (None, why `user` cannot withdraw `article`)."""
    if article.is_withdrawn:
        return None, "已经撤下了。"
    sentence = Situation(article, user).obstacle(Step.WITHDRAW)
    return (None, sentence) if sentence else (Step.WITHDRAW, None)


@admin.action(description="发布", permissions=["publish"])
def publish_selected(article_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    articles = list(queryset.order_by("pk")[:2])
    if len(articles) == 1 and "confirmed" not in request.POST and waits_for(articles[0], request.user):
        return redirect("admin:articles_article_review", articles[0].pk)
    return ask_then(article_admin, request, queryset, "发布", publishing_step)


@admin.action(description="撤下", permissions=["publish"])
def withdraw_selected(article_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    form = WithdrawForm(request.POST if "confirmed" in request.POST else None)
    return ask_then(article_admin, request, queryset, "撤下", withdrawing_step, form)


@admin.action(description="帮助计数清零", permissions=["publish"])
def reset_help(article_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
    """Let what readers say of the help begin anew, once a question was mended."""
    articles = list(queryset.order_by("pk")[: MOST + 1])
    if len(articles) > MOST:
        article_admin.message_user(request, f"一次最多清零 {MOST} 个问题，请少选一些。", messages.ERROR)
        return
    Article.objects.filter(pk__in=[article.pk for article in articles]).update(**dict.fromkeys(HELP.values(), 0))
    for article in articles:
        said = f"帮助计数清零：原有 {article.helped_count} 是，{article.unhelped_count} 否。"
        article_admin.log_change(request, article, said)
    article_admin.message_user(request, f"{len(articles)} 个问题的“有帮助吗”重新计数。")


def ask_then(
    article_admin: Any, request: HttpRequest, queryset: QuerySet[Any], verb: str, find_step: FindStep, form: Any = None
) -> HttpResponse | None:
    """Show which questions can be changed and which cannot; change them once the editor has confirmed."""
    articles = list(queryset.order_by("pk")[: MOST + 1])
    if len(articles) > MOST:
        article_admin.message_user(request, f"一次最多{verb} {MOST} 个问题，请少选一些。", messages.ERROR)
        return None
    judged = [(article, *find_step(article, request.user)) for article in articles]
    if sum(step is not None for _, step, _ in judged) > 1 and not request.user.has_perm("articles.bulk_article"):
        sentence = ONE_BY_ONE.format(verb=verb)
        judged = [(article, None, sentence if step else reason) for article, step, reason in judged]
    if "confirmed" in request.POST and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        ready = [article.pk for article, step, _ in judged if step]
        done = change_each(article_admin, request, ready, find_step, reason)
        if done:
            article_admin.message_user(request, f"已{verb} {done} 个问题。")
        if left := len(articles) - done:
            article_admin.message_user(request, f"{left} 个问题没有{verb}。", messages.WARNING)
        return None
    context = article_admin.admin_site.each_context(request) | {
        "title": f"{verb}问题",
        "verb": verb,
        "opts": article_admin.opts,
        "action": request.POST["action"],
        "ready": with_versions([article for article, step, _ in judged if step]),
        "unreviewed": any(step == Step.UNREVIEWED for _, step, _ in judged),
        "refused": [(article, reason) for article, step, reason in judged if not step],
        "form": form,
        "media": article_admin.media,
    }
    return TemplateResponse(request, "admin/articles/article/confirm.html", context)


def with_versions(articles: list[Article]) -> list[Article]:
    """Return the articles with the number of their newest version, so that no other is published (1 query)."""
    rows = Revision.objects.filter(article__in=articles).order_by().values_list("article").annotate(Max("number"))
    numbers = dict(rows)
    for article in articles:
        article.version = numbers.get(article.pk, 0)
    return articles


def shown_versions(request: HttpRequest, most: int = MOST) -> dict[int, int]:
    """Return {key: number of the version} of what was shown when the editor was asked."""
    pairs = [value.partition("/") for value in request.POST.getlist("seen")[:most]]
    return {int(key): int(number) for key, _, number in pairs if is_key(key) and (is_key(number) or number == "0")}


def change_each(article_admin: Any, request: HttpRequest, keys: list[int], find_step: FindStep, reason: str) -> int:
    """Take the step of each question, and return of how many it could be taken."""
    done, seen = 0, shown_versions(request)
    for pk in keys:
        with turn():
            # Looked at again under a lock: another editor may have changed it while this one was asked.
            article = Article.objects.select_for_update().filter(pk=pk).first()
            step, _ = find_step(article, request.user) if article else (None, None)
            if step is None:
                continue
            try:
                take(step, pk, request.user, reason=reason, seen=seen.get(pk, UNSEEN if step in PUBLISHING else None))
            except Refused:
                continue
            article_admin.log_change(request, article, f"{step.label}。")
            done += 1
    return done
