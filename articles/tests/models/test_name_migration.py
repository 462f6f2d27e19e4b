"""Names saved under the former, wider comparison come under the present one without losing a question."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from articles.models import Doctor, IndexRebuild, Tag, TagAlias
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db


def migrate():
    import_module("articles.migrations.0027_names_by_width").renew(apps, connection.schema_editor())


def test_names_that_look_alike_become_one_and_keep_questions_and_addresses(client):
    names = ["感冒测", "感\u00ad冒测", "感冒\u200d测", "感冒测\ufe0f"]
    tags = [make_tag(f"标签{i}") for i in range(4)]
    articles = [make_article(tags=[tag.name]) for tag in tags]
    for tag, name in zip(tags, names, strict=True):
        Tag.objects.filter(pk=tag.pk).update(name=name, folded=name)
    migrate()
    kept = Tag.objects.get(pk=tags[0].pk)
    assert (kept.name, kept.folded, Tag.objects.count()) == ("感冒测", "感冒测", 1)
    assert {tag.pk for article in articles for tag in article.tags.all()} == {kept.pk}
    for tag in tags[1:]:
        assert client.get(tag.get_absolute_url()).status_code == 301
    migrate()
    assert Tag.objects.count() == 1


def test_keys_are_written_anew_even_where_they_change_places():
    one, other = make_tag("①号方"), make_tag("甲")
    Tag.objects.filter(pk=one.pk).update(folded="1号方")
    alias = TagAlias.objects.create(tag=other, name="½片")
    TagAlias.objects.filter(pk=alias.pk).update(folded="1⁄2片")
    doctor = make_doctor()
    Doctor.objects.filter(pk=doctor.pk).update(name="买买提・阿不都(甲)")
    migrate()
    one.refresh_from_db(), alias.refresh_from_db(), doctor.refresh_from_db()
    assert (one.folded, alias.folded, doctor.name) == ("①号方", "½片", "买买提·阿不都（甲）")


def test_names_copied_from_pdf_files_become_one_with_those_that_were_typed():
    migration = import_module("articles.migrations.0060_one_way_of_writing")
    typed, copied, doctor = make_tag("风湿"), make_tag("占位"), make_doctor()
    article = make_article(tags=[copied])
    Tag.objects.filter(pk=copied.pk).update(name="⻛湿", folded="⻛湿")
    type(doctor).objects.filter(pk=doctor.pk).update(name="⻢医生")
    rebuild = IndexRebuild.objects.create()
    migration.begin_anew(apps, connection.schema_editor())
    assert list(Tag.objects.all()) == list(article.tags.all()) == [typed]
    doctor.refresh_from_db()
    assert doctor.name == "马医生"
    assert not IndexRebuild.objects.filter(pk=rebuild.pk).exists()
