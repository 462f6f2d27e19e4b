import pytest

from articles.finding.snippets import marked, pattern_of, snippet

LONG = "开头的句子没有什么可说的。" * 10
TEXT = f"{LONG}面肌痉挛多由血管压迫面神经引起，表现为一侧面部不自主抽动。劳累时会加重。{LONG}"


def plain(html):
    return html.replace("<mark>", "").replace("</mark>", "")


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


def test_longer_words_are_marked_whole():
    assert marked("面肌痉挛怎么治", pattern_of(["痉挛", "面肌痉挛"])) == "<mark>面肌痉挛</mark>怎么治"


def test_clause_without_end_is_cut_around_the_hit():
    found = snippet("字" * 500 + "痛风" + "字" * 500, pattern_of(["痛风"]))
    assert found.startswith("…")
    assert found.endswith("…")
    assert "<mark>痛风</mark>" in found
    assert len(plain(found)) <= 125


def test_lines_become_one():
    assert snippet("痛风\n少喝酒", pattern_of(["痛风"])) == "<mark>痛风</mark> 少喝酒"


def test_no_hit_is_no_snippet():
    assert snippet(TEXT, pattern_of(["糖尿病"])) == ""
    assert snippet(TEXT, pattern_of([])) == ""
    assert snippet(TEXT, pattern_of(["。", "*"])) == ""
