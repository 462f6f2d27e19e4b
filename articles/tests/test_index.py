"""The index equals the articles after every kind of change, and check_index says so, or what differs."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from articles import indexing
from articles.management.commands import rebuild_index
from articles.models import Article, IndexRebuild, RelatedList, Tag, TagAlias
from articles.related import related_articles, stored_entries
from articles.search import search
from articles.tags import merge_tags

from .editing import ARTICLES, change_address, editor, make_staff, send, sign_in
from .factories import make_article, make_tag
from .imports import imported, json_lines

__all__ = ["editor"]
pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("is_rebuilding", [False, True])


@pytest.fixture
def empty_index(transactional_db):
    """The index without what tests with several connections left there: Django flushes only the tables it knows."""
    indexing.open_index().drop()
    indexing.open_index().create()


def run(name, *arguments):
    """Run a command and return its exit status and all that it said."""
    out, status = io.StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, stderr=out, no_color=True)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue()


def is_whole():
    status, said = run("check_index")
    assert (status, "索引与文章一致" in said) == (0, True), said
    return True


def found(query):
    return set(search(query).keys)


@pytest.fixture
def articles():
    tag = make_tag("面肌痉挛", kind=Tag.Kind.DISEASE)
    titles = ("面肌痉挛怎么治？", "面肌痉挛的病因有哪些？", "左半面痉挛是怎么回事？", "眼皮一直跳怎么办？")
    return [make_article(title=title, tags=[tag], body=f"<p>{title}详情。</p>") for title in titles]


def test_every_kind_of_change_keeps_the_index_equal(editor, articles, tmp_path):
    send(editor, change_address(articles[0]), title="面肌痉挛吃什么药？", body="<p>卡马西平。</p>")
    assert found("卡马西平") == {articles[0].pk}
    assert is_whole()
    send(editor, f"{ARTICLES}add/", title="面瘫怎么办？", body="<p>针灸。</p>", status="published")
    assert is_whole()
    rows = {"title": "失眠怎么办？", "body": "睡。", "source": "a", "published_at": "2025-06-24"}
    imported(json_lines(tmp_path / "a.jsonl", rows))
    assert is_whole()
    imported(json_lines(tmp_path / "b.jsonl", rows | {"title": "打鼾怎么办？"}))
    assert is_whole()
    assert not found("失眠")
    articles[1].body = "<p>血管压迫。</p>"
    articles[1].save()
    articles[1].withdraw("有误")
    assert is_whole()
    Article.objects.bulk_create([Article(title="耳鸣怎么办？"), Article(title="耳聋怎么办？")])
    assert is_whole()
    Article.objects.filter(title="耳鸣怎么办？").update(title="头晕怎么办？")
    changed = list(Article.objects.filter(title="耳聋怎么办？"))
    changed[0].title = "鼻塞怎么办？"
    Article.objects.bulk_update(changed, ["title"])
    assert is_whole()
    Article.objects.filter(title="鼻塞怎么办？").delete()
    assert is_whole()
    articles[2].delete()
    assert is_whole()
    Article.objects.create(pk=articles[0].pk + 1000, title="自己给了编号？")
    Article(pk=articles[0].pk + 1000, title="又给了一次？", created_at=timezone.now()).save()
    assert is_whole()


def test_actions_and_deletions_in_the_admin_keep_the_index_equal(editor, articles):
    draft = make_article(title="落枕怎么办？", status=Article.Status.DRAFT)
    values = {"action": "publish_selected", "_selected_action": [draft.pk], "index": "0", "confirmed": "1"}
    editor.post(ARTICLES, values)
    assert found("落枕") == {draft.pk}
    assert is_whole()
    manager = sign_in(make_staff("管理员"))
    manager.post(f"{ARTICLES}{articles[0].pk}/delete/", {"post": "yes"})
    manager.post(
        ARTICLES, {"action": "delete_selected", "_selected_action": [articles[1].pk], "index": "0", "post": "yes"}
    )
    assert Article.objects.filter(pk__in=[articles[0].pk, articles[1].pk]).count() == 0
    assert is_whole()


@BOTH
def test_aliases_keep_the_index_equal_whichever_way_they_change(editor, articles, is_rebuilding, monkeypatch):
    if is_rebuilding:
        interrupt(monkeypatch, after=1)
    tag = Tag.objects.get()
    alias = TagAlias.objects.create(tag=tag, name="半面痉挛")
    assert articles[2].pk in found("面肌痉挛")
    assert is_whole()
    alias.name = "眼皮一直跳"
    alias.save()
    assert articles[3].pk in found("面肌痉挛")
    assert is_whole()
    send(editor, change_address(tag), "tag", **{"aliases-0-name": "眼皮跳"})
    assert is_whole()
    send(editor, change_address(tag), "tag", **{"aliases-1-name": "半面痉挛"})
    assert is_whole()
    send(editor, change_address(tag), "tag", **{"aliases-0-DELETE": "on"})
    assert tag.aliases.count() == 1
    assert is_whole()
    tag.name = "面部抽搐"
    tag.save()
    assert is_whole()
    TagAlias.objects.update(name="半面痉挛", folded="半面痉挛")
    TagAlias.objects.all().delete()
    assert is_whole()
    TagAlias.objects.bulk_create([TagAlias(tag=tag, name="面肌痉挛", folded="面肌痉挛", slug="x")])
    assert is_whole()
    Tag.objects.filter(pk=tag.pk).delete()
    assert is_whole()
    other = make_tag("抽动症")
    TagAlias.objects.create(tag=other, name="面肌痉挛")
    other.delete()
    assert is_whole()
    if is_rebuilding:
        assert run("rebuild_index")[0] == 0
        assert is_whole()


@pytest.mark.parametrize("written", ["面肌痙攣", "ＨＰＶ", "半面痉挛"])
def test_an_alias_is_found_however_it_is_written(written):
    article = make_article(title=f"左{written}怎么办？", body=f"<p>左{written}右。</p>")
    alias = TagAlias.objects.create(
        tag=make_tag("别的病"), name={"ＨＰＶ": "hpv", "面肌痙攣": "面肌痉挛"}.get(written, written)
    )
    assert found("别的病") == {article.pk}
    assert is_whole()
    alias.delete()
    assert is_whole()


def test_merging_tags_indexes_what_their_aliases_mention(articles):
    old = make_tag("半边脸抽")
    TagAlias.objects.create(tag=old, name="眼皮一直跳")
    assert is_whole()
    merge_tags([old], Tag.objects.get(name="面肌痉挛"))
    assert articles[3].pk in found("面肌痉挛")
    assert is_whole()


# --- What differs is named ---------------------------------------------------------


def test_check_index_names_what_differs(articles):
    index = indexing.open_index()
    index.forget([articles[0].pk])
    assert run("check_index")[0] == 1
    assert f"索引里没有 1 个：{articles[0].pk}" in run("check_index")[1]
    run("rebuild_index", "--only-missing")
    assert is_whole()
    index.write([row._replace(folded="别的") for row in indexing.rows_of(articles[:1])])
    assert f"内容不同 1 个：{articles[0].pk}" in run("check_index")[1]
    index.write([row._replace(key=999_999) for row in indexing.rows_of(articles[:1])])
    assert "文章已经不在 1 个：999999" in run("check_index")[1]
    run("rebuild_index")
    assert is_whole()
    for n in (1, 7):
        index.change_counts({(0, "面肌"): n})
        status, said = run("check_index")
        assert (status, "计数不对 1 个：面肌" in said) == (1, True)
        run("rebuild_index")
    index.change_counts({(0, "没有的词"): 1})
    assert "计数不对" in run("check_index")[1]


# --- rebuild_index -------------------------------------------------------------------


def interrupt(monkeypatch, after):
    """Let a rebuild with two articles a batch end, as by Ctrl-C, after some batches; returns what it said."""
    seen = []
    rows_of = indexing.rows_of

    def counting(*args):
        if len(seen) == after:
            raise KeyboardInterrupt
        seen.append(1)
        return rows_of(*args)

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "rows_of", counting)
        return run("rebuild_index", "--batch", "2")


def test_a_rebuild_twice_in_a_row_ends_in_the_same_index(articles):
    before = indexing.open_index().read([article.pk for article in articles])
    for _ in range(3):
        status, said = run("rebuild_index", "--batch", "3")
        assert status == 0
        assert "4 篇进了新索引，用时" in said
        assert is_whole()
    assert indexing.open_index().read([article.pk for article in articles]) == before


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
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": settings.SECRET_KEY},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    process = start("rebuild_index", "--batch", "5")
    wait_for_batches(path, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    for arguments, sentence in [
        (["check_index"], "索引与文章一致"),
        (["rebuild_index"], "篇进了新索引"),
        (["check_index"], "一致"),
    ]:
        done = start(*arguments)
        out, err = done.communicate()
        assert (done.returncode, err) == (0, "")
        assert sentence in out
    assert "800 篇进了" not in out


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


# --- Lists and search at once ----------------------------------------------------------


def fresh(article):
    return Article.objects.select_related("related_list").prefetch_related("tags").get(pk=article.pk)


def test_a_new_article_appears_in_the_stored_lists_of_its_neighbours(articles):
    new = make_article(title="面肌痉挛能自愈吗？")
    assert new.pk in [entry[0] for entry in stored_entries(fresh(articles[0]))]


@pytest.mark.parametrize("remove", [lambda row: row.withdraw("有误"), lambda row: row.delete()])
def test_withdrawn_and_deleted_ones_vanish_at_once(articles, remove):
    assert articles[0] in related_articles(fresh(articles[1]))
    key = articles[0].pk
    remove(articles[0])
    assert key not in [row.pk for row in related_articles(fresh(articles[1]))]
    assert key not in found("面肌痉挛")


def test_a_scheduled_question_appears_at_its_second(articles, monkeypatch):
    later = make_article(title="面肌痉挛打针有用吗？", published_at=timezone.now() + timedelta(hours=1))
    assert later not in related_articles(fresh(articles[0]))
    assert later.pk not in found("面肌痉挛")
    assert later.pk in [entry[0] for entry in stored_entries(fresh(articles[0]))]
    at = later.published_at
    monkeypatch.setattr(timezone, "now", lambda: at - timedelta(microseconds=1))
    assert later not in related_articles(fresh(articles[0]))
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert later in related_articles(fresh(articles[0]))
    assert later.pk in found("面肌痉挛")


@pytest.mark.django_db(transaction=True)
def test_many_who_save_at_once_neither_fail_nor_wait_for_ever(empty_index):
    tag = make_tag("面肌痉挛", kind=Tag.Kind.DISEASE)
    rows = [make_article(title=f"面肌痉挛第{n}问怎么治？", tags=[tag]) for n in range(6)]
    errors = []

    def work(mine):
        try:
            for turn in range(4):
                for row in mine:
                    article = Article.objects.get(pk=row.pk)
                    article.title = f"面肌痉挛第{turn}次{row.pk}怎么治？肉毒毒素{turn}"
                    article.save()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[part]) for part in (rows, rows[::-1], rows[3:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert is_whole()
