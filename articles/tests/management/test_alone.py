"""Several nodes that start at once on an empty database: one prepares it, the others wait, and all succeed."""

import os
import re
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture
def empty_database(db, tmp_path):
    """The address of a database that holds nothing."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/new.sqlite3"
        return
    name = f"healthqa_new_{secrets.token_hex(4)}"
    how = {**connection.get_connection_params()}
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        user, password = how.get("user", ""), how.get("password", "")
        secret = f":{password}" if password else ""
        yield f"postgres://{user}{secret}@{how.get('host', '')}:{how.get('port', '')}/{name}"
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def start(address, *commands):
    line = " && ".join(f'"{sys.executable}" {command}' for command in commands)
    environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "0"}
    return subprocess.Popen(
        line,
        shell=True,
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(processes):
    """Return what each has said; a process that hangs is ended with its test."""
    try:
        said = [process.communicate(timeout=400)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, text in zip(processes, said, strict=True):
        assert process.returncode == 0, text
    return said


SETUP = ("manage.py migrate --verbosity 0", "manage.py prepare_site")


def test_three_nodes_start_at_once_on_an_empty_database_and_one_password_is_shown(empty_database):
    """Two are set up, as by make setup; the third is only to serve."""
    nodes = [start(empty_database, *SETUP), start(empty_database, "-m healthqa.ready"), start(empty_database, *SETUP)]
    said = "\n".join(ended(nodes))
    assert len(re.findall("一次性密码：", said)) == 1
    assert said.count("已装入演示内容") == 1
    assert said.count("后台：http") == 2
    assert "Traceback" not in said
