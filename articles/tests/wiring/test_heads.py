"""What a visitor says in the head of a request: nothing there chooses a codec, or costs more than it is long."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from articles.tests.factories import make_article
from healthqa.heads import ESCAPES, LONGEST, Heads, plain_type
from healthqa.serving import Site
from healthqa.wsgi import django_application

pytestmark = pytest.mark.django_db


def never(environ, start_response):
    raise AssertionError


def too_long(environ, start_response):
    start_response("431 Request Header Fields Too Large", [])
    return [b"too long"]


def ask(app, **environ):
    """Return (status, body) of what stands before `app`."""
    started = []
    result = Heads(app, too_long)(RequestFactory()._base_environ(**environ), lambda *answer: started.append(answer))
    return int(started[-1][0][:3]), b"".join(result)


@pytest.fixture
def reader(client):
    """A client of the site whose heads are looked at first."""
    cache.clear()  # an address has only so many likes of one question
    site = client.handler
    client.handler = lambda environ: Heads(lambda taken, start_response: site(taken), too_long)(environ, None)
    return client


def seen(name, value):
    """Return what the application sees of a header."""
    found = {}

    def app(environ, start_response):
        found.update(environ)
        start_response("200 OK", [])
        return []

    ask(app, **{name: value})
    return found[name]


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("text/plain", "text/plain"),
        ("application/x-www-form-urlencoded; charset=UTF-8", "application/x-www-form-urlencoded"),
        (
            "multipart/form-data; boundary=----WebKitFormBoundaryAb1",
            "multipart/form-data; boundary=----WebKitFormBoundaryAb1",
        ),
        ('Multipart/Form-Data; charset=punycode; Boundary="a b"', 'Multipart/Form-Data; boundary="a b"'),
        ("multipart/form-data; boundary=X; charset=punycode", "multipart/form-data; boundary=X"),
        ("text/plain; charset=zlib", "text/plain"),
        ("text/plain" + ";" * 5_000, "text/plain"),
        ("text/plain; " + '";' * 2_000, "text/plain"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_content_type_is_a_media_type_and_a_boundary(said, taken):
    assert plain_type(said) == taken


@pytest.mark.parametrize("charset", ["punycode", "zlib", "hex", "rot13", "idna", "undefined", "utf-16", "none"])
def test_no_charset_that_a_visitor_names_is_used(reader, charset):
    article, plain = make_article(), f"text/plain; charset={charset}"
    assert reader.generic("GET", "/search/suggest/?q=头痛", content_type=plain).status_code == 200
    assert "头痛" in reader.generic("GET", "/search/?q=头痛", content_type=plain).content.decode()
    form = f"multipart/form-data; boundary=X; charset={charset}"
    body = '--X\r\nContent-Disposition: form-data; name="liked"\r\n\r\n1\r\n--X--\r\n'
    answer = reader.generic("POST", f"{article.get_absolute_url()}like/", body, form, HTTP_ORIGIN="http://testserver")
    assert answer.status_code in (200, 303)
    article.refresh_from_db()
    assert article.like_count == 1


@pytest.mark.parametrize(
    "name", ["HTTP_COOKIE", "HTTP_HOST", "HTTP_ACCEPT_ENCODING", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE"]
)
def test_what_is_too_long_is_answered_before_anybody_reads_it(name):
    assert ask(never, **{name: "/" * (LONGEST + 1)}) == (431, b"too long")


def test_cookies_full_of_backslashes_are_left_out_and_the_others_stay():
    odd = "\\" * (ESCAPES + 1)
    assert seen("HTTP_COOKIE", f'session=abc; a="{odd}"; csrf=d') == "session=abc; csrf=d"
    assert seen("HTTP_COOKIE", r'session=abc; a="x\054y"') == r'session=abc; a="x\054y"'


@pytest.mark.parametrize(
    ("environ", "status", "words"),
    [
        ({"PATH_INFO": "/", "QUERY_STRING": "q=" + "1" * LONGEST}, 431, "看不懂这个请求"),
        (
            {"PATH_INFO": "/articles/1/like/", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "70000"},
            413,
            "最多提交 64 KB",
        ),
        ({"PATH_INFO": "/admin/login/", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "70000"}, 413, "最多提交 64 KB"),
    ],
)
def test_what_is_too_long_is_answered_by_a_page_with_the_headers_of_every_answer(environ, status, words):
    site, started = Site(django_application), []
    try:
        result = site.front(RequestFactory()._base_environ(**environ), lambda *answer: started.append(answer))
        assert words in b"".join(result).decode()
    finally:
        site.close()
    assert int(started[-1][0][:3]) == status
    assert "content-security-policy" in {name.lower() for name, _ in started[-1][1]}
