"""The order of a small set of questions that were written and graded for this test, by people's judgement alone.

In labelled.json, each task grades some of the questions: what has a higher grade stands before what has a lower one,
and what is absent is left out. The others may stand anywhere. The tasks are such that every feature of the ranker
decides one of them. Names of tags are what editors would give; the answers are general education.
"""

import json
from itertools import permutations
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from articles.engine import ranking, tokens
from articles.engine.duplicates import without_duplicates
from articles.engine.seam import Filters, search_engine
from articles.models import Article, Tag, indexing
from articles.models.labels import labels_of

pytestmark = pytest.mark.django_db
LABELLED = json.loads((Path(__file__).parent / "labelled.json").read_text(encoding="utf-8"))
KINDS = {"departments": Tag.Kind.DEPARTMENT, "diseases": Tag.Kind.DISEASE, "tags": Tag.Kind.OTHER}
NAMES = [row["name"] for row in LABELLED["articles"]]


@pytest.fixture(scope="module")
def questions(django_db_setup, django_db_blocker):
    """The labelled questions by name, saved once for all tests here; later ones are newer."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield saved(LABELLED["articles"])
        transaction.set_rollback(True)


def saved(rows):
    now = timezone.now()
    made = Article.objects.bulk_create(
        Article(title=row["title"], body=f"<p>{row['body']}</p>", status=Article.Status.PUBLISHED, published_at=now)
        for row in rows
    )
    tags = {}
    for article, row in zip(made, rows, strict=True):
        for part, kind in KINDS.items():
            for name in row.get(part, ()):
                tags[name] = tags.get(name) or Tag.objects.get_or_create(name=name, defaults={"kind": kind})[0]
                article.tagged_items.create(tag=tags[name])
    return dict(zip(NAMES, made, strict=True))


def tasks(part):
    return [pytest.param(task, id=task["because"].replace(" ", "_")) for task in LABELLED[part]]


def turned_round(task, keys, questions):
    """Return the pairs of a task that stand the wrong way round in `keys`, what is missing, and what is too many."""
    names = {article.pk: name for name, article in questions.items()}
    order = [names[key] for key in keys]
    grades = task["grades"]
    wrong = [name for name, grade in grades.items() if grade and name not in order]
    wrong += [name for name in task.get("absent", ()) if name in order]
    return wrong + [
        f"{worse} before {better}"
        for better, worse in permutations(grades, 2)
        if grades[better] > grades[worse] and better in order and worse in order[: order.index(better)]
    ]


@pytest.mark.parametrize("task", tasks("related"))
def test_related_questions_stand_in_the_order_of_their_grades(questions, task):
    article = questions[task["question"]]
    title, labels = tokens.title(article.title), labels_of([article.pk])[article.pk]
    among = Article.objects.to_be_published()
    found = ranking.related(indexing.open_index(), title, labels, labels_of, own=article.pk, among=among)
    order = [one.key for one in without_duplicates(found, title, len(questions))]
    assert not turned_round(task, order, questions)


@pytest.mark.parametrize("task", tasks("searches"))
def test_search_results_stand_in_the_order_of_their_grades(questions, task):
    found = search_engine().search(tokens.title(task["query"]), Filters(), limit=len(questions))
    assert not turned_round(task, [hit.key for hit in found.hits], questions)
