"""What people say of matters, from which it is learned what a search is likely about."""

from collections import Counter

from articles.engine.phrases import squeeze
from articles.text.sayings import matters


def test_each_matter_has_a_few_terms_and_many_lines_that_are_like_searches():
    for terms, said in matters():
        assert 1 <= len(terms) <= 3, terms
        assert all(1 <= len(term) <= 12 for term in terms), terms
        assert len(said) >= 36, terms
        assert all(1 < len(squeeze(line)) <= 40 for line in said), terms


def test_no_line_is_said_twice_of_a_matter():
    for terms, said in matters():
        assert [line for line, n in Counter(map(squeeze, said)).items() if n > 1] == [], terms
