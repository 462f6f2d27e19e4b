"""The project as a whole: nothing forgotten, and a first start that works."""

import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from articles.models import Article, Doctor, Page, Tag
from articles.tests.reading import read

TEMPLATES = settings.BASE_DIR / "templates"
NAMES = re.compile(r"""["']([\w/-]+\.html)["']""")


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_deploy_check_is_clean(tmp_path):
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "".join(map(chr, range(48, 110)))}
    result = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "DEBUG"],
        cwd=settings.BASE_DIR,
        env={**environment, "SITE_URL": "https://www.example.org", "DATABASE_URL": f"sqlite:///{tmp_path}/db"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_every_template_that_code_names_exists():
    sources = [path for app in ("articles", "healthqa") for path in (settings.BASE_DIR / app).rglob("*.py")]
    sources = [path for path in sources if "tests" not in path.parts] + list(TEMPLATES.rglob("*.html"))
    named = {name for path in sources for name in NAMES.findall(path.read_text(encoding="utf-8"))}
    assert "base.html" in named
    for name in named:
        if not (TEMPLATES / "errors" / "static" / name).exists():
            get_template(name)


def test_every_template_compiles():
    for path in TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(TEMPLATES)))


def test_every_static_file_that_a_template_names_exists():
    from django.contrib.staticfiles import finders

    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", text) + re.findall(r'"/static/([^"]+)"', text):
            assert finders.find(name), f"{path.name}: {name}"


@pytest.mark.django_db
def test_every_model_has_chinese_names_for_editors():
    for model in apps.get_app_config("articles").get_models():
        assert not str(model._meta.verbose_name).isascii(), model


@pytest.mark.django_db
def test_every_public_address_answers_get_without_a_session(client):
    """A view that somebody adds is in this list, so that nobody forgets to think about who may see it."""
    names = {pattern.name for pattern in patterns(get_resolver()) if pattern.name}
    known = {"home", "list", "question", "like", "report", "tags", "tag", "tag_feed", "doctors", "doctor", "feed"}
    assert names == known | {
        "helped",
        "search",
        "search_suggest",
        "search_missed",
        "robots",
        "sitemap_index",
        "sitemap",
        "healthz",
        "metrics",
        "draft",
        "image",
        "page",
        "verification",
    }


def patterns(resolver):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif isinstance(entry, URLResolver) and entry.app_name != "admin":
            yield from patterns(entry)


def prepare():
    out = StringIO()
    call_command("prepare_site", stdout=out)
    return out.getvalue()


def counts():
    return {model: model.objects.count() for model in (*apps.get_models(),)}


@pytest.mark.django_db
def test_first_start_loads_the_demo_and_shows_a_password_once():
    said = prepare()
    assert all(model.objects.exists() for model in (Article, Doctor, Page, Tag))
    name, password = re.search(r"后台账号：(\S+)\s+一次性密码：(\S+)", said).groups()
    owner = authenticate(username=name, password=password)
    assert owner.is_superuser
    assert owner.first_password  # the log of a start may be read by others: it is changed at the first sign-in
    assert password not in prepare()
    assert get_user_model().objects.count() == 1


@pytest.mark.django_db
def test_the_tags_and_doctors_of_the_demo_stand_under_their_letters(client):
    prepare()
    assert not any(model.objects.filter(filed="").exists() for model in (Doctor, Tag))
    assert "面肌痉挛" in client.get("/tags/", {"letter": "M"}).content.decode()


@pytest.mark.django_db
def test_interrupted_first_start_leaves_nothing_and_is_made_up_for(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("articles.management.commands.prepare_site.get_tags", interrupt)
        with pytest.raises(KeyboardInterrupt):
            prepare()
    assert not any(model.objects.exists() for model in (Article, Doctor, Page, Tag))
    assert "已装入演示内容" in prepare()


def interrupt(names):
    raise KeyboardInterrupt


@pytest.mark.django_db
def test_second_start_changes_nothing():
    prepare()
    before = counts()
    stamps = list(Article.objects.order_by("pk").values_list("pk", "updated_at", "body", "like_count"))
    said = prepare()
    assert counts() == before
    assert list(Article.objects.order_by("pk").values_list("pk", "updated_at", "body", "like_count")) == stamps
    assert "密码" not in said


@pytest.mark.django_db
def test_start_with_own_content_loads_no_demo():
    Doctor.objects.create(name="本院医生")
    prepare()
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_start_keeps_the_accounts_of_a_site():
    get_user_model().objects.create_user("own", is_staff=True)
    assert "密码" not in prepare()
    assert get_user_model().objects.get().username == "own"


@pytest.mark.django_db
def test_every_page_of_the_demo_works():
    """Starting at home, every link of ours leads to a page that is there."""
    prepare()
    client, seen, waiting = Client(), set(), ["/"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        if not response["Content-Type"].startswith("text/html"):
            continue
        page = read(response)
        assert page.title, address
        assert "None" not in page.text, address
        assert len(page.all("h1")) == 1, address
        identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(identifiers) == len(set(identifiers)), address
        waiting += [link.split("#")[0] for link in page.links if re.match(r"/[^/]", link)]
    shown = Article.objects.published()
    assert shown.count() >= 20
    for rows in (shown, Page.objects.all(), Tag.objects.in_use(), Doctor.objects.with_published_answers()):
        for row in rows:
            assert row.get_absolute_url() in seen, row


@pytest.mark.django_db
def test_demo_is_complete_where_a_reader_looks():
    prepare()
    full = Article.objects.published().filter(is_excerpt=False)
    assert not full.filter(body="").exists()
    for article in Article.objects.prefetch_related("tags"):
        assert article.tags.all(), article
