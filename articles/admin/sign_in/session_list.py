"""The page 已登录的设备: where somebody is signed in, what ends each, and the way to end those that are not theirs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from articles.text.devices import UNKNOWN
from articles.text.digests import keyed
from articles.workflow.audit import Kind, record
from healthqa.sessions import BEGAN, PENDING, end_of, sessions_of
from healthqa.visitors import sender_of

from .factor_page import OwnPasswordPart
from .session_notes import DEVICE, NETWORK, network_mark


@dataclass(frozen=True)
class Place:
    """A session of somebody, as a page shows it; `name` stands for its key, which no page shows."""

    key: str
    name: str
    device: str
    is_near: bool  # whether it was begun in the network that asks
    is_pending: bool  # its password was right, the second factor is asked for
    began: datetime
    used: datetime  # when something was last done in it, to a minute
    idle_end: datetime
    last_end: datetime


def places_of(request: HttpRequest) -> tuple[Place | None, list[Place]]:
    """Return the session that asks, and the other sessions of its owner, the one that was used last first."""
    near = network_mark(sender_of(request.META))
    places = [place_of(row, data, near) for row, data in sessions_of(request.user)]
    others = [place for place in places if place.key != request.session.session_key]
    own = next((place for place in places if place not in others), None)
    return own, sorted(others, key=lambda place: place.used, reverse=True)


def place_of(row: Session, data: dict[str, Any], near: str) -> Place:
    last_end = end_of(data)
    return Place(
        key=row.session_key,
        name=keyed(f"session\n{row.session_key}"),
        device=data.get(DEVICE, UNKNOWN),
        is_near=data.get(NETWORK) == near,
        is_pending=PENDING in data,
        began=datetime.fromtimestamp(data[BEGAN], timezone.get_current_timezone()),
        used=min(row.expire_date - settings.SESSION_IDLE, timezone.now()),
        idle_end=row.expire_date,
        last_end=last_end,
    )


class EndForm(OwnPasswordPart):
    """Which sessions to end. The password is asked for: who finds a session open ends none of its owner's."""

    session = forms.MultipleChoiceField(
        error_messages={
            "required": "请先选要退出的登录。",
            "invalid_choice": "选中的登录里，有的已经结束了。请再看一遍。",
        }
    )

    def __init__(self, request: HttpRequest, others: list[Place], *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["session"].choices = [(place.name, place.device) for place in others]


class SessionsView(FormView):
    """The page itself."""

    form_class = EndForm
    template_name = "admin/sign_in/sessions.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        self.own, self.others = places_of(self.request)
        return super().get_form_kwargs() | {"request": self.request, "others": self.others}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "title": "已登录的设备",
            "own": self.own,
            "others": self.others,
            "ticked": form["session"].value() or [],
            "idle_minutes": settings.SESSION_IDLE.seconds // 60,
        }

    def form_valid(self, form: EndForm) -> HttpResponse:
        chosen = form.cleaned_data["session"]
        keys = [place.key for place in self.others if place.name in chosen]
        Session.objects.filter(session_key__in=keys).delete()
        record(Kind.ACCOUNT, f"退出了 {len(keys)} 处别的登录", by=self.request.user)
        messages.success(self.request, f"已经退出 {len(keys)} 处登录。不是您自己登录的，请马上修改密码。")
        return HttpResponseRedirect(reverse("admin:sessions"))
