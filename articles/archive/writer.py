"""The site into an archive: one state of it, in one order, some rows at a time."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model, QuerySet

from . import END, FORMAT, VERSION
from .kinds import KINDS, NAMES, PERSON, ROW

AT_ONCE = 500


def row_count() -> int:
    """Return how many rows an archive would have, people aside."""
    return sum(kind.model._base_manager.count() for kind in KINDS)


def lines() -> Iterator[bytes]:
    """Yield the lines of an archive as bytes. Two archives of the same content are the same bytes."""
    digest, count = hashlib.sha256(), 0
    with one_state():
        for said in objects():
            line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            count += 1
            yield line
    end = {ROW: END, "rows": count - 1, "sha256": digest.hexdigest()}
    yield json.dumps(end, separators=(",", ":")).encode() + b"\n"


@contextmanager
def one_state() -> Iterator[None]:
    """Read one state of the database, however long it takes and whoever writes meanwhile; nobody waits for it."""
    if connection.in_atomic_block:
        yield
        return
    kind = "ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN {kind}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def objects() -> Iterator[dict[str, Any]]:
    yield {"format": FORMAT, "version": VERSION}
    persons: dict[int, str] = {}
    for person in people().values("pk", *NAMES):
        persons[person.pop("pk")] = person["username"]
        yield {ROW: PERSON, **person}
    for kind in KINDS:
        for row in rows(kind.model):
            yield kind.line(row, persons)


def people() -> QuerySet[User]:
    """The accounts that the rows name, by name and without their rights, so that histories say who it was."""
    keys: set[int] = set()
    for kind in KINDS:
        for field in kind.persons:
            keys.update(kind.model._base_manager.order_by().values_list(field.attname, flat=True).distinct())
    return get_user_model().objects.filter(pk__in=keys - {None}).order_by("username")


def rows(model: type[Model]) -> Iterator[Model]:
    last = 0
    while batch := list(model._base_manager.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from batch
        last = batch[-1].pk
