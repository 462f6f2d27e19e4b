"""What the database itself does when content changes, whichever way: the version of the site, and the lists of tags."""

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import (
    Article,
    Correction,
    Doctor,
    Like,
    Page,
    PatientWord,
    RedFlag,
    RelatedItem,
    RelatedList,
    SiteVersion,
    Tag,
    TagAlias,
    TaggedArticle,
    triggers,
)
from articles.models.counters import TOTALS
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db(transaction=True)

MAKE = {
    Article: lambda article: make_article(),
    Correction: lambda article: Correction.objects.create(article=article, text="改了剂量"),
    Doctor: lambda article: make_doctor(),
    Page: lambda article: Page.objects.create(slug="new", title="新", body="<p>新</p>"),
    PatientWord: lambda article: PatientWord.objects.create(word="火星热", term="痛风", reason="都这么说"),
    RedFlag: lambda article: RedFlag.objects.create(name="新", words="打嗝不停"),
    RelatedItem: lambda article: RelatedItem.objects.create(article=article, related=make_article()),
    RelatedList: lambda article: RelatedList.objects.create(article=make_article(status="draft"), entries=[[7, 1, ""]]),
    Tag: lambda article: make_tag(),
    TagAlias: lambda article: TagAlias.objects.create(tag=make_tag(), name="别名"),
    TaggedArticle: lambda article: TaggedArticle.objects.create(content_object=article, tag=make_tag()),
}


@pytest.fixture
def article():
    return make_article(imported_likes=3)


def by_hand(sql, *values):
    """Change rows behind Django's back, as an operator in a shell of the database does; return the versions raised."""
    before = SiteVersion.current()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    return SiteVersion.current() - before


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model.__name__)
def test_what_pages_show_raises_the_version_when_it_comes_changes_and_goes(article, model):
    before = SiteVersion.current()
    row = MAKE[model](article)
    assert SiteVersion.current() > before
    table = model._meta.db_table
    for field in model._meta.concrete_fields:
        if not field.primary_key and field.name not in TOTALS | {"by", "computed_at", "is_past_review", "listed_at"}:
            assert (
                by_hand(
                    f'UPDATE {table} SET "{field.column}" = "{field.column}" WHERE {model._meta.pk.column} = %s', row.pk
                )
                == 1
            )
    before = SiteVersion.current()
    row.delete()
    assert SiteVersion.current() > before


def test_what_no_page_shows_at_once_raises_no_version(article):
    tagged = TaggedArticle.objects.create(content_object=article, tag=make_tag())
    correction = Correction.objects.create(article=article, text="改了剂量")
    before = SiteVersion.current()
    Article.objects.update(like_count=9)
    Article.objects.update(is_past_review=True)
    Like.objects.create(article=article, visitor="a" * 32)
    Correction.objects.filter(pk=correction.pk).update(by=None)
    TaggedArticle.objects.filter(pk=tagged.pk).update(listed_at=timezone.now())
    assert SiteVersion.current() == before


def test_lists_of_tags_follow_a_question_that_is_changed_by_hand(article):
    draft, tag = make_article(status="draft"), make_tag()
    for row in (article, draft):
        row.tags.add(tag)
    listed = TaggedArticle.objects.order_by("content_object_id")
    assert list(listed.values_list("listed_at", flat=True)) == [article.published_at, None]
    by_hand(f"UPDATE {Article._meta.db_table} SET status = 'published' WHERE id = %s", draft.pk)
    by_hand(f"UPDATE {Article._meta.db_table} SET status = 'withdrawn' WHERE id = %s", article.pk)
    assert list(listed.values_list("listed_at", flat=True)) == [None, draft.published_at]


def test_both_databases_raise_the_version_at_the_same_events():
    events = {name: model._meta.db_table for name, _, model in triggers.events()}
    for made_for in (triggers.sqlite_triggers, triggers.postgresql_triggers):
        assert events.items() <= {name: table for name, table, _ in made_for()}.items()
