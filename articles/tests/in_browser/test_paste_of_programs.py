"""What other programs show by fonts, drawings and fields is what readers get, or the editor is told what is missing."""

import re

import pytest

from articles.tests.browser_editing import open_form
from articles.text import symbol_fonts
from articles.text.markup import clean_html

from .test_paste import paste

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(signed_in, live_server):
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return open_form(signed_in, live_server)


@pytest.fixture
def pasted(form):
    """Paste into an empty body; return what would be stored, and what the editor is told. Saves nothing."""

    def pasted(html):
        form.evaluate("document.querySelector('.ProseMirror').editor.commands.setContent('')")
        paste(form, html)
        body = clean_html(form.evaluate("document.querySelector('.ProseMirror').editor.getHTML()"))
        return body, form.locator(".prose-paste-note").inner_text()

    return pasted


def in_symbol(text, font="Symbol"):
    """A run of a symbol font as Word writes it."""
    own = f'mso-char-type:symbol;mso-symbol-font-family:"{font}"'
    return (
        f"""<span lang=EN-US style='font-family:"{font}";mso-ascii-font-family:"Times New Roman";{own}'>"""
        f"<span style='{own}'>{text}</span></span>"
    )


SYMBOLS = {
    "word": (f"<p>剂量{in_symbol('£')}5 {in_symbol('m')}g</p>", "剂量≤5 μg", "≤ μ"),
    "font": ('<p>5 <font face="Symbol">m</font>g，体温<font face="Symbol">&sup3;</font>38</p>', "5 μg，体温≥38", "μ ≥"),
    "private": ("<p>5 <span style='font-family:Symbol'>&#xF06D;</span>g</p>", "5 μg", "μ"),
    "boxes": (
        f"<p>{in_symbol('þ', 'Wingdings')}可 {in_symbol('¨', 'Wingdings')}不可 {in_symbol('R', 'Wingdings 2')}是</p>",
        "☑可 ☐不可 ☑是",
        "☑ ☐",
    ),
    "other font within": (
        "<p style='font-family:Symbol'>5 m<span style='font-family:宋体'>g</span></p>",
        "5 μg",
        "5 μ",
    ),
}


def test_letters_of_symbol_fonts_become_what_they_show(pasted):
    for html, shown, told in SYMBOLS.values():
        assert pasted(html) == (f"<p>{shown}</p>", f"符号字体里的字换成了它显示的符号：{told}，请核对。")


def test_a_picture_of_a_font_that_is_not_known_is_told(pasted):
    assert pasted(f"<p>用法{in_symbol('@', 'Wingdings')}</p>") == (
        "<p>用法@</p>",
        "符号字体里的字换成了它显示的符号：@（没有认出来），请核对。",
    )


def test_a_hyphen_of_a_pdf_file_is_seen_while_it_is_edited(form, pasted):
    pasted("<p>每次5\u00ad10 mg</p>")
    assert form.locator(".ProseMirror").inner_text() == "每次5-10 mg"


def test_letters_of_other_fonts_stay(pasted):
    html = """<p style='font-family:"Times New Roman",Symbol'>5 mg</p><p><span style='font:12pt Arial'>3 mg</span></p>
<p style='font-family:constructor'>2 mg</p><p style='font-family:Symbol'>1&nbsp;2</p>"""
    assert pasted(html) == ("<p>5 mg</p><p>3 mg</p><p>2 mg</p><p>1&nbsp;2</p>", "")


KATEX = """<span class="katex"><span class="katex-mathml"><math><semantics><msup><mn>10</mn><mn>9</mn></msup>
<annotation encoding="application/x-tex">10^9</annotation></semantics></math></span><span class="katex-html"
aria-hidden="true">1<span>0<span style="top:-3.063em">9</span></span></span></span>"""
FORMULAS = {
    "fraction": ("<p>每次<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>片</p>", "每次〔公式〕片"),
    "source": (f"<p>白细胞{KATEX}/L</p>", "白细胞〔公式：10^9〕/L"),
    "drawn": ("<p>每次<span class=katex><span class=katex-html>1<b>2</b></span></span>片</p>", "每次〔公式〕片"),
    "mathjax 2": ("<p>每次<span class=MathJax>1<b>2</b><math>3</math></span>片</p>", "每次〔公式〕片"),
    "word": ("<p>每次<m:oMath><m:f><m:num>1</m:num><m:den>2</m:den></m:f></m:oMath>片</p>", "每次〔公式〕片"),
    "mathjax": ("<p>每次<mjx-container><mjx-math>1<mjx-c>2</mjx-c></mjx-math></mjx-container>片</p>", "每次〔公式〕片"),
}


def test_the_place_of_a_formula_is_marked(pasted):
    for html, shown in FORMULAS.values():
        told = "公式有 1 处没有带过来，正文里写着〔公式〕，请改成文字或图片。"
        assert pasted(html) == (f"<p>{shown}</p>", told)


def test_fields_of_a_form_say_what_they_show(pasted):
    body, news = (
        pasted("""<p><input type=checkbox checked>可以<input type=checkbox>不可以，每日<select><option>1</option>
<option selected>3</option></select>次，每次<input value="5">mg<input type=hidden value="9">
<input type=button value=复制></p>""")
    )
    told = "勾选和填写的内容可能不是您看到的：“☑”“☐”“3”等，请对照原文。"  # a browser copies what stood there at first
    assert (body, news) == ("<p>☑可以☐不可以，每日3次，每次5mg</p>", told)
    html = "<p><input type=search value=药><input type=checkbox disabled>复查</p>"
    assert pasted(html) == ("<p>☐复查</p>", "")


def test_what_is_drawn_is_told(pasted):
    assert pasted("<p>剂量<svg><text>5</text><text>0</text></svg>每日</p>") == (
        "<p>剂量每日</p>",
        "粘贴时清理了 1 处：图形、视频等嵌入的内容 1 处。",
    )


ROOMS = {
    "<span style='padding:0px 20px'>5</span><span style='padding:0px 20px'>10 mg</span>": "5 10 mg",
    "<span style='display:inline-block;width:9em'>5</span>10 mg": "5 10 mg",
    "每次5<b style='margin-left:1em'>10 mg</b>": "每次5 <strong>10 mg</strong>",
    "<span style='margin:0px'>5</span>0 mg": "50 mg",
    "<span style='padding:2px'>每日</span><span style='padding:2px'>5</span>mg": "每日5 mg",
    "10<span style='padding:2px;vertical-align:super'>9</span>/L": "10<sup>9</sup>/L",
}


def test_numbers_with_room_between_them_are_not_one_number(pasted):
    for html, shown in ROOMS.items():
        assert pasted(f"<p>{html}</p>")[0] == f"<p>{shown}</p>"


EDGES = {
    "<div>每次5<p></p>10 mg</div>": "<p>每次5<br>10 mg</p>",
    "<p><font>每次5<br></font><mark>10<br></mark>mg</p>": "<p>每次5<br>10<br>mg</p>",
    "<h2><div>每次5</div><div>10 mg</div></h2>": "<h2>每次5<br>10 mg</h2>",
    "<div><p>每次</p><p></p>5 mg</div>": "<p>每次</p><p>5 mg</p>",
}


def test_what_stands_in_two_lines_does_not_come_into_one(pasted):
    for html, shown in EDGES.items():
        assert pasted(html)[0] == shown


UNSEEN = [
    "<span hidden>10</span>",
    "<span style='visibility:hidden'>10</span>",
    "<span style='font-size:0px'>10</span>",
]


def test_what_its_writer_did_not_see_does_not_appear(pasted):
    for unseen in UNSEEN:
        assert pasted(f"<p>每次{unseen}5mg</p>") == ("<p>每次5mg</p>", "粘贴时清理了 1 处：隐藏的文字 1 处。")


def test_what_is_seen_within_what_is_not_stays(pasted):
    html = """<section style="font-size:0;visibility:hidden"><span style="font-size:16px;visibility:visible">每日3次
</span></section>"""
    body, news = pasted(html)
    assert (re.sub(r"\s", "", body), news) == ("<p>每日3次</p>", "")


def test_what_waits_for_a_script_or_is_hidden_elsewhere_stays(pasted):
    for html in (
        '<div style="visibility: hidden; opacity: 0;"><p>每日3次</p></div>',
        "<p>每日<span style='opacity:0;animation:in 1s'>3</span>次</p>",
        "<style>@supports not (x:y){@media print{.b{x:'}'}} .a{display:none}}</style><p>每日<b class=a>3</b>次</p>",
        "<style media=print>.a{display:none}</style><p>每日<b class=a>3</b>次</p>",
        "<noscript><style>.a{display:none}</style></noscript><p>每日<b class=a>3</b>次</p>",
    ):
        body, news = pasted(html)
        assert (re.sub("</?strong>", "", body), news) == ("<p>每日3次</p>", "")


def test_what_was_red_is_told(pasted):
    for color in ("red", "#FF0000", "#c00", "rgb(192, 0, 0)"):
        body, news = pasted(
            f"<p>对<span style='color:{color}'>孕妇</span>，<span style='color:#333'>每日3次</span></p>"
        )
        assert body == "<p>对孕妇，每日3次</p>"
        assert news == "红色的文字、红底没有颜色了：“孕妇”，颜色有意思的请写成文字。"


def test_what_stood_on_red_is_told(pasted):
    cells = (
        "<td style='background:red;mso-highlight:red'><span style='color:#fff'>柚子</span></td>"
        "<td bgcolor='#c00'>酒<i style='background:white'>水</i></td><td style='background-color: green'>苹果</td>"
    )
    told = "红色的文字、红底没有颜色了：“柚子”“酒”，颜色有意思的请写成文字。"
    assert pasted(f"<table><tr>{cells}</tr></table>")[1] == told


def test_text_in_red_is_told_before_what_stands_on_red_and_bars_and_images_are_not(pasted):
    bars = [
        "<section style='background:rgb(200, 0, 0)'><p style='color:#fff'>认识</p></section>",
        "<p style='background-color:#c00'>用药</p><p style='background-color:#c00f'>复查</p>",
        "<h2 style='background:red'>题</h2><table><tr><th bgcolor=red>药</th></tr></table>",
        "<p style='background:rgba(255,0,0,.1)'>淡</p><p style='background:#ff000033'>浅</p>",
        "<p style='background:red url(a.png)'>图</p>",
        "<p style='background-color:red;background-image:linear-gradient(red,blue)'>渐</p>",
    ]
    told = "红色的文字、红底没有颜色了：“孕妇禁用”“认识”“用药”等，颜色有意思的请写成文字。"
    assert pasted("".join(bars) + "<p style='color:red'>孕妇禁用</p>")[1] == told
    assert pasted("".join(bars[2:]))[1] == ""


def test_an_image_of_ours_stays_whatever_it_says(form):
    image = f'<img src="/media/{"0" * 32}-9x9.webp" alt="❌">'
    assert form.evaluate("html => prosePaste.plain(html).html", f"<p>{image}</p>") == f"<p>{image}</p>"


def test_what_reads_in_another_order_is_told(pasted):
    body, news = pasted("<p>每次\u202e05\u202c mg</p>")
    assert body == "<p>每次05 mg</p>"
    assert news == "粘贴的内容里有颠倒书写方向的控制符，去掉以后次序可能不同，请对照原文。"


def test_a_power_that_is_only_moved_up_stays_a_power(pasted):
    body, _ = pasted("<p>10<span style='position:relative;top:-5px;font-size:10px'>9</span>/L</p>")
    assert body == "<p>10<sup>9</sup>/L</p>"


def test_a_cell_that_spans_more_than_there_is_does_not_hold_up_the_editor(pasted):
    body, _ = pasted("<table><tr><td colspan=99999>药</td><td rowspan=0>1</td></tr><tr><td>2</td></tr></table>")
    assert body == (
        '<table><tbody><tr><td><p>药</p></td><td rowspan="2"><p>1</p></td></tr>'
        "<tr><td><p>2</p></td></tr></tbody></table>"
    )


def test_the_tables_of_symbol_fonts_are_those_of_what_is_imported(form):
    for font, table in symbol_fonts.TABLES.items():
        letters = "".join(map(chr, table))
        shown = form.evaluate("([text, font]) => proseForeign.inCharacters(text, font).shown", [letters, font])
        assert shown == symbol_fonts.in_characters(letters, font)
