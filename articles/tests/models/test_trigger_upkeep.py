"""Triggers are kept beside readers and editors: made where they are missing or different, and else left alone."""

from dataclasses import replace
from threading import Event, Thread

import pytest
from django.core.management import call_command
from django.db import connection, connections, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from articles.management.commands import migrate
from articles.models import Article, SiteVersion, Tag, TaggedArticle, trigger_upkeep
from articles.tests.factories import make_article, make_tag

pytestmark = pytest.mark.django_db(transaction=True)
only_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="locks of PostgreSQL")
RAISES = f"healthqa_{Article._meta.db_table}_update"
LISTS = {"sqlite": "healthqa_list_updated", "postgresql": "healthqa_list_article"}


@pytest.fixture
def article():
    return make_article()


@pytest.fixture(autouse=True)
def _triggers_are_whole_in_the_end():
    yield
    trigger_upkeep.mend(connection)


@pytest.fixture
def other():
    """A second connection, as another process has it."""
    second = connection.copy()
    yield second
    second.close()


def run(sql, on=connection):
    with on.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def take_away(name):
    trigger_upkeep.remove(connection, trigger_upkeep.present(connection)[name])


def change(name):
    """Make a trigger one of another release: it does nothing."""
    table = trigger_upkeep.present(connection)[name].table
    take_away(name)
    if connection.vendor == "sqlite":
        run(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} BEGIN SELECT 1; END")
    else:
        run(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()")


def identities():
    """Return what is another when a trigger is made again."""
    if connection.vendor == "postgresql":
        return dict(run("SELECT tgname, oid FROM pg_trigger WHERE NOT tgisinternal"))
    return dict(run("SELECT name, rowid FROM sqlite_master WHERE type = 'trigger'"))


def in_thread(work):
    def whole():
        try:
            work()
        finally:
            connections.close_all()

    thread = Thread(target=whole)
    thread.start()
    return thread


def test_every_edit_raises_the_version_while_nodes_migrate_and_a_trigger_is_replaced(article):
    ended, unseen, edits = Event(), [], []

    def edit():
        while not ended.is_set() or not edits:
            before = SiteVersion.current()
            Article.objects.filter(pk=article.pk).update(title=f"改了 {len(edits)} 次？")
            edits.append(before)
            if SiteVersion.current() <= before:
                unseen.append(before)

    thread = in_thread(edit)
    wants = trigger_upkeep.wanted(connection)[RAISES]
    older = replace(wants, sql=wants.sql.replace(' "title",', ' "title", '), mark="older")
    try:
        for _ in range(4):
            with transaction.atomic():
                trigger_upkeep.make(connection, older)
            call_command("migrate", verbosity=0)
    finally:
        ended.set()
        thread.join()
    assert edits
    assert unseen == []


def test_a_start_with_nothing_to_do_makes_no_trigger_again(article):
    before, version = identities(), SiteVersion.current()
    call_command("migrate", verbosity=0)
    assert identities() == before
    assert SiteVersion.current() == version
    assert before.keys() == trigger_upkeep.wanted(connection).keys()


@only_postgresql
def test_a_start_with_nothing_to_do_locks_no_table(article, other):
    pid = connection.connection.info.backend_pid
    with transaction.atomic():
        call_command("migrate", verbosity=0)
        modes = run(f"SELECT DISTINCT mode FROM pg_locks WHERE pid = {pid} AND relation IS NOT NULL", other)
    assert modes == [("AccessShareLock",)]


def test_a_start_with_nothing_to_do_waits_neither_for_a_dump_nor_for_whoever_writes(article, other):
    """Whoever holds these locks lets others read and nothing else; waiting for one would end after a second."""
    limit, no_limit = "PRAGMA busy_timeout = 1000", "PRAGMA busy_timeout = 20000"
    if connection.vendor == "postgresql":
        limit, no_limit = "SET lock_timeout = '1s'", "SET lock_timeout = 0"
        tables = ", ".join(connection.introspection.table_names())
        other.set_autocommit(False)
        run(f"LOCK TABLE {tables} IN SHARE MODE", other)
    else:
        other.ensure_connection()
        run("BEGIN IMMEDIATE", other)
    run(limit)
    try:
        call_command("migrate", verbosity=0)
    finally:
        run(no_limit)
        run("ROLLBACK", other)


@pytest.mark.parametrize("spoil", [take_away, change])
def test_what_is_missing_or_different_is_made_and_the_rest_is_left_alone(article, spoil):
    before = identities()
    spoil(RAISES)
    call_command("migrate", verbosity=0)
    after = identities()
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} <= {RAISES}
    version = SiteVersion.current()
    Article.objects.filter(pk=article.pk).update(title="改了的？")
    assert SiteVersion.current() == version + 1
    assert trigger_upkeep.mend(connection) == []


def test_a_trigger_that_no_release_has_any_more_goes(article):
    table = Article._meta.db_table
    rest = "BEGIN SELECT 1; END" if connection.vendor == "sqlite" else "EXECUTE FUNCTION healthqa_raise_version()"
    run(f"CREATE TRIGGER healthqa_former AFTER UPDATE ON {table} {rest}")
    run(f"CREATE TRIGGER of_the_operator AFTER UPDATE ON {table} {rest}")
    try:
        call_command("migrate", verbosity=0)
        assert "healthqa_former" not in identities()
        assert "of_the_operator" in identities()
    finally:
        run("DROP TRIGGER of_the_operator" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


@only_postgresql
def test_a_trigger_that_was_switched_off_and_a_function_that_was_changed_work_again(article):
    run(f"ALTER TABLE {Article._meta.db_table} DISABLE TRIGGER {RAISES}")
    run(
        "CREATE OR REPLACE FUNCTION healthqa_raise_version() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'"
    )
    call_command("migrate", verbosity=0)
    version = SiteVersion.current()
    Article.objects.filter(pk=article.pk).update(title="改了的？")
    assert SiteVersion.current() == version + 1


def test_what_was_changed_without_triggers_shows_and_is_listed_afterwards():
    draft = make_article(status="draft", tags=[make_tag()])
    take_away(RAISES)
    take_away(LISTS[connection.vendor])
    version = SiteVersion.current()
    Article.objects.filter(pk=draft.pk).update(status="published")
    assert SiteVersion.current() == version
    assert TaggedArticle.objects.get().listed_at is None
    call_command("migrate", verbosity=0)
    assert SiteVersion.current() > version
    assert TaggedArticle.objects.get().listed_at == draft.published_at


def test_a_release_that_is_older_than_the_database_leaves_its_triggers_alone(article):
    change(RAISES)
    recorder = MigrationRecorder(connection)
    recorder.record_applied("articles", "9999_of_a_later_release")
    try:
        before = identities()
        call_command("migrate", verbosity=0)
        assert identities() == before
    finally:
        recorder.record_unapplied("articles", "9999_of_a_later_release")


def test_the_number_to_raise_is_there_from_the_start_and_never_one_that_was(article):
    before = SiteVersion.current()
    SiteVersion.objects.all().delete()
    call_command("migrate", verbosity=0)
    begun = SiteVersion.current()
    assert begun > before
    make_article()
    raised = SiteVersion.current()
    call_command("migrate", verbosity=0)
    assert SiteVersion.current() == raised > begun


@only_postgresql
def test_a_table_in_use_is_let_go_and_tried_again(article, other, monkeypatch):
    """DROP TRIGGER waits for a dump, and all readers of the table would wait behind it."""
    monkeypatch.setattr(trigger_upkeep, "LOCK_SECONDS", 1)
    monkeypatch.setattr(migrate, "PAUSE", 0)
    table = Article._meta.db_table
    run(f"CREATE TRIGGER healthqa_former AFTER UPDATE ON {table} EXECUTE FUNCTION healthqa_raise_version()")
    other.set_autocommit(False)
    run(f"SELECT count(*) FROM {table}", other)

    class Said:
        tries = 0

        def write(self, text):
            Said.tries += 1
            assert "秒后再试" in text
            assert list(Article.objects.values_list("pk", flat=True)) == [article.pk]  # readers go on
            if Said.tries == 2:
                other.rollback()

    call_command("migrate", verbosity=0, stderr=Said())
    assert Said.tries == 2
    assert "healthqa_former" not in identities()


class Interrupted(Exception):
    pass


def interrupt(apps, schema_editor):
    raise Interrupted


ALTER = migrations.AlterField("tag", "introduction", models.CharField(max_length=3000, null=True))
REMOVE = migrations.RemoveField("tag", "introduction")


def apply(*operations, backwards=False):
    """Apply a migration that a later release brings, or take it back, as the command does."""
    step = type("Migration", (migrations.Migration,), {"operations": list(operations)})("9999_later", "articles")
    command = migrate.Command()
    command.using, command.verbosity = "default", 0
    executor = MigrationExecutor(connection, command.migration_progress_callback)
    state = MigrationLoader(connection).project_state()
    with command.step:
        (executor.unapply_migration if backwards else executor.apply_migration)(state, step)


def marks():
    return {name: one.mark for name, one in trigger_upkeep.present(connection).items()}


def raised_by(sql):
    version = SiteVersion.current()
    run(sql)
    return SiteVersion.current() - version


def test_a_migration_that_changes_a_column_leaves_the_triggers_of_its_table(article):
    before, tag = marks(), make_tag()
    apply(ALTER)
    try:
        assert marks() == before
        assert raised_by(f"UPDATE {Tag._meta.db_table} SET name = 'B12' WHERE id = {tag.pk}") == 1
    finally:
        apply(ALTER, backwards=True)
    assert marks() == before


def test_a_migration_that_takes_a_column_away_leaves_the_triggers_that_do_not_name_it(article):
    before, tag = marks(), make_tag()
    apply(REMOVE)
    try:
        naming = {"healthqa_note_tag_changed"}
        if connection.vendor == "postgresql":  # SQLite does not mind a column that no UPDATE changes any more
            naming |= {f"healthqa_{Tag._meta.db_table}_update{end}" for end in ("", "_keys")}
        assert before.keys() - marks().keys() == naming
        assert raised_by(f"DELETE FROM {Tag._meta.db_table} WHERE id = {tag.pk}") == 1
        assert raised_by("UPDATE articles_article SET title = '新'") == 1
    finally:
        apply(REMOVE, backwards=True)
    version = SiteVersion.current()
    call_command("migrate", verbosity=0)
    assert marks() == before
    assert SiteVersion.current() > version


def test_a_migration_that_fails_leaves_table_and_triggers_as_they_were(article):
    before = marks()
    with pytest.raises(Interrupted):
        apply(REMOVE, migrations.RunPython(interrupt))
    assert marks() == before
    version = SiteVersion.current()
    make_tag(introduction="还在")
    assert SiteVersion.current() > version
