"""One state of the database into a file, and out of it into a database that is thrown away."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from articles.archive.writer import one_state
from articles.importing.errors import shorten

from .facts import facts

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# What libpq's programs read of an account, so that no password stands among the arguments of a process.
ACCOUNT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class Failed(Exception):
    """Why there is no copy, or why it is not good: a sentence for the operator."""


def copy(folder: Path) -> tuple[str, dict[str, Any]]:
    """Write the database into `folder`, while everybody reads and writes.

    Returns the name of the file, and the facts of the very state that is in it. Raises Failed, OSError or
    django.db.Error.
    """
    name = NAMES[connection.vendor]
    with one_state():
        if connection.vendor == "sqlite":
            found = facts(connection)  # before, because a transaction sees nothing until it reads
            copy_sqlite(folder / name)
            return name, found
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        found = facts(connection)
        run("pg_dump", f"--snapshot={snapshot}", "--format=custom", "--no-owner", "--file", str(folder / name))
    return name, found


def copy_sqlite(path: Path) -> None:
    """Copy what the transaction of this connection sees, which no writer waits for."""
    try:
        target = sqlite3.connect(path)
        try:
            connection.connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        finally:
            target.close()
    except sqlite3.Error as error:
        raise Failed(meaning(str(error))) from None


@contextmanager
def restored(path: Path, scratch: Path) -> Iterator[tuple[BaseDatabaseWrapper, str]]:
    """Restore `path` into a database of its own, yielding a connection to it and its DATABASE_URL; then drop it.

    Raises:
        Failed: where it cannot be restored.
    """
    if path.name == NAMES["sqlite"]:
        file = scratch / path.name
        shutil.copyfile(path, file)
        check_sqlite(file)
        with elsewhere("sqlite", str(file)) as there:
            yield there, f"sqlite:///{file}"
        return
    if connection.vendor != "postgresql":
        raise Failed("这份备份来自 PostgreSQL，请在 DATABASE_URL 指向 PostgreSQL 的环境里检查。")
    name = f"{connection.settings_dict['NAME']}_verify_{secrets.token_hex(4)}"
    quoted = connection.ops.quote_name(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
    except Error as error:
        raise Failed(f"建不了检查用的数据库（账号需要 CREATEDB 权限）：{shorten(error, 120)}") from None
    try:
        run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", name, str(path))
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        with elsewhere("postgresql", name) as there:
            yield there, address
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")


@contextmanager
def elsewhere(vendor: str, name: str) -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection to the database `name`, of the same server where it is one."""
    if vendor != connection.vendor:
        raise Failed("这份备份来自 SQLite，请在没有设置 DATABASE_URL（或指向 SQLite）的环境里检查。")
    there = connection.copy()
    there.settings_dict["NAME"] = name
    try:
        if vendor == "postgresql":
            with there.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
        yield there
    finally:
        there.close()


def check_sqlite(file: Path) -> None:
    """Raise Failed where SQLite itself finds the file broken."""
    try:
        opened = sqlite3.connect(file)
        try:
            [said] = opened.execute("PRAGMA integrity_check(1)").fetchone()
            orphan = opened.execute("PRAGMA foreign_key_check").fetchone()
        finally:
            opened.close()
    except sqlite3.Error as error:
        raise Failed(f"数据库文件坏了：{shorten(error, 120)}") from None
    if said != "ok" or orphan:
        raise Failed(f"数据库文件坏了：{shorten(said if said != 'ok' else f'{orphan[0]} 里有一行指向不存在的行', 120)}")


def run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL with the account of the site. Raises Failed with what it said."""
    given = {key: str(value) for key, value in connection.get_connection_params().items() if key in ACCOUNT}
    environment = {**os.environ, "LC_ALL": "C", **{ACCOUNT[key]: value for key, value in given.items() if value}}
    try:
        # Like Python it is not ended by a file that may not grow, and so can say that.
        result = subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, check=False, restore_signals=False
        )
    except FileNotFoundError:
        raise Failed(f"没有 {program}：请安装与数据库版本相同的 postgresql-client。") from None
    if result.returncode:
        raise Failed(meaning(result.stderr) or f"{program} 被中断了。")


STEPS = {"migrate": "升级恢复的数据库", "check_index": "搜索索引"}


def check_index(address: str) -> None:
    """Migrate the database at `address`, as who restores it does, and compare its index with its articles.

    Raises Failed with what differs.
    """
    for name, step in STEPS.items():
        result = subprocess.run(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), name],
            env={**os.environ, "DATABASE_URL": address},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise Failed(f"{step}：{shorten(' '.join(result.stderr.split()), 200)}")


def meaning(said: str) -> str:
    """Return what a failing copy has said as a sentence."""
    if any(sign in said.lower() for sign in ("no space left", "disk is full", "disk i/o error", "file too large")):
        return "磁盘满了或出了故障，没有做成备份。请清理磁盘，或者把 BACKUP_FOLDER 放到别的磁盘上。"
    return shorten(" ".join(said.split()), 200)
