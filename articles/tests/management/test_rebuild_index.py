"""rebuild_index: the old index serves until the new one is whole, whatever happens in between."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from articles.management.commands import rebuild_index
from articles.models import Article, IndexRebuild, RelatedList, indexing
from articles.tests.factories import make_article
from articles.tests.index_checks import interrupt, is_whole, run

pytestmark = pytest.mark.django_db


def test_a_rebuild_twice_in_a_row_ends_in_the_same_index(articles):
    before = sorted(indexing.open_index().read([article.pk for article in articles]))
    for _ in range(3):
        status, said = run("rebuild_index", "--batch", "3")
        assert status == 0
        assert "4 篇进了新索引，用时" in said
        assert is_whole()
    assert sorted(indexing.open_index().read([article.pk for article in articles])) == before


def test_ctrl_c_is_a_sentence_and_the_next_run_goes_on(articles, monkeypatch):
    status, said = interrupt(monkeypatch, after=1)
    assert (status, said) == (130, "已中断。已经做完的部分保留着，再运行一次会接着做。\n")
    assert IndexRebuild.done_to() == articles[1].pk
    assert is_whole()
    assert "2 篇进了新索引" in run("rebuild_index")[1]
    assert is_whole()


def test_what_changes_during_a_rebuild_is_right_afterwards(articles, monkeypatch):
    interrupt(monkeypatch, after=1)
    first, second, third, fourth = articles
    first.title = "改了的前一个？"
    first.save()
    fourth.title = "改了的后一个？"
    fourth.save()
    second.delete()
    third.delete()
    new = make_article(title="新来的怎么办？")
    assert is_whole()
    run("rebuild_index")
    assert is_whole()
    assert set(indexing.open_index().keys(0, 10)) == {first.pk, fourth.pk, new.pk}


def change_title(articles):
    articles[2].title = "切词的时候改了的？"
    articles[2].save()


def change_meaning(articles):
    articles[0].tags.get().aliases.create(name="眼皮一直跳")


def delete_one(articles):
    articles[1].delete()


@pytest.mark.parametrize("change", [change_title, change_meaning, delete_one])
def test_what_changes_while_words_are_cut_is_cut_again(articles, monkeypatch, change):
    rows_of = indexing.rows_of

    def meanwhile(*args):
        rows = rows_of(*args)
        monkeypatch.setattr(indexing, "rows_of", rows_of)
        change(articles)
        return rows

    monkeypatch.setattr(indexing, "rows_of", meanwhile)
    assert run("rebuild_index")[0] == 0
    assert is_whole()


@pytest.mark.parametrize("size", ["0", "-1", "x", "1000000"])
def test_a_senseless_batch_is_refused(size):
    with pytest.raises(CommandError):
        call_command("rebuild_index", "--batch", size)


def test_related_and_only_missing_do_what_they_say(articles):
    RelatedList.objects.update(entries=[])
    RelatedList.objects.filter(article=articles[0]).delete()
    assert "1 个问题的相关问题已算好" in run("rebuild_index", "--related", "--only-missing")[1]
    assert RelatedList.objects.get(article=articles[0]).entries
    assert not RelatedList.objects.get(article=articles[1]).entries
    assert "4 个问题的相关问题已算好" in run("rebuild_index", "--related")[1]
    assert RelatedList.objects.get(article=articles[1]).entries


def test_ctrl_c_while_lists_are_computed_says_how_to_go_on(articles, monkeypatch):
    def stop(articles):
        raise KeyboardInterrupt

    monkeypatch.setattr(rebuild_index, "refresh_lists", stop)
    status, said = run("rebuild_index", "--related")
    assert status == 130
    assert "加上 --only-missing 再运行" in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="copies an SQLite file")
def test_a_rebuild_that_was_killed_leaves_the_old_index_serving(tmp_path, empty_index):
    Article.objects.bulk_create(
        Article(title=f"第{n}种痉挛怎么办？", body="<p>肉毒毒素注射。</p>" * 20, status="draft") for n in range(800)
    )
    connection.ensure_connection()
    path = tmp_path / "site.sqlite3"
    connection.connection.execute("VACUUM INTO ?", [str(path)])

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": settings.SECRET_KEY},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    process = start("manage.py", "rebuild_index", "--batch", "5")
    wait_for_batches(path, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = start("-c", CHECKED_AND_REBUILT)
    out, err = done.communicate()
    assert (done.returncode, err) == (0, "")
    assert re.search("索引与文章一致.*篇进了新索引.*一致", out, re.DOTALL)
    assert "800 篇进了" not in out


CHECKED_AND_REBUILT = """
import django
from django.core.management import call_command
django.setup()
for command in ("check_index", "rebuild_index", "check_index"):
    call_command(command)
"""


def wait_for_batches(path, process):
    """Wait until some of the new index is written."""
    import sqlite3

    reader = sqlite3.connect(path)
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        if (row := reader.execute("SELECT done FROM articles_indexrebuild").fetchone()) and row[0]:
            break
        time.sleep(0.002)
    reader.close()
    assert process.poll() is None, process.communicate()
