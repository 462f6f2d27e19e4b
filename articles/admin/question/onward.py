"""From a decision to the next question that waits for one, for who has a queue to get through."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

from articles.models import Article, Revision
from articles.workflow.situations import Situation

NEXT = "_next"  # the name of the button that decides and goes on
MOST = 50  # questions that are looked at for one that this person may decide


def next_to_decide(user: User, after: int) -> Article | None:
    """Return the question behind the key `after`, else the first other one, that `user` may let readers have."""
    queue = Article.objects.to_review().exclude(pk=after).order_by("pk")
    for rows in (queue.filter(pk__gt=after), queue.filter(pk__lt=after)):
        for article in rows[:MOST]:
            if Situation(article, user).obstacle(Revision.Step.PUBLISH) is None:
                return article
    return None


def address_after(model_admin: Any, request: HttpRequest, article: Article, page: str) -> str:
    """Return where a decision about `article` leads: by the button that goes on to this `page` of the next, else to
    the list."""
    if NEXT in request.POST:
        if following := next_to_decide(request.user, article.pk):
            return reverse(f"admin:articles_article_{page}", args=[following.pk])
        model_admin.message_user(request, "没有别的等您审核的问题了。", messages.SUCCESS)
    return reverse("admin:articles_article_changelist")
