"""The same strict headers on every kind of answer, and nothing personal on any public one."""

import gzip
import re

import pytest
from django.db import OperationalError, connection
from django.test import Client

from articles.models import Page, TagAlias
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db

PUBLIC = {
    "home": "/",
    "list": "/articles/",
    "question": "question",
    "tags": "/tags/",
    "tag": "tag",
    "doctors": "/doctors/",
    "doctor": "doctor",
    "search": "/search/?q=痛风",
    "empty search": "/search/?q=没有这样的",
    "feed": "/feed/",
    "tag feed": "/tags/痛风/feed/",
    "robots": "/robots.txt",
    "sitemap index": "/sitemap.xml",
    "sitemap": "/sitemap-1.xml",
    "page": "/about/",
}
OTHER = {
    "not found": "/no/thing/",
    "draft": "draft",
    "gone": "gone",
    "alias": "/tags/痛風/",
    "missing slash": "/articles",
    "static": "/static/css/site.css",
    "icon": "/favicon.ico",
    "missing static": "/static/nothing.css",
    "health": "/healthz",
    "suggestions": "/search/suggest/?q=痛风",
    "like": "like",
    "login": "/admin/login/",
    "admin": "/admin/",
}
PERSONAL = {"like", "login", "admin"}
EVERY = [*PUBLIC, *OTHER]


@pytest.fixture(scope="module")
def rows(kept):
    """The addresses of rows that all tests begin with."""
    with kept():
        return make_rows()


def make_rows():
    tag, doctor = make_tag("痛风", kind="disease"), make_doctor()
    TagAlias.objects.create(tag=tag, name="痛風")
    Page.objects.create(slug="about", title="关于", body="<p>我们</p>")
    article = make_article(title="痛风？", tags=[tag], doctor=doctor)
    return {
        "question": article.get_absolute_url(),
        "like": f"{article.get_absolute_url()}like/",
        "tag": tag.get_absolute_url(),
        "doctor": doctor.get_absolute_url(),
        "draft": make_article(status="draft").get_absolute_url(),
        "gone": make_article(status="withdrawn", withdrawn_reason="旧").get_absolute_url(),
    }


def address_of(kind, rows):
    address = {**PUBLIC, **OTHER}[kind]
    return rows.get(address, address)


def fetch(client, address, **options):
    return finish(client.get(address, **options))


def finish(response):
    """Read a static file to its end, which closes it."""
    if response.streaming:
        response.getvalue()
    return response


def policy(response):
    directives = [directive.split() for directive in response["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in directives}


def assert_strict(response, admin=False):
    rules = policy(response)
    assert rules["default-src"] == ["'none'"]
    assert rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
    assert rules["form-action"] == ["'self'"]
    for name, values in rules.items():
        allowed = {"'self'", "'none'"}
        for value in values:
            hashed = admin and name == "script-src" and re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", value)
            assert value in allowed or hashed, (name, value)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin"):
        assert name not in response


@pytest.mark.parametrize("kind", EVERY)
def test_every_answer_carries_the_strict_headers(client, rows, kind):
    response = fetch(client, address_of(kind, rows))
    assert_strict(response, admin=kind in ("login", "admin"))


def test_refusals_and_failures_carry_the_strict_headers(rows, settings):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    refused = client.post(rows["like"], {"liked": "1"})
    assert refused.status_code == 403
    assert_strict(refused)
    forged = client.post("/admin/login/", {"username": "x"})
    assert forged.status_code == 403
    assert_strict(forged, admin=True)
    wrong = client.post(rows["like"], {"liked": "x"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert wrong.status_code == 400
    assert_strict(wrong)
    not_allowed = Client().put("/")
    assert not_allowed.status_code == 405
    assert_strict(not_allowed)
    bad_host = client.get("/", headers={"Host": "evil.example"})
    assert bad_host.status_code == 400
    assert_strict(bad_host)
    with connection.execute_wrapper(gone):
        late = client.get("/")
    assert late.status_code == 503
    assert_strict(late)
    settings.ROOT_URLCONF = "articles.tests.broken_urls"
    broken = client.get("/broken/")
    assert broken.status_code == 500
    assert_strict(broken)


def gone(execute, sql, params, many, context):
    raise OperationalError("gone")


@pytest.mark.parametrize("kind", EVERY)
def test_https_is_remembered(client, rows, kind):
    response = fetch(client, address_of(kind, rows), secure=True)
    assert int(re.fullmatch(r"max-age=(\d+)", response["Strict-Transport-Security"])[1]) >= 31_536_000


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind not in PERSONAL])
def test_public_answers_set_no_cookie_and_do_not_vary_by_cookie(client, rows, kind):
    response = fetch(client, address_of(kind, rows))
    assert not response.cookies
    assert "Set-Cookie" not in response
    assert "cookie" not in response.get("Vary", "").lower()


@pytest.mark.parametrize("kind", PUBLIC)
def test_reader_who_liked_gets_the_same_bytes_and_no_other_cookie(rows, kind):
    reader, stranger = Client(), Client()
    reader.post(rows["like"], {"liked": "1"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert list(reader.cookies) == ["reader"]
    answer = reader.get(address_of(kind, rows))
    assert not answer.cookies
    assert answer.content == stranger.get(address_of(kind, rows)).content


@pytest.mark.parametrize("kind", PUBLIC)
def test_public_pages_may_be_kept_and_are_checked(client, rows, kind):
    address = address_of(kind, rows)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate, no-transform"
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert not again.content
    assert again["ETag"] == response["ETag"]
    assert again["Cache-Control"] == response["Cache-Control"]
    assert_strict(again)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("kind", ["home", "question", "feed", "sitemap"])
def test_shared_caches_keep_pages_as_long_as_the_operator_says(client, rows, settings, kind):
    settings.SHARED_CACHE_SECONDS = 30
    assert "s-maxage=30" in client.get(address_of(kind, rows))["Cache-Control"]


@pytest.mark.parametrize("kind", PUBLIC)
def test_head_answers_like_get_without_the_body(client, rows, kind):
    address = address_of(kind, rows)
    head, get = client.head(address), client.get(address)
    assert head.status_code == 200
    assert not head.content
    for name in ("Content-Type", "Cache-Control", "Content-Security-Policy"):
        assert head[name] == get[name]


@pytest.mark.parametrize("kind", ["home", "question", "feed", "sitemap", "not found"])
def test_pages_are_compressed_for_those_who_can_read_it(client, rows, kind):
    make_article(tags=["痛风"])
    address = address_of(kind, rows)
    plain = client.get(address)
    small = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize("kind", EVERY)
def test_get_never_writes(client, rows, kind):
    client.post(rows["like"], {"liked": "1"}, headers={"Sec-Fetch-Site": "same-origin"})
    for method in (client.get, client.head):
        with connection.execute_wrapper(reads_only):
            assert finish(method(address_of(kind, rows))).status_code < 500


def reads_only(execute, sql, params, many, context):
    assert sql.lstrip("( ").upper().startswith(("SELECT", "WITH ASKED", "WITH SET0")), sql
    assert not re.search(r"\b(?:FOR UPDATE|INSERT INTO|UPDATE|DELETE FROM)\b", sql.upper()), sql
    return execute(sql, params, many, context)


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind not in ("login", "admin")])
def test_html_holds_no_inline_script_style_or_foreign_address(client, rows, kind):
    response = fetch(client, address_of(kind, rows))
    if not response.get("Content-Type", "").startswith("text/html"):
        return
    html = response.content.decode()
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", html)
    for attributes in re.findall(r"<script([^>]*)>", html):
        assert 'src="/' in attributes or 'type="application/ld+json"' in attributes
    assert not re.search(r"<(?:link|script|img|iframe|form)[^>]+(?:src|action)=\"(?:https?:)?//", html)
    assert not re.search(r"<link[^>]+rel=\"(?:stylesheet|icon|preload)\"[^>]+href=\"(?:https?:)?//", html)


@pytest.mark.parametrize("kind", EVERY)
def test_text_answers_name_their_encoding(client, rows, kind):
    response = fetch(client, address_of(kind, rows))
    if response.status_code != 301 and kind not in ("icon", "admin"):
        assert "charset" in response["Content-Type"]


def test_redirect_to_https_stays_on_our_host(rows, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_SSL_HOST = "www.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    response = client.get(rows["question"], headers={"Host": "evil.example"})
    assert response.status_code == 301
    assert response["Location"] == f"https://www.example.org{rows['question']}"
    assert_strict(response)
    assert client.get("/healthz").status_code == 200  # load balancers ask over plain HTTP
