"""The audit log: the functions that write it. Signing in and out come by Django's signals (admin/audit_list.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.utils import timezone

from articles.models import AuditEntry
from articles.text.digests import keyed
from articles.text.names import clean_line

Kind = AuditEntry.Kind
COMMAND = "命令行"  # who, where no account is known
MOST_REFUSED = 250  # of a kind in an hour: who tries without end fills no disk
LONGEST = 300  # characters of what was done
PLACE = 12  # hexadecimal digits: enough to tell addresses apart, too few to be sure of one that is guessed

_address: ContextVar[str] = ContextVar("address", default="")


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Let what is recorded within come from this IP address; "" where none is known."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def record(kind: str, what: str = "", *, by: Any = None, link: str = "", address: str | None = None) -> AuditEntry:
    """Write one entry, in the transaction of what it tells, where there is one.

    Args:
        kind: a value of AuditEntry.Kind.
        what: a sentence for 管理员, in Chinese; cut at 300 characters. Never words of readers, a password, or the name
            that was tried where no account has it.
        by: the account, or None: then a command of the operator did it, or nobody known.
        link: a path of the site where more is told.
        address: the IP address, where it is not that of coming_from(), which each page of the admin sets; stored as a
            digest keyed with SECRET_KEY, so equal places can be seen and no address can be read.
    """
    address = _address.get() if address is None else address
    return AuditEntry.objects.create(
        kind=kind,
        by=by if by is not None and by.pk else None,
        who=by.get_username() if by is not None else "" if kind == Kind.FAILURE else COMMAND,
        what=clean_line(what)[:LONGEST],
        link=link[:200],
        place=keyed(f"audit\n{address}")[:PLACE] if address else "",
    )


def record_refusal(
    kind: str, what: str, *, by: Any = None, address: str | None = None, within: timedelta | None = None
) -> None:
    """Write that somebody was refused, as `record` does, unless there are MOST_REFUSED such entries of this hour.

    Those that name an account and those that name none are counted apart, so that neither can hide the others. With
    `within`, the same of the same account is written once in that time.
    """
    now = timezone.now()
    alike = AuditEntry.objects.filter(kind=kind).order_by()
    if within and alike.filter(by=by, what=clean_line(what)[:LONGEST], at__gte=now - within).exists():
        return
    hour = alike.filter(at__gte=now - timedelta(hours=1), by__isnull=by is None)
    if hour[:MOST_REFUSED].count() < MOST_REFUSED:
        record(kind, what, by=by, address=address)
