"""What of a question readers do not see yet, as its shared page shows it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Revision, Tag
from articles.models.doctor_merging import merge_doctors
from articles.models.merging import merge_tags
from articles.models.revision import content_of
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.workflow.unseen import draft_of, has_draft, waiting_text

pytestmark = pytest.mark.django_db


def change(article, state=Revision.State.DRAFT, **content):
    return Revision.record(article, Revision.Step.SAVE, state, content=content_of(article) | content)


def found(article):
    return Article.objects.prefetch_related("tags").get(pk=article.pk)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, False),
        ({"status": "draft"}, True),
        ({"status": "review"}, True),
        ({"status": "withdrawn"}, True),
        ({"published_at": timezone.now() + timedelta(days=2)}, True),
    ],
)
def test_a_question_has_a_draft_where_readers_do_not_have_it(fields, expected):
    article = make_article(**fields)
    assert has_draft(article) is expected
    assert draft_of(found(article)) == (article if expected else None)


def test_a_question_that_readers_have_has_a_draft_while_a_change_is_open():
    article = make_article()
    row = change(article, title="新？")
    assert has_draft(article)
    assert waiting_text(article) == row
    Revision.objects.update(state=Revision.State.CLOSED)
    assert not has_draft(article)
    assert waiting_text(article) is None


def test_the_versions_of_what_nobody_has_published_are_no_waiting_text():
    article = make_article(status="draft", title="现在的？")
    change(article, title="别的？")
    assert waiting_text(article) is None
    assert draft_of(found(article)).title == "现在的？"


def test_the_draft_shows_the_change_with_its_tags_in_its_order_and_saves_nothing(django_assert_num_queries):
    article = make_article(title="旧？", tags=["旧标签"])
    for name in ("甲", "乙", "丙"):
        make_tag(name)
    change(article, title="新？", tags=["丙", "甲", "乙", "已经删除的"])
    with django_assert_num_queries(2):
        waiting_text(article), list(article.tags.all())
    draft = draft_of(found(article))
    assert (draft.title, [tag.name for tag in draft.tags.all()]) == ("新？", ["丙", "甲", "乙"])
    article.refresh_from_db()
    assert (article.title, list(article.tags.names())) == ("旧？", ["旧标签"])


def test_a_shared_draft_shows_the_tag_and_the_doctor_kept_of_those_merged_away_since():
    doctors = [make_doctor(name="张伟"), make_doctor(name="张炜")]
    article = make_article(doctor=doctors[0], tags=["妊娠"])
    change(article, short_answer="新的。")
    merge_doctors(doctors, doctors[1])
    merge_tags(Tag.objects.all(), make_tag("怀孕"))
    draft = draft_of(found(article))
    assert (draft.doctor, [tag.name for tag in draft.tags.all()]) == (doctors[1], ["怀孕"])
