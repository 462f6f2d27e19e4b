"""The queue: what has changed becomes, for each service, what it is to be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.models import AddressChange, PushedAddress, PushService

from . import pages
from .services import Service, Step

AT_ONCE = 2_000  # changes in one transaction
Told = PushedAddress.Told


def follow_settings(services: Iterable[Service]) -> None:
    """Keep a row for each service that is switched on, and only then let changes be noted."""
    names = {service.name for service in services}
    there = set(PushService.objects.values_list("name", flat=True))
    if names == there:
        return
    with transaction.atomic():
        PushService.objects.exclude(name__in=names).delete()
        PushedAddress.objects.exclude(service__in=names).update(is_waiting=False)
        PushService.objects.bulk_create([PushService(name=name) for name in names - there], ignore_conflicts=True)
        if not names:
            AddressChange.objects.all().delete()


def has_something(services: Sequence[Service]) -> bool:
    """Tell whether anything is due, or waits for a service that does not want to be left alone."""
    now = timezone.now()
    if AddressChange.objects.filter(due_at__lte=now).exists():
        return True
    names = [service.name for service in services]
    ready = PushService.objects.filter(name__in=names).exclude(wait_until__gt=now).values("name")
    return PushedAddress.objects.filter(service__in=ready, is_waiting=True).exists()


def take_over(services: Sequence[Service]) -> int:
    """Let every service wait for what has changed and is due. Returns how many changes there were."""
    number = 0
    while found := take_over_some(services):
        number += found
    return number


@transaction.atomic
def take_over_some(services: Sequence[Service]) -> int:
    changes = list(AddressChange.objects.filter(due_at__lte=timezone.now()).order_by("pk")[:AT_ONCE])
    by_address: dict[pages.Address, tuple[bool, bool]] = {}
    for change in changes:
        is_content, was_public = by_address.get((change.kind, change.key), (False, False))
        by_address[change.kind, change.key] = (is_content or change.is_content, was_public or change.was_public)
    for service in services:
        let_wait(service.name, by_address)
    # By their keys: what is noted meanwhile, or was noted before and is committed only now, stays for the next time.
    AddressChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def let_wait(service: str, addresses: dict[pages.Address, tuple[bool, bool]]) -> None:
    """Write what waits for one service; what was refused for good stays refused."""
    known = {
        (row.kind, row.key): row
        for kind, found in groupby(sorted(addresses), key=lambda address: address[0])
        for keys in [[key for _, key in found]]
        for start in range(0, len(keys), pages.AT_ONCE)
        for row in PushedAddress.objects.filter(service=service, kind=kind, key__in=keys[start : start + pages.AT_ONCE])
    }
    rows = []
    for (kind, key), (is_content, was_public) in sorted(addresses.items()):
        row = known.get((kind, key)) or PushedAddress(service=service, kind=kind, key=key, is_waiting=False)
        if row.told != Told.REFUSED:
            row.is_content = is_content or (row.is_waiting and row.is_content)
            row.was_public = was_public or row.was_public
            row.is_waiting = True
            rows.append(row)
    PushedAddress.objects.bulk_create(
        rows,
        batch_size=pages.AT_ONCE,
        update_conflicts=True,
        unique_fields=["service", "kind", "key"],
        update_fields=["is_waiting", "is_content", "was_public"],
    )


def let_all_wait(services: Sequence[Service]) -> int:
    """Let every service wait for every address that is there, also those refused before, and look for what has gone.

    Returns how many addresses there are.
    """
    number = 0
    names = [service.name for service in services]
    PushedAddress.objects.filter(service__in=names, told=Told.REFUSED).update(told=Told.NOTHING)
    PushedAddress.objects.filter(service__in=names).exclude(told=Told.GONE).update(is_waiting=True, is_content=True)
    there = pages.all_present()
    while some := list(islice(there, AT_ONCE)):
        with transaction.atomic():
            for name in names:
                let_wait(name, dict.fromkeys(some, (True, False)))
        number += len(some)
    return number


@dataclass(frozen=True)
class Due:
    """An address that waits, with what is to be said of it; None when the service knows it already."""

    row: PushedAddress
    is_there: bool

    @property
    def step(self) -> Step | None:
        told = self.row.told
        if not self.is_there:
            is_known = told == Told.PRESENT or (told == Told.NOTHING and self.row.was_public)
            return Step.DELETE if is_known else None
        if told != Told.PRESENT:
            return Step.PUT
        return Step.UPDATE if self.row.is_content else None

    @property
    def url(self) -> str:
        return pages.url_of(self.row.kind, self.row.key)


def next_due(service: Service, number: int) -> list[Due]:
    """Return what is to be said next in one call, at most `number` addresses; what needs no word waits no more."""
    while rows := list(PushedAddress.objects.waiting(service.name)[:number]):
        there = pages.present([(row.kind, row.key) for row in rows])
        found = [Due(row, (row.kind, row.key) in there) for row in rows]
        settle([due for due in found if due.step is None])
        said = [due for due in found if due.step is not None]
        if said:
            return [due for due in said if due.step == said[0].step] if service.has_steps else said
    return []


def settle(dues: Iterable[Due], told: str | None = None) -> None:
    """Let no more wait of these what the service knows now: `told`, else what it knew."""
    keys = [due.row.pk for due in dues]
    values: dict[str, Any] = {"is_waiting": False, "is_content": False, "was_public": False}
    if told is not None:
        values["told"] = told
    for start in range(0, len(keys), pages.AT_ONCE):
        PushedAddress.objects.filter(pk__in=keys[start : start + pages.AT_ONCE]).update(**values)


@transaction.atomic
def settle_answer(dues: Sequence[Due], taken: Iterable[str], refused: Iterable[str]) -> None:
    """Note what a service has taken, and what it has refused for good."""
    taken, refused = set(taken), set(refused)
    for is_there, told in [(True, Told.PRESENT), (False, Told.GONE)]:
        settle([due for due in dues if due.is_there is is_there and due.url in taken], told)
    settle([due for due in dues if due.url in refused], Told.REFUSED)


def let_be_new(dues: Sequence[Due]) -> None:
    """Let these wait as what the service has never been told."""
    PushedAddress.objects.filter(pk__in=[due.row.pk for due in dues]).update(told=Told.NOTHING)
