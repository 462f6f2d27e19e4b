"""The rules of the copy-editor: what each finds, what it leaves alone, what it puts right, and what it costs."""

import json
import sys
import time
from datetime import date

import pytest
from django.conf import settings

from articles.text.copyedit import RULES, Text, check
from articles.text.copyedit.passages import BLANK
from articles.text.copyedit.registry import MOST
from articles.text.enumerations import lay_out
from articles.text.markup import paragraphs, plain_text

GOOD = {
    "title": "面肌痉挛打肉毒毒素能管多久？",
    "short_answer": "多数人三到七天起效，能维持三到四个月。",
    "body": "<p>肉毒毒素让抽动的肌肉放松，作用会慢慢消退。</p><h2>怎么用</h2><p>它是处方药，请在医生指导下使用。</p>",
    "when_to_see_a_doctor": "注射后吞咽困难或呼吸费力，请立即拨打120。",
    "references": "《中国肉毒毒素治疗应用专家共识》，2018年",
}


def said(rule, **changes):
    """Return the quotes of what `rule` finds in a good text with these changes."""
    return [place.quote for finding in check(Text(**GOOD | changes), [rule]) for place in finding.places]


def body(text):
    return {"body": f"<p>{text}</p>"}


# For each rule: what it finds, and what looks like it and is right.
EXAMPLES = {
    "lost-power": (
        [
            body("白细胞超过 4×109/L 时"),
            body("血小板低于 50 x 109 /L"),
            {"when_to_see_a_doctor": "血小板低于 20×109/L，立即就医。"},
            body("白细胞（109/L）"),
            body("红细胞 4*1012／L"),
            body("白细胞 0.5×109/毫升，3×106/ml，12.5×105/μl"),
            body("细胞数 5×109/升"),
            body("血小板 156×109/L，（100～300）×109/L，WBC ×109/L，中性粒×109/L"),
        ],
        [
            body("白细胞超过 4×10<sup>9</sup>/L 时"),
            body("白细胞超过 4×10⁹/L 时"),
            body("血糖 10.9/L，钠 109 mmol/L，2109/L，收缩压 109 毫米汞柱"),
            body("每次 2×10 片，共 5×100 粒，5×100 个"),
            body("0.5 mg×105/周期，25 mg×107个，25mg × 107/L"),
            body("25 mg×109/L，两片 × 109/L，500万IU*1012/L，5 毫克×109/升"),
            body("肿块 2×108/3，长×宽 10×105/2，120×105/L"),
        ],
    ),
    "unreadable": (
        [body("剂量\uf0a35 mg"), body("剂量\ufffd5 mg"), body("每次〔公式〕片"), body("〔公式：x〕"), body("〔待改〕")],
        [body("剂量≤5 mg"), body("〔2018〕12号")],
    ),
    "long-paragraph": (
        [body("长" * 201), body(f"短。</p><p>{'长' * 250}")],
        [
            body("长" * 200),
            body(f"{'长' * 150}<br>{'长' * 150}"),
            {"body": f"<table><tr><td>{'长' * 300}</td></tr></table>"},
        ],
    ),
    "glued-answer": (
        [
            {"short_answer": "先冷敷，再去医院。", "body": "<p>先冷敷，再去医院。冷敷的时候包一层毛巾。</p>"},
            {"short_answer": "先冷敷，再去医院", "body": "<p>先冷敷再去医院冷敷的时候包一层毛巾。</p>"},
            {
                "short_answer": "多数人几天就好，不用吃药。",
                "body": "<p>多数人几天就会好，不用吃药。</p><p>在家休息。</p>",
            },
            {
                "short_answer": "",
                "title": "腰扭伤怎么办？",
                "body": "<p>冷敷、休息、制动腰扭伤多数指的是肌肉拉伤。</p>",
            },
        ],
        [
            {"short_answer": "先冷敷，再去医院。", "body": "<p>冷敷的时候包一层毛巾。</p>"},
            {"short_answer": "", "title": "腰扭伤怎么办？", "body": "<p>急性的腰扭伤多数指的是肌肉拉伤。</p>"},
            {"short_answer": "", "title": "腰扭伤怎么办？", "body": "<p>腰扭伤多数指的是肌肉拉伤。</p>"},
            {"short_answer": "不会。", "body": "<p>不会。放心。</p>"},
        ],
    ),
    "not-a-question": (
        [{"title": "面肌痉挛的治疗"}, {"title": "老是咳嗽是轻度哮喘"}],
        [
            {"title": title}
            for title in ("感冒怎么办", "能吃鸡蛋吗", "要不要手术", "婴儿肠痉挛最快缓解方法?", "多久能好", "哪种药好")
        ],
    ),
    "twin-title": ([{"twins": ["面肌痉挛打肉毒毒素能管多久"]}], [{}]),
    "no-when": ([{"when_to_see_a_doctor": " \n"}], [{}]),
    "no-source": ([{"references": ""}], [{}]),
    "absolute-claim": (
        [
            body(claim)
            for claim in (
                "这种药可以根治。",
                "治愈率高达95%。",
                "保证治好，无效退款。",
                "纯中药，无任何副作用。",
                "没有副作用，可以长期吃。",
                "祖传的方子，药到病除。",
                "三个疗程彻底治愈。",
                "这是最好的药。",
                "绝对安全。",
                "治好以后永不复发。",
            )
        ],
        [
            body(text)
            for text in (
                "目前不能根治。",
                "糖尿病能根治吗？",
                "没有哪位医生能够保证结果。",
                "保证充足的睡眠。",
                "做了胃癌根治术。",
                "没有明显副作用。",
                "并不是没有副作用。",
                "不要轻信祖传秘方。",
                "所谓药到病除，是广告的说法。",
            )
        ],
    ),
    "spun-text": (
        [
            body("之因此要休息。"),
            body("这是胃炎的表现出。"),
            body("还需要有看重护理。"),
            body("可经过针灸以及药物来治疗。"),
        ],
        [body("之所以要休息。"), body("这是胃炎的表现。"), body("经过治疗多数会好。"), body("经过三个月的治疗。")],
    ),
    "drug-without-order": (
        [
            body("可以口服卡马西平。"),
            body("注射用青霉素。"),
            body("吃点小儿氨酚黄那敏颗粒。"),
            body("服用某某沙坦。") | {"drugs": ("别的",)},
            body("服用新药甲。") | {"drugs": ("新药甲",)},
            body("每天注射胰岛素。"),
        ],
        [
            body("可以口服卡马西平，请遵医嘱。"),
            body("卡马西平是处方药。"),
            body("不能吃阿司匹林。"),
            body("对青霉素过敏的人。"),
            body("胰岛素分泌不足。"),
            body("细胞里的病毒颗粒。"),
        ],
    ),
    "ascii-punctuation": (
        [
            body("先休息,再热敷。"),
            body("要注意:一、休息。"),
            body("小于60岁,建议手术。"),
            body("多休息(尤其是晚上)。"),
            body('也叫"热病"。'),
            body("等一等...再看。"),
            body("正常.我想要。"),
            {"title": "感冒怎么办?"},
        ],
        [
            body("先休息，再热敷。"),
            body("12:30到13:00，比例1:2。"),
            body("维生素B(VB)和3.5克。"),
            body("pH 7.4, HCO3- 24."),
            {"references": "张三,李四.内科学,2018."},
        ],
    ),
    "unclosed": (
        [body("休息（尤其是晚上。"), body("“休息。"), body("休息）。"), body("《内科学。"), body("（休息】。")],
        [
            body("休息（尤其是“晚上”）。"),
            body("1)休息；2）热敷。"),
            body("一）休息。"),
            body("it’s fine"),
            body("（医学术语)"),
        ],
    ),
    "mixed-width": (
        [body("吃３片。"), body("查ＨＢＶ。"), body("用1．5克。"), body("肝炎（乙型)。"), {"title": "第２天怎么办？"}],
        [body("吃3片，查HBV（乙型），10％。"), body("比例为1：50。")],
    ),
    "traditional": (
        [body("面肌痙攣。"), body("那麽。"), {"title": "頭痛怎么办？"}, body("答覆。")],
        [body("面肌痉挛，著名的、显著的著作，瞭望，复方磺胺甲噁唑，癥瘕。")],
    ),
    "impossible-date": (
        [
            body(text)
            for text in (
                "2月30日复查。",
                "2023年13月的指南。",
                "2023年2月29日。",
                "4月31号。",
                "2023-02-30出院。",
                f"{date.today().year + 3}年的研究说。",
                "13月份再来。",
            )
        ],
        [
            body(text)
            for text in (
                "2月29日复查。",
                "2024-02-29出院。",
                "孩子13月龄。",
                "随访24个月，共18月。",
                "预计到2045年会翻倍。",
                "血压140-150/80-90。",
                "1995年的研究说。",
                "每次0.25-0.5克。",
            )
        ],
    ),
}


def test_every_rule_has_examples():
    assert set(EXAMPLES) == set(RULES)


@pytest.mark.parametrize(("rule", "changes"), [(rule, bad) for rule, (found, _) in EXAMPLES.items() for bad in found])
def test_a_rule_finds_what_it_is_for(rule, changes):
    assert said(rule, **changes)


@pytest.mark.parametrize(("rule", "changes"), [(rule, ok) for rule, (_, right) in EXAMPLES.items() for ok in right])
def test_a_rule_leaves_alone_what_only_looks_like_it(rule, changes):
    assert said(rule, **changes) == []


def corrected(rule, html):
    """Return the text of the body after every fix of `rule`, put in as the browser does: by visible characters."""
    text = plain_text(html)
    (finding,) = check(Text(**GOOD | {"body": html}), [rule])
    seen = [i for i, char in enumerate(text) if not BLANK.match(char)]
    for edit in sorted((edit for place in finding.places for edit in place.edits), reverse=True):
        start, end = seen[edit.start], seen[edit.end - 1] + 1
        assert text[start:end] == edit.old.strip()
        text = text[:start] + edit.text + text[end:]
    return text


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("ascii-punctuation", "先休息,再热敷;多喝水(温的).", "先休息，再热敷；多喝水（温的）."),
        ("ascii-punctuation", '也叫"热病".好', "也叫“热病”.好"),
        (
            "ascii-punctuation",
            "第一段 很短,对</p><ul><li>项\u3000目:甲</li></ul><p>最后.",
            "第一段 很短，对\n项\u3000目：甲\n最后。",
        ),
        ("mixed-width", "吃３．５片,查ＨＢＶ（乙型)", "吃3.5片,查HBV（乙型）"),
        ("traditional", "面肌痙攣與頭痛", "面肌痉挛与头痛"),
        ("spun-text", "之因此如此，可经过药物来治疗", "之所以如此，可通过药物来治疗"),
    ],
)
def test_a_fix_changes_the_place_and_nothing_else(rule, before, after):
    assert corrected(rule, f"<p>{before}</p>") == after


def test_the_repeated_answer_is_deleted_only_where_text_is_left():
    def edits(html):
        (finding,) = check(Text(**GOOD | {"short_answer": "先冷敷，再去医院。", "body": html}), ["glued-answer"])
        return finding.places[0].edits

    assert (
        corrected_by(edits("<p>先冷敷，再去医院。包一层毛巾。</p>"), "先冷敷，再去医院。包一层毛巾。") == "包一层毛巾。"
    )
    assert edits("<p>先冷敷，再去医院。</p><p>包一层毛巾。</p>") == ()


def corrected_by(edits, text):
    for edit in edits:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_a_place_shows_what_stands_around_it():
    (finding,) = check(
        Text(**GOOD | body("多数人先休息,再热敷就会好起来的，不要着急，慢慢来。")), ["ascii-punctuation"]
    )
    (place,) = finding.places
    assert (place.before, place.quote, place.after) == ("多数人先休息", ",", "再热敷就会好起来的，不要")


def test_a_rule_tells_at_most_fifty_places():
    (finding,) = check(Text(**GOOD | body("先,后" * 80)), ["ascii-punctuation"])
    assert (len(finding.places), finding.is_more) == (MOST, True)


# --- Whole texts ---------------------------------------------------------------


def test_a_good_text_is_left_in_peace():
    assert check(Text(**GOOD)) == []


def test_the_scraped_page_breaks_at_least_five_rules_as_it_is_and_as_it_is_imported():
    title, _, answer = (
        (settings.BASE_DIR / "fixtures" / "scraped-page.txt").read_text(encoding="utf-8").split("\n\n")[:3]
    )
    for texts in ([answer], lay_out(answer)):
        names = {finding.rule.name for finding in check(Text(title=title, body=paragraphs(texts)))}
        assert names >= {"glued-answer", "ascii-punctuation", "drug-without-order", "no-when", "no-source"}
    assert "long-paragraph" in {finding.rule.name for finding in check(Text(title=title, body=paragraphs([answer])))}


def test_the_demo_questions_lack_parts_and_are_otherwise_clean():
    lines = (settings.BASE_DIR / "fixtures" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, lines):
        html = row.get("body_html") or paragraphs(lay_out(row["body"]))
        text = Text(row["title"], row["short_answer"], html, row["when_to_see_a_doctor"], "\n".join(row["references"]))
        names = {finding.rule.name for finding in check(text)}
        assert names <= {"no-when", "no-source", "drug-without-order"}, row["source"]


# --- What it costs -------------------------------------------------------------

LONG = 200_000  # as long as a body may be
CRUEL = {
    "open brackets": "（" * LONG,
    "brackets of both kinds": "(（" * (LONG // 2),
    "quotes": '"' * LONG,
    "blanks": "痛" + " " * LONG + "痛",
    "points": "痛" + "." * LONG,
    "digits": "1" * LONG,
    "dates": "2023年" * (LONG // 5),
    "full width": "３" * LONG,
    "characters": "痛" * LONG,
    "traditional": "後" * LONG,
    "denied": "不" * LONG,
    "claims": "根治" * (LONG // 2),
    "drugs": "卡马西" * (LONG // 3),
    "doctor": "医生" * (LONG // 2),
    "commas": "，" * LONG,
    "without a sentence end": "药物、手术" * (LONG // 5),
    "through": "可经过" * (LONG // 3),
}


@pytest.mark.parametrize("name", CRUEL)
def test_the_longest_body_of_cruel_characters_is_checked_in_seconds(name):
    text = Text(title="痛怎么办？", short_answer=CRUEL[name][:200], body=f"<p>{CRUEL[name]}</p>")
    started = time.process_time()
    check(text)
    assert time.process_time() - started < 30


def calls_of(work):
    """Return how many functions `work` calls, those of C included: what it does, however busy the machine is."""
    count = 0

    def see(_, event, __):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_a_text_takes_less_than_a_call_for_each_character_and_one_of_twice_the_length_twice_as_many():
    sentence = "面肌痉挛多数是血管压迫,可以口服卡马西平(处方药),也可以注射肉毒毒素。多数人会好转。"
    long, longer = (
        Text(**GOOD | {"body": "".join(f"<p>{sentence * 4}</p>" for _ in range(number))}) for number in (60, 120)
    )
    check(Text(**GOOD))  # patterns are compiled once
    calls = calls_of(lambda: check(long))
    assert calls < 60 * 4 * len(sentence)
    assert calls_of(lambda: check(longer)) <= 2 * calls
