"""Where next to nothing holds a search's words, what it is likely about comes first."""

import pytest

from articles.engine import ranking
from articles.engine.phrases import squeeze
from articles.engine.suspected import Suspected
from articles.finding.likely_terms import LEAST, Model, likely_terms, model
from articles.finding.search import clean_query, search
from articles.models import Article, TagAlias
from articles.tests.factories import make_article, make_tag
from articles.text.sayings import Matter

pytestmark = pytest.mark.django_db

REFLUX = "躺下胃酸往上涌"  # of which no title, and no table of words, has anything


def test_a_complaint_in_nobodys_words_finds_what_doctors_call_by_a_term():
    for title in ("胃镜检查疼吗？", "睡前能喝水吗？", "躺着看手机好吗？"):
        make_article(title=title)
    reflux = make_article(title="胃食管反流怎么治？")
    results = search(REFLUX)
    assert results.keys[0] == reflux.pk
    assert results.is_similar, "it holds none of the words, and does not claim to answer"


def test_nothing_answers_or_is_found_by_a_tag_alone():
    """What a question is also about (头痛) puts it before nobody who has not asked for it."""
    make_article(title="家里老人是不是中风？", tags=["胃食管反流", "反酸"])
    results = search(REFLUX)
    assert (results.keys, results.weak, results.total) == ([], [], 0)


def test_where_no_word_is_known_a_title_with_part_of_a_term_is_not_shown():
    make_article(title="老人流口水怎么办？")
    assert search(REFLUX).keys == []


def test_names_of_one_tag_are_as_likely_as_the_likeliest_of_them(monkeypatch):
    seen = []
    monkeypatch.setattr(ranking, "Suspected", lambda likely: seen.append(dict(likely)) or Suspected(likely))
    TagAlias.objects.create(tag=make_tag("发热"), name="发烧")
    make_article(title="额头摸着怎么样？")
    terms = likely_terms("身上滚烫")
    search("身上滚烫")
    assert seen[-1]["发热"] == max(terms["发热"], terms["发烧"])


def test_what_holds_the_words_stays_first():
    typed = make_article(title="躺下胃酸往上涌怎么办？")
    make_article(title="胃食管反流怎么治？")
    assert search(REFLUX).keys[0] == typed.pk


def test_no_draft_and_nothing_outside_of_a_filter_is_found_by_it():
    make_article(title="胃食管反流怎么治？", status="draft")
    make_article(title="反酸怎么办？", tags=["消化科"])
    tag = make_tag("儿科")
    assert search(REFLUX, tag=tag).keys == []
    assert [Article.objects.get(pk=key).title for key in search(REFLUX).keys] == ["反酸怎么办？"]


def test_a_search_as_it_is_typed_is_not_guessed_at():
    make_article(title="胃食管反流怎么治？")
    assert search(REFLUX, is_exact=True).keys == []


@pytest.mark.parametrize("typed", ["火车票", "12345", "asdf", "今天股票", "😀😀", "^$", "。。。"])
def test_what_is_no_complaint_is_about_nothing(typed):
    make_article(title="胃食管反流怎么治？")
    assert [one for one in likely_terms(typed).values() if one > 0.15] == []
    assert search(clean_query(typed)).keys == []


def test_what_is_said_of_a_matter_makes_it_likely():
    said = [("头痛", "偏头痛", "脑袋疼"), ("头痛", "脑袋胀痛"), ("脚气", "脚趾缝痒")]
    model = Model(Matter((term, f"{term}{at}"), tuple(lines)) for at, (term, *lines) in enumerate(said))
    first, second, third = model.probabilities(squeeze("脑袋"))
    assert first + second + third == pytest.approx(1)
    assert min(first, second) > third


def test_a_term_counts_by_all_matters_that_have_it_and_nothing_is_about_nothing():
    probabilities = dict(zip(model().terms, model().probabilities(squeeze("身上滚烫")), strict=True))
    found = [one for terms, one in probabilities.items() if "发热" in terms and one >= LEAST]
    assert len(found) > 1
    assert likely_terms("身上滚烫")["发热"] == pytest.approx(sum(found))
    terms = likely_terms("胃酸往上涌")
    assert list(terms.values()) == sorted(terms.values(), reverse=True)
    assert list(terms) == list(likely_terms("胃酸往上涌"))
    assert likely_terms("") == {}
