from datetime import timedelta

import pytest
from django.utils import timezone

from articles.finding.beside import related_articles
from articles.models import RelatedItem
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.reading import read

pytestmark = pytest.mark.django_db


def beside(article):
    """Return the keys of what stands beside `article`, in order."""
    return [row.pk for row in related_articles(article)]


def pin(article, related, position=0, **fields):
    return RelatedItem.objects.create(article=article, related=related, position=position, **fields)


@pytest.fixture
def disease():
    return make_tag("面肌痉挛", kind="disease")


def test_question_about_the_same_illness_stands_before_one_of_the_same_department(disease):
    department = make_tag("神经内科", kind="department")
    article = make_article(tags=[department, disease])
    same_illness = make_article(tags=[disease])
    make_article(tags=[department])
    both = make_article(tags=[disease, department])
    assert beside(article)[:2] == [both.pk, same_illness.pk]


def test_question_of_another_illness_is_not_related(disease):
    article = make_article(title="面部肌肉痉挛怎么办？", tags=[disease])
    make_article(title="肠痉挛怎么办？", tags=[make_tag("肠痉挛", kind="disease")])
    assert beside(article) == []


def test_question_is_not_related_to_itself(disease):
    article = make_article(tags=[disease])
    assert beside(article) == []


def test_at_most_ten_are_shown(disease):
    article = make_article(tags=[disease])
    for _ in range(14):
        make_article(tags=[disease])
    assert len(related_articles(article)) == 10


def test_pinned_ones_come_first_in_the_order_of_the_editor(disease):
    article = make_article(tags=[disease])
    for _ in range(12):
        make_article(tags=[disease])
    second, first = make_article(), make_article(published_at=timezone.now() - timedelta(days=900))
    pin(article, second, position=2)
    pin(article, first, position=1)
    rows = related_articles(article)
    assert [row.pk for row in rows[:2]] == [first.pk, second.pk]
    assert [row.is_pinned for row in rows] == [True] * 2 + [False] * 8


def test_pinned_ones_of_a_question_without_tags_are_shown():
    article, pinned = make_article(), make_article()
    pin(article, pinned)
    assert beside(article) == [pinned.pk]


def test_pin_counts_for_its_own_question_only(disease):
    article, other = make_article(tags=[disease]), make_article(tags=[disease])
    far = make_article()
    pin(other, far)
    assert beside(article) == [other.pk]


def test_excluded_ones_are_not_shown(disease):
    article, other = make_article(tags=[disease]), make_article(tags=[disease])
    pin(article, other, is_excluded=True)
    assert beside(article) == []
    assert beside(other) == [article.pk]


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"status": "review"}, {"status": "withdrawn"}])
def test_pinned_one_that_is_not_public_is_not_shown(disease, fields):
    article = make_article(tags=[disease])
    pin(article, make_article(tags=[disease], **fields))
    assert beside(article) == []


def test_pinned_one_appears_at_its_second():
    article, pinned = make_article(), make_article(published_at=timezone.now() + timedelta(hours=1))
    pin(article, pinned)
    assert beside(article) == []
    type(pinned).objects.filter(pk=pinned.pk).update(published_at=timezone.now())
    assert beside(article) == [pinned.pk]


def test_pin_shows_once_although_its_tags_match_too(disease):
    symptom = make_tag("眼皮跳", kind="symptom")
    article, other = make_article(tags=[disease, symptom]), make_article(tags=[disease, symptom])
    pin(article, other)
    assert beside(article) == [other.pk]


def test_equal_ones_are_ordered_by_date(disease):
    article = make_article(tags=[disease])
    rows = [make_article(tags=[disease]) for _ in range(4)]
    assert beside(article) == [row.pk for row in rows[::-1]]


def test_sidebar_says_what_is_related(client, disease):
    article, other = make_article(tags=[disease]), make_article(tags=[disease], doctor=make_doctor())
    page = read(client.get(article.get_absolute_url()))
    assert "相关问题" in page.text
    assert other.get_absolute_url() in page.links


def test_related_costs_one_query_whatever_the_site_holds(django_assert_num_queries, disease):
    article = make_article(tags=[disease, make_tag("神经内科", kind="department")])
    for _ in range(2):
        for _ in range(12):
            make_article(tags=[disease], doctor=make_doctor())
        article = type(article).objects.select_related("related_list").prefetch_related("tags").get(pk=article.pk)
        with django_assert_num_queries(1):
            [(row.title, row.excerpt, row.published_at) for row in related_articles(article)]
