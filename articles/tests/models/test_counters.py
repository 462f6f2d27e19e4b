"""Whatever readers are counted by behaves in one way, and no number of a question is forgotten."""

import pytest
from django.db import models

from articles.models import Article, SiteVersion
from articles.models.counters import COUNTERS, IMPORTED, TOTALS
from articles.tests.factories import make_article

NOT_COUNTED = {}  # numbers of a question that readers' rows do not count: {name: why}


def test_every_number_of_a_question_is_a_counter_or_says_why_not():
    numbers = {
        field.name
        for field in Article._meta.concrete_fields
        if field.name.endswith("_count") or isinstance(field, models.PositiveIntegerField)
    }
    missing = numbers - TOTALS - IMPORTED - NOT_COUNTED.keys()
    assert not missing, f"add {sorted(missing)} to COUNTERS in articles/models/counters.py, or to NOT_COUNTED with why"
    assert numbers == TOTALS | IMPORTED | NOT_COUNTED.keys()


def test_every_table_that_names_a_visitor_of_a_question_stands_behind_a_counter():
    tables = {
        relation.related_model
        for relation in Article._meta.related_objects
        if any(field.name == "visitor" for field in relation.related_model._meta.fields)
    }
    counted = {counter.rows for counter in COUNTERS if counter.rows}
    assert tables == counted, "add the table to COUNTERS in articles/models/counters.py"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TOTALS | IMPORTED))
def test_saving_a_question_opened_earlier_keeps_what_was_counted_since(name):
    article = make_article()
    opened = Article.objects.get(pk=article.pk)
    Article.objects.filter(pk=article.pk).update(**dict.fromkeys(TOTALS | {name}, 5))
    opened.save()
    assert getattr(Article.objects.get(pk=article.pk), name) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TOTALS))
def test_counting_raises_no_version_of_the_site(name):
    article = make_article()
    before = SiteVersion.current()
    Article.objects.filter(pk=article.pk).update(**{name: 5})
    assert SiteVersion.current() == before


@pytest.mark.django_db
def test_new_question_has_the_totals_of_what_was_imported():
    article = make_article(**dict.fromkeys(IMPORTED, 7))
    article.refresh_from_db()
    for counter in COUNTERS:
        assert getattr(article, counter.total) == (7 if counter.imported else 0)
