"""Whatever stands in a field of an archive, it is refused with its line and field, or every page can show it."""

import json
import re
from contextlib import suppress

import pytest
from django.contrib.admin.sites import site
from django.core.management import CommandError
from django.db import transaction

from articles.archive.kinds import KINDS, ROW
from articles.importing.errors import BadFile
from articles.models import Article, Doctor, DoctorMerge, Page, Revision, Tag, TagAlias, TagMerge
from articles.models.doctor_merging import undo_doctor_merge
from articles.models.merge_record import NotUndone
from articles.models.merging import undo_tag_merge
from articles.tests.archives import empty, export, fill_with_few_words, load, refused, signed
from articles.tests.editing import make_staff, sign_in
from articles.text.markup import clean_html

pytestmark = pytest.mark.django_db

SCRIPT = '<p onclick="x()">甲</p><a href="javascript:x()">乙</a><script>x()</script>'
# Texts first: fields that take any text are shown with the first TURNS of these.
HOSTILE = [
    *("../admin", "admin", "x" * 60, "甲" * 41, "甲" * 5_000, SCRIPT, "javascript:alert(1)", "%s{{x}}{%x%}", "", " "),
    *("a\0b", "a\u202eb", "a\nb", "\x0b", "\ufffe", "published", "withdrawn", "draft", "live", "review", "now"),
    *("0000-00-00", "0001-01-01", "1900-01-01", "2999-12-31", "9999-12-31", "2025-02-30", "2025-01-01T00:00:00"),
    *("1900-01-01T00:00:00+14:00", "2999-12-31T23:59:59.999999-12:00", "9999-12-31T23:59:59-12:00"),
    *(None, True, False, 0, 1, 2, -1, 1.5, 30_000, 32_768, 10**9, 10**9 + 1, 10**12, 2**63, 10**30),
    *([], {}, [[1]], {"title": 1}, {"a": "\0"}, [["x"]], json.loads("[" * 50 + "]" * 50)),
]
TURNS = 10
FIELDS = [pytest.param(kind, field.name, id=f"{kind.name}.{field.name}") for kind in KINDS for field in kind.fields]
PERSONS = {"lihong": 1}


@pytest.fixture(scope="module")
def archive(tmp_path_factory, django_db_setup, django_db_blocker):
    """Return the rows of an archive with a row of every kind, as JSON objects."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill_with_few_words()
        lines = export(tmp_path_factory.mktemp("archive") / "1.jsonl").splitlines()
        transaction.set_rollback(True)
    return [json.loads(line) for line in lines[1:-1]]


def first(archive, kind):
    return next(said for said in archive if said[ROW] == kind.name)


def refusal(kind, said):
    """Return why an archive does not take a row as such, or None; it is refused in this way and in no other."""
    try:
        kind.row(json.loads(json.dumps(said)), PERSONS, 7)
    except BadFile as error:
        return error
    return None


def assert_named(error, names):
    assert error.line == 7
    assert any(f"“{name}”" in error.sentence for name in names), error.sentence


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_value_is_refused_by_line_and_field_or_suits_its_field(archive, kind, name):
    said = first(archive, kind)
    assert refusal(kind, said) is None
    for value in HOSTILE:
        if error := refusal(kind, said | {name: value}):
            assert_named(error, kind.by_name)


@pytest.mark.parametrize(
    "name", ["title", "body", "tags", "related", "doctor", "published_at", "is_revision", "correction", "answers"]
)
def test_a_value_within_a_version_is_refused_by_line_and_part_or_suits_it(archive, name):
    kind = next(kind for kind in KINDS if kind.model is Revision)
    said = first(archive, kind)
    for value in HOSTILE:
        if error := refusal(kind, said | {"content": said["content"] | {name: value}}):
            assert_named(error, ["content"])


def addresses():
    """Yield the addresses of all pages, for readers and for editors, that show the rows of an archive."""
    yield from ("/", "/articles/", "/tags/", "/doctors/", "/feed/", "/sitemap.xml", "/sitemap-1.xml", "/no-such-page/")
    yield from ("/search/?q=头痛", "/search/?q=甲", "/search/suggest/?q=头", "/admin/")
    rows = [*Article.objects.all(), *Tag.objects.all(), *Doctor.everyone.all(), *Page.objects.all()]
    for row in rows:
        yield row.get_absolute_url()
    yield from (f"/tags/{alias.slug}/" for alias in TagAlias.objects.all())
    for article in Article.objects.all():
        yield article.like_path
        yield from (f"/admin/articles/article/{article.pk}/{page}/" for page in ("change", "history"))
    for model, model_admin in site._registry.items():
        if model._meta.app_label != "articles":
            continue
        place = f"/admin/{model_admin.opts.app_label}/{model_admin.opts.model_name}/"
        yield place
        if model is not Article:
            yield from (f"{place}{row.pk}/change/" for row in model._base_manager.all()[:2])


def look_at_all_pages():
    client = sign_in(make_staff(is_superuser=True))
    client.raise_request_exception = False
    for address in list(addresses()):
        response = client.get(address)
        assert response.status_code < 500, address
        if not address.startswith("/admin/") and response["Content-Type"].startswith("text/html"):
            html = response.content.decode()
            assert 'href="javascript:' not in html, address
            assert "<script>x()" not in html, address
    for model, undo in ((TagMerge, undo_tag_merge), (DoctorMerge, undo_doctor_merge)):
        for key in list(model.objects.values_list("pk", flat=True)):
            with suppress(NotUndone):
                undo(key)


@pytest.fixture(scope="module")
def suiting(archive):
    """Return {(kind, field): the hostile values that its first row takes as such}, without the names of other rows."""
    found = {}
    for kind in KINDS:
        said = first(archive, kind)
        for name in [field.name for field in kind.fields if not field.is_relation and not field.primary_key]:
            found[kind.name, name] = [value for value in HOSTILE if not refusal(kind, said | {name: value})]
    return found


def load_what_is_taken(file, rows, changed):
    """Load `rows` with the `changed` values, {(kind, field): value}, but for those that are refused beside others."""
    while True:
        lines = [dict(said) for said in rows]
        for kind in KINDS:
            first(lines, kind).update({name: value for (own, name), value in changed.items() if own == kind.name})
        file.write_bytes(signed(*lines))
        sentence = refused_as_a_whole(file)
        if not sentence:
            return
        line, name = re.search(r"1\.jsonl:(\d+): .*?“(\w+)”", sentence).groups()
        del changed[lines[int(line) - 2][ROW], name]


def refused_as_a_whole(file):
    """Load an archive. Returns the sentence with which it was refused, or nothing."""
    try:
        with transaction.atomic():
            load(file)
    except CommandError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("turn", range(TURNS))
def test_no_value_of_an_archive_makes_a_page_fail(archive, suiting, tmp_path, turn):
    """All fields at once hold a value that they take; in the next turn the next one, until each has held its own."""
    changed = {field: taken[turn] for field, taken in suiting.items() if turn < len(taken)}
    empty()
    load_what_is_taken(tmp_path / "1.jsonl", archive, changed)
    look_at_all_pages()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("page.slug", "../admin", "“slug”的值不对"),
        ("page.slug", "admin", "是网站自己的地址"),
        ("article.like_count", 10**30, "“like_count”的值不对：要在 0 和 1000000000 之间。"),
        ("article.status", "secret", "“status”的值不对：只能是draft、review、published、withdrawn"),
        ("article.title", "a\0b", "“title”的值不对：里面有不允许的字符 U+0000。"),
        ("doctor.hospital", "a\u202eb", "“hospital”的值不对：里面有不允许的字符 U+202E。"),
        ("doctor.hospital", "长" * 81, "有 81 个字，最多 80 个字。"),
        ("article.published_at", "9999-12-31T00:00:00+00:00", "年份要在 1900 和 2999 之间。"),
        ("article.published_at", None, "“published_at”的值不对：已发布的问题要有发布时间。"),
        ("article.is_excerpt", 1, "只能是 true 或 false。"),
        ("alias.name", "神经内科", "前面已经有叫这个名字的标签。"),
        ("tagging.tag", 99, "“tag”的值不对：所指的内容不在文件里。"),
        ("doctor.merged_into", 10**6, "“merged_into”的值不对：所指的内容不在文件里。"),
        ("correction.by", "nobody", "文件里没有“nobody”这个人。"),
    ],
)
def test_what_no_form_would_take_refuses_the_whole_file_by_line_and_field(archive, tmp_path, name, value, sentence):
    empty()
    kind = next(kind for kind in KINDS if name.startswith(f"{kind.name}."))
    rows = [dict(said) for said in archive]
    first(rows, kind)[name.partition(".")[2]] = value
    file = tmp_path / "1.jsonl"
    file.write_bytes(signed(*rows))
    line = rows.index(first(rows, kind)) + 2
    assert f":{line}: " in (said := refused(file))
    assert sentence in said


def test_two_rows_of_one_name_are_refused_by_the_line_of_the_second(archive, tmp_path):
    empty()
    rows = [dict(said) for said in archive]
    tags = [said for said in rows if said[ROW] == "tag"]
    tags[1]["slug"] = tags[0]["slug"]
    (tmp_path / "1.jsonl").write_bytes(signed(*rows))
    assert f":{rows.index(tags[1]) + 2}: “slug”的值前面已经有了" in refused(tmp_path / "1.jsonl")


def test_a_doctor_who_became_himself_is_refused(archive, tmp_path):
    empty()
    rows = [dict(said) for said in archive]
    doctor = next(said for said in rows if said[ROW] == "doctor" and said["merged_into"])
    doctor["merged_into"] = doctor["id"]
    (tmp_path / "1.jsonl").write_bytes(signed(*rows))
    assert f":{rows.index(doctor) + 2}: “merged_into”的值不对：所指的医生自己也合并掉了。" in refused(
        tmp_path / "1.jsonl"
    )


def test_the_html_of_a_version_is_sanitised_as_everywhere(archive, tmp_path):
    empty()
    rows = [dict(said) for said in archive]
    version = next(said for said in rows if said[ROW] == "revision")
    version["content"] = version["content"] | {"body": SCRIPT}
    (tmp_path / "1.jsonl").write_bytes(signed(*rows))
    load(tmp_path / "1.jsonl")
    assert Revision.objects.get().body == clean_html(SCRIPT)
