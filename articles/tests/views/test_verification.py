"""What search engines ask for to see whose site it is."""

import pytest

from articles.tests.reading import read

pytestmark = pytest.mark.django_db

FILES = {
    "baidu_verify_codeva-AbC123.html": "a1b2c3",
    "BingSiteAuth.xml": "<users><user>1234</user></users>",
    "sogousiteverification.txt": "xYz",
}


@pytest.mark.parametrize("name", FILES)
def test_file_is_served_as_the_settings_have_it(client, settings, name):
    settings.VERIFICATION_FILES = FILES
    response = client.get(f"/{name}")
    assert response.status_code == 200
    assert response.content.decode() == FILES[name]


@pytest.mark.parametrize("path", ["/baidu_verify_other.html", "/abc.txt", "/.txt", "/a/b.html", "/index.php"])
def test_other_files_are_not_found(client, settings, path):
    settings.VERIFICATION_FILES = FILES
    assert client.get(path).status_code == 404


def test_key_of_indexnow_is_a_file_only_while_it_is_set(client, settings):
    settings.INDEXNOW_KEY = "0123456789abcdef"
    assert client.get("/0123456789abcdef.txt").content == b"0123456789abcdef"
    settings.INDEXNOW_KEY = ""
    assert client.get("/0123456789abcdef.txt").status_code == 404
    assert client.get("/.txt").status_code == 404


def test_file_of_the_site_itself_is_not_replaced(client, settings):
    settings.VERIFICATION_FILES = {"robots.txt": "x", "sitemap.xml": "x"}
    assert b"User-agent" in client.get("/robots.txt").content
    assert b"sitemapindex" in client.get("/sitemap.xml").content


def test_address_without_its_slash_leads_to_the_page_as_before(client):
    assert client.get("/tags").status_code == 301


def test_home_carries_the_codes_and_no_other_page_does(client, settings):
    settings.VERIFICATION_CODES = {
        "baidu": "codeva-1",
        "sogou": "sogou2",
        "360": "three",
        "bing": '4"><script>',
        "google": "5",
    }
    page = read(client.get("/"))
    assert page.meta("baidu-site-verification") == "codeva-1"
    assert page.meta("sogou_site_verification") == "sogou2"
    assert page.meta("360-site-verification") == "three"
    assert page.meta("msvalidate.01") == '4"><script>'
    assert page.meta("google-site-verification") == "5"
    assert "verification" not in client.get("/articles/").content.decode()


def test_home_without_codes_says_nothing_of_them(client):
    assert "verification" not in client.get("/").content.decode()
