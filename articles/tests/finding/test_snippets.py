import re

import pytest

from articles.finding import snippets
from articles.finding.snippets import marked, pattern_of
from articles.text.markup import Led

LONG = "开头的句子没有什么可说的。" * 10
TEXT = f"{LONG}面肌痉挛多由血管压迫面神经引起，表现为一侧面部不自主抽动。劳累时会加重。{LONG}"


def plain(html):
    return html.replace("<mark>", "").replace("</mark>", "")


def snippet(text, pattern):
    """The snippet of lines that nothing leads on to."""
    return snippets.snippet([Led(line, "") for line in text.split("\n")], pattern)


def test_snippet_is_the_sentence_with_the_hit():
    found = snippet(TEXT, pattern_of(["面肌痉挛"]))
    assert "<mark>面肌痉挛</mark>多由血管压迫面神经引起" in found
    assert 60 <= len(plain(found)) <= 122
    assert plain(found).strip("…") in TEXT
    assert found.endswith(("。", "…"))


def test_snippet_prefers_the_place_with_most_words():
    text = f"头痛的人很多。{LONG}头痛时可以吃布洛芬，一天不超过三次。{LONG}"
    assert "<mark>布洛芬</mark>" in snippet(text, pattern_of(["头痛", "布洛芬"]))


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("眼瞼跳動", "眼睑", "<mark>眼瞼</mark>跳動"),
        ("做ＣＴ检查", "ct", "做<mark>ＣＴ</mark>检查"),
        ("做CT检查", "ＣＴ", "做<mark>CT</mark>检查"),
        ("active 的 CT", "ct", "active 的 <mark>CT</mark>"),
        ("㎏和痛风", "痛风", "㎏和<mark>痛风</mark>"),
        ("ﷺ痛风", "痛风", "ﷺ<mark>痛风</mark>"),
        ("😀痛风&<b>", "痛风", "😀<mark>痛风</mark>&amp;&lt;b&gt;"),
        ("痛风", "<mark>", ""),
        ("痛风", "", ""),
        ("", "痛风", ""),
    ],
)
def test_hits_are_found_folded_and_marked_as_written(text, word, found):
    assert marked(text, pattern_of([word])) == found
    assert snippet(text, pattern_of([word])) == found


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("血管堵了", ["胃管", "管"], ""),
        ("管，血管", ["胃管", "管"], "<mark>管</mark>，血管"),
        ("耳鸣病怎么办", ["糖料", "病"], ""),
        ("这种病，要治", ["糖料", "病"], "这种<mark>病</mark>，要治"),
        ("糖尿病肾病", ["糖尿病"], "<mark>糖尿病</mark>肾病"),
        ("肾病综合征", ["肾病"], "<mark>肾病</mark>综合征"),
        ("高血压病人", ["血压"], "高<mark>血压</mark>病人"),
        ("中心病房在三楼", ["心病"], ""),
        ("得了心病", ["心病"], "得了<mark>心病</mark>"),
        ("肝癌和肺癌", ["癌"], "肝<mark>癌</mark>和肺<mark>癌</mark>"),
        ("抻筋了怎么办", ["抻筋"], "<mark>抻筋</mark>了怎么办"),
    ],
)
def test_marks_stand_on_words_and_not_inside_others(text, words, found):
    assert marked(text, pattern_of(words)) == found


def test_longer_words_are_marked_whole():
    assert marked("面肌痉挛怎么治", pattern_of(["痉挛", "面肌痉挛"])) == "<mark>面肌痉挛</mark>怎么治"


def test_clause_without_end_is_cut_around_the_hit():
    found = snippet("字" * 500 + "痛风" + "字" * 500, pattern_of(["痛风"]))
    assert found.startswith("…")
    assert found.endswith("…")
    assert "<mark>痛风</mark>" in found
    assert len(plain(found)) <= 125


def test_what_stands_in_a_list_stands_below_what_leads_on_to_it():
    items = "\n".join(f"第{number}样不能吃的东西写得长一点" for number in range(4))
    found = plain(snippet(f"{LONG}\n不能吃：\n{items}\n葡萄柚\n别的", pattern_of(["葡萄柚"])))
    assert found.startswith("不能吃： 第0样")
    assert found.endswith("葡萄柚 别的")


def test_an_item_of_a_long_list_is_no_beginning_of_a_sentence():
    items = "\n".join(f"第{number}样不能吃的东西写得长一点" for number in range(40))
    found = plain(snippet(f"不能吃：\n{items}\n葡萄柚\n{items}", pattern_of(["葡萄柚"])))
    assert found.startswith("…葡萄柚")
    assert found.endswith("…")


def test_lines_become_one():
    assert snippet("痛风\n少喝酒", pattern_of(["痛风"])) == "<mark>痛风</mark> 少喝酒"


def test_no_hit_is_no_snippet():
    assert snippet(TEXT, pattern_of(["糖尿病"])) == ""
    assert snippet(TEXT, pattern_of([])) == ""
    assert snippet(TEXT, pattern_of(["。", "*"])) == ""


def clause(length, end="，", word=""):
    """Return a clause of `length` characters, its end and the word included."""
    return word + "字" * (length - len(word) - len(end)) + end


def found(text, *words):
    return plain(snippet(text, pattern_of(words or ["痛风"])))


SENTENCE = clause(50, "。")
HIT = clause(20, "，", "痛风")
ANSWER = clause(60, "。", "痛风")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A short text is shown whole.
        (HIT, HIT),
        (f"前句。{HIT}", f"前句。{HIT}"),
        # It begins where the sentence begins, if there is room, even for a whole 120 characters, else at the clause.
        (SENTENCE + clause(100) + HIT, clause(100) + HIT),
        (SENTENCE + clause(101) + HIT, f"…{HIT}"),
        (SENTENCE + clause(50) + clause(50) + HIT, clause(50) * 2 + HIT),
        (clause(101) + HIT, f"…{HIT}"),
        (clause(100) + HIT, clause(100) + HIT),
        (clause(50) + ANSWER, clause(50) + ANSWER),
        (SENTENCE + clause(50) + clause(50) + ANSWER, f"…{ANSWER}"),
        # It goes on to the end of the sentence, and from 60 characters no further.
        (SENTENCE + HIT + clause(40, "。") + SENTENCE, HIT + clause(40, "。")),
        (SENTENCE + HIT + clause(39, "。") + SENTENCE, HIT + clause(39, "。") + SENTENCE),
        (SENTENCE + HIT + clause(40) + clause(20, "。") + SENTENCE, HIT + clause(40) + clause(20, "。")),
        # Where the sentence is longer than 120 characters, it is cut at a clause, without the comma.
        (SENTENCE + HIT + clause(100) + clause(20, "。"), HIT + clause(100)[:-1] + "…"),
        (SENTENCE + HIT + clause(101) + clause(20, "。"), f"{SENTENCE}{HIT[:-1]}…"),
        # At the end of a text, what is before fills it up to 60 characters.
        (SENTENCE + clause(57, "。") + "痛风。", clause(57, "。") + "痛风。"),
        (SENTENCE + clause(56, "。") + "痛风。", SENTENCE + clause(56, "。") + "痛风。"),
        (clause(30, "。") * 3 + clause(29, "。", "痛风"), clause(30, "。") * 2 + clause(29, "。", "痛风")),
        (clause(30, "。") * 3 + clause(30, "。", "痛风"), clause(30, "。") + clause(30, "。", "痛风")),
        (SENTENCE + clause(100, "。") + clause(20, "。", "痛风"), clause(100, "。") + clause(20, "。", "痛风")),
        (SENTENCE + clause(101, "。") + clause(20, "。", "痛风"), clause(20, "。", "痛风")),
        # Brackets that close a sentence belong to it, and so do quotation marks, behind which it goes on.
        (f"{SENTENCE}（他说：“{HIT}{clause(40, '。')}”）{SENTENCE}", f"（他说：“{HIT}{clause(40, '。')}”）"),
        (
            f"{SENTENCE[:-1]}！”{clause(60, '？', '痛风')}{SENTENCE}",
            f"{SENTENCE[:-1]}！”{clause(60, '？', '痛风')}",
        ),
        (f"{SENTENCE}”’）{ANSWER}{SENTENCE}", ANSWER),
        # Semicolons end a sentence, too; a line that ends none is a heading, or an item of a list, and leads on.
        (f"{SENTENCE}\n{clause(60, '；', '痛风')}{SENTENCE}", clause(60, "；", "痛风")),
        (f"不能吃\n{clause(60, '；', '痛风')}{SENTENCE}", f"不能吃 {clause(60, '；', '痛风')}"),
    ],
)
def test_a_snippet_begins_and_ends_where_a_sentence_or_a_clause_does(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("字" * 30 + "痛风" + "字" * 200, "字" * 30 + "痛风" + "字" * 88 + "…"),
        ("字" * 31 + "痛风" + "字" * 200, "…" + "字" * 30 + "痛风" + "字" * 88 + "…"),
        ("字" * 200 + "痛风" + "字" * 88, "…" + "字" * 30 + "痛风" + "字" * 88),
        ("字" * 200 + "痛风" + "字" * 20, "…" + "字" * 98 + "痛风" + "字" * 20),
        ("字" * 200 + "痛风", "…" + "字" * 118 + "痛风"),
        ("。" + "字" * 119 + "痛风" + "字" * 200, "…" + "字" * 30 + "痛风" + "字" * 88 + "…"),
    ],
)
def test_a_clause_longer_than_a_snippet_is_cut_30_characters_before_the_hit(text, expected):
    assert found(text) == expected


def test_a_word_longer_than_a_snippet_is_shown_whole():
    word = "痛" * 130
    assert found(f"{'字' * 40}{word}{'字' * 40}", word) == f"…{'字' * 30}{word}…"


def test_the_place_with_the_longest_different_words_is_shown_and_of_equal_ones_the_first():
    one, other = clause(60, "。", "头痛"), clause(60, "。", "布洛芬")
    assert found(SENTENCE + one + SENTENCE + other + SENTENCE, "头痛", "布洛芬") == other
    assert found(SENTENCE + other + SENTENCE + one + SENTENCE, "头痛", "布洛芬") == other
    again = clause(60, "。", "头痛又头痛")
    assert found(SENTENCE + one + SENTENCE + again + SENTENCE, "头痛", "布洛芬") == one
    last = clause(60, "。", "头痛吃布洛芬")
    assert (
        found(one + other[:-1] + "！" + clause(120, "。") + last + SENTENCE, "头痛", "布洛芬")
        == one + other[:-1] + "！"
    )


def test_words_in_clauses_of_one_snippet_count_together_and_in_no_more():
    near = clause(20, "，", "头痛") + clause(40, "。", "布洛芬")
    apart = clause(60, "。", "头痛") + clause(61, "。", "布洛芬")
    assert found(apart + clause(120, "。") + near + SENTENCE, "头痛", "布洛芬") == near
    assert found(SENTENCE + apart + SENTENCE, "头痛", "布洛芬") == clause(61, "。", "布洛芬")


def test_each_hit_in_the_snippet_is_marked_and_none_that_is_cut():
    text = f"{SENTENCE}{clause(30, '，', '痛风')}{clause(30, '。', '痛风')}{clause(60, '。', '痛风')}"
    assert snippet(text, pattern_of(["痛风"])).count("<mark>痛风</mark>") == 2
    text = f"{'字' * 200}痛风{'字' * 87}痛风{'字' * 50}"
    shown = snippet(text, pattern_of(["痛风"]))
    assert (shown.count("<mark>"), plain(shown)) == (1, f"…{'字' * 30}痛风{'字' * 87}痛…")


def test_a_text_is_looked_at_to_its_6000th_character():
    assert found("字" * 5_998 + "痛风" + "字" * 99).endswith("字痛风")
    assert found("字" * 5_999 + "痛风" + "字" * 99) == ""


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("e\u0301痛风e\u0301", ["痛风"], "e\u0301<mark>痛风</mark>e\u0301"),
        ("㎏e\u0301痛风", ["痛风"], "㎏e\u0301<mark>痛风</mark>"),
        ("服ﷺ", ["صلى", "الله"], "服<mark>ﷺ</mark>"),
        ("维生素B12和B1", ["b1"], "维生素B12和<mark>B1</mark>"),
        ("服㎏乾隆", ["乾隆"], "服㎏<mark>乾隆</mark>"),
        ("用C++", ["c++"], "用<mark>C++</mark>"),
        ("痛", ["痛"], "<mark>痛</mark>"),
        ("CTA和CT", ["ct"], "CTA和<mark>CT</mark>"),
        ("头痛头痛", ["头痛"], "<mark>头痛</mark><mark>头痛</mark>"),
    ],
)
def test_marks_stand_around_what_is_written(text, words, found):
    assert marked(text, pattern_of(words)) == snippet(text, pattern_of(words)) == found


@pytest.mark.parametrize("dose", ["1,000mg", "0.5g", "500毫克", "1:10", "120/80"])
def test_a_dose_in_a_snippet_is_whole_or_not_there(dose):
    for before in range(20, 130):
        text = "字" * before + dose + "后" * 5 + "面肌" + "末" * (150 - before) + dose + "尾" * 90
        shown = str(snippet(text, pattern_of(["面肌"])))
        assert re.sub("字|后|末|尾|…|<mark>面肌</mark>", "", shown) in ("", dose, dose * 2), shown


@pytest.mark.parametrize("turn", ["不", "严禁", "禁止", "否则不要", "低于", "<"])
def test_a_long_clause_is_not_cut_behind_what_turns_it(turn):
    text = f"{'患者' * 40}{turn}自行在家里面长期大量反复地服用多种含有激素或者是含有阿司匹林的{'药' * 60}。"
    assert turn[-1] in snippet(text, pattern_of(["阿司匹林"]))
