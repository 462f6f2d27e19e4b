"""A page stays in memory until something that it shows is changed: every kind of change, and every page after it."""

import time
from datetime import date, timedelta
from io import StringIO
from itertools import chain
from threading import Event, Thread
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import (
    Article,
    Correction,
    Doctor,
    Page,
    RelatedItem,
    SiteChange,
    SiteVersion,
    Tag,
    TagAlias,
    triggers,
)
from articles.models.doctor_merging import merge_doctors
from articles.models.merging import merge_tags
from articles.tests.editing import change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.imports import imported, json_lines
from articles.tests.public_pages import PLACES, address_of, make_site

pytestmark = pytest.mark.django_db(transaction=True)

ILLNESS = "面肌痉挛"
ENDINGS = ("怎么治", "的病因有哪些", "会自己好吗", "要做手术吗", "能吃什么药", "会传染吗", "和中风有关吗", "需要住院吗")
LEFT_OUT = {"media", "image", "draft", "like", "report", "search_suggest", "healthz"}  # are not kept


SELDOM = {"interval": 3600}  # seconds between two looks at the database; these tests say when


@pytest.fixture
def node(make_node):
    return make_node(**SELDOM)


@pytest.fixture
def fresh(make_node):
    """A process that keeps nothing."""
    return make_node(size=0, **SELDOM)


@pytest.fixture
def about(empty_index, media_root):
    """Questions about the same, which stand beside each other."""
    tags = [
        make_tag(ILLNESS, kind="disease", introduction="脸上的肌肉自己跳。"),
        make_tag("神经内科", kind="department"),
    ]
    doctor = make_doctor(name="周明远", biography="看了三十年。")
    return [
        make_article(title=f"{ILLNESS}{ending}？", tags=tags, doctor=doctor, reviewer=doctor, imported_likes=1)
        for ending in ENDINGS
    ]


@pytest.fixture
def site(about):
    """Rows of every kind that pages show; questions with many about the same beside them, with few, and with none."""
    made = make_site()
    make_article(title="头晕挂什么科？", tags=["神经内科", make_tag("头晕", kind="symptom")])
    Correction.objects.create(article=about[0], text="改了剂量")
    RelatedItem.objects.create(article=about[0], related=made.article)
    RelatedItem.objects.create(article=about[1], related=make_article(title="还没发布的一题？", status="draft"))
    TagAlias.objects.create(tag=Tag.objects.get(name=ILLNESS), name="半面痉挛")
    return made


def paths_of(site, node):
    """Return the addresses of pages of all kinds that say what they show."""
    places = [address_of(place, site) for place, name in PLACES.items() if not {place, name} & LEFT_OUT]
    questions = list(Article.objects.order_by("pk"))
    rows = chain(questions[:2], questions[-3:], Tag.objects.order_by("pk"), Doctor.objects.order_by("pk"))
    asked = dict.fromkeys([*places, *(row.get_absolute_url() for row in rows)])
    for path in asked:
        answer(node, path)
    said = {(path, query) for (_, path, query), kept in node.cache.store.rows.items() if kept.answer.shown is not None}
    return [path for path in asked if (path.encode().decode("latin-1"), "") in said]


def answer(node, address):
    path, _, query = address.partition("?")
    return node.ask(path, query=quote(query, safe="=&"))[::2]


def kept(node, paths):
    """Return those of `paths` whose pages are in memory."""
    watcher = node.cache.watcher
    watcher.expire()
    while watcher.checked_at <= watcher.expired_at:  # a request waits no longer than a second; this does
        watcher.look()
    held = {(path, query) for _, path, query in node.cache.store.rows}
    return {path for path in paths if (path.encode().decode("latin-1"), "") in held}


def older(nodes, fresh, paths):
    """Return the addresses whose pages stay in memory of a node and are not what a process says that keeps none.

    What has gone from memory is rendered, so that it is there the next time.
    """
    stays = [(path, node) for node in nodes for path in kept(node, paths)]
    now = {path: answer(fresh, path) for path, _ in stays}
    found = [path for path, node in stays if answer(node, path) != now[path]]
    for node in nodes:
        for path in paths:
            answer(node, path)
    return found


def other_value(row, field):
    """Return another value that the field may have; of what names a row, the same where there is no other."""
    value = getattr(row, field.attname)
    if field.is_relation:
        others = field.related_model._base_manager.exclude(pk__in=[value or 0, row.pk]).order_by("-pk")
        return others.values_list("pk", flat=True).first() or (None if field.null else value)
    if field.choices:
        return next(choice for choice, _ in field.choices if choice != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.IntegerField):
        return value + 1
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) - timedelta(days=9)
    if isinstance(field, models.DateField):
        return (value or date(2024, 5, 1)) - timedelta(days=9)
    if isinstance(field, models.JSONField):
        return value[1:]
    return f"{value}<p>另外一段。</p>" if field.name == "body" else f"{value}b"[-(field.max_length or 10_000) :]


def fields_of(model):
    """Yield (a query for one row, the row, a field whose change raises the version)."""
    for row in QuerySet(model).order_by("pk")[:1]:
        for field in model._meta.concrete_fields:
            if not field.primary_key and field.name not in triggers.UNSEEN.get(model, ()):
                yield QuerySet(model).filter(pk=row.pk), row, field


def test_no_page_is_older_than_any_field_that_was_changed_behind_all_models(site, node, fresh):
    """All that pages are made of, there and back: what a page reads and does not say is found here."""
    paths, changed = paths_of(site, node), set()
    assert older([node], fresh, paths) == []
    for model in triggers.SHOWN:
        for one, row, field in fields_of(model):
            try:
                with transaction.atomic():
                    one.update(**{field.attname: other_value(row, field)})
            except IntegrityError:  # there can be no such row
                continue
            assert older([node], fresh, paths) == [], field
            one.update(**{field.attname: getattr(row, field.attname)})
            changed.add(model)
        assert older([node], fresh, paths) == [], f"{model.__name__}, taken back"
    assert changed == set(triggers.SHOWN)


def ways_of_editing(about, folder):
    """Yield (what is done, how), as editors, commands and operators do it; each leaves the site changed."""
    first, second, third = about[:3]
    illness, doctor = Tag.objects.get(name=ILLNESS), Doctor.objects.get(name="周明远")
    chief = sign_in(make_staff(is_superuser=True))
    yield "a new question", lambda: make_article(title=f"{ILLNESS}怎么预防？", tags=[illness], doctor=doctor)
    yield "saved", lambda: save(first, title=f"{ILLNESS}怎么治才好？")
    yield "withdrawn", lambda: second.withdraw("说错了")
    yield "published again", lambda: second.publish()
    yield "a tag added", lambda: third.tags.add("新的标签")
    yield "tags set", lambda: third.tags.set(["神经内科"])
    yield "tags set back", lambda: third.tags.set(["神经内科", ILLNESS])
    yield "pinned", lambda: RelatedItem.pin(first, third)
    yield "raised", lambda: RelatedItem.raise_pin(first, third)
    yield "excluded", lambda: RelatedItem.exclude(first, second)
    yield "taken back", lambda: RelatedItem.cancel(first, second)
    yield "the pinned draft published", lambda: Article.objects.get(title="还没发布的一题？").publish()
    yield "corrected", lambda: first.correct("次数写错了")
    yield "likes imported", lambda: first.set_imported_likes(88)
    yield "many saved at once", lambda: Article.objects.bulk_update([retitled(one) for one in about[3:6]], ["title"])
    yield "many made at once", lambda: Article.objects.bulk_create([ready(f"{ILLNESS}的第{n}问？") for n in range(3)])
    yield "a small change in the admin", lambda: change(chief, second, short_answer="啊。")
    yield "a doctor in the admin", lambda: change(chief, doctor, model="doctor", hospital="城北医院")
    yield "a tag in the admin", lambda: change(chief, illness, model="tag", introduction="另外的介绍。")
    yield "a file", lambda: imported(json_lines(folder / "new.jsonl", row("一"), row("二")))
    yield "the file, changed", lambda: imported(json_lines(folder / "new.jsonl", row("一", "<p>改过。</p>"), row("二")))
    yield "lists computed anew", lambda: call_command("rebuild_index", "--related", verbosity=0, stdout=StringIO())
    yield "tags merged", lambda: merge_tags([Tag.objects.get(name="头晕")], illness)
    yield "doctors merged", lambda: merge_doctors([doctor], make_doctor(name="林小满"))
    yield "SQL by hand", lambda: run(f"UPDATE {Article._meta.db_table} SET title = '手改的' WHERE id = {third.pk}")
    yield (
        "a tagging gone by hand",
        lambda: run(f"DELETE FROM articles_taggedarticle WHERE content_object_id = {third.pk}"),
    )
    yield "deleted", lambda: Article.objects.filter(pk=third.pk).delete()


def save(article, **values):
    for name, value in values.items():
        setattr(article, name, value)
    article.save()


def retitled(article):
    article.title = f"又改：{article.title}"
    return article


def ready(title):
    article = Article(title=title, body="<p>会好的。</p>", status=Article.Status.PUBLISHED)
    article.prepare()
    return article


def change(client, row, model="article", **changes):
    step = {"step": "small"} if model == "article" else {}
    assert send(client, change_address(row), model, **step, **changes).status_code == 302


def row(number, body="<p>先观察。</p>"):
    return {
        "source": number,
        "title": f"{ILLNESS}第{number}问？",
        "body_html": body,
        "tags": ILLNESS,
        "doctor": "周明远",
    }


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_no_page_of_any_node_is_older_than_an_edit_whichever_way_it_comes(site, about, make_node, fresh, tmp_path):
    nodes = [make_node(**SELDOM), make_node(**SELDOM)]
    for what, edit in ways_of_editing(about, tmp_path):
        paths = paths_of(site, nodes[0])
        edit()
        assert older(nodes, fresh, paths) == [], what


# --- What stays ---------------------------------------------------------------------


@pytest.fixture
def elsewhere():
    """A question that has nothing to do with the others, and those of its pages that say what they show."""
    made = make_article(title="口腔溃疡怎么办？", tags=["口腔科"], doctor=make_doctor())
    return {made.get_absolute_url(), made.doctor.get_absolute_url(), "/tags/口腔科/"}


@pytest.mark.parametrize(
    ("values", "is_listed_anew"),
    [({"title": "换了的标题？"}, False), ({"body": "<p>换了。</p>"}, False), ({"status": "withdrawn"}, True)],
)
def test_a_change_of_a_question_drops_what_shows_it_and_keeps_the_rest(
    about, elsewhere, make_node, values, is_listed_anew
):
    """Of a list that it stands in, a later page goes only when questions move."""
    for number in range(20):
        make_article(title=f"第{number}个别的问题？", tags=["神经内科"])
    nodes, second = [make_node(**SELDOM), make_node(**SELDOM)], {"/articles/?page=2"}
    shows = {
        about[0].get_absolute_url(),
        about[1].get_absolute_url(),
        about[0].doctor.get_absolute_url(),
        f"/tags/{ILLNESS}/",
    }
    for node in nodes:
        for path in [*shows, *elsewhere, "/", *second]:
            answer(node, path)
    Article.objects.filter(pk=about[0].pk).update(**values)
    for node in nodes:
        assert kept(node, [*shows, "/"]) == set()
        assert kept(node, elsewhere) == elsewhere


def test_a_doctor_and_a_tag_drop_the_pages_that_name_them(about, elsewhere, node):
    shows = {about[0].get_absolute_url(), about[0].doctor.get_absolute_url(), f"/tags/{ILLNESS}/"}
    for rows in (Doctor.objects.filter(pk=about[0].doctor_id), Tag.objects.filter(name=ILLNESS)):
        for path in [*shows, *elsewhere]:
            node.ask(path)
        rows.update(filed=f"x{rows.get().filed}")
        assert kept(node, elsewhere) == elsewhere
        assert about[0].get_absolute_url() not in kept(node, shows)


def test_what_stands_on_every_page_drops_every_page(elsewhere, node):
    page = Page.objects.create(slug="about", title="关于", body="<p>我们。</p>")
    for values, is_kept in [({"body": "<p>我们是谁。</p>"}, True), ({"title": "关于我们"}, False)]:
        for path in elsewhere:
            node.ask(path)
        Page.objects.filter(pk=page.pk).update(**values)
        assert kept(node, elsewhere) == (elsewhere if is_kept else set())


# --- What a process has not seen --------------------------------------------------------


def ask_all(node, paths):
    for path in paths:
        node.ask(path)
    assert kept(node, paths) == set(paths)


def test_a_process_that_has_not_looked_for_long_drops_all(elsewhere, node):
    ask_all(node, elsewhere)
    other = make_article()
    titles = [(f"第{number}次？", other.pk) for number in range(triggers.LEFT // 2)]
    with transaction.atomic(), connection.cursor() as cursor:  # each statement is a version of its own
        cursor.executemany(f"UPDATE {Article._meta.db_table} SET title = %s WHERE id = %s", titles)
    assert SiteChange.objects.count() <= triggers.LEFT + 10
    assert kept(node, elsewhere) == set()


def test_a_change_of_very_many_rows_drops_all_and_notes_no_more_than_is_read(elsewhere, node):
    tag, keys = make_tag(), [make_article(status="draft").pk]
    rows = Article.objects.bulk_create(
        [Article(title=f"第{n}？", body="<p>好。</p>") for n in range(triggers.MOST + 500)]
    )
    ask_all(node, elsewhere)
    Article.objects.filter(pk__in=[*keys, *(row.pk for row in rows)]).update(withdrawn_reason="一起改")
    assert SiteChange.objects.count() <= triggers.LEFT + 10
    assert kept(node, elsewhere) == set()
    ask_all(node, elsewhere)
    tag.tagged_items.create(content_object_id=keys[0])
    assert kept(node, elsewhere) == elsewhere


@pytest.mark.parametrize(
    "statement", [f"UPDATE {triggers.VERSION} SET number = number + 1", f"DELETE FROM {triggers.CHANGE}"]
)
def test_a_version_that_does_not_say_what_it_changed_drops_all(elsewhere, node, statement):
    """Raised by hand, by the triggers of another release, or its rows have gone."""
    ask_all(node, elsewhere)
    run(statement)
    make_tag()
    assert kept(node, elsewhere) == set()


def test_a_change_that_is_taken_back_leaves_nothing(elsewhere, node):
    ask_all(node, elsewhere)
    before = SiteChange.objects.count(), SiteVersion.current()
    with transaction.atomic():
        Article.objects.update(title="不算？")
        transaction.set_rollback(True)
    assert (SiteChange.objects.count(), SiteVersion.current()) == before
    assert kept(node, elsewhere) == elsewhere


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_a_change_that_began_first_and_ends_last_is_not_overlooked(elsewhere, node, fresh):
    """Editors who write at once: whoever notes a change second waits for the first, so none is seen out of order."""
    first, second = Article.objects.get(), make_article(title="另外一个问题？")
    paths = [first.get_absolute_url(), second.get_absolute_url()]
    ask_all(node, paths)
    begun, may_end, seen = Event(), Event(), []

    def slowly():
        with transaction.atomic():
            Article.objects.filter(pk=first.pk).update(title="先开始，后结束？")
            begun.set()
            may_end.wait(30)
        connection.close()

    def soon():
        begun.wait(30)
        Article.objects.filter(pk=second.pk).update(title="后开始的？")
        connection.close()

    threads = [Thread(target=work) for work in (slowly, soon)]
    for thread in threads:
        thread.start()
    begun.wait(30)
    for _ in range(5):
        seen.append(older([node], fresh, paths))
        time.sleep(0.05)
    assert seen == [[]] * 5, "neither has been committed"
    may_end.set()
    for thread in threads:
        thread.join()
    assert older([node], fresh, paths) == []
    assert "先开始，后结束" in node.text(paths[0])
    assert "后开始的" in node.text(paths[1])
