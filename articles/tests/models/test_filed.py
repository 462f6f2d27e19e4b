"""The letter of a tag or doctor follows the name, whichever way the row is written."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from articles.importing.people import People
from articles.importing.records import Person
from articles.models import Doctor, Tag
from articles.tests.factories import make_doctor, make_tag

pytestmark = pytest.mark.django_db


def under(model, letter):
    return list(model.objects.under(letter).order_by("filed").values_list("name", flat=True))


def test_a_saved_row_follows_its_name():
    tag, doctor = make_tag("感冒"), make_doctor(name="单文静")
    assert (under(Tag, "G"), under(Doctor, "S")) == (["感冒"], ["单文静"])
    tag.name, doctor.name = "流感", "高建平"
    tag.save()
    doctor.save()
    assert (under(Tag, "G"), under(Tag, "L"), under(Doctor, "G")) == ([], ["流感"], ["高建平"])


def test_rows_that_are_written_together_and_imported_are_filed():
    Tag.objects.bulk_create([Tag(name="痛风", slug="a", folded="痛风"), Tag(name="湿疹", slug="b", folded="湿疹")])
    People().meet([Person(name="查一帆", professional_title="", department="", hospital="")], create=True)
    assert (under(Tag, "T"), under(Tag, "S"), under(Doctor, "Z")) == (["痛风"], ["湿疹"], ["查一帆"])


def test_letters_part_all_that_is_there():
    names = ["阿司匹林", "Z试验", "足癣", "2型糖尿病", "β受体阻滞剂", "便秘", "膀胱炎"]
    for name in names:
        make_tag(name, kind="disease")
    assert sorted(Tag.objects.letters("kind")) == [
        ("#", "disease", 2),
        ("A", "disease", 1),
        ("B", "disease", 1),
        ("P", "disease", 1),
        ("Z", "disease", 2),
    ]
    assert sorted(name for letter in "#ABPZ" for name in under(Tag, letter)) == sorted(names)


def test_rows_of_the_version_before_are_filed_when_it_is_migrated(monkeypatch):
    migration = import_module("articles.migrations.0063_fill_filed")
    monkeypatch.setattr(migration, "BATCH", 2)
    for name in ("咳嗽", "发热", "头痛", "腹泻", "皮疹"):
        make_tag(name)
        make_doctor(name=f"解{name}")
    before = [list(model.objects.order_by("pk").values()) for model in (Tag, Doctor)]
    Tag.objects.update(filed="")
    Doctor.everyone.update(filed="")
    migration.fill(apps, connection.schema_editor())
    assert [list(model.objects.order_by("pk").values()) for model in (Tag, Doctor)] == before
    assert len(under(Doctor, "X")) == 5
