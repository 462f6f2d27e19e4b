"""Before serving: a node that lacks something says what, and changes nothing that others use."""

import os
import subprocess
import sys
from contextlib import redirect_stderr
from threading import Event, Thread

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from healthqa import ready
from healthqa.alone import WAITS, alone


@pytest.fixture
def made(settings, tmp_path):
    """Static files that were made."""
    settings.STATIC_ROOT, settings.STATIC_MADE = tmp_path / "files", tmp_path / "made"
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "abc.json").write_text("{}")
    settings.STATIC_MADE.write_text("abc\n")


@pytest.fixture
def lacking(db):
    """A database without the last migration of the site."""
    last = max(name for app, name in MigrationLoader(None).disk_migrations if app == "articles")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'articles' AND name = %s", [last])
    return last


@pytest.mark.django_db
def test_it_knows_every_migration_of_the_site_and_of_its_packages(made):
    assert ready.own_migrations() == set(MigrationLoader(None).disk_migrations)
    assert ready.applied_migrations() >= ready.own_migrations()


@pytest.mark.django_db
def test_where_nothing_is_missing_nothing_is_said(made, capfd):
    assert ready.main() == 0
    assert capfd.readouterr() == ("", "")


def test_a_database_that_lacks_migrations_is_left_to_the_operator(made, lacking, capfd):
    assert ready.main() == 1
    said = capfd.readouterr().err
    assert "还缺 1 个迁移" in said
    assert f"articles.{lacking}" in said
    assert "make setup" in said
    assert ("articles", lacking) not in ready.applied_migrations()


@pytest.mark.django_db(transaction=True)
def test_who_starts_while_another_migrates_waits_for_it(made, lacking):
    class Said:
        waits, sentences = Event(), []

        def write(self, text):
            self.waits.set()
            self.sentences.append(text)

    said, statuses = Said(), []

    def begin():
        statuses.append(ready.main())
        connections.close_all()

    with redirect_stderr(said):
        with alone(connection, pytest.fail):
            node = Thread(target=begin)
            node.start()
            assert said.waits.wait(60)
            assert statuses == []
            MigrationRecorder(connection).record_applied("articles", lacking)
        node.join()
    assert (statuses, said.sentences) == ([0], [f"{WAITS}\n"])


@pytest.mark.django_db
def test_a_database_of_a_later_release_is_served(made):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('articles', '9999_later', CURRENT_TIMESTAMP)"
        )
    assert ready.main() == 0


def test_static_files_that_are_gone_are_noticed(made):
    assert ready.has_static_files()
    (settings.STATIC_ROOT.parent / "releases" / "abc.json").unlink()
    assert not ready.has_static_files()
    settings.STATIC_MADE.unlink()
    assert not ready.has_static_files()


def test_a_database_that_does_not_answer_keeps_no_node_from_starting(tmp_path):
    script = "from healthqa import ready; ready.has_static_files = lambda: True; raise SystemExit(ready.main())"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr.startswith("数据库没有应答，先启动")
    assert "Traceback" not in result.stderr
