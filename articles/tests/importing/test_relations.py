"""The questions that pages list beside one another, brought in line with the file without the editors' word."""

import pytest

from articles.importing.catalogue import Known
from articles.importing.records import Record
from articles.importing.relations import related_text, write_related
from articles.models import Article
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db


def listed(title, number):
    """Make a question that came from a page's list."""
    return make_article(title=title, source=f"page:2025-06-20:{number}")


def rows(article):
    items = article.related_items.order_by("position", "pk")
    return [(item.position, item.related.title, item.is_excluded) for item in items]


@pytest.fixture
def questions():
    return [listed(title, number) for number, title in enumerate("甲乙丙丁")]


def test_a_list_is_written_in_its_order(questions):
    article = make_article()
    write_related(article, [question.pk for question in questions[:3]])
    assert rows(article) == [(1, "甲", False), (2, "乙", False), (3, "丙", False)]


def test_a_changed_list_moves_adds_and_takes_away_what_came_from_pages(questions):
    one, two, three, four = questions
    article = make_article()
    write_related(article, [one.pk, two.pk, three.pk])
    kept = article.related_items.get(related=two).pk
    write_related(article, [four.pk, two.pk, one.pk])
    assert rows(article) == [(1, "丁", False), (2, "乙", False), (3, "甲", False)]
    assert article.related_items.get(related=two).pk == kept


def test_what_editors_excluded_and_pinned_stays_as_it_is(questions):
    one, two, *_ = questions
    article = make_article()
    article.related_items.create(related=one, position=9, is_excluded=True)
    article.related_items.create(related=two, position=8, is_excluded=True)
    article.related_items.create(related=make_article(title="自己的", source=None), position=7)
    article.related_items.create(related=make_article(title="别处的", source="a:1"), position=6)
    write_related(article, [one.pk])
    assert rows(article) == [(6, "别处的", False), (7, "自己的", False), (8, "乙", True), (9, "甲", True)]


def test_the_lists_of_other_questions_are_left_alone(questions):
    one, two, *_ = questions
    article, other = make_article(), make_article()
    write_related(other, [one.pk])
    write_related(article, [two.pk])
    assert (rows(article), rows(other)) == ([(1, "乙", False)], [(1, "甲", False)])


def test_a_preview_tells_what_stands_beside_a_question_now_and_after(questions):
    one, two, three, four = questions
    article = make_article()
    write_related(article, [one.pk, two.pk])
    article.related_items.create(related=three, position=5, is_excluded=True)
    article.related_items.create(related=make_article(title="自己的"), position=6)
    items = [Record(line=1, source=f"s{n}", columns={"title": title}) for n, title in enumerate(["新乙", "丙", "新"])]
    record = Record(line=1, source="p", columns={}, related=items)
    found = {"s0": Known(two.pk, "s0", "", True), "s1": Known(three.pk, "s1", "", True)}
    assert related_text(article, record, found) == ("甲、乙", "乙、新")
    assert related_text(Article(), record, {}) == ("", "新乙、丙、新")
    assert related_text(Article(), record, {"s2": Known(None, "s2", "", True)}) == ("", "新乙、丙、新")


def test_a_preview_counts_a_pin_that_the_page_lists_too():
    article, pinned = make_article(), make_article(title="自己的")
    article.related_items.create(related=pinned, position=1)
    record = Record(line=1, source="p", columns={}, related=[Record(line=2, source="s", columns={"title": "别的题"})])
    assert related_text(article, record, {"s": Known(pinned.pk, "s", "", False)}) == ("自己的", "自己的")
