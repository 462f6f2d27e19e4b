"""What stands beside a question on a small site whose editors have tagged nothing: its titles alone tell.

In situations.json a doctor would put the titles of each list of `untagged` beside one another, and none beside those
that stand `alone`.
"""

from itertools import chain, permutations
from operator import itemgetter

import pytest
from django.utils import timezone

from articles.engine import tokens
from articles.engine.seam import search_engine
from articles.engine.situations import begin_alike
from articles.models import Article
from articles.tests.engine.test_situations import LISTS, SHOWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def untagged():
    """{title: the first ten titles beside it} on that site."""
    titles = [*chain.from_iterable(LISTS["untagged"]), *LISTS["alone"]]
    made = Article.objects.bulk_create(
        Article(title=title, status=Article.Status.PUBLISHED, published_at=timezone.now()) for title in titles
    )
    found = search_engine().related(made)
    by_key = {article.pk: article.title for article in made}
    return {
        article.title: [by_key[key] for key, *_ in one.entries[:SHOWN]]
        for article, one in zip(made, found, strict=True)
    }


def test_without_tags_nine_of_ten_are_about_the_same(untagged):
    true = {pair for titles in LISTS["untagged"] for pair in permutations(titles, 2)}
    shown = [(title, other) for title, others in untagged.items() for other in others]
    wrong = [pair for pair in shown if pair not in true]
    assert len(wrong) <= len(shown) / 10, wrong


def test_without_tags_most_of_the_true_ones_are_there(untagged):
    true = {pair for titles in LISTS["untagged"] for pair in permutations(titles, 2)}
    assert sum(other in untagged[title] for title, other in true) >= len(true) * 0.8


@pytest.mark.parametrize("titles", [titles for titles in LISTS["untagged"] if len(titles) > 3], ids=itemgetter(0))
def test_without_tags_a_list_of_true_ones_is_not_cut_to_less_than_half(untagged, titles):
    pairs = list(permutations(titles, 2))
    assert sum(other in untagged[title] for title, other in pairs) >= len(pairs) / 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("婴儿肠痉挛最快缓解方法？", "小儿痉挛症是什么原因造成的？"),
        ("孩子不爱吃饭怎么办？", "孩子个子矮要查骨龄吗？"),
        ("眼睛进沙子怎么办？", "眼睛看东西有重影是怎么回事？"),
        ("便秘一周怎么办？", "眼皮跳了一周怎么办？"),
    ],
)
def test_who_asks_where_it_hurts_and_since_when_is_no_situation(one, other):
    assert not begin_alike(tokens.title(one), tokens.title(other))
    assert not begin_alike(tokens.title(other), tokens.title(one))


def test_titles_that_begin_with_the_same_illness_are_alike_wherever_the_other_names_it():
    one, other = tokens.title("高血脂吃他汀伤肝吗？"), tokens.title("四十岁查出血脂高要吃药吗？")
    assert begin_alike(one, other)
    assert begin_alike(other, one)
    assert not begin_alike(one, tokens.title(""))
    assert not begin_alike(tokens.title("怎么办？"), tokens.title("怎么办呢？"))
