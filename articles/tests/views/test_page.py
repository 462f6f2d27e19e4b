import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from articles.models import Page
from articles.tests.reading import read

pytestmark = pytest.mark.django_db


def make_page(slug="about", **fields):
    return Page.objects.create(**{"slug": slug, "title": "关于我们", "body": "<p>我们是谁。</p>", **fields})


def test_page_shows_its_text_and_its_date(client):
    page = make_page(body="<h2>我们</h2><p>是谁。</p>")
    answer = read(client.get("/about/"))
    assert "关于我们我们是谁。最后更新" in answer.text
    assert len(answer.all("h1")) == 1
    assert answer.link("canonical").endswith("/about/")
    assert answer.meta("description") == "我们 是谁。"
    assert page.get_absolute_url() == "/about/"


def test_description_written_by_an_editor_is_used(client):
    make_page(description="一句话。")
    assert read(client.get("/about/")).meta("description") == "一句话。"


def test_footer_holds_the_pages_in_their_order(client):
    make_page("second", title="第二页", position=2)
    make_page("first", title="第一页", position=1)
    make_page("hidden", title="不在页脚", position=0)
    text = read(client.get("/articles/")).text
    assert text.index("第一页") < text.index("第二页")
    assert "不在页脚" not in text
    assert client.get("/hidden/").status_code == 200


def test_page_without_a_slash_is_redirected_to_our_own_path(client):
    make_page()
    response = client.get("/about?x=1")
    assert response.status_code == 301
    assert response["Location"] == "/about/?x=1"


def test_script_in_a_page_is_removed(client):
    make_page(body="<p onclick=x()>文</p><script>alert(1)</script>")
    assert b"<script>" not in client.get("/about/").content
    assert b"onclick" not in client.get("/about/").content


@pytest.mark.parametrize("slug", ["nothing", "About", "关于", "a.b", "%00", "x" * 5000])
def test_unknown_page_is_not_found(client, slug):
    make_page()
    assert client.get(f"/{slug}/").status_code == 404


def test_no_page_can_take_an_address_of_the_site():
    taken = {str(entry.pattern).split("/")[0] for entry in own_patterns()} - {""}
    assert {"admin", "articles", "tags", "doctors", "search", "feed", "healthz"} <= taken
    for slug in taken:
        if slug.isidentifier():
            with pytest.raises(ValidationError):
                Page(slug=slug, title="x", body="<p>x</p>").full_clean()


@pytest.mark.parametrize(
    "slug", ["admin", "articles", "doctors", "drafts", "feed", "healthz", "media", "search", "static", "tags"]
)
def test_words_that_addresses_begin_with_are_refused(slug):
    with pytest.raises(ValidationError, match="是网站自己的地址"):
        Page(slug=slug, title="x", body="<p>x</p>").full_clean()


def own_patterns():
    for entry in get_resolver().url_patterns:
        yield from [entry] if str(entry.pattern) else entry.url_patterns
