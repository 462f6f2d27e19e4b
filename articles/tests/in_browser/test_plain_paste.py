"""What is pasted into a field of plain text says what it said where it was copied."""

import pytest

from articles.tests.browser_editing import open_form
from articles.text.raised import LOWERED, RAISED, lowered, raised

from .test_paste import COPY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOVED = "上标、下标写成了 10⁹、H₂O 这样的字，请核对。"
PASTED = {
    "power": (
        "<p>血小板低于 50×10<sup>9</sup>/L，<br>CO<span style='vertical-align:sub'>2</span> 高</p><p>立即就医。</p>",
        "血小板低于 50×10⁹/L，\nCO₂ 高\n立即就医。",
        MOVED,
    ),
    "footnote and letters": (
        "<p>用量<sup>[1]</sup> x<sup>9.5</sup> HbA<sub>1c</sub></p>",
        "用量[1] x^(9.5) HbA₁c",
        MOVED,
    ),
    "symbol": (
        "<p>每次 5 <span style='font-family:Symbol'>m</span>g</p>",
        "每次 5 μg",
        "符号字体里的字换成了它显示的符号：μ，请核对。",
    ),
    "deleted": ("<p>每次<del>10</del>5 mg</p>", "每次5 mg", "粘贴时清理了 1 处：修订里删去的文字 1 处。"),
    "only struck": ("<p><s>每次 10 mg</s></p>", "", "有 1 处划掉的文字没有带过来，请核对。"),
    "only deleted": ("<p><del>每次 10 mg</del></p>", "", "粘贴时清理了 1 处：修订里删去的文字 1 处。"),
    "numbers": (
        "<ol start='3'><li><p>10<sup>9</sup></p></li><li>乙<ul><li>丙</li></ul></li></ol><ol type='I'><li>丁</li></ol>",
        "3. 10⁹\n4. 乙\n• 丙\nI. 丁",
        MOVED,
    ),
    "preformatted": ("<p>一\n二</p><pre>甲 10<sup>9</sup>\n<b\nid='x'>乙</b></pre>", "一 二\n甲 10⁹\n乙", MOVED),
    "struck": ("<p>每次<s>10</s>5 mg</p>", "每次5 mg", "有 1 处划掉的文字没有带过来，请核对。"),
}


@pytest.fixture
def form(signed_in, live_server):
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return open_form(signed_in, live_server)


def paste_into(page, selector, html):
    page.evaluate(COPY, html)
    page.locator(selector).evaluate("(field) => { field.closest('details')?.setAttribute('open', ''); field.focus(); }")
    page.keyboard.press("Control+v")


def test_looks_that_mean_something_become_characters_in_plain_fields(form):
    for html, text, told in PASTED.values():
        form.locator("#id_when_to_see_a_doctor").evaluate("(field) => { field.value = ''; }")
        paste_into(form, "#id_when_to_see_a_doctor", html)
        assert form.locator("#id_when_to_see_a_doctor").input_value() == text
        assert form.locator("#id_when_to_see_a_doctor ~ .prose-paste-note").inner_text() == told


def test_what_only_looks_otherwise_is_pasted_as_ever_and_a_line_stays_one(form):
    paste_into(form, "#id_short_answer", "<p>低于 10<sup>9</sup></p><p>就医</p>")
    assert form.locator("#id_short_answer").input_value() == "低于 10⁹ 就医"
    form.evaluate("(html) => navigator.clipboard.writeText(html)", "plain")
    form.locator("#id_title").focus()
    form.keyboard.press("Control+v")
    assert form.locator("#id_title").input_value() == "plain"
    assert form.locator("#id_title ~ .prose-paste-note").count() == 0


def test_what_is_above_or_below_the_line_is_written_as_everywhere(form):
    marks = ["®", "™", "①", "⑫", "[1]", "†", "*", "。", "(", "%", "−", "–"]
    texts = [
        *marks,
        "st",
        "(a)",
        "9.5",
        "甲",
        "1c",
        "2+",
        "−6",
        "（2）",
        "x y",
        "10²",
        "<3",
        "①②",
        "_",
        "~",
        "^",
        "=",
        "é",
    ]
    texts += sorted({*RAISED.forms, *LOWERED.forms})
    shown = [text.replace("<", "&lt;") for text in texts]
    html = "".join(f"<p>1<sup>{text}</sup>；1<sub>{text}</sub></p>" for text in shown)
    paste_into(form, "#id_when_to_see_a_doctor", html)
    pasted = form.locator("#id_when_to_see_a_doctor").input_value()
    assert pasted.split("\n") == [f"1{raised(text)}；1{lowered(text)}" for text in texts]
