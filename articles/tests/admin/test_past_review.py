"""What was changed after its doctor had reviewed it: who works here is asked to have it reviewed again."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article
from articles.tests.editing import ARTICLES, change_address, errors_of, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor

pytestmark = pytest.mark.django_db
BODY, CHANGED = "<p>每次 5 mg。</p>", "<p>每次 50 mg。</p>"
NOTE = "审核后改过</strong>"
TO_COMPARE = "看审核以后改了什么"


@pytest.fixture
def doctor():
    return make_doctor(name="张文静")


@pytest.fixture
def article(doctor):
    day = timezone.localdate() - timedelta(days=100)
    return make_article(body=BODY, title="头痛怎么办？", reviewer=doctor, reviewed_on=day)


@pytest.fixture
def manager(db):
    return sign_in(make_staff("管理员"))


def queue(client):
    return next(one for one in client.get("/admin/").context["queues"] if one.title == "审核后改过")


def listed(client):
    return [article.title for article in client.get(f"{ARTICLES}?due=changed").context["cl"].result_list]


def form(client, article):
    return client.get(change_address(article)).content.decode()


def usual_steps(client, article):
    return {offer.step for offer in client.get(change_address(article)).context["usual"]}


def test_a_change_that_no_doctor_has_seen_waits_on_the_desk_until_a_review_is_recorded(
    article, doctor, editor, manager
):
    doctor.user = make_staff("医学审核", username="zhang")
    doctor.save()
    own = sign_in(doctor.user)
    assert queue(editor).number == 0
    assert NOTE not in form(editor, article)
    send(manager, change_address(article), step="unreviewed", body=CHANGED)
    for client in (editor, own):
        [row] = queue(client).rows
        assert (row.text, row.path) == ("头痛怎么办？", change_address(article))
        assert row.note == f"张文静 {article.reviewed_on:%-m月%-d日}审核"
        assert listed(client) == ["头痛怎么办？"]
        assert NOTE in form(client, article)
    assert "checked" in usual_steps(own, article)
    send(own, change_address(article), step="checked")
    for client in (editor, own):
        assert queue(client).number == 0
        assert listed(client) == []
        assert NOTE not in form(client, article)
    assert "checked" not in usual_steps(own, article)


def test_the_list_says_who_has_reviewed_what_was_changed_and_when(article, editor):
    Article.objects.update(body=CHANGED)
    page = editor.get(queue(editor).more).content.decode()
    assert "张文静" in page
    assert 'class="field-reviewed_on' in page


def test_what_readers_do_not_have_waits_for_no_review(article, editor):
    Article.objects.update(body=CHANGED)
    for state in (
        {"status": Article.Status.DRAFT},
        {"status": Article.Status.WITHDRAWN},
        {"status": Article.Status.PUBLISHED, "published_at": timezone.now() + timedelta(days=1)},
    ):
        Article.objects.update(**state)
        assert queue(editor).number == 0
        assert NOTE not in form(editor, article)
    Article.objects.update(published_at=timezone.now())
    assert queue(editor).number == 1


def test_the_form_leads_to_what_was_changed_since_the_review(article, editor, manager):
    send(manager, change_address(article), step="unreviewed", short_answer="先休息。")
    send(manager, change_address(article), step="unreviewed", body=CHANGED)
    page = form(editor, article)
    assert TO_COMPARE in page
    address = page.split(TO_COMPARE)[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    compared = editor.get(address)
    assert {part.label for part in compared.context["parts"]} == {"一句话回答", "正文"}


def test_no_comparison_is_offered_that_would_hide_what_a_program_has_changed(article, editor, manager):
    send(manager, change_address(article), step="unreviewed", short_answer="先休息。")
    Article.objects.update(body=CHANGED)
    page = form(editor, article)
    assert NOTE in page
    assert TO_COMPARE not in page


def test_a_text_that_waits_does_not_hide_that_readers_have_another_than_the_doctor(article, editor, manager):
    send(manager, change_address(article), step="unreviewed", body=CHANGED)
    send(editor, change_address(article), step="submit", body=BODY)
    page = form(editor, article)
    assert NOTE in page
    assert "改动通过时登记审核" in page


def test_a_review_is_recorded_of_no_text_that_came_while_the_form_was_open(article, manager):
    """A program writes neither a version nor the time of a save."""
    address = change_address(article)
    opened = manager.get(address)
    Article.objects.filter(pk=article.pk).update(body=CHANGED)

    class Opened:
        get, post = staticmethod(lambda _: opened), manager.post

    answer = send(Opened, address, step="checked")
    assert "这一步要看过现在的内容再做" in errors_of(answer)
    assert queue(manager).number == 1


def test_the_column_follows_whichever_way_rows_are_written(article, doctor):
    def is_past():
        return Article.objects.past_review().exists()

    Article.objects.filter(pk=article.pk).update(urgency="now")
    assert is_past()
    Article.objects.filter(pk=article.pk).update(reviewed_text="")
    assert not is_past()
    Article.objects.get().save()  # notes the text as it is
    row = Article.objects.get()
    row.references = "指南"
    row.save(update_fields=["references"])
    assert is_past()
    row.references = ""
    Article.objects.bulk_update([row], ["references"])
    assert not is_past()


def test_what_was_changed_before_is_found_when_the_site_is_upgraded(article, doctor):
    other = make_article(body=BODY, reviewer=doctor, reviewed_on=article.reviewed_on)
    never = make_article(body=CHANGED)
    Article.objects.filter(pk=article.pk).update(body=CHANGED)
    everything = [article.pk, other.pk, never.pk]
    for before in (False, True):
        rows = [Article(pk=key, is_past_review=before and key != never.pk) for key in everything]
        Article.objects.bulk_update(rows, ["is_past_review"])
        import_module("articles.migrations.0075_fill_past_review").fill(apps, connection.schema_editor())
        assert list(Article.objects.filter(is_past_review=True)) == [article]


def test_what_a_release_without_the_queue_has_saved_is_set_right_by_the_line_in_the_manual(article, doctor):
    other = make_article(body=BODY, reviewer=doctor, reviewed_on=article.reviewed_on)
    manual = (Path(__file__).parents[3] / "docs/deploy.md").read_text()
    line = re.search(r'manage\.py shell -c "([^"]*note_past_review[^"]*)"', manual)[1]
    QuerySet(Article).filter(pk=article.pk).update(body=CHANGED)  # and the column stays as it is
    QuerySet(Article).filter(pk=other.pk).update(is_past_review=True)
    call_command("shell", command=line, verbosity=0)
    assert list(Article.objects.past_review()) == [article]


def test_the_queue_is_read_from_its_index(article):
    plan = Article.objects.past_review()[:6].explain()
    if connection.vendor == "sqlite":
        assert "article_past_review" in plan
        assert "TEMP B-TREE" not in plan
