"""Static files of several releases beside each other: a page of each finds its style sheet on every node."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory

from articles.management.commands import make_static
from healthqa import releases

pytestmark = pytest.mark.django_db  # the end of an answer closes connections


@pytest.fixture
def site(settings, tmp_path):
    """A site with one style sheet and one picture; write_css makes another release of it."""
    sources = tmp_path / "sources"
    (sources / "css").mkdir(parents=True)
    settings.STATICFILES_DIRS = [sources]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static" / "files"
    settings.STATIC_MADE = tmp_path / "made"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    forget()
    (sources / "dot.svg").write_text("<svg/>")
    write_css(sources, "1")
    yield sources
    forget()


def forget():
    """A process knows the sources of its release for good; here each release is one."""
    finders.get_finder.cache_clear()
    releases.release.cache_clear()


def write_css(sources, width):
    (sources / "css" / "site.css").write_text(f"a{{width:{width}px;background:url(../dot.svg)}}" + "b{color:red}" * 30)
    forget()


def release(sources, width):
    """Make a release; return the address of its style sheet."""
    write_css(sources, width)
    call_command("make_static", verbosity=0)
    return releases.ReleaseStorage().url("css/site.css")


def process():
    """Return a process of the site as it begins now: it answers a path with its status, headers and text."""
    middleware = releases.StaticFilesMiddleware(lambda request: HttpResponse(status=404))

    def ask(path):
        response = middleware(RequestFactory().get(path))
        text = response.getvalue().decode()
        response.close()
        return response.status_code, response.headers, text

    return ask


def written(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_release_is_made_once(site, settings, capsys):
    release(site, 1)
    before = written(settings.STATIC_ROOT)
    assert len(before) >= 4
    call_command("make_static")
    assert written(settings.STATIC_ROOT) == before
    assert "没有变化" in capsys.readouterr().out
    assert list(settings.STATIC_ROOT.parent.glob("new-*")) == []


def test_pages_of_the_old_and_of_the_new_release_find_their_style_sheet_on_nodes_of_both(site):
    old = release(site, 1)
    old_node = process()
    assert old_node(old)[2].startswith('a{width:1px;background:url("../dot.')
    new = release(site, 2)
    assert old != new
    for node in (old_node, process()):
        for address, width in ((old, 1), (new, 2)):
            status, headers, text = node(address)
            assert status == 200
            assert text.startswith(f"a{{width:{width}px;")
            assert "immutable" in headers["Cache-Control"]


def test_a_file_without_a_digest_in_its_name_is_whole_after_it_has_changed(site):
    release(site, 1)
    node = process()
    assert "immutable" not in node("/static/css/site.css")[1]["Cache-Control"]
    release(site, 22222)
    status, headers, text = node("/static/css/site.css")
    assert text.startswith("a{width:22222px;")
    assert int(headers["Content-Length"]) == len(text)


def test_the_last_releases_are_kept_and_what_belongs_to_none_goes(site, settings):
    first = release(site, 0)
    (settings.STATIC_ROOT / "left.txt").write_text("of nobody")
    node = process()
    assert node(first)[0] == 200
    others = [release(site, width) for width in range(1, make_static.KEPT)]
    assert [node(address)[0] for address in (first, *others)] == [200] * make_static.KEPT
    others.append(release(site, make_static.KEPT))
    assert node(first)[0] == 404
    assert [node(address)[0] for address in others] == [200] * make_static.KEPT
    names = {path.name for path in settings.STATIC_ROOT.rglob("*")}
    assert "left.txt" not in names
    assert Path(others[-1]).name in names
    assert {path for path in names if path.startswith("dot.")} >= {"dot.svg"}


def test_a_release_that_comes_back_counts_as_the_newest(site):
    first = release(site, 0)
    for width in range(1, make_static.KEPT):
        release(site, width)
    release(site, 0)
    release(site, 99)
    assert process()(first)[0] == 200


def test_what_is_not_a_file_of_the_site_is_not_served(site, settings):
    release(site, 1)
    [made] = releases.list_folder(settings.STATIC_ROOT).glob("*.json")
    assert "css/site.css" in json.loads(made.read_text())["paths"]
    node = process()
    for path in (
        "/static/staticfiles.json",
        f"/static/{made.name}",
        f"/static/../releases/{made.name}",
        f"/static//releases/{made.name}",
        "/static/css",
        "/static/css/",
        "/static/",
        "/static/css/site.css.gz",
        "/static/no.0123456789ab.css",
        "/static/%00.css",
        f"/static/{'x' * 5000}.css",
    ):
        assert node(path)[0] == 404, path


def test_who_began_before_the_first_release_serves_it(site):
    node = process()
    assert node("/static/css/site.css")[0] == 404
    assert node(release(site, 1))[0] == 200
