"""Searches in patients' own words on the demo: what answers them is found, and nothing claims to where nothing does."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from articles.engine.phrases import squeeze
from articles.finding.search import clean_query, search
from articles.models import Article
from articles.text.sayings import matters

pytestmark = pytest.mark.django_db  # so that they run before tests that leave rows in the index
FILES = Path(__file__).parents[1] / "files"
FLOORS = [(1, 345), (3, 390), (10, 405)]  # of 430
MOST_CLAIMS = 14  # of 68; all of them, when half of the words in a text were enough


def lines_of(name):
    return [line for line in (FILES / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def searches():
    """Return (what is typed, the titles that answer it) of writers who knew neither the search nor what it knows."""
    rows = (line.split("\t") for line in lines_of("searches.tsv"))
    return [(typed, set(titles.split("|"))) for typed, titles in rows]


@pytest.fixture(scope="module")
def results(django_db_setup, django_db_blocker):
    """Of each search on the demo, its results and the titles of what is shown, in order."""
    typed = [*(typed for typed, _ in searches()), *lines_of("unanswered.txt")]
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=io.StringIO(), stderr=io.StringIO())
        titles = dict(Article.objects.values_list("pk", "title"))
        found = {one: search(clean_query(one)) for one in typed}
        transaction.set_rollback(True)
    return {one: (some, [titles[key] for key in [*some.keys, *some.weak]]) for one, some in found.items()}


@pytest.mark.parametrize(("first", "number"), FLOORS)
def test_most_searches_find_their_answer_among_the_first(results, first, number):
    assert len(searches()) == 430
    assert sum(not right.isdisjoint(results[typed][1][:first]) for typed, right in searches()) >= number


def test_few_searches_without_an_answer_are_told_that_one_was_found(results):
    unanswered = lines_of("unanswered.txt")
    claims = [typed for typed in unanswered if results[typed][0].keys and not results[typed][0].is_similar]
    assert len(unanswered) == 68
    assert len(claims) <= MOST_CLAIMS, claims


def test_nothing_was_learned_from_what_it_is_held_against():
    said = {squeeze(line) for matter in matters() for line in matter.said}
    held = [typed for typed, _ in searches() if len(squeeze(typed)) > 6 and squeeze(typed) in said]
    assert held == []
