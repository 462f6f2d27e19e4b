"""The panels of a question's form: none is forgotten, and none is open to who is not signed in."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.contrib import admin

from articles.admin import question
from articles.admin.question.article_admin import PANELS
from articles.admin.question.panel import Panel
from articles.models import Article
from articles.tests.editing import ARTICLES

pytestmark = pytest.mark.django_db


def defined_panels():
    """Return the panels that the modules of admin/question/ define."""
    modules = [import_module(f"{question.__name__}.{module.name}") for module in iter_modules(question.__path__)]
    things = {thing for module in modules for thing in vars(module).values() if isinstance(thing, type)}
    return {thing for thing in things if Panel in thing.__mro__[1:]}


def test_every_panel_that_is_written_is_in_the_form():
    assert set(PANELS) == defined_panels()


def addresses():
    """Return an address for each view of each panel as it is in the form."""
    routes = [str(url.pattern) for panel in admin.site.get_model_admin(Article).panels for url in panel.urls]
    return [ARTICLES + re.sub("<[^>]*>", "1", route) for route in routes]


def test_panels_have_addresses():
    assert {f"{ARTICLES}1/drafts/", f"{ARTICLES}import/", f"{ARTICLES}1/history/"} <= set(addresses())


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", addresses())
def test_no_view_of_a_panel_answers_who_is_not_signed_in(client, address, method):
    answer = client.generic(method, address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={address}")
