"""Whatever a body may hold survives each way through the site, byte for byte."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import lists

from articles.models import Article
from articles.models.revision import content_of
from articles.tests.bodies import BODIES
from articles.tests.editing import ARTICLES, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article
from articles.tests.imports import imported, json_lines
from articles.text.markup import clean_html
from articles.workflow.situations import Situation
from articles.workflow.steps import Step, record, restore

pytestmark = pytest.mark.django_db
# The same examples in every run, so that a red run is red again.
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


# A file holds many bodies, as real ones do: as many of them, and few files.
TOGETHER = 8
FILES = settings(EXAMPLES, max_examples=EXAMPLES.max_examples // TOGETHER)
MANY = lists(BODIES, min_size=TOGETHER, max_size=TOGETHER)


def stored():
    return list(Article.objects.order_by("title").values_list("body", flat=True))


def rows_of(bodies):
    return [{"title": str(number), "body_html": body} for number, body in enumerate(bodies)]


@pytest.fixture
def manager():
    return make_staff("管理员")


@pytest.fixture
def user():
    return make_staff("编辑")


@given(BODIES)
@EXAMPLES
def test_cleaning_again_changes_nothing(body):
    assert clean_html(body) == body


@given(MANY)
@FILES
def test_a_body_survives_import_export_and_import(tmp_path, manager, bodies):
    Article.objects.all().delete()
    imported(json_lines(tmp_path / "in.jsonl", *rows_of(bodies)))
    assert stored() == bodies
    client = sign_in(manager)
    for form in ("csv", "xlsx"):
        path = tmp_path / f"out.{form}"
        path.write_bytes(client.get(f"{ARTICLES}export/{form}/").getvalue())
        imported(path)
        assert stored() == bodies
        Article.objects.all().delete()
        imported(path)
        assert stored() == bodies


@given(BODIES)
@EXAMPLES
def test_a_body_survives_the_form(editor, body):
    article = make_article(body=body, status="draft")
    send(editor, change_address(article), body=body, short_answer="改一处。")
    article.refresh_from_db()
    assert (article.body, article.short_answer) == (body, "改一处。")


@given(BODIES)
@EXAMPLES
def test_a_body_survives_as_a_version_that_is_restored(user, body):
    article = make_article(body=body, status="draft")
    situation = Situation(article, user)
    record(situation, Step.SAVE, content_of(article))
    number = situation.number
    Article.objects.filter(pk=article.pk).update(body="<p>别的</p>")
    restore(number, article.pk, user)
    article.refresh_from_db()
    assert article.body == body


@given(MANY)
@FILES
def test_a_body_survives_json_of_any_writer(tmp_path, bodies):
    Article.objects.all().delete()
    (tmp_path / "ascii.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows_of(bodies)))
    imported(tmp_path / "ascii.jsonl")
    assert stored() == bodies
