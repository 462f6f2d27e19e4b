"""One worker, over all nodes: sends what waits, one call after the other, and keeps what each answer means.

What an answer says is written before the next call, so that a worker that is killed loses nothing, and what was sent
last is at most sent once more. While it holds the services, nobody else sends or fills the queue.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from articles.models import PushService

from . import queue
from .calls import Answer, NoAnswer, post
from .services import Service, Step, Then, Verdict, switched_on

logger = logging.getLogger(__name__)

HELD = timedelta(minutes=2)  # beside the longest call: then a worker that was killed is taken over from
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
LONGEST_ASKED = timedelta(days=1)  # of a service that asks for patience
AFTER_MIDNIGHT = timedelta(minutes=5)  # clocks differ
FEWER = 10  # times fewer addresses in the next call, where they were too many or the quota is not known
NOTHING = "没有要推送的"


class Lost(Exception):
    """Somebody else has taken over."""


def push() -> list[str]:
    """Send what is to be sent. Returns a line for each service: what it answered last, or why it is left alone.

    There is none while another worker sends. Where nothing is to be sent, nothing is written either.
    """
    services = switched_on()
    queue.follow_settings(services)
    if not queue.has_something(services):
        return [f"{service.title}：{NOTHING}" for service in services]
    holder = secrets.token_hex(16)
    if not hold(services, holder):
        return []
    try:
        queue.take_over(services)
        return [f"{service.title}：{push_to(service, holder)}" for service in services]
    except Lost:
        return []
    finally:
        PushService.objects.filter(holder=holder).update(holder="", held_until=None)


@transaction.atomic
def hold(services: Sequence[Service], holder: str) -> bool:
    """Take all services, unless another worker has one of them."""
    names, now = [service.name for service in services], timezone.now()
    rows = list(PushService.objects.select_for_update().filter(name__in=names).order_by("name"))
    if any(row.held_until and row.held_until > now for row in rows):
        return False
    until = now + held()
    PushService.objects.filter(pk__in=[row.pk for row in rows]).update(holder=holder, held_until=until)
    return True


def held() -> timedelta:
    """Return for how long a worker holds the services: beyond a call, whose connecting has a timeout of its own."""
    return HELD + 2 * timedelta(seconds=settings.PUSH_TIMEOUT)


def go_on(holder: str) -> None:
    """Hold the services for another while. Raises Lost."""
    until = timezone.now() + held()
    if not PushService.objects.filter(holder=holder).update(held_until=until):
        raise Lost


def push_to(service: Service, holder: str) -> str:
    """Send to one service until nothing waits, or it is to be waited for. Returns what it said last."""
    most, careful, said = service.most, service.most, NOTHING
    while True:
        state = PushService.objects.get(name=service.name)
        if state.is_waiting_at(timezone.now()):
            return state.said
        left = state.left_today
        if left == 0:
            wait(state, until=next_day())
            return state.said
        dues = queue.next_due(service, min(most, careful) if left is None else min(most, left))
        if not dues:
            return said
        go_on(holder)
        verdict, asked = call(service, dues)
        settle(service, state, dues, verdict, asked)
        said = verdict.said
        if verdict.then is Then.FEWER:
            most = max(1, len(dues) // FEWER)
        elif verdict.then is Then.NEXT_DAY:
            careful = max(1, len(dues) // FEWER)


def call(service: Service, dues: Sequence[queue.Due]) -> tuple[Verdict, timedelta]:
    """Send one call. Returns what its answer means, and for how long the service asks to be left alone."""
    urls = [due.url for due in dues]
    request = service.request(dues[0].step or Step.UPDATE, urls)
    try:
        answer = post(request.address, request.body, request.content_type, settings.PUSH_TIMEOUT)
    except NoAnswer as reason:
        return Verdict(Then.LATER, str(reason)), timedelta()
    return service.judge(answer, urls), patience_asked(answer)


@transaction.atomic
def settle(service: Service, state: PushService, dues: Sequence[queue.Due], verdict: Verdict, asked: timedelta) -> None:
    """Write what an answer means, of the addresses and of the service, before anything else is sent."""
    now = timezone.now()
    state.said = verdict.said.replace(service.secret, "…")[:300]
    state.said_at = now
    is_known = state.left_today is not None
    if verdict.remain is not None:
        state.remain, state.remain_on = verdict.remain, timezone.localdate()
    queue.settle_answer(dues, verdict.taken, verdict.refused)
    if verdict.then is Then.GO_ON:
        state.failures, state.wait_until = 0, None
        state.told_at = now if verdict.taken else state.told_at
    elif verdict.then is Then.NO_SUCH_STEP and dues[0].step is not Step.PUT:
        leave_step(dues)
    elif verdict.then is Then.NEXT_DAY and len(dues) > 1 and not is_known:
        state.remain = state.remain_on = None  # there may be some left for fewer
    elif verdict.then is Then.NEXT_DAY:
        state.wait_until = next_day()
    elif verdict.then is not Then.FEWER or len(dues) == 1:
        state.failures += 1
        growing = min(FIRST_WAIT * 2 ** min(state.failures - 1, 20), LONGEST_WAIT)
        state.wait_until = now + max(growing, asked)
    state.save(update_fields=["said", "said_at", "told_at", "remain", "remain_on", "failures", "wait_until"])
    level = logging.WARNING if state.wait_until else logging.INFO
    logger.log(level, "%s, %d addresses: %s", service.name, len(dues), state.said)


def leave_step(dues: Sequence[queue.Due]) -> None:
    """Go on where a service does not know a step: what has changed is told as new, what is gone it finds itself."""
    if dues[0].step is Step.DELETE:
        queue.settle(dues, queue.Told.GONE)
    else:
        queue.let_be_new(dues)


def wait(state: PushService, until: datetime) -> None:
    state.wait_until = until
    state.save(update_fields=["wait_until"])


def next_day() -> datetime:
    """Return when there is quota again; the site's days are those of Beijing, as Baidu's are."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) + AFTER_MIDNIGHT


def patience_asked(answer: Answer) -> timedelta:
    """Return what Retry-After says, in seconds or as a date; nothing where it is not understood."""
    asked = answer.retry_after.strip()
    try:
        if asked.isascii() and asked.isdigit():
            found = timedelta(seconds=int(asked[:9]))
        else:
            found = parsedate_to_datetime(asked) - timezone.now() if asked else timedelta()
    except (ValueError, TypeError):
        return timedelta()
    return min(max(found, timedelta()), LONGEST_ASKED)
