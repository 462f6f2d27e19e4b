"""Patients' words as rows: the table that comes with the product, and what editors make of it."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from articles.models import PatientWord
from articles.text.patient_words import Shipped, shipped

pytestmark = pytest.mark.django_db


def add(word, term, reason="都这么说"):
    return PatientWord.objects.create(word=word, term=term, reason=reason)


def test_a_new_site_has_all_shipped_pairs():
    rows = PatientWord.objects.present().values_list("word", "term", "reason")
    assert set(rows) == set(shipped())


def test_every_shipped_pair_is_one_that_an_editor_could_add():
    PatientWord.objects.all().delete()
    for pair in shipped():
        PatientWord(**pair._asdict()).full_clean(validate_unique=False, validate_constraints=False)  # none is there


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_brings_new_pairs_and_nothing_that_an_editor_has_removed():
    PatientWord.objects.filter(word="羊癫疯").remove()
    PatientWord.objects.filter(word="拉肚子").delete()  # as if the site were older than the pair
    mine = add("火星热", "痛风")
    call_command("migrate", verbosity=0)
    present = PatientWord.objects.present()
    assert not present.filter(word="羊癫疯").exists()
    assert present.filter(word="拉肚子", term="腹泻").exists()
    assert present.filter(pk=mine.pk).exists()


def test_the_same_pair_is_delivered_once_however_it_is_written():
    number = PatientWord.objects.count()
    assert (
        PatientWord.objects.deliver([Shipped("ＡＢＣ熱", "痛风", "某地方言"), Shipped("心口疼", "胸痛", "另写")]) == 1
    )
    assert PatientWord.objects.deliver([Shipped("abc热", "痛風", "某地方言")]) == 0
    assert PatientWord.objects.count() == number + 1


@pytest.mark.parametrize(
    ("word", "term", "field"),
    [
        ("痛", "痛风", "word"),
        ("", "痛风", "word"),
        ("！！", "痛风", "word"),
        ("火星热", "", "term"),
        ("火星热", "怎么办", "term"),
        ("火星热", "火星熱", "term"),
        ("心口疼", "胸痛", "term"),
        ("ﷺ" * 40, "痛风", "word"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(word, term, field):
    with pytest.raises(ValidationError) as refused:
        PatientWord(word=word, term=term, reason="都这么说").full_clean()
    assert field in refused.value.message_dict


def test_a_word_has_four_terms_at_most():
    for term in ("痛风", "头痛", "牙痛", "腰痛"):
        PatientWord(word="火星热", term=term, reason="都这么说").full_clean()
        add("火星热", term)
    with pytest.raises(ValidationError, match="已经有 4 个"):
        PatientWord(word="火星热", term="胃痛", reason="都这么说").full_clean()
