"""The tags that are offered for a query, and the names by which what they mean is marked."""

import pytest

from articles.finding.vocabulary import Vocabulary
from articles.models import TagAlias
from articles.tests.factories import make_tag

pytestmark = pytest.mark.django_db


def names(tags):
    return [tag.name for tag in tags]


@pytest.fixture
def tags():
    """Tags in the order of their keys, two of them with aliases."""
    made = {name: make_tag(name) for name in ("痉挛", "面肌痉挛", "癫痫", "HPV")}
    TagAlias.objects.create(tag=made["面肌痉挛"], name="半面痉挛症")
    TagAlias.objects.create(tag=made["面肌痉挛"], name="面抽")
    TagAlias.objects.create(tag=made["HPV"], name="人乳头瘤病毒")
    return made


@pytest.mark.parametrize(
    ("query", "matching"),
    [
        ("面肌痉挛怎么治", ["面肌痉挛", "痉挛"]),
        ("痉挛", ["面肌痉挛", "痉挛"]),
        ("面抽了", ["面肌痉挛"]),
        ("半面", ["面肌痉挛"]),
        ("癫痫和面抽", ["面肌痉挛", "癫痫"]),
        ("hpv", ["HPV"]),
        ("ＨＰＶ疫苗", ["HPV"]),
        ("头痛", []),
        ("", []),
        ("  ", []),
    ],
)
def test_tags_that_a_query_names_are_matching_longer_names_first(tags, query, matching):
    assert names(Vocabulary().matching(query)) == matching


def test_no_more_tags_are_matching_than_asked_for_and_of_equal_ones_the_older(tags):
    make_tag("肠痉")
    assert names(Vocabulary().matching("痉", limit=2)) == ["面肌痉挛", "痉挛"]
    for number in range(9):
        make_tag(f"痉{number}")
    assert names(Vocabulary().matching("痉"))[:5] == ["面肌痉挛", "痉挛", "肠痉", "痉0", "痉1"]
    assert len(Vocabulary().matching("痉")) == 8


def test_where_no_tag_matches_those_that_share_most_pairs_of_characters_are_nearest(tags):
    other = make_tag("面肌抽动")
    assert names(Vocabulary().nearest("面肌麻痹了怎么办")) == ["面肌痉挛", other.name]
    assert names(Vocabulary().nearest("面肌抽搐的面")) == [other.name, "面肌痉挛"]
    assert names(Vocabulary().nearest("面肌麻痹", limit=1)) == ["面肌痉挛"]
    assert names(Vocabulary().nearest("面")) == ["面肌痉挛", other.name]
    assert Vocabulary().nearest("头晕") == []


def test_one_shared_character_is_not_near(tags):
    assert Vocabulary().nearest("眼肌 挛 癫狂") == []


def test_at_most_eight_tags_are_near():
    for number in range(9):
        make_tag(f"面肌{number}病")
    assert names(Vocabulary().nearest("面肌痛")) == [f"面肌{number}病" for number in range(8)]


def test_a_named_tag_is_marked_by_all_of_its_names(tags):
    vocabulary = Vocabulary()
    assert vocabulary.spellings("面抽怎么办") == {"面肌痉挛", "半面痉挛症", "面抽"}
    assert vocabulary.spellings("癫痫与hpv") == {"癫痫", "hpv", "人乳头瘤病毒"}
    assert vocabulary.spellings("头痛") == set()


def test_a_tag_is_found_by_the_address_of_each_of_its_names_its_own_before_an_alias_of_another(tags):
    vocabulary = Vocabulary()
    assert vocabulary.slugs["面肌痉挛"] == vocabulary.slugs["半面痉挛症"] == vocabulary.slugs["面抽"]
    assert vocabulary.slugs["面抽"].pk == tags["面肌痉挛"].pk
    assert vocabulary.slugs["面抽"].kind == tags["面肌痉挛"].kind
    assert vocabulary.aliases == (("半面痉挛症", "面肌痉挛"), ("面抽", "面肌痉挛"), ("人乳头瘤病毒", "HPV"))
    TagAlias.objects.create(tag=tags["HPV"], name="羊角风", slug="癫痫")
    assert Vocabulary().slugs["癫痫"].pk == tags["癫痫"].pk


def test_the_vocabulary_is_one_query(tags, django_assert_num_queries):
    with django_assert_num_queries(1):
        vocabulary = Vocabulary()
        vocabulary.matching("痉挛")
        vocabulary.nearest("面肌麻痹")
        vocabulary.spellings("癫痫")
