"""What is kept of the site's names from one search to the next, and that no search uses what has been changed."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.finding.site_words import keeper
from articles.finding.vocabulary import Vocabulary
from articles.models import Doctor, PatientWord, RedFlag, Tag, TagAlias
from articles.tests.factories import make_doctor, make_tag

pytestmark = pytest.mark.django_db(transaction=True)
DANGER = {"name": "胸痛", "words": "胸口痛", "advice": "请马上打电话。", "line": RedFlag.Line.EMERGENCY}
PAIR = {"word": "火星热", "term": "胸痛", "reason": "同义"}


def shown(query):
    """What a search knows of the names of the site, in one query."""
    with CaptureQueriesContext(connection) as asked:
        vocabulary = Vocabulary(query)
    assert len(asked) == 1
    tags = {tag.name for tag in vocabulary.tags.values()}
    flags = {(flag.name, flag.advice) for flag in vocabulary.red_flags}
    doctors = {doctor.name for doctor in vocabulary.doctors.values()}
    return tags, vocabulary.aliases, flags, set(vocabulary.patient_words), doctors


@pytest.fixture
def site():
    tag = make_tag("胸痛")
    TagAlias.objects.create(tag=tag, name="胸口痛")
    RedFlag.objects.create(**DANGER)
    PatientWord.objects.create(**PAIR)
    make_doctor(name="王安宁")
    return shown("王安宁火星热")


def test_the_names_are_kept_while_nothing_changes(site):
    kept = keeper.names
    assert shown("王安宁火星热") == site
    assert shown("别的") == (*site[:3], set(), set())
    assert keeper.names is kept


@pytest.mark.parametrize(
    "change",
    [
        lambda: make_tag("心慌"),
        lambda: Tag.objects.update(name="胸部疼痛"),
        lambda: Tag.objects.all().delete(),
        lambda: TagAlias.objects.update(name="胸闷"),
        lambda: TagAlias.objects.all().delete(),
        lambda: RedFlag.objects.update(advice="请拨打电话。"),
        lambda: RedFlag.objects.all().delete(),
        lambda: PatientWord.objects.update(term="心绞痛"),
        lambda: PatientWord.objects.remove(),
        lambda: Doctor.objects.update(name="李安宁"),
    ],
)
def test_the_next_search_knows_of_each_change(site, change):
    change()
    after = shown("王安宁火星热")
    assert after != site
    keeper.forget()
    assert shown("王安宁火星热") == after


def test_what_was_rolled_back_is_not_kept(site):
    with transaction.atomic():
        make_tag("没有保存的")
        assert "没有保存的" in shown("火星热")[0]
        transaction.set_rollback(True)
    make_tag("保存了的")  # raises the version to the number that the other one had
    assert shown("王安宁火星热")[0] == {"胸痛", "保存了的"}


def test_a_site_that_has_lost_its_last_tag_offers_none(site):
    RedFlag.objects.all().delete()
    PatientWord.objects.all().delete()
    Tag.objects.all().delete()
    assert shown("火星热") == (set(), (), set(), set(), set())


def test_a_long_query_is_asked_as_a_short_one(site):
    long = "，".join(f"我第{number}次觉得火星热" for number in range(9)) + "找王安宁"
    assert shown(long) == site
