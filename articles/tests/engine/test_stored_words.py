"""The index keeps the words of articles and their counts, the same way in SQLite and in PostgreSQL."""

import pytest
from django.utils import timezone

from articles.engine.candidates import BODY_WORD, TITLE_PAIR, TITLE_WORD
from articles.engine.index_rows import changes, counted
from articles.engine.posting_lists import PACKED, pack
from articles.models import Article

from .trial_index import make_index, row

pytestmark = pytest.mark.django_db
MANY = 2_001  # more than any list of values in one statement
ODD = ["'", '"', "\\", "%s", "%", "*", "OR", "NOT", "&", "!", "(", ")", ":*", "{}", "\u3000", "😀", "null"]


@pytest.fixture
def index():
    return make_index()


def as_stored(index, rows):
    """Tell whether the index holds exactly these rows, and counts what they hold."""
    assert index.keys(0, 10_000) == sorted(row.key for row in rows)
    assert sorted(index.read([row.key for row in rows])) == sorted(rows)
    expected = {}
    for one in rows:
        for term in counted(one):
            expected[term] = expected.get(term, 0) + 1
    assert index.counts(list(expected)) == expected
    assert index.number_of_terms() == len(expected)
    return True


def test_what_is_written_changed_and_forgotten_is_so_in_rows_and_counts(index):
    first, second = row(1, "头痛怎么办？", "休息。头痛时休息。"), row(2, "头痛的病因")
    index.write([first, second], are_new=True)
    assert as_stored(index, [first, second])
    changed = row(2, "失眠怎么办？", "少喝茶。")
    index.write([changed])
    assert as_stored(index, [first, changed])
    index.write([changed, row(3, "头痛？")])
    assert as_stored(index, [first, changed, row(3, "头痛？")])
    index.forget([1, 3, 99])
    assert as_stored(index, [changed])
    index.forget([2])
    assert as_stored(index, [])
    index.forget([])
    index.write([])
    assert as_stored(index, [])


def test_what_stays_as_it_was_is_no_change_of_counts():
    old, new = row(1, "头痛怎么办", "休息"), row(1, "头痛怎么办", "睡觉")
    assert changes([old], [new]) == {(BODY_WORD, "休息"): -1, (BODY_WORD, "睡觉"): 1}
    assert changes([old], [old]) == {}


def test_thousands_are_written_read_and_forgotten_at_once(index):
    rows = [row(key, f"头痛{key}", f"休息{key % 7}") for key in range(1, MANY + 1)]
    index.write(rows, are_new=True)
    assert as_stored(index, rows)
    again = [row(one.key, f"失眠{one.key}") for one in rows]
    index.write(again)
    assert as_stored(index, again)
    index.forget([one.key for one in again[1:]])
    assert as_stored(index, again[:1])


def test_keys_come_in_parts_and_none_twice(index):
    index.write([row(key, "头痛") for key in (5, 1, 9, 3)])
    assert index.keys(0, 2) == [1, 3]
    assert index.keys(3, 2) == [5, 9]
    assert index.keys(9, 2) == []


def test_counts_are_those_of_documents_and_of_terms_that_occur(index):
    index.write([row(1, "头痛头痛", "头痛。头痛。"), row(2, "头痛"), row(3, "", "失眠")])
    asked = [(TITLE_WORD, "头痛"), (BODY_WORD, "头痛"), (TITLE_PAIR, "痛头"), (TITLE_WORD, "失眠")]
    found = index.counts([*asked, *asked, (TITLE_WORD, ""), (BODY_WORD, "")])
    assert found == {
        (TITLE_WORD, "头痛"): 2,
        (BODY_WORD, "头痛"): 1,
        (TITLE_PAIR, "痛头"): 1,
        (TITLE_WORD, ""): 2,
        (BODY_WORD, ""): 2,
    }
    assert index.counts([]) == {}


def test_counts_of_more_terms_than_one_statement_takes(index):
    terms = [(TITLE_WORD, f"词{number}") for number in range(5_001)]
    index.change_chunk(0, dict.fromkeys(terms, [1]), {})
    assert index.counts(terms) == dict.fromkeys(terms, 1)


def test_newest_documents_that_hold_all_the_terms_are_found(index):
    index.write(
        [
            row(1, "头痛 失眠", "咖啡 茶"),
            row(2, "头痛", "咖啡"),
            row(3, "失眠", "茶"),
            row(4, "头痛 失眠"),
            row(5, "咖啡", "头痛"),
        ]
    )
    head, sleep = (TITLE_WORD, "头痛"), (TITLE_WORD, "失眠")
    asked = [[head], [head, sleep], [sleep, (TITLE_PAIR, "头痛")], [(BODY_WORD, "咖啡")]]
    asked += [[(BODY_WORD, "咖啡"), (BODY_WORD, "茶")], [(TITLE_PAIR, "眠失")], [(BODY_WORD, "没有")]]
    assert index.postings(asked, 10) == [[4, 2, 1], [4, 1], [4, 1], [2, 1], [1], [], []]
    assert index.postings(asked[:4], 1) == [[4], [4], [4], [2]]


def test_more_lists_of_terms_are_asked_than_one_statement_takes(index):
    index.write([row(1, "头痛"), row(2, "失眠")])
    asked = [[(TITLE_WORD, "头痛")], [(TITLE_WORD, "失眠")]] * 201
    assert index.postings(asked, 5) == [[1], [2]] * 201


@pytest.mark.parametrize("term", ODD)
@pytest.mark.parametrize("kind", [TITLE_WORD, TITLE_PAIR, BODY_WORD])
def test_any_term_is_data(index, kind, term):
    index.write([row(1, "头痛失眠a", "头痛失眠a")])
    assert index.postings([[(kind, term)]], 5) == [[]]
    assert index.counts([(kind, term)]) == {}


def test_documents_come_with_bodies_where_they_are_asked_for(index):
    index.write([row(1, "头痛怎么办？", "休息，休息"), row(2, "失眠的病因")])
    plain = {d.key: d for d in index.documents([2, 1, 99])}
    assert set(plain) == {1, 2}
    assert plain[1][1:5] == ("头痛怎么办?", ["头痛"], "头痛", "treatment")
    assert plain[1].body == ""
    full = {d.key: d for d in index.documents([1, 2], with_bodies=True)}
    assert full[1]._replace(packed=None) == plain[1]
    assert full[1].body == "休息 休息"
    assert full[2].body == ""
    assert index.documents([]) == []


def test_documents_are_limited_by_a_queryset(index):
    articles = [
        Article.objects.create(title=f"头痛{n}", status=status, published_at=timezone.now())
        for n, status in enumerate(("published", "draft", "published"))
    ]
    keys = [article.pk for article in articles]
    index.write([row(key, "头痛怎么办？", "休息") for key in keys])
    public = Article.objects.published()
    assert {d.key for d in index.documents(keys, among=public)} == {keys[0], keys[2]}
    assert {d.key for d in index.documents(keys[1:], among=public, with_bodies=True)} == {keys[2]}
    assert index.documents([], among=public) == []


def test_a_renamed_index_takes_the_place_of_the_one_with_its_name():
    old, new = make_index("trial"), make_index("trial_next")
    old.write([row(1, "旧的头痛")])
    new.write([row(2, "新的失眠", "茶")])
    new.rename("trial")
    assert as_stored(old, [row(2, "新的失眠", "茶")])
    again = make_index("trial_next")
    again.write([row(3, "更新的")])
    again.rename("trial")
    assert as_stored(old, [row(3, "更新的")])
    old.drop()
    assert as_stored(make_index("trial"), [])


def as_the_release_before_made_it(index):
    """Take from an index what an older release does not know of."""
    index.run(f"ALTER TABLE {index.posting} DROP COLUMN n")
    index.run(f"DELETE FROM {index.posting} WHERE term = ''")


def test_an_index_of_the_release_before_gets_its_numbers_and_answers_as_before(index):
    rows = [row(key, f"头痛{key % 7}怎么办？", "休息。" * (key % 2)) for key in range(1, 3 * PACKED)]
    index.write(rows, are_new=True)
    as_the_release_before_made_it(index)
    index.widen()
    assert as_stored(index, rows)
    index.widen()  # again, as each migrate does
    assert as_stored(index, rows)


def test_a_list_that_the_release_before_writes_counts_by_its_length(index):
    index.write([row(1, "头痛怎么办？")], are_new=True)
    ids = pack([1, 2, 3])
    sql = f"INSERT INTO {index.posting} (chunk, kind, term, ids) VALUES (%s, %s, %s, %s)"
    index.run(sql, [0, TITLE_WORD, "失眠", ids])
    assert index.counts([(TITLE_WORD, "失眠")]) == {(TITLE_WORD, "失眠"): 3}
    index.write([row(4, "失眠")], are_new=True)
    assert index.counts([(TITLE_WORD, "失眠")]) == {(TITLE_WORD, "失眠"): 4}
