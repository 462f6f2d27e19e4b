"""What stands beside a question as the same situation is about the same, on a small site: the demo and 69 more titles.

In situations.json a doctor would put the titles of each list of `same` beside one another; those of `either` may stand
there or not; no others may.
"""

import io
import json
from itertools import permutations
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from articles.engine.seam import search_engine
from articles.models import Article
from articles.tests.engine.test_labelled import LABELLED, saved

pytestmark = pytest.mark.django_db
LISTS = json.loads((Path(__file__).parent / "situations.json").read_text(encoding="utf-8"))
SAME, EITHER = ({pair for titles in LISTS[name] for pair in permutations(titles, 2)} for name in ("same", "either"))
SHOWN = 10


@pytest.fixture(scope="module")
def stood(django_db_setup, django_db_blocker):
    """{title: the first ten titles beside it} on that site."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=io.StringIO(), stderr=io.StringIO())
        saved(LABELLED["articles"])
        articles = list(Article.objects.prefetch_related("tags"))
        titles = {article.pk: article.title for article in articles}
        found = search_engine().related(articles)
        yield {
            article.title: [titles[key] for key, *_ in one.entries[:SHOWN]]
            for article, one in zip(articles, found, strict=True)
        }
        transaction.set_rollback(True)


def test_the_labels_are_of_questions_of_the_site(stood):
    assert {title for titles in [*LISTS["same"], *LISTS["either"]] for title in titles} <= stood.keys()


def test_nine_of_ten_that_stand_there_are_about_the_same(stood):
    shown = [
        (title, other) for title, others in stood.items() for other in others if (title, other) not in EITHER - SAME
    ]
    wrong = [pair for pair in shown if pair not in SAME]
    assert len(shown) > 250
    assert len(wrong) <= len(shown) / 10, wrong


def test_the_one_that_a_page_was_blamed_for_is_not_there(stood):
    stroke = "怎么快速判断家里老人是不是中风？"
    assert stood[stroke] == ["早上起来嘴歪了是面瘫还是中风？"]
    assert not any("腰部" in title for title in stood[stroke])


def test_a_list_of_five_true_ones_is_not_cut_to_less_than_half(stood):
    for title, others in stood.items():
        true = {other for pair_title, other in SAME if pair_title == title}
        if len(true) >= 5:
            assert len(true.intersection(others)) >= min(len(true), SHOWN) / 2, title


def test_most_of_the_true_ones_are_there(stood):
    there = sum(other in stood[title] for title, other in SAME)
    assert there >= len(SAME) * 0.65
