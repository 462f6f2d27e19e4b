"""The one list of a question's parts: nothing is forgotten in it, and whoever reads it knows each kind."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from articles.importing.changes import LABELS, TEXTS, WRITTEN
from articles.importing.exported import CELLS, row_of
from articles.importing.records import FIELDS, IN_TABLES, READERS
from articles.models import Article
from articles.models.counters import IMPORTED, TOTALS
from articles.models.parts import CHANGE_PARTS, OTHERS, PARTS, Kind, Weight, named
from articles.models.revision import changed_names, content_of, fill
from articles.tests.editing import change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor
from articles.text.copyedit import Text
from articles.workflow.comparisons import LINES, compare_contents
from articles.workflow.small_changes import SMALL, changed_characters

ASKED = "Put it into PARTS of models/parts.py, or into OTHERS with the reason why it is no part of a question."
NO_COLUMNS = {Kind.TAGS, Kind.RELATIONS}  # parts that are rows of other tables
MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
# Another value for a part of each kind, as a version holds it.
OTHER_VALUES = {
    Kind.LINE: "另一行",
    Kind.TEXT: "另一段\n两行",
    Kind.HTML: "<p>另一段</p>",
    Kind.CHOICE: "now",
    Kind.SWITCH: True,
    Kind.DATE: "2024-05-06",
    Kind.MOMENT: MOMENT.isoformat(),
}


def test_every_field_of_a_question_is_a_part_or_left_out_for_a_reason():
    listed = [part.name for part in PARTS if part.kind not in NO_COLUMNS] + [*OTHERS, *TOTALS, *IMPORTED]
    fields = [field.name for field in Article._meta.concrete_fields]
    assert sorted(listed) == sorted(fields), ASKED
    assert all(OTHERS.values()), ASKED


def test_a_part_is_called_the_same_in_the_form_and_in_the_list():
    for part in PARTS:
        if part.kind != Kind.RELATIONS:
            assert str(Article._meta.get_field(part.name).verbose_name) == part.label


def test_every_kind_of_part_is_known_to_whoever_treats_parts_by_their_kind():
    assert set(LINES) == set(Kind), "workflow/comparisons.py: how two versions of it are compared"
    in_tables = {part.kind for part in IN_TABLES}
    assert in_tables <= set(READERS), "importing/records.py: how it is read"
    assert in_tables <= set(CELLS), "importing/exported.py: how it is written"
    assert {part.kind for part in WRITTEN} - NO_COLUMNS <= set(TEXTS), "importing/changes.py: how a preview shows it"


def test_names_of_columns_mean_one_thing():
    names = [name for field in FIELDS.values() for name in field.names]
    assert len(names) == len(set(names))


def test_what_the_form_asks_for_is_kept_in_versions():
    """Else the form of a published question says that it has saved, and the value is gone."""
    assert not [part.name for part in PARTS if part.section is not None and not part.is_versioned]


def test_the_copy_editor_can_take_every_part_that_it_is_to_read():
    assert Text(**dict.fromkeys(named(is_proofread=True), "")).prose == []


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_version_keeps_every_part_and_gives_it_back(part):
    """Unless the list says that it is not kept; then no change of it may wait for a version."""
    article = make_article()
    before = content_of(article)
    assert (part.name in before) == part.is_versioned
    if not part.is_versioned or part.kind in NO_COLUMNS:
        return
    other = make_doctor().pk if part.kind == Kind.PERSON else OTHER_VALUES[part.kind]
    after = before | {part.name: other}
    assert changed_names(before, after) == {part.name}
    assert [found.name for found in compare_contents(before, after)] == [part.name]
    fill(article, after).save()
    kept = content_of(Article.objects.get(pk=article.pk))
    same = kept[part.name] == other
    assert same or (part.kind == Kind.MOMENT and datetime.fromisoformat(kept[part.name]) == MOMENT)


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_change_of_substance_is_never_a_typo_and_one_of_wording_is_counted(part):
    before = content_of(make_article(short_answer="", references="")) | {part.name: ""}
    changed = changed_characters(before, before | {part.name: "甲乙"})
    expected = {Weight.SUBSTANCE: SMALL + 1, Weight.WORDING: 2, Weight.REVIEW: 0, Weight.FREE: 0}
    assert changed == (expected[part.weight] if part.is_versioned else 0)


@pytest.mark.django_db
def test_the_form_asks_for_every_part_that_has_a_place_in_it_and_for_no_other():
    article = make_article(status="withdrawn", withdrawn_reason="过时")
    form = sign_in(make_staff("管理员")).get(change_address(article)).context["adminform"].form
    placed = {part.name for part in PARTS if part.section is not None} | {"withdrawn_reason"}
    assert set(form.fields) == placed | {part.name for part in CHANGE_PARTS} | {"comment"}
    for name in form.fields:
        if name in LABELS:
            assert form.fields[name].label == next(part.label for part in PARTS if part.name == name)


@pytest.mark.django_db
def test_what_is_typed_into_the_form_is_what_is_kept(editor):
    """Every text part of a draft, with a value of its own: none may be said to be saved and be gone."""
    article = make_article(status="draft", published_at=None, tags=[])
    typed = {part.name: f"{part.label}写了" for part in PARTS if part.weight == Weight.WORDING}
    typed["body"] = "<p>正文写了</p>"
    send(editor, change_address(article), step="save", **typed)
    kept = Article.objects.get(pk=article.pk)
    assert {name: getattr(kept, name) for name in typed} == typed
    content = kept.revisions.first().content
    assert {name: content[name] for name in typed} == typed


@pytest.mark.django_db
def test_an_exported_row_says_every_part_that_is_in_tables():
    article, doctor = make_article(tags=["鼻炎"]), make_doctor(name="林晓晴")
    for part in IN_TABLES:
        if part.kind == Kind.PERSON:
            setattr(article, part.name, doctor)
        elif part.kind not in NO_COLUMNS:
            setattr(article, part.name, Article._meta.get_field(part.name).to_python(OTHER_VALUES[part.kind]))
    row = row_of(article)
    for part in IN_TABLES:
        heading = f"{part.heading} HTML" if part.kind == Kind.HTML else part.heading
        assert row[heading], heading
