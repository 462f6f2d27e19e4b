"""What one process over all nodes does at a time: migrating a site, and preparing a new one."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

LOCK = 0x6D696772  # PostgreSQL's number of the lock
WAITS = "另一个进程正在迁移或准备这个网站的数据库，等它做完……"


@contextmanager
def alone(connection: BaseDatabaseWrapper, on_wait: Callable[[], Any]) -> Iterator[None]:
    """Wait until no other process is alone with this database, calling `on_wait` once if there is one.

    It ends with the process, however that ends. On PostgreSQL the lock belongs to a transaction that does nothing else,
    because behind PgBouncer only a transaction stays on one connection of the server; it keeps no old rows alive.
    SQLite's file is used by one machine, which locks a file beside it.
    """
    hold = hold_in_postgresql if connection.vendor == "postgresql" else hold_beside_file
    with hold(connection, on_wait):
        yield


@contextmanager
def hold_in_postgresql(connection: BaseDatabaseWrapper, on_wait: Callable[[], Any]) -> Iterator[None]:
    apart = connection.copy()
    try:
        apart.set_autocommit(False)
        with apart.cursor() as cursor:
            for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SET LOCAL {limit} = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                on_wait()
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
    finally:
        apart.close()


@contextmanager
def hold_beside_file(connection: BaseDatabaseWrapper, on_wait: Callable[[], Any]) -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if connection.is_in_memory_db():
        yield
        return
    lock = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
