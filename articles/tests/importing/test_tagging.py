"""The tags that files name: found through aliases, made where there is none, written without touching the others."""

from types import SimpleNamespace

import pytest

from articles.importing.records import Record
from articles.importing.tagging import AT_ONCE, Tagging, present_tags
from articles.models import Tag, TagAlias, TaggedArticle
from articles.tests.factories import make_article, make_tag

pytestmark = pytest.mark.django_db


def record(tags=(), departments=()):
    return Record(line=1, source="a", columns={}, tags=list(tags), departments=list(departments))


def met(*records, create=True):
    tagging = Tagging()
    tagging.meet(records, create)
    return tagging


def test_names_lead_to_tags_departments_first_and_once_each():
    tag = make_tag("面肌痉挛", kind="disease")
    TagAlias.objects.create(tag=tag, name="面肌痙攣")
    said = record(["面肌痙攣", "面肌痉挛", "头痛"], ["内科"])
    assert list(met(said).tags(said)) == ["内科", "面肌痉挛", "头痛"]
    assert {tag.name: tag.kind for tag in Tag.objects.all()} == {
        "面肌痉挛": "disease",
        "内科": "department",
        "头痛": "other",
    }


def test_a_preview_makes_no_tags_and_names_the_new_ones():
    make_tag("头痛")
    said = record(["头痛", "发烧"], ["内科"])
    tagging = met(said, create=False)
    assert list(tagging.tags(said)) == ["内科", "头痛", "发烧"]
    assert tagging.unknown(said) == ["内科", "发烧"]
    assert tagging.unknown(record(["头痛"])) == []
    assert Tag.objects.count() == 1


def test_a_tag_is_made_once_in_all_batches_of_a_file():
    tagging = met(record(["ＨＰＶ"]))
    tagging.meet([record(["hpv"])], True)
    assert Tag.objects.get().name == "HPV"


def test_more_tags_than_are_looked_up_at_once_are_all_found(django_assert_max_num_queries):
    names = [f"标签{n}" for n in range(AT_ONCE + 1)]
    for name in names[-2:]:
        make_tag(name)
    tagging = Tagging()
    with django_assert_max_num_queries(6):
        tagging.meet([record(names)], False)
    assert not {*names[-2:]} & {*tagging.unknown(record(names))}


def test_the_tags_that_stay_come_first_and_nothing_said_leaves_them_all():
    said = record(["丙", "甲", "丁"])
    tagging = met(said)
    assert tagging.names_after(said, ["甲", "乙", "丙"]) == ["甲", "丙", "丁"]
    assert tagging.names_after(record(), ["甲", "乙"]) == ["甲", "乙"]


def test_tags_that_are_said_replace_the_others_and_the_rows_of_those_that_stay_stay():
    article, other = make_article(tags=["甲", "乙"]), make_article(tags=["甲"])
    stays = TaggedArticle.objects.get(content_object=article, tag__name="乙").pk
    said, silent = record(["乙", "丙"]), record()
    tagging = met(said, silent)
    present = present_tags([article, other])
    assert {key: list(rows) for key, rows in present.items()} == {article.pk: ["甲", "乙"], other.pk: ["甲"]}
    drafts = [SimpleNamespace(record=said, article=article), SimpleNamespace(record=silent, article=other)]
    tagging.write(drafts, present)
    assert list(present_tags([article, other])[article.pk]) == ["乙", "丙"]
    assert present_tags([article])[article.pk]["乙"] == stays
    assert list(present_tags([other])[other.pk]) == ["甲"]
