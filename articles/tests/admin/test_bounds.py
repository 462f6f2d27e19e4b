"""What stands in an address of the admin makes no page fail: every list, field and lookup with values that hurt."""

import re
from datetime import UTC, datetime
from itertools import islice, product
from urllib.parse import quote, urlencode

import pytest
from django.contrib.admin.sites import site
from django.db import connection

from articles.models import Article
from articles.tests.editing import ARTICLES, make_staff, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.workflow.audit import Kind, record

pytestmark = pytest.mark.django_db
ADMINS = [pytest.param(model_admin, id=model._meta.model_name) for model, model_admin in site._registry.items()]
LOOKUPS = [
    *(
        "exact",
        "iexact",
        "icontains",
        "gt",
        "gte",
        "lt",
        "in",
        "range",
        "isnull",
        "regex",
        "year",
        "year__in",
        "iso_year",
    ),
    *("month", "day", "week", "date", "date__gte", "time", "hour", "id__in", "name", "nonsense"),
]
HUGE = "9" * 30
FARTHEST = [
    *("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999", "10000", "0", "-1"),
]
VALUES = [
    *FARTHEST,
    *("", "x", HUGE, f"-{HUGE}", "9" * 5000, f"1,{HUGE}", ",".join(map(str, range(900))), "a\x00b", "\ud800"),
    *("1e400", "nan", "٣", "24:00", "(a+)+$", "x" * 60_000),
]
KEYS = [
    "0",
    "-1",
    HUGE,
    "9" * 18,
    "9" * 19,
    "9" * 5000,
    "abc",
    "\x00",
    "1\x00",
    "\ud800",
    "%",
    "_",
    "1.5",
    "٣",
    "1/2",
    " ",
]


@pytest.fixture(scope="module")
def owner(kept):
    """Somebody who may do all, on a site of one question."""
    with kept():
        make_article(tags=[make_tag()], doctor=make_doctor())
        record(Kind.EXPORT, "导出 3 个问题")
        return make_staff(is_superuser=True)


@pytest.fixture
def client(owner, db):
    return sign_in(owner)


def place(model_admin):
    return f"/admin/{model_admin.opts.app_label}/{model_admin.opts.model_name}/"


def encode(query):
    return urlencode(query, errors="surrogatepass")


def routes(model_admin):
    """Return the addresses of rows, below the list."""
    return [str(url.pattern) for url in model_admin.get_urls() if "<" in str(url.pattern)]


def ask(client, address, **how):
    """Ask for an address; the answer is an ordinary one, and the database can be asked again."""
    response = client.generic(how.pop("method", "GET"), address, **how)
    assert response.status_code in (200, 302, 400, 403, 404, 405), (response.status_code, address[:200])
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return response


def some(*choices, step):
    """Return every `step`th combination: a prime, so that each choice meets the others somewhere in all lists."""
    return islice(product(*choices), 0, None, step)


@pytest.mark.parametrize("model_admin", ADMINS)
def test_no_condition_in_the_address_of_a_list_makes_it_fail(client, model_admin):
    fields = [field.name for field in model_admin.model._meta.get_fields()] + ["pk"]
    for field, lookup, value in some(fields, LOOKUPS, VALUES, step=211):
        ask(client, f"{place(model_admin)}?{encode({f'{field}__{lookup}': value})}")


@pytest.mark.parametrize("model_admin", ADMINS)
def test_no_time_on_the_edge_of_the_calendar_makes_a_list_fail(client, model_admin):
    fields = [field.name for field in model_admin.model._meta.fields if "Date" in field.get_internal_type()]
    for field, lookup, value in some(fields, ("year", "iso_year", "gte", "date", "year__lt"), FARTHEST, step=3):
        ask(client, f"{place(model_admin)}?{encode({f'{field}__{lookup}': value})}")


@pytest.mark.parametrize("model_admin", ADMINS)
def test_no_word_of_the_list_itself_makes_it_fail(client, model_admin):
    own = ("p", "o", "q", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters")
    for name, value in some(own, (*KEYS, "1.-2.3", "-", "--1", "99", "x " * 3000, "published_at__year=9999"), step=11):
        ask(client, f"{place(model_admin)}?{encode({name: value})}")


@pytest.mark.parametrize("model_admin", ADMINS)
def test_no_key_in_an_address_makes_a_page_fail(client, model_admin):
    for route, key in some(routes(model_admin), KEYS, step=3):
        ask(client, place(model_admin) + re.sub("<[^>]*>", quote(key, safe="", errors="surrogatepass"), route))


@pytest.mark.parametrize("model_admin", ADMINS)
def test_no_name_of_a_field_makes_the_page_of_a_row_fail(client, model_admin):
    row = model_admin.model._default_manager.first()
    for page, name in product(("change", "delete"), ("", "id", "pk", "nonsense", "\x00")):
        ask(client, f"{place(model_admin)}{row.pk if row else 1}/{page}/?{encode({'_to_field': name})}")


@pytest.mark.parametrize("model_admin", ADMINS)
def test_no_value_for_a_new_row_makes_its_form_fail(client, model_admin):
    fields = [field.name for field in model_admin.model._meta.get_fields()]
    for field, value in some(fields, ("abc", HUGE, "1,abc", "\x00", "9999-12-31"), step=7):
        ask(client, f"{place(model_admin)}add/?{encode({field: value})}")


@pytest.mark.parametrize("model_admin", ADMINS)
def test_no_selection_makes_an_action_fail(client, model_admin):
    names = [getattr(action, "__name__", action) for action in (*model_admin.actions, "delete_selected", "nonsense")]
    ways = ({"index": "0"}, {"index": "x"}, {"post": "yes"}, {"index": "0", "select_across": "1"})
    for name, key, how in some(names, [key for key in KEYS if key != "\ud800"], ways, step=7):
        answer = client.post(place(model_admin), {"action": name, "_selected_action": [key], **how})
        assert answer.status_code in (200, 302, 400, 403), (name, key, how)


AUTOCOMPLETES = [("article", "doctor"), ("article", "tags"), ("tagalias", "tag"), ("image", "uploaded_by"), ("x", "y")]


@pytest.mark.parametrize(("model", "field"), AUTOCOMPLETES)
@pytest.mark.parametrize("name", ["term", "page", "app_label", "model_name", "field_name"])
def test_no_question_of_a_select_makes_its_answer_fail(client, model, field, name):
    asked = {"app_label": "articles", "model_name": model, "field_name": field}
    for value in (*KEYS[::3], "last", "x " * 3000):
        ask(client, f"/admin/autocomplete/?{encode(asked | {name: value})}")


def test_an_editor_is_told_that_a_condition_was_left_out(client):
    response = client.get(f"{ARTICLES}?published_at__year=9999", follow=True)
    assert response.redirect_chain == [(f"{ARTICLES}?e=1", 302)]
    assert "现在显示的是全部" in response.content.decode()
    assert Article.objects.get().title in response.content.decode()


def test_the_second_mistake_is_answered_as_the_first(client):
    response = client.get(f"{ARTICLES}?e=1&id__in=x")
    assert response.url == f"{ARTICLES}?e=1"


@pytest.mark.parametrize(
    "query", ["status=published", "published_at__year=2026", "doctor__isnull=False", "id__in={0}", "p=1"]
)
def test_a_condition_that_means_something_is_kept(client, query):
    article = Article.objects.get()
    Article.objects.update(published_at=datetime(2026, 5, 1, tzinfo=UTC))
    shown = client.get(f"{ARTICLES}?{query.format(article.pk)}")
    assert [row.pk for row in shown.context["cl"].result_list] == [article.pk]


def test_a_new_form_takes_text_and_rows_from_its_address(client):
    doctor = make_doctor()
    response = client.get(f"{ARTICLES}add/?{encode({'title': '头痛怎么办？', 'doctor': doctor.pk})}")
    assert shown_form(response)["title"] == "头痛怎么办？"
    assert shown_form(response)["doctor"] == str(doctor.pk)
