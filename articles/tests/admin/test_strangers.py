"""What strangers send to the desk."""

import pytest
from django.http import HttpRequest
from django.test import Client

from articles.tests.editing import ARTICLES, make_staff, sign_in

pytestmark = pytest.mark.django_db
LONG = "长" * 30_000  # 90 KB, and 270 KB as a form writes it


@pytest.fixture
def read(monkeypatch):
    """What forms were looked into."""
    found, read_form = [], HttpRequest._load_post_and_files
    monkeypatch.setattr(
        HttpRequest, "_load_post_and_files", lambda request: found.append(request.path) or read_form(request)
    )
    return found


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=X", "application/x-www-form-urlencoded"])
def test_long_form_of_a_stranger_is_not_looked_into(read, kind):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"{ARTICLES}add/", f"title={LONG}", content_type=kind)
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={ARTICLES}add/")
    assert not read


def test_editor_sends_a_long_form(read):
    client = sign_in(make_staff("编辑"))
    answer = client.post(f"{ARTICLES}add/", {"title": LONG})
    assert answer.status_code == 200  # shown again, with what is wrong
    assert read
