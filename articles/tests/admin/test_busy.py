"""Saving in the admin while an import, or somebody else, holds the turn."""

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError, connection, connections
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from articles.admin.busy import HELD_UP
from articles.models.turns import LOCK
from articles.tests.editing import change_address, errors_of, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article, make_tag
from articles.tests.reading import read
from healthqa import patience


@pytest.fixture
def import_goes_on(transactional_db):
    """Begin to write, as an import does, on a connection of its own; the fixture's value ends it."""
    patience.set_patience(None, 0.1)
    connection.ensure_connection()
    patience.limit_sqlite(connection)
    other = connections.create_connection("default")

    def begin():
        other.set_autocommit(False)
        with other.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            else:
                cursor.execute("UPDATE articles_article SET body = body")

    def end():
        other.rollback()
        other.set_autocommit(True)

    yield begin, end
    other.close()
    patience.set_patience(None, None)
    connection.close()


def test_an_editor_who_saves_during_an_import_is_told_and_loses_nothing_typed(import_goes_on):
    begin, end = import_goes_on
    client, article = sign_in(make_staff("管理员")), make_article(status="draft", body="<p>多喝水。</p>")
    sent = shown_form(client.get(change_address(article))) | {"title": "发热三天怎么办？", "_step": "save"}
    begin()
    held = client.post(change_address(article), sent)
    end()
    assert HELD_UP in errors_of(held)
    assert shown_form(held)["title"] == "发热三天怎么办？"
    article.refresh_from_db()
    assert article.title != "发热三天怎么办？"
    assert client.post(change_address(article), shown_form(held) | {"_step": "save"}).status_code == 302
    article.refresh_from_db()
    assert article.title == "发热三天怎么办？"


def test_a_message_that_cannot_be_noted_as_read_costs_neither_the_page_nor_what_was_typed(import_goes_on):
    begin, end = import_goes_on
    client, article = sign_in(make_staff("管理员")), make_article(status="draft", body="<p>多喝水。</p>")
    sent = shown_form(client.get(change_address(article))) | {"title": "发热三天怎么办？", "_step": "save"}
    assert client.post(change_address(article), sent).status_code == 302
    begin()
    page = client.get(change_address(article))
    held = client.post(change_address(article), shown_form(page) | {"title": "发热四天怎么办？", "_step": "save"})
    end()
    assert (page.status_code, held.status_code) == (200, 200)
    assert "已保存" in read(page).text
    assert HELD_UP in errors_of(held)
    assert shown_form(held)["title"] == "发热四天怎么办？"


def test_what_a_session_has_to_know_is_written_or_said_not_to_be(import_goes_on):
    begin, end = import_goes_on
    client = sign_in(make_staff("管理员"))
    session = client.session
    session["note"] = "新的"
    if connection.vendor == "sqlite":  # on PostgreSQL nobody who writes something else is in the way
        begin()
        with pytest.raises(OperationalError):
            session.save()
        end()
    session.save()
    session.delete()
    with pytest.raises(UpdateError):
        session.save()


def test_who_gets_a_new_key_stays_signed_in_though_messages_cannot_be_noted(import_goes_on):
    begin, end = import_goes_on
    client = sign_in(make_staff("管理员"))

    def view(request):
        request.session.cycle_key()  # as with every change of a factor
        begin()
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    client.cookies = SessionMiddleware(view)(request).cookies
    end()
    assert client.get(reverse("admin:index")).status_code == 200


def test_other_forms_say_it_too(import_goes_on):
    begin, end = import_goes_on
    client, tag = sign_in(make_staff("管理员")), make_tag("发热")
    sent = shown_form(client.get(change_address(tag)), "tag") | {"name": "发烧"}
    begin()
    held = client.post(change_address(tag), sent)
    end()
    if held.status_code == 302:  # PostgreSQL: a tag that no question has takes no turn
        assert connection.vendor == "postgresql"
        return
    assert HELD_UP in errors_of(held)
    assert shown_form(held, "tag")["name"] == "发烧"


def test_a_form_that_nobody_holds_up_is_saved(import_goes_on):
    client, article = sign_in(make_staff("管理员")), make_article(status="draft")
    assert send(client, change_address(article), title="咳嗽两周怎么办？", step="save").status_code == 302
