import logging
import socket

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import BODY, make_article, make_tag
from articles.tests.reading import read
from articles.views import errors

STATIC = [errors.bad_request, errors.forbidden, errors.csrf_failure, errors.server_error, errors.unavailable]
PAGES = ["/", "/articles/", "/articles/1/", "/tags/", "/tags/x/", "/doctors/1/", "/search/?q=痛风", "/feed/", "/about/"]
ADDRESSES = [*PAGES, "/sitemap-1.xml", "/robots.txt", "/nothing/here/", "/admin/login/"]


def failing(error):
    """Return a wrapper that makes every query fail, as a database that is gone does."""

    def fail(execute, sql, params, many, context):
        raise error("connection to the database is gone")

    return connection.execute_wrapper(fail)


@pytest.mark.django_db
def test_404_helps_on(client):
    article = make_article()
    make_article(status="draft", title="草稿一篇")
    response = client.get("/nothing/")
    page = read(response)
    assert response.status_code == 404
    assert page.all("input", name="q")
    assert article.get_absolute_url() in page.links
    assert "草稿一篇" not in page.text
    assert page.meta("robots") == "noindex"
    assert page.link("canonical") is None


@pytest.mark.django_db
def test_404_costs_two_queries(client, django_assert_num_queries):
    for _ in range(20):
        make_article(tags=[make_tag()])
    with django_assert_num_queries(2):
        client.get("/no/thing/")


ODD_PATHS = [
    *("/\x00", "/\x00/", "/\xed\xa0\x80/", "/\xff/", "/\n/", "//evil.example/", "//evil.example", "/\\evil.example/"),
    *("/.env", "/wp-login.php", "/../etc/passwd", "/articles/1/like", "/articles//", "/" + "x" * 5000, "/%2500/"),
    *("/static/../../manage.py", "/static/nothing.css", "/关于/", "/<script>/", "/tags/a/b/c/", "/articles/1\n/"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ODD_PATHS)
def test_odd_path_is_not_found_and_leads_nowhere_else(client, path):
    response = client.get("/", PATH_INFO=path.encode().decode("latin-1"))
    assert response.status_code in (301, 404)
    if response.status_code == 301:
        assert response["Location"].startswith("/")
        assert not response["Location"].startswith(("//", "/\\"))


@pytest.mark.django_db
def test_404_shows_no_markup_of_the_address(client):
    assert b"<script>alert" not in client.get('/"><script>alert(1)</script>/').content


@pytest.mark.parametrize("view", STATIC, ids=lambda view: view.__name__)
def test_static_error_pages_need_no_database(view):
    """Without the django_db mark, pytest-django blocks every connection."""
    response = view(RequestFactory().get("/"))
    page = read(response)
    assert response.status_code in (400, 403, 500, 503)
    assert response["Cache-Control"] == "no-store"
    assert page.title
    assert page.all("html")[0]["lang"] == "zh-Hans"
    assert page.meta("robots") == "noindex"
    assert page.links == ["/"]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("address", ADDRESSES)
def test_page_without_its_database_is_late_and_not_broken(address, error):
    with failing(error):
        response = Client(raise_request_exception=False).get(address)
    if address == "/admin/login/" and response.status_code == 200:
        return  # needs no query
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "没有任何内容丢失" in response.content.decode()
    assert "gone" not in response.content.decode()


TEXT = "application/x-www-form-urlencoded"
TOO_MUCH = [
    (b"body=" + b"x" * 5_400_000, TEXT, "文字太长：一次最多提交5MB，这次有5.15MB。"),
    (b"&".join(b"_selected_action=%d" % key for key in range(1001)), TEXT, "项目太多：一次最多1000项。"),
    (
        encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.csv", bytes(25 * 1024 * 1024))}),
        MULTIPART_CONTENT,
        "文件太大：一次最多上传24MB，这次有25MB。",
    ),
    (
        encode_multipart(BOUNDARY, {f"file{n}": SimpleUploadedFile("a.csv", b"x") for n in range(101)}),
        MULTIPART_CONTENT,
        "文件太多：一次最多上传100个。",
    ),
    (encode_multipart(BOUNDARY, {"body": "长" * 2_000_000}), MULTIPART_CONTENT, "文字太长：一次最多提交5MB"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "kind", "sentence"), TOO_MUCH, ids=["text", "fields", "file", "files", "form"])
@pytest.mark.parametrize("address", ["/admin/articles/article/1/change/", "/articles/1/like/", "/articles/1/report/"])
def test_who_sends_too_much_reads_how_much_may_be_and_that_nothing_was_saved(address, body, kind, sentence):
    article = make_article(pk=1)
    client = sign_in(make_staff("编辑"))
    response = client.generic("POST", address, body, kind, headers={"Sec-Fetch-Site": "same-origin"})
    page = read(response)
    assert response.status_code == 400
    assert response["Cache-Control"] == "no-store"
    assert sentence in page.text
    assert "没有保存" in page.text
    assert "您填写的内容还在那一页" in page.text
    article.refresh_from_db()
    assert article.body == BODY


def test_how_much_may_be_is_what_the_settings_say(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1536 * 1024
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
    too_long = client.post("/admin/login/", b"username=" + b"x" * 2_000_000, content_type=TEXT)
    assert "一次最多提交1.5MB" in read(too_long).text
    assert "网址里的参数太多：一次最多20项" in read(client.get("/admin/login/?" + "a=1&" * 30)).text


@pytest.mark.django_db
def test_like_without_its_database_is_not_acknowledged():
    article = make_article()
    client = Client(raise_request_exception=False)
    with failing(OperationalError):
        response = client.post(
            f"{article.get_absolute_url()}like/", {"liked": "1"}, headers={"Sec-Fetch-Site": "same-origin"}
        )
    assert response.status_code == 503
    assert not response.cookies
    assert not article.likes.exists()


@pytest.mark.django_db
def test_preview_without_its_database_is_late(client):
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    client.raise_request_exception = False
    with failing(OperationalError):
        assert client.get("/articles/1/").status_code == 503
        assert client.get("/admin/").status_code == 503


@pytest.mark.django_db
def test_all_is_well_once_the_database_is_back(client):
    article = make_article()
    client.raise_request_exception = False
    with failing(OperationalError):
        client.get(article.get_absolute_url())
    assert client.get(article.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_mistake_of_ours_is_a_500_without_a_traceback(settings):
    settings.ROOT_URLCONF = "articles.tests.broken_urls"
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert "Traceback" not in response.content.decode()
    assert "网站出了点问题" in response.content.decode()


@pytest.mark.django_db
def test_healthz_says_ok(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DatabaseError])
def test_healthz_names_the_database(error):
    with failing(error):
        response = Client(raise_request_exception=False).get("/healthz")
    assert response.status_code == 503
    assert response.content.decode().count("\n") == 1
    assert "database" in response.content.decode()


@pytest.mark.django_db
def test_unknown_host_is_refused(client):
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.content


@pytest.mark.django_db
def test_logs_hold_no_address_and_no_words_of_readers(caplog, settings):
    settings.TRUSTED_PROXIES = 1
    caplog.set_level(logging.DEBUG)
    client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.7")
    headers = {"X-Forwarded-For": "198.51.100.9", "User-Agent": "Telltale/1.0"}
    article = make_article()
    for address in ("/", "/nothing/?q=私事", "/search/?q=私事", article.get_absolute_url()):
        client.get(address, headers=headers)
        with failing(OperationalError):
            client.get(address, headers=headers)
    for site in ("same-origin", "cross-site"):
        client.post(f"{article.get_absolute_url()}like/", {"liked": "1"}, headers={**headers, "Sec-Fetch-Site": site})
    client.post("/admin/login/", {"username": "x", "password": "y"}, headers=headers)
    Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7").post("/admin/login/", headers=headers)
    client.get("/", headers={**headers, "Host": "evil.example"})
    settings.ROOT_URLCONF = "articles.tests.broken_urls"
    client.get("/broken/?q=私事", headers=headers)
    ours = [record for record in caplog.records if record.name != "django.db.backends"]
    assert any(record.levelno >= logging.ERROR for record in ours)
    text = "\n".join(caplog.handler.format(record) for record in ours)
    for trace in ("203.0.113.7", "198.51.100.9", "Telltale", "私事"):
        assert trace not in text


@pytest.mark.django_db
def test_log_line_cannot_be_forged(caplog):
    with failing(OperationalError):
        Client().get("/tags/x%0A2026-01-01 ERROR root: forged/")
    assert caplog.records
    assert not any("\n" in record.getMessage() for record in caplog.records)


@pytest.mark.django_db
def test_pages_ask_no_other_host(client, monkeypatch):
    """Rendering opens no connection but the database's, which is open already."""
    article = make_article()
    client.get("/")

    def refuse(*args, **kwargs):
        raise AssertionError("a page opened a connection")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for address in ("/", article.get_absolute_url(), "/search/?q=x", "/feed/"):
        assert client.get(address).status_code == 200
