"""A backup comes back whole, or says why not; half a one is never taken for one."""

import json
import os
import resource
import shutil
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from articles.backup import databases, folder
from articles.images import files
from articles.models import Article, Like, indexing
from articles.tests.factories import make_article
from articles.tests.pictures import make_image
from articles.text.image_names import files_of

pytestmark = pytest.mark.django_db(transaction=True)
IMAGE = f"{'75' * 16}-1x1.webp"  # as the site names them, and lays them in folders
NUMBERS = "0081_numbers_of_lists"


@pytest.fixture
def root(settings, tmp_path, empty_index):
    settings.BACKUP_FOLDER, settings.MEDIA_ROOT = tmp_path / "backup", tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    files.path_of(IMAGE).parent.mkdir()
    files.path_of(IMAGE).write_bytes(b"image")
    return settings.BACKUP_FOLDER


def run(command, **how):
    out, err = StringIO(), StringIO()
    call_command(command, stdout=out, stderr=err, **how)
    return out.getvalue()


def test_a_backup_comes_back_with_every_row_like_and_image(root):
    make_article(title="备份里的问题").like("a" * 32)
    assert "图片 1 个" in run("backup")
    make_article(title="后来的问题")  # what is written after it does not make it wrong
    assert "可以恢复" in run("verify_backup")
    [backup] = folder.backups(root)
    assert backup.manifest["facts"]["rows"][Like._meta.db_table] == 1
    assert settings.SECRET_KEY not in (backup.path / folder.MANIFEST).read_text()


def test_only_its_owner_can_read_a_backup_and_the_key_is_in_it_only_when_asked_for(root):
    run("backup", with_key=True)
    [backup] = folder.backups(root)
    assert (backup.path / "secret-key").read_text() == settings.SECRET_KEY
    modes = {path.name: path.stat().st_mode & 0o077 for path in (root, backup.path, *backup.path.iterdir())}
    assert set(modes.values()) == {0}


def test_what_is_being_written_meanwhile_is_in_it_whole_or_not_at_all(root):
    """Likes come in all the time; the total of a copy and the rows of that copy are of one moment."""
    article, is_over = make_article(), Event()

    def like():
        number = 0
        while not is_over.is_set():
            number += 1
            Article.objects.get(pk=article.pk).like(f"{number:032}")
        connections.close_all()

    reader = Thread(target=like)
    reader.start()
    try:
        run("backup")
    finally:
        is_over.set()
        reader.join()
    assert "可以恢复" in run("verify_backup")
    facts = folder.backups(root)[0].manifest["facts"]
    assert facts["wrong"] == {"like_count": 0}


def test_a_copy_that_is_not_what_the_site_was_is_found_out(root):
    make_article()
    run("backup")
    [backup] = folder.backups(root)
    backup.manifest["facts"]["rows"][Article._meta.db_table] += 1
    (backup.path / folder.MANIFEST).write_text(json.dumps(backup.manifest))
    (root / folder.POOL / IMAGE[:2] / IMAGE).write_bytes(b"half")
    err = StringIO()
    with pytest.raises(CommandError, match="2 处问题"):
        call_command("verify_backup", stderr=err)
    assert f"表 {Article._meta.db_table}：备份时 2，恢复后 1" in err.getvalue()
    assert IMAGE in err.getvalue()


def test_a_backup_of_the_release_before_is_brought_to_this_one_before_it_is_checked(root):
    make_article(title="备份里的问题")
    index, made = indexing.open_index(), MigrationRecorder(connection)
    index.run(f"ALTER TABLE {index.posting} DROP COLUMN n")
    index.run(f"DELETE FROM {index.posting} WHERE term = ''")
    since = sorted(name for app, name in made.applied_migrations() if app == "articles" and name >= NUMBERS)
    for name in since:
        made.record_unapplied("articles", name)
    try:
        run("backup")
        assert "可以恢复" in run("verify_backup")
    finally:
        for name in since:
            made.record_applied("articles", name)
        index.drop()
        index.create()


def test_a_broken_file_is_found_out(root):
    run("backup")
    [backup] = folder.backups(root)
    file = backup.path / backup.manifest["database"]
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(CommandError):
        run("verify_backup")


def test_an_old_backup_is_told_with_its_age(root, monkeypatch):
    run("backup")
    monkeypatch.setattr(databases, "check_index", lambda address: None)  # it is asked above
    [backup] = folder.backups(root)
    backup.manifest["made_at"] = (backup.made_at - timedelta(hours=30)).isoformat()
    (backup.path / folder.MANIFEST).write_text(json.dumps(backup.manifest))
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_backup", stderr=err)
    assert "30 小时以前的，超过了 26 小时" in err.getvalue()
    backup.path.rename(root / f"{folder.NEW}x")
    with pytest.raises(CommandError, match="没有备份"):
        run("verify_backup")


def test_the_newest_are_kept_with_their_images_and_no_others(root, settings, monkeypatch):
    monkeypatch.setattr(folder, "STAMP", "%Y%m%d-%H%M%S%f")
    settings.BACKUPS_KEPT = 2
    for name in ("two", "three"):
        run("backup")
        (settings.MEDIA_ROOT / f"{name}-1x1.webp").write_bytes(b"image")
    files.path_of(IMAGE).unlink()  # taken out for good: it leaves the copies, too, in time
    for _ in range(2):
        run("backup")
    assert len(folder.backups(root)) == 2
    kept = {path.name for path in (root / folder.POOL).rglob("*") if path.is_file()}
    assert kept == {"two-1x1.webp", "three-1x1.webp"}


def test_images_as_the_site_stores_them_come_back_where_they_lay_and_a_missing_one_is_told(root):
    name, *_ = files_of(make_image().name)
    run("backup")
    assert "可以恢复" in run("verify_backup")
    assert (root / folder.POOL / name[:2] / name).read_bytes() == files.path_of(name).read_bytes()
    files.path_of(name).unlink()
    [backup] = folder.backups(root)
    shutil.rmtree(backup.path)
    run("backup")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_backup", stderr=err)
    assert name in err.getvalue()


def backup_apart(**how):
    """Run the command in a process of its own, against the database of this test."""
    script = (
        "import django, sys; django.setup()\n"
        "from django.conf import settings; from django.core.management import execute_from_command_line\n"
        f"settings.DATABASES['default']['NAME'] = {str(connection.settings_dict['NAME'])!r}\n"
        "execute_from_command_line(['manage.py', 'backup'])"
    )
    environment = {
        **os.environ,
        "BACKUP_FOLDER": str(settings.BACKUP_FOLDER),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "healthqa.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **how,
    )


def test_a_full_disk_leaves_no_backup_and_a_sentence(root):
    """A file may not grow beyond 100 KB, which the system says as it says that a disk is full."""
    result = backup_apart(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
    assert result.returncode == 1
    assert "磁盘满了" in result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in root.iterdir() if path.name != folder.LOCK] == []


def test_what_a_killed_backup_left_is_no_backup_and_goes_with_the_next(root):
    (root / f"{folder.NEW}20200101-000000").mkdir(parents=True)
    assert folder.backups(root) == []
    run("backup")
    assert not list(root.glob(f"{folder.NEW}*"))
    assert len(folder.backups(root)) == 1


def test_two_backups_at_once_do_not_get_into_each_others_way(root):
    with folder.alone(root), pytest.raises(CommandError, match="另一个进程正在备份"):
        run("backup")
