import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from articles.models import Tag, TagAlias, TaggedArticle
from articles.models.merging import merge_tags
from articles.models.tag_lookup import create_tag, find_tags, get_tags
from articles.tests.factories import make_article, make_tag
from articles.text.tag_names import split_tags

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("怀孕，便秘、头痛", ["怀孕", "便秘", "头痛"]),
        ("怀孕,便秘;头痛；发烧", ["怀孕", "便秘", "头痛", "发烧"]),
        ("怀孕\n便秘\r\n头痛", ["怀孕", "便秘", "头痛"]),
        ("Vitamin D", ["Vitamin D"]),
        ("  维生素　　D  ，", ["维生素 D"]),
        ("ＨＰＶ，HPV，hpv", ["HPV"]),
        ("，、；;,\n", []),
        ("", []),
        (None, []),
        ("\u202e头痛\u202c", ["头痛"]),
    ],
)
def test_splitting_knows_chinese_separators_and_keeps_spaces_inside(text, names):
    assert split_tags(text) == names


def test_names_are_found_in_any_width_and_case_and_by_alias():
    tag = make_tag("HPV")
    TagAlias.objects.create(tag=tag, name="人乳头瘤病毒")
    assert set(find_tags(["ｈｐｖ", "人乳头瘤病毒"]).values()) == {tag}


def test_getting_tags_creates_only_what_is_missing_and_keeps_the_order():
    known = make_tag("头痛")
    tags = get_tags(["发烧", "头痛", "发烧"], kind=Tag.Kind.SYMPTOM)
    assert [tag.name for tag in tags] == ["发烧", "头痛"]
    assert tags[1] == known
    assert tags[0].kind == Tag.Kind.SYMPTOM


def test_an_article_keeps_its_tags_in_the_editors_order():
    article = make_article(tags=["丙", "甲", "乙"])
    assert [tag.name for tag in article.tags.all()] == ["丙", "甲", "乙"]
    assert article.home_tag.name == "丙"


def test_creating_a_tag_that_somebody_else_just_made_returns_theirs():
    theirs = make_tag("头痛")
    assert create_tag("头痛") == theirs


@pytest.mark.parametrize("name", ["!!!", "？", "C++", "c#", "😀"])
def test_every_name_gets_an_address_that_no_other_has(name):
    first, second = make_tag(name), make_tag(name + "x")
    assert first.slug
    assert first.slug != second.slug


def test_a_new_tag_never_takes_the_former_address_of_another():
    old, kept = make_tag("腹泻"), make_tag("拉肚子")
    merge_tags([old], kept)
    TagAlias.objects.filter(name="腹泻").update(name="泻", folded="泻")
    assert make_tag("腹泻").slug == "腹泻-2"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("头痛，发烧", "里不能有逗号、顿号或分号"),
        ("\u202e\u200b", "请填写标签名"),
        ("ß" * 60, "太长"),
        ("ＨＰＶ", "已经有了"),
        ("人乳头瘤病毒", "已经是标签“HPV”的别名"),
    ],
)
def test_names_that_a_tag_cannot_have_are_refused_in_words(name, sentence):
    TagAlias.objects.create(tag=make_tag("HPV"), name="人乳头瘤病毒")
    with pytest.raises(ValidationError, match=sentence):
        Tag(name=name).clean()


def test_merging_keeps_every_article_under_the_target_once():
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    both, only_old, only_kept = make_article(tags=[kept, old]), make_article(tags=[old]), make_article(tags=[kept])
    assert merge_tags([old], kept) == 1
    for article in (both, only_old, only_kept):
        assert [tag.name for tag in article.tags.all()] == ["怀孕"]
    assert TaggedArticle.objects.count() == 3


def test_merging_when_the_target_is_among_the_selected_loses_nothing():
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    article = make_article(tags=[kept])
    assert merge_tags([kept, old], kept) == 1
    assert list(article.tags.all()) == [kept]


def test_merged_names_and_addresses_lead_to_the_target():
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    TagAlias.objects.create(tag=old, name="有喜")
    slug = old.slug
    merge_tags([old], kept)
    assert not Tag.objects.filter(name="妊娠").exists()
    assert set(kept.aliases.values_list("name", flat=True)) == {"妊娠", "有喜"}
    assert TagAlias.objects.get(slug=slug).tag == kept
    assert get_tags(["妊娠", "有喜", "怀孕"]) == [kept]


def test_merging_into_a_target_that_is_an_alias_chain_end_keeps_older_addresses():
    first, second, third = make_tag("甲状腺"), make_tag("甲状腺病"), make_tag("甲状腺疾病")
    slugs = [first.slug, second.slug]
    merge_tags([first], second)
    merge_tags([second], third)
    assert {TagAlias.objects.get(slug=slug).tag for slug in slugs} == {third}


def test_merging_keeps_the_introduction_when_the_target_has_none():
    kept, old = make_tag("怀孕"), make_tag("妊娠", introduction="四十周。")
    merge_tags([old], kept)
    kept.refresh_from_db()
    assert kept.introduction == "四十周。"


def test_merging_a_name_that_is_already_an_alias_of_the_target_does_not_fail():
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    TagAlias.objects.create(tag=kept, name="妊娠", slug="other")
    slug = old.slug
    merge_tags([old], kept)
    assert TagAlias.objects.get(slug=slug).tag == kept


def test_merging_into_a_tag_that_is_gone_changes_nothing():
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    gone = Tag.objects.get(pk=kept.pk)
    kept.delete()
    with pytest.raises(Tag.DoesNotExist):
        merge_tags([old], gone)
    assert Tag.objects.filter(name="妊娠").exists()


@pytest.mark.django_db(transaction=True)
def test_two_editors_merging_the_same_tags_into_each_other_lose_nothing():
    first, second = make_tag("怀孕"), make_tag("妊娠")
    articles = [make_article(tags=[first]), make_article(tags=[second])]
    start, refused = threading.Barrier(2), []

    def merge(tags, target):
        start.wait()
        try:
            merge_tags(tags, target)
        except Tag.DoesNotExist:
            refused.append(target)
        finally:
            connection.close()

    pairs = [([first], second), ([second], first)]
    threads = [threading.Thread(target=merge, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = Tag.objects.get()
    assert len(refused) == 1
    assert all(list(article.tags.all()) == [left] for article in articles)


@pytest.mark.django_db(transaction=True)
def test_two_editors_creating_the_same_tag_at_once_get_one_tag():
    start, made = threading.Barrier(2), []

    def create():
        start.wait()
        try:
            made.append(get_tags(["新冠"])[0].pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [Tag.objects.get().pk] * 2
