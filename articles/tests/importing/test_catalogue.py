"""Which question stands for which row: by its source, by a page's two keys, by the mark of an export, and in a plan."""

import pytest

from articles.importing.catalogue import AT_ONCE, Catalogue, Known
from articles.importing.marks import Mark, birth_of
from articles.importing.records import Record
from articles.models import Article
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db
LISTED = "page:2025-06-24:" + "a" * 24
PAGE = f"{LISTED}:{'b' * 12}"


def row(source, **fields):
    return Record(line=1, source=source, columns={"title": "甲"}, **fields)


def page(**fields):
    return row(PAGE, listed_source=LISTED, **fields)


def item():
    return row(LISTED, is_listed=True, is_excerpt=True)


def found(*records, catalogue=None):
    return {source: known.pk for source, known in (catalogue or Catalogue()).find(records).items()}


def test_a_row_is_the_question_of_its_source_and_no_other():
    one, other = make_article(source="a:1", source_digest="x", is_excerpt=True), make_article(source="a:2")
    assert Catalogue().find([row("a:1")]) == {"a:1": Known(one.pk, "a:1", "x", True)}
    assert found(row("a:2"), row("a:3")) == {"a:2": other.pk}
    make_article(source=None)
    assert found(row("a")) == {}


def test_many_rows_are_found_in_few_queries(django_assert_num_queries):
    Article.objects.bulk_create(Article(title=f"{n}", source=f"a:{n}") for n in range(AT_ONCE + 1))
    with django_assert_num_queries(2):
        assert len(found(*(row(f"a:{n}") for n in range(AT_ONCE + 1)))) == AT_ONCE + 1


# --- Pages ------------------------------------------------------------------------------


def test_a_page_stands_under_the_key_of_lists_while_only_its_beginning_is_known():
    listed = make_article(source=LISTED, is_excerpt=True)
    assert found(page()) == {PAGE: listed.pk}
    Article.objects.update(is_excerpt=False)  # an editor has completed it: the page is another question
    assert found(page()) == {}


def test_the_own_key_of_a_page_comes_first():
    make_article(source=LISTED, is_excerpt=True)
    whole = make_article(source=PAGE)
    assert found(page()) == {PAGE: whole.pk}


def test_what_a_page_lists_may_be_there_as_a_page():
    whole = make_article(source=PAGE)
    make_article(source=f"{LISTED}:{'f' * 12}")  # of the same title and day; the first one counts
    make_article(source=LISTED[:-1] + "b:" + "c" * 12)
    assert found(item()) == {LISTED: whole.pk}
    listed = make_article(source=LISTED, is_excerpt=True)
    assert found(item()) == {LISTED: listed.pk}


def test_a_row_that_no_page_lists_is_not_looked_for_among_pages():
    make_article(source=PAGE)
    assert found(row(LISTED)) == {}


# --- Marks ------------------------------------------------------------------------------


def test_an_exported_row_is_known_by_number_and_birth():
    article = make_article(source="a:1")
    mark = Mark(article.pk, birth_of(article.created_at), "0" * 12)
    known = Catalogue().find([row(mark.source, mark=mark)])[mark.source]
    assert (known.pk, known.source, known.is_marked) == (article.pk, "a:1", True)
    for stranger in (mark._replace(birth="0" * 8), mark._replace(article=article.pk + 1)):
        assert found(row(stranger.source, mark=stranger)) == {}


# --- A plan of several files ------------------------------------------------------------


def test_what_a_file_before_would_have_written_is_there_for_the_next():
    catalogue = Catalogue()
    new = row("a:1")
    catalogue.plan(new, None)
    assert catalogue.find([row("a:1")]) == {"a:1": Known(None, "a:1", new.digest, False)}
    assert catalogue.find([row("a:2")]) == {}


def test_a_planned_page_takes_the_place_of_what_was_listed():
    listed = make_article(source=LISTED, is_excerpt=True, source_digest="x")
    catalogue = Catalogue()
    known = catalogue.find([page()])[PAGE]
    catalogue.plan(page(), known)
    assert catalogue.find([page()])[PAGE] == Known(listed.pk, PAGE, page().digest, False)
    assert found(item(), catalogue=catalogue) == {LISTED: listed.pk}
    assert catalogue.find([item()])[LISTED].is_excerpt is False


def test_a_planned_beginning_is_one_only_where_nothing_more_is_known():
    catalogue = Catalogue()
    catalogue.plan(item(), None)
    assert catalogue.find([item()])[LISTED].is_excerpt
    make_article(source="a:1")
    known = catalogue.find([row("a:1")])["a:1"]
    catalogue.plan(row("a:1", is_excerpt=True), known)
    assert not catalogue.find([row("a:1")])["a:1"].is_excerpt


def test_the_first_planned_page_of_a_list_key_counts():
    catalogue = Catalogue()
    second = row(f"{LISTED}:{'c' * 12}", listed_source=LISTED, text="二")
    catalogue.plan(page(text="一"), None)
    catalogue.plan(second, None)
    assert catalogue.find([item()])[LISTED].source == PAGE
    catalogue.plan(row("a:1"), None)
    assert "" not in catalogue.planned
    assert ":" not in catalogue.planned
