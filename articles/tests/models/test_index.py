"""The index equals the articles after every kind of change, and check_index says so, or what differs."""

import threading
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, connections
from django.utils import timezone

from articles.finding.beside import related_articles
from articles.models import Article, Tag, TagAlias, indexing
from articles.models.merging import merge_tags
from articles.models.related_list import stored_entries
from articles.tests.editing import ARTICLES, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_tag
from articles.tests.imports import imported, json_lines
from articles.tests.index_checks import found, interrupt, is_whole, run

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("is_rebuilding", [False, True])


def test_every_kind_of_change_keeps_the_index_equal(articles, tmp_path):
    manager = sign_in(make_staff("管理员"))
    changes = {"title": "面肌痉挛吃什么药？", "body": "<p>卡马西平。</p>"}
    send(manager, change_address(articles[0]), "article", "unreviewed", **changes)
    assert found("卡马西平") == {articles[0].pk}
    assert is_whole()
    send(manager, f"{ARTICLES}add/", "article", "unreviewed", title="面瘫怎么办？", body="<p>针灸。</p>")
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


def test_actions_and_deletions_in_the_admin_keep_the_index_equal(articles):
    draft = make_article(title="落枕怎么办？", status=Article.Status.DRAFT)
    values = {"action": "publish_selected", "_selected_action": [draft.pk], "index": "0", "confirmed": "1"}
    manager = sign_in(make_staff("管理员"))
    manager.post(ARTICLES, values | {"seen": f"{draft.pk}/0"})
    assert found("落枕") == {draft.pk}
    assert is_whole()
    manager.post(f"{ARTICLES}{articles[0].pk}/delete/", {"post": "yes"})
    manager.post(
        ARTICLES, {"action": "delete_selected", "_selected_action": [articles[1].pk], "index": "0", "post": "yes"}
    )
    assert Article.objects.filter(pk__in=[articles[0].pk, articles[1].pk]).count() == 0
    assert is_whole()


@BOTH
def test_what_is_published_is_known_whichever_way_it_changes(articles, is_rebuilding, monkeypatch):
    if is_rebuilding:
        interrupt(monkeypatch, after=1)
    questions = Article.objects.filter(pk__in=[article.pk for article in articles])
    for values in [{"status": "draft"}, {"status": "published"}, {"status": "withdrawn", "withdrawn_reason": "旧"}]:
        questions.update(**values)
        assert is_whole()
    changed = list(questions)
    for article in changed:
        article.status = Article.Status.PUBLISHED
    Article.objects.bulk_update(changed, ["status"])
    assert is_whole()
    assert {article.pk for article in articles[:2]} <= found("面肌痉挛")
    articles[0].withdraw("有误")
    assert is_whole()
    articles[0].publish()
    assert is_whole()
    articles[0].status = Article.Status.REVIEW
    articles[0].save(update_fields=["status"])
    assert is_whole()
    if is_rebuilding:
        assert run("rebuild_index")[0] == 0
        assert is_whole()


def test_an_older_site_learns_what_is_published(articles):
    migration = import_module("articles.migrations.0049_published_list")
    articles[0].withdraw("有误")
    editor = SimpleNamespace(connection=connection)
    migration.empty(apps, editor)
    status, said = run("check_index")
    assert (status, f"是否已发布记错了 {len(articles) - 1} 个" in said) == (1, True)
    migration.fill(apps, editor)
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
    for wrong in ([8_000], list(range(8_000, 8_007))):
        index.change_chunk(0, {(0, "面肌"): wrong}, {})
        status, said = run("check_index")
        assert (status, "计数不对 1 个：面肌" in said) == (1, True)
        run("rebuild_index")
    index.change_chunk(0, {(0, "没有的词"): [8_000]}, {})
    assert "计数不对" in run("check_index")[1]


# --- Lists and search at once ----------------------------------------------------------


def beside(article):
    return [row.pk for row in related_articles(fresh(article))]


def fresh(article):
    return Article.objects.select_related("related_list").prefetch_related("tags").get(pk=article.pk)


def test_a_new_article_appears_in_the_stored_lists_of_its_neighbours(articles):
    new = make_article(title="面肌痉挛能自愈吗？")
    assert new.pk in [entry[0] for entry in stored_entries(fresh(articles[0]))]


@pytest.mark.parametrize("remove", [lambda row: row.withdraw("有误"), lambda row: row.delete()])
def test_withdrawn_and_deleted_ones_vanish_at_once(articles, remove):
    assert articles[0].pk in beside(articles[1])
    key = articles[0].pk
    remove(articles[0])
    assert key not in beside(articles[1])
    assert key not in found("面肌痉挛")


def test_a_scheduled_question_appears_at_its_second(articles, monkeypatch):
    later = make_article(title="面肌痉挛打针有用吗？", published_at=timezone.now() + timedelta(hours=1))
    assert later.pk not in beside(articles[0])
    assert later.pk not in found("面肌痉挛")
    assert later.pk in [entry[0] for entry in stored_entries(fresh(articles[0]))]
    at = later.published_at
    monkeypatch.setattr(timezone, "now", lambda: at - timedelta(microseconds=1))
    assert later.pk not in beside(articles[0])
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert later.pk in beside(articles[0])
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
