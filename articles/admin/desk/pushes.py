"""How pushing addresses to search engines is going, for who looks after the site."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from articles.announcing.services import switched_on
from articles.models import AddressChange, PushedAddress, PushService

from .counts import COUNTED, shown_count


@dataclass(frozen=True)
class Push:
    """One search engine as the desk shows it."""

    title: str
    state: PushService
    waiting: str
    refused: str

    @property
    def waits_until(self) -> datetime | None:
        return self.state.wait_until if self.state.is_waiting_at(timezone.now()) else None


def pushes() -> list[Push]:
    """Return the search engines that are switched on (2 queries, and 2 for each)."""
    services = switched_on()
    states = {state.name: state for state in PushService.objects.all()} if services else {}
    noted = bounded(AddressChange.objects.filter(due_at__lte=timezone.now())) if states else 0
    rows = PushedAddress.objects.order_by()
    return [
        Push(
            service.title,
            states[service.name],
            shown_count(min(noted + bounded(rows.filter(service=service.name, is_waiting=True)), COUNTED)),
            shown_count(bounded(rows.filter(service=service.name, told=PushedAddress.Told.REFUSED))),
        )
        for service in services
        if service.name in states
    ]


def bounded(rows: Any) -> int:
    return rows[:COUNTED].count()
