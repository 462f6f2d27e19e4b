"""The import is stopped at its worst moment, in a process of its own, on a database in a file."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from articles.tests.imports import SEED_PAGE, json_lines

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="looks at the lock of an SQLite file"),
]
ROWS = 1001  # they take a second, enough to be caught at it
CONTENT = {
    "articles_article": "title, body, excerpt, status, published_at, imported_likes, like_count, source, source_digest",
    "articles_doctor": "name, hospital",
    "articles_tag": "name, slug, kind, folded",
    "articles_relateditem": "article_id, related_id, position, is_excluded",
    "articles_taggedarticle": "content_object_id, tag_id",
}


@pytest.fixture(autouse=True)
def interruptible():
    """Let Ctrl-C reach the children: what ignores it, as a job of a script's background does, hands that down."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker, tmp_path_factory):
    """An empty database with all tables in a file of its own."""
    path = tmp_path_factory.mktemp("empty") / "site.sqlite3"
    with django_db_blocker.unblock(), sqlite3.connect(path) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    copy.close()
    return path


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    row = {"published_at": "2025-06-24", "body": "一、睡。二、吃。"}
    rows = ({**row, "title": f"问题{n}", "doctor": f"医生{n % 9}", "tags": f"标签{n % 50}"} for n in range(ROWS))
    return [SEED_PAGE, json_lines(tmp_path_factory.mktemp("files") / "x.jsonl", *rows)]


@pytest.fixture(scope="module")
def undisturbed(database, paths):
    """What is in the database after an import that nobody stops."""
    straight = database.with_name("undisturbed.sqlite3")
    straight.write_bytes(database.read_bytes())
    process = start(straight, paths)
    _, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    return content(straight)


def start(database, paths):
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_articles", *map(str, paths)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{database}", "SECRET_KEY": settings.SECRET_KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def content(database):
    rows = {}
    with sqlite3.connect(database) as reader:
        for table, columns in CONTENT.items():
            rows[table] = sorted(map(repr, reader.execute(f"SELECT {columns} FROM {table}")))
    reader.close()
    return rows


def wait_until_the_second_file_is_being_written(database, process):
    """Wait until the first file is there and the database is locked for writing once more."""
    probe = sqlite3.connect(database, timeout=0, isolation_level=None)
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        if probe.execute("SELECT COUNT(*) FROM articles_article").fetchone()[0]:
            try:
                probe.execute("BEGIN IMMEDIATE")
                probe.execute("ROLLBACK")
            except sqlite3.OperationalError:
                break
        time.sleep(0.002)
    probe.close()
    assert process.poll() is None, process.communicate()


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_stopped_and_run_again_ends_in_the_same_state(undisturbed, database, paths, tmp_path, stop):
    database = shutil.copy(database, tmp_path)
    process = start(database, paths)
    wait_until_the_second_file_is_being_written(database, process)
    process.send_signal(stop)
    out, err = process.communicate()
    if stop is signal.SIGINT:
        assert process.returncode == 130
        assert err == "已中断：导入完的文件都在，没有导入完的一点也没有写入；再运行一次即可继续。\n"
    else:
        assert process.returncode == -signal.SIGKILL
    assert len(content(database)["articles_article"]) == 11
    assert content(database)["articles_tag"] == []
    again = start(database, paths)
    out, err = again.communicate()
    assert (again.returncode, err) == (0, "")
    assert f"合计 2 个文件：新建 {ROWS}，更新 0，不变 11" in out
    assert content(database) == undisturbed
