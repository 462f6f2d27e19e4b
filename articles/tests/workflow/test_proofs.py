"""What the copy-editor finds in a question with what only the database knows, and what it keeps from readers."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from articles.models import Article, Proof, TagAlias
from articles.tests.factories import make_article, make_tag
from articles.workflow import proofs

pytestmark = pytest.mark.django_db


def rules(findings):
    return {found.rule.name for found in findings}


def test_up_to_three_questions_that_ask_the_same_are_named_the_newest_first():
    titles = ["新冠怎么办", "新冠怎么办？", "新冠怎么办!", "新冠怎么办。"]
    for title in titles:
        make_article(title=title)
    make_article(title="咳嗽怎么办？")
    assert proofs.twin_titles(Article(title="新冠怎么办？")) == titles[:0:-1]
    assert proofs.twin_titles(Article.objects.get(title="咳嗽怎么办？")) == []
    assert proofs.twin_titles(Article(title=" ")) == []


def test_a_draft_is_a_twin_too():
    make_article(title="新冠怎么办？", status="draft")
    assert proofs.twin_titles(Article(title="新冠怎么办？")) == ["新冠怎么办？"]


def test_the_names_of_drugs_are_the_tags_of_that_kind_in_the_order_they_came():
    make_tag("阿司匹林", kind="drug")
    make_tag("感冒", kind="disease")
    make_tag("布洛芬", kind="drug")
    assert proofs.drug_names() == ("阿司匹林", "布洛芬")


def test_nothing_is_found_where_nothing_is_written_yet():
    assert proofs.proof(Article()) == []
    assert "ascii-punctuation" in rules(proofs.proof(Article(title="头痛,怎么办？")))
    assert "ascii-punctuation" in rules(proofs.proof(Article(body="<p>先休息,再热敷。</p>")))


def test_twins_that_are_known_are_not_looked_up(django_assert_num_queries):
    make_article(title="头痛怎么办？")
    article = Article(title="头痛怎么办？", body="<p>一。</p>")
    assert "twin-title" in rules(proofs.proof(article))
    assert "twin-title" not in rules(proofs.proof(article, []))
    with django_assert_num_queries(1):  # of drugs
        assert "twin-title" in rules(proofs.proof(article, ["头痛怎么办"]))


def test_what_was_found_in_a_saved_question_is_kept_with_its_twins():
    article = make_article(title="头痛,怎么办？")
    proofs.keep(article, ["头痛怎么办？"])
    assert {"ascii-punctuation", "twin-title"} <= set(article.proofs.values_list("rule", flat=True))
    article.title = "头痛怎么办？"
    proofs.keep(article, [])
    assert not {"ascii-punctuation", "twin-title"} & set(article.proofs.values_list("rule", flat=True))


# --- Over the whole site ----------------------------------------------------------------


def test_only_titles_that_come_twice_are_said_twice():
    make_article(title="新冠怎么办？")
    assert proofs.keys_said_twice() == set()
    make_article(title="新冠怎么办？")
    make_article(title="咳嗽怎么办？")
    twice = proofs.keys_said_twice()
    assert twice
    make_article(title="咳嗽要紧吗？")
    assert proofs.keys_said_twice() == twice


def test_with_the_titles_said_twice_the_others_are_not_looked_up():
    one, other = make_article(title="新冠怎么办？"), make_article(title="新冠怎么办？")
    alone = make_article(title="咳嗽怎么办？")
    found = proofs.store([one, other, alone], twice=proofs.keys_said_twice())
    assert {article for article, findings in found.items() if "twin-title" in rules(findings)} == {one, other}
    assert "twin-title" not in rules(proofs.store([one], twice=set())[one])


def test_titles_that_say_the_same_by_an_alias_are_said_twice():
    TagAlias.objects.create(tag=make_tag("头痛"), name="头疼")
    articles = [make_article(title="头痛怎么办？"), make_article(title="头疼怎么办？")]
    found = proofs.store(articles, twice=proofs.keys_said_twice())
    assert ["twin-title" in rules(findings) for findings in found.values()] == [True, True]


def test_one_rule_is_checked_and_kept_alone():
    article = make_article(title="头痛怎么办？", body="<p>先休息,再热敷。</p>")
    make_article(title="头痛怎么办？")
    found = proofs.store([article], ["ascii-punctuation"])
    assert rules(found[article]) == {"ascii-punctuation"}
    assert list(Proof.objects.values_list("article", "rule")) == [(article.pk, "ascii-punctuation")]


# --- What is kept from readers ----------------------------------------------------------


def test_no_rule_keeps_anything_from_readers_or_costs_a_query_unless_it_is_named(settings, django_assert_num_queries):
    article = make_article(title="头痛怎么办？", body="<p>保证根治,一定。</p>")
    settings.COPYEDIT_BLOCKING = []
    with django_assert_num_queries(0):
        assert proofs.obstacle(article) is None
    settings.COPYEDIT_BLOCKING = ["absolute-claim"]
    sentence = proofs.obstacle(article)
    assert sentence.startswith("文字检查没有通过：")
    assert sentence.endswith("。请先改好再发布。")
    assert "、" not in sentence
    settings.COPYEDIT_BLOCKING = ["absolute-claim", "ascii-punctuation"]
    assert proofs.obstacle(article).count("、") == 1
    article.body = "<p>先休息。</p>"
    assert proofs.obstacle(article) is None


def test_a_title_that_is_there_already_keeps_a_question_from_readers_where_that_rule_is_named(settings):
    make_article(title="头痛怎么办？")
    settings.COPYEDIT_BLOCKING = ["twin-title"]
    assert "文字检查没有通过" in proofs.obstacle(Article(title="头痛怎么办？", body="<p>一。</p>"))
    assert proofs.obstacle(Article(title="咳嗽怎么办？", body="<p>一。</p>")) is None


def test_other_rules_look_up_no_titles(settings, django_assert_num_queries):
    settings.COPYEDIT_BLOCKING = ["absolute-claim"]
    with django_assert_num_queries(1):  # of drugs
        proofs.obstacle(Article(title="头痛怎么办？", body="<p>一。</p>"))


def test_a_rule_that_does_not_exist_is_refused_when_the_site_starts(settings):
    settings.COPYEDIT_BLOCKING = ["absolute-claim"]
    proofs.check_settings()
    settings.COPYEDIT_BLOCKING = ["absolute-claim", "nonsense"]
    with pytest.raises(ImproperlyConfigured, match="COPYEDIT_BLOCKING: 'nonsense' is not one of .*absolute-claim"):
        proofs.check_settings()
