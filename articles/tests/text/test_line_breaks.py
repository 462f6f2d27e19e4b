from articles.text.line_breaks import with_breaks


def test_title_breaks_between_words():
    assert with_breaks("面肌痉挛吃卡马西平要查什么？").split("<wbr>")[-1] == "什么？"
    assert "卡马<wbr>西平" not in with_breaks("面肌痉挛吃卡马西平要查什么？")


def test_no_line_begins_with_a_sign_or_a_particle_nor_with_a_unit():
    for text in ("孩子发烧39度要马上去医院吗？", "“上火”（牙疼）了怎么办？", "感冒好了，咳嗽一个月"):
        for piece in with_breaks(text).split("<wbr>")[1:]:
            assert piece[0] not in "？”）了吗，度"


def test_title_says_the_same_and_stays_data():
    title = "a<b> & “引号” <script>"
    assert with_breaks(title).replace("<wbr>", "") == "a&lt;b&gt; &amp; “引号” &lt;script&gt;"
    assert with_breaks("") == ""
