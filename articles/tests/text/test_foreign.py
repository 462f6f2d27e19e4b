"""HTML of elsewhere keeps its meaning: no sentences join, no digit falls on the line, nothing deleted comes back."""

import html
import random
import re

import pytest
from django.conf import settings

from articles.text import markup
from articles.text.body_writer import FROM_SIGNS
from articles.text.foreign import left_out, rewritten
from articles.text.foreign_names import BLOCKS, FOREIGN_BLOCKS, IN_TABLES, RENAMED
from articles.text.html_tokens import tokens
from articles.text.looks import LEAST_RAISED, LEAST_ROOM, NUMBERS
from articles.text.markup import ATTRIBUTES, CLEANER, TAGS, clean_html, own_images

LINK = '<a href="/x" rel="noopener noreferrer">'
KEPT = {
    # Blocks become paragraphs.
    "<section>早上一片</section><section>晚上两片</section>": "<p>早上一片</p><p>晚上两片</p>",
    "<div>早上一片<p>中午</p>晚上</div>": "<p>早上一片</p><p>中午</p><p>晚上</p>",
    "<center>一</center><center>二</center>": "<p>一</p><p>二</p>",
    "<dl><dt>药</dt><dd>一片</dd></dl>": "<p>药</p><p>一片</p>",
    "<article><h2>题</h2>文字<ul><li>a</li></ul>尾</article>": "<h2>题</h2><p>文字</p><ul><li>a</li></ul><p>尾</p>",
    "<ul><li><div>一</div><div>二</div></li></ul>": "<ul><li><p>一</p><p>二</p></li></ul>",
    "<table><tr><td><div>1</div><div>2</div></td></tr></table>": (
        "<table><tbody><tr><td><p>1</p><p>2</p></td></tr></tbody></table>"
    ),
    "<td>甲</td><td>乙</td>": "<p>甲</p><p>乙</p>",
    "<h2><div>高血压</div><div>用药</div></h2>": "<h2>高血压<br>用药</h2>",
    "<h5>小</h5><h6>更小</h6>": "<h4>小</h4><h4>更小</h4>",
    "<pre>一\n二</pre>": "<p>一<br>二</p>",
    "<p>一<div>二</div>三</p>": "<p>一</p><p>二</p><p>三</p>",
    "<figure><figcaption>图一</figcaption></figure><div>二</div>": "<p>图一</p><p>二</p>",
    # Looks become elements, where one says them.
    "<p>10<span style='vertical-align:super'>9</span>/L</p>": "<p>10<sup>9</sup>/L</p>",
    '<p>10<span style="mso-text-raise:4.0pt">9</span>/L</p>': "<p>10<sup>9</sup>/L</p>",
    '<p>H<span style="position:relative;mso-text-raise:-3.0pt">2</span>O</p>': "<p>H<sub>2</sub>O</p>",
    '<p>H<font style="VERTICAL-ALIGN: sub">2</font>O</p>': "<p>H<sub>2</sub>O</p>",
    "<p>x<span style='vertical-align:-1px'>y</span></p>": "<p>xy</p>",
    "<p><b>禁用</b><i>x</i><strike>旧</strike></p>": "<p><strong>禁用</strong><em>x</em><s>旧</s></p>",
    '<p><span style="font-weight:700;font-style:italic">禁用</span></p>': "<p><strong><em>禁用</em></strong></p>",
    '<b style="font-weight:normal" id="docs"><p>文<span style="font-weight:700">粗</span></p></b>': (
        "<p>文<strong>粗</strong></p>"
    ),
    "<p style='font-weight:bold'>粗</p><p>细</p>": "<p><strong>粗</strong></p><p>细</p>",
    "<div style='text-decoration:line-through'>旧剂量</div>新": "<p><s>旧剂量</s></p><p>新</p>",
    "<p><q>话</q></p>": "<p>“话”</p>",
    "<p><ruby>汉<rp>(</rp><rt>han</rt><rp>)</rp></ruby></p>": "<p>汉（han）</p>",
    "<a href='/x'><div>一</div><div>二</div></a>": f"<p>{LINK}一</a></p><p>{LINK}二</a></p>",
    "<p><b>一<p>二</b>三</p><u></u>": "<p><strong>一</strong></p><p><strong>二</strong>三</p>",
    # Numbers of lists stay.
    "<ol style='list-style-type:lower-alpha'><li>一</li></ol>": '<ol type="a"><li>一</li></ol>',
    "<ol><li style='list-style-type:upper-roman'>一</li></ol>": '<ol type="I"><li>一</li></ol>',
    "<ol start=9 style='list-style-type:cjk-ideographic'><li>甲<li><p>乙</p></ol>": (
        "<ul><li>九、甲</li><li>十、<p>乙</p></li></ul>"
    ),
    # What was deleted or hidden goes; what only looks so stays.
    "<p>每日<del>3</del><ins>2</ins>次</p>": "<p>每日2次</p>",
    "<p>每日<del>3<del>4</del></del>2次</p>": "<p>每日2次</p>",
    "<p>甲<del>乙": "<p>甲乙</p>",
    "<p>一</p><p style='display:none'>二</p><p hidden>三</p><p style='mso-hide:all'>四</p>": "<p>一</p>",
    "<p>一<span style='display: none !important'>二</span></p>": "<p>一</p>",
    "<div style='visibility:hidden'><p style='visibility:visible'>每天 3 次</p></div>": "<p>每天 3 次</p>",
    "<p>5 mg <span class=mso-del>x</p><p>每天 3 次</p><p>饭后</p>": "<p>5 mg </p><p>每天 3 次</p><p>饭后</p>",
    "<p>5 mg <span class=mso-del><b>x</b></span> 每天 3 次</p>": "<p>5 mg  每天 3 次</p>",
    "<p>每日<span class='TextRun TrackChangeTextDeletion'>10mg</span>5mg</p>": "<p>每日5mg</p>",
    "<p>每天 <i class=track-order-deletion>3 次</i></p>": "<p>每天 <em>3 次</em></p>",
    "<table><tr><td hidden>1<tr><td>2</table><p>乙</p>": "<table><tbody><tr><td>2</td></tr></tbody></table><p>乙</p>",
    "<w:p><w:del><w:r><w:delText>500 mg</w:delText></w:r></w:del><w:r><w:t>5 mg</w:t></w:r></w:p>": "5 mg",
    "<w:p><w:moveFrom><w:r><w:t>500 mg</w:t></w:r></w:moveFrom><w:ins><w:t>5 mg</w:t></w:ins></w:p>": "5 mg",
    "<p>每日<span class=msoDel>10mg</span><span role=deletion>9mg</span>5mg</p>": "<p>每日5mg</p>",
    "<p>每日<span style='mso-paragraph-del:x'>10mg</span><b class=track-deleted>9mg</b>5mg</p>": "<p>每日5mg</p>",
    "<p>每日<span style='visibility:hidden'>10</span>5mg<i style='font-size:0px'>9</i></p>": "<p>每日5mg</p>",
    # Neither visible nor opaque is what waits for a script.
    "<p>每日<span style='opacity:0;animation:in 1s'>10</span>mg</p>": "<p>每日10mg</p>",
    '<div id="js_content" style="visibility: hidden; opacity: 0;"><p>每天 3 次</p></div>': "<p>每天 3 次</p>",
    "<div style='font-size:0'><p style='font-size:0.9em'>每天 3 次</p></div>": "<p>每天 3 次</p>",
    "<p>白细胞<math><mn>10</mn><mfrac><mn>1</mn><mn>2</mn></mfrac></math>片</p>": "<p>白细胞〔公式〕片</p>",
    "<p>每次<del><math><mn>2</mn></math></del><math class='mso-del'><mn>1</mn></math>1片</p>": "<p>每次1片</p>",
    "<p>每次<m:oMath><m:num>1</m:num><m:den>2</m:den></m:oMath>片</p>": "<p>每次〔公式〕片</p>",
    "<p><b class=katex><math><mn>5</mn></math><span class='x katex-html'>5</span></b>mg</p>": (
        "<p><strong>〔公式〕</strong>mg</p>"
    ),
    "<style>@page {size:a4} @media print {.a{display:none} p{color:red}} .b{vertical-align:sub}</style>"
    "<p>每次<i class=a>5</i> mg，H<font class=b>2</font>O</p>": "<p>每次<em>5</em> mg，H<sub>2</sub>O</p>",
    # What is no element is text.
    "<p>空腹血糖<HbA1c>，若 x<y and y>z 则复查</p><div></TSH>正常</div>": (
        "<p>空腹血糖&lt;HbA1c&gt;，若 x&lt;y and y&gt;z 则复查</p><p>&lt;/TSH&gt;正常</p>"
    ),
    "<p>甲<o:p>乙</o:p><my-tag x=1>丙</my-tag></p>": "<p>甲乙丙</p>",
    "<p>甲<mpchecktext id='1'></mpchecktext><mpvoice><qqmusic><bold>乙</bold></p>": "<p>甲乙</p>",
    "<p>找<PERSONNAME>李</PERSONNAME><layer><fencedframe></fencedframe><foo x=''>乙<x-y/></p>": "<p>找李乙</p>",
    "<p>甲<svg><path><text>1<stop></svg>乙</p>": "<p>甲乙</p>",
    "<p>得过<COVID-19>的人用<I-131>治疗，<Omega-3>和<CYP2C19-PM>不能用</p>": (
        "<p>得过&lt;COVID-19&gt;的人用&lt;I-131&gt;治疗，&lt;Omega-3&gt;和&lt;CYP2C19-PM&gt;不能用</p>"
    ),
    "<p><Cl->和<a1-AT>缺乏，<n-hexane>，见<https://who.int/a></p>": (
        "<p>&lt;Cl-&gt;和&lt;a1-AT&gt;缺乏，&lt;n-hexane&gt;，见&lt;https://who.int/a&gt;</p>"
    ),
    "<p><set> <stop> <none> <text> <Line> <View></p>": (
        "<p>&lt;set&gt; &lt;stop&gt; &lt;none&gt; &lt;text&gt; &lt;Line&gt; &lt;View&gt;</p>"
    ),
    # Fonts and classes say what is meant, and so do fields of forms.
    "<p>5 <font face=Symbol>m</font>g<span style='font-family:Symbol'>£</span>9</p>": "<p>5 μg≤9</p>",
    "<p>5<font face=Symbol>\xa0m</font>g，<i style='font-family:Symbol'>\xad\xa0&shy;</i>感\xad冒</p>": (
        "<p>5&nbsp;μg，<em>↑&nbsp;↑</em>感冒</p>"
    ),
    "<table style='font-family:Symbol'><tr><td>m<td style='font-family:宋体'>m</table>a": (
        "<table><tbody><tr><td>μ</td><td>m</td></tr></tbody></table>a"
    ),
    "<p style='font-family:constructor;list-style:constructor'>a</p>": "<p>a</p>",
    "<p style=\"font-family:'Symbol'\">a<span style='font-family:宋体'>a</span></p><p>a</p>": "<p>αa</p><p>a</p>",
    "<p style='font-family:Wingdings'>\uf0fe<span style='font:9pt Arial'>R</span></p>": "<p>☑R</p>",
    "<style>.a{vertical-align:super} p.b{text-decoration:line-through} .c.d{font-weight:bold}</style>"
    "<p>10<i class='x a'>9</i><span class='c d'>8</span><i class=c>7</i></p><p class=b>旧</p><div class=b>新</div>": (
        "<p>10<em><sup>9</sup></em><strong>8</strong><em>7</em></p><p><s>旧</s></p><p>新</p>"
    ),
    "<style><!-- /* Don't */ @font-face{src:url('a;}')} .f,.g:hover{content:'}';vertical-align:super !important}\n"
    ".h\n\t{color:black;\n\tvertical-align:sub}--></style><p>10<font class=f>9</font>H<font class='h'>2</font></p>": (
        "<p>10<sup>9</sup>H<sub>2</sub></p>"
    ),
    "<p><input type=checkbox checked>可以<input type=radio>不可以<input value=5>mg<input type=hidden value=9></p>": (
        "<p>☑可以☐不可以5mg</p>"
    ),
    "<p>每次<span class=katex><span class=katex-html>1<i>2</i></span></span>片，<math>1</math></p>": (
        "<p>每次〔公式〕片，〔公式〕</p>"
    ),
    "<p>每次<span class='MathJax'><span class=math>1</span><math>2</math></span>片</p>": "<p>每次〔公式〕片</p>",
    "<p>每次<textarea>5 &lt; mg\n<b>\n</textarea><textarea hidden>9</textarea>片<textarea>乙": (
        "<p>每次5 &lt; mg<br>&lt;b&gt;片乙</p>"
    ),
    "<p>汉<rt style='font-size:0'>han</rt>字<q><i style='visibility:hidden'>1</i></q><q></q></p>": "<p>汉字</p>",
    "<p><ruby>汉<rt>han<rt>an</ruby>字</q><q style='visibility:hidden'>1<b style='visibility:visible'>2</b>3</q></p>": (
        "<p>汉（han）（an）字“<strong>2</strong>”</p>"
    ),
    # What is hidden takes nothing along that stands behind it.
    "<p>每日<b style='display:none'>9mg</b>5mg</p><p>饭后</p>": "<p>每日5mg</p><p>饭后</p>",
    "<p>每日<strike hidden>9mg</strike>5mg</p><h5 hidden>甲</h5><p>乙</p>": "<p>每日5mg</p><p>乙</p>",
    "<p hidden>9mg<p>5mg</p>": "<p>5mg</p>",
    "<p hidden>9mg<ul><li hidden>8mg<ul><li>7mg</ul><li>5mg</ul><p>丙": "<ul><li>5mg</li></ul><p>丙</p>",
    "<ul><li>甲<li hidden>9mg</ul><p>乙": "<ul><li>甲</li></ul><p>乙</p>",
    "<table><tr><td>甲<td hidden>9mg<td>乙<tr hidden><td>8mg<tr><td>丙<td>丁</table><p>戊</p>": (
        "<table><tbody><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></tbody></table><p>戊</p>"
    ),
    "<p>每日<del>9mg</p><p>8mg</del>5mg</p>": "<p>每日5mg</p>",
    # Signs that are no tags are signs.
    "<p>每次<b>5</bold> mg</b>，饭后</emphasis >服</Para>": "<p>每次<strong>5 mg</strong>，饭后服</p>",
    "<p>低于</K>或</LDL>或<bold>，</T4></p>": "<p>低于&lt;/K&gt;或&lt;/LDL&gt;或&lt;bold&gt;，&lt;/T4&gt;</p>",
    "收缩压<b值时服5mg，每日3次": "收缩压&lt;b值时服5mg，每日3次",
    "<p>a<b 且 c>d时停药</p>": "<p>a&lt;b 且 c&gt;d时停药</p>",
    "<p>血压<a": "<p>血压&lt;a</p>",
    "<p>1 < 2，3 > 2，4<5</p>": "<p>1 &lt; 2，3 &gt; 2，4&lt;5</p>",
    "<p>AT&T &copy &amp;lt;</p><div></div>": "<p>AT&amp;T © &amp;lt;</p>",
    # Ends of what has not begun.
    "<div>每次5</p>10 mg</div>": "<p>每次5</p><p>10 mg</p>",
    "<div>每次5</h3>10 mg</div>": "<p>每次5</p><p>10 mg</p>",
    # Controls and other invisible characters.
    "<p>每日\u202e次3\u202c</p>": "<p>每日次3</p>",
    "<p>每日&#x202e;次3&#8236;</p>": "<p>每日次3</p>",
    "<p>感\u00ad冒\u200b测\ufeff\ufffe</p>": "<p>感冒测</p>",
    "<p>👨\u200d👩\u200d👧</p>": "<p>👨\u200d👩\u200d👧</p>",
}
NAMES = [*sorted(TAGS - {"img"}), "div", "section", "span", "b", "font", "dd"]


@pytest.mark.parametrize("value", KEPT)
def test_meaning_is_kept(value):
    assert clean_html(value) == KEPT[value]
    assert clean_html(KEPT[value]) == KEPT[value]


@pytest.mark.parametrize("sign", ["hidden", "style='display:none'", "role=deletion"])
def test_whatever_is_hidden_goes_and_nothing_that_stands_behind_it(sign):
    for name in {*RENAMED, *BLOCKS, *FOREIGN_BLOCKS, "span", "a", "u", "font", "em"} - IN_TABLES:
        assert re.sub(r"<[^>]*>", "", clean_html(f"<div>甲<{name} {sign}>乙</{name}>丙</div>丁")) == "甲丙丁", name
    for name in IN_TABLES:
        value = f"<table><tr><td>甲</td></tr><{name} {sign}>乙</{name}><tr><td>丙</td></tr></table>丁"
        assert re.sub(r"<[^>]*>", "", clean_html(value)) == "甲丙丁", name


def soup(draw, names):
    """Return HTML with tags that begin and end anywhere, and characters that all differ."""
    parts = []
    for number in range(draw.randrange(1, 25)):
        name, kind = draw.choice(names), draw.random()
        text = draw.choice([chr(0x4E00 + number), " ", "&lt;", "&amp;", "\n"])
        parts.append(f"<{name}>" if kind < 0.35 else f"</{name}>" if kind < 0.65 else text)
    return "".join(parts)


def characters(value):
    return sorted("".join(html.unescape(re.sub("<[^>]*>", "", value)).split()))


def by_rewriting(value):
    return own_images(CLEANER.clean(rewritten(value, ATTRIBUTES)).translate(FROM_SIGNS)).strip()


def test_no_character_is_lost_or_said_twice_whatever_the_tags():
    draw = random.Random(7)
    for _ in range(2000):
        value = soup(draw, NAMES)
        assert characters(by_rewriting(value)) == characters(CLEANER.clean(value)), value


def test_what_was_rewritten_once_stays_as_it_is():
    draw = random.Random(8)
    for _ in range(2000):
        value = soup(draw, NAMES)
        once = by_rewriting(value)
        assert by_rewriting(once) == once, value
        assert clean_html(clean_html(value)) == clean_html(value), value


@pytest.mark.parametrize(
    "shape", ["<div>", "<b>", "<p><b>", "<ul><li>", "<table>", "</p>", "<a ", "<a x='", "&", "<!--"]
)
def test_no_shape_is_nested_deeper_than_the_parser_bears(shape):
    deepest = depth = 0
    for token in tokens(rewritten(shape * 5000 + "x", ATTRIBUTES)):
        depth += bool(token.name) * (-1 if token.is_end else 1)
        deepest = max(depth, deepest)
    assert deepest <= 110
    assert depth == 0


def test_a_body_longer_than_what_is_cleaned_as_it_is_stays_byte_for_byte():
    piece = (
        "<h2>题 &amp; 目</h2><p>4×10<sup>9</sup>/L，<strong>禁<em>用</em></strong><br>行 "
        '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">x</a></p>'
        '\n<ol start="4"><li><p>四</p><ul><li>内</li></ul></li></ol><hr>'
        '<table><caption>表</caption><thead><tr><th scope="col" colspan="2">药</th></tr></thead>'
        "<tbody><tr><td>甲</td><td><p>乙</p></td></tr></tbody></table><blockquote><p>引 &lt;5</p></blockquote>"
    )
    body = piece * (markup.LONGEST_AS_IT_IS // len(piece) + 2)
    assert clean_html(body) == body


@pytest.mark.parametrize(
    ("script", "name", "table"),
    [
        ("prose-paste", "LIST_TYPES", NUMBERS),
        ("prose-paste", "LEAST_RAISED", LEAST_RAISED),
        ("prose-parts", "LEAST_ROOM", LEAST_ROOM),
    ],
)
def test_what_is_pasted_is_read_as_what_is_imported(script, name, table):
    script = (settings.BASE_DIR / f"static/js/admin/{script}.js").read_text(encoding="utf-8")
    pairs = re.search(rf"const {name} = {{(.*?)}};", script, re.DOTALL)[1]
    said = dict(re.findall(r'"?([\w%-]+)"?: "?([\w.]+)"?', pairs))
    assert said == {key: str(value) for key, value in table.items()}


@pytest.mark.parametrize(
    "sheet",
    [
        "<style>.a{display:none;visibility:hidden;opacity:0;font-size:0}</style>",
        "<style>@media (max-width:9px){.a{X}}</style>",
        "<style>@supports not (display:grid){@media print{.b{X}} .a{X}} @import 'a.css';</style>",
        "<style>@media print{.b{content:'}'} .a{X}}</style>",
        "<style media=print>.a{X}</style>",
        "<noscript><style>.a{X}</style></noscript>",
        "<!-- <style>.a{X}</style> -->",
        "<textarea></textarea><style>/* .a{X} */ .b .a, p > .a, #a.a, .a:hover, [x='.a'] .a{X}</style>",
        "<style>.a{X} span.a{vertical-align:baseline;text-decoration:none} .a{X}</style>",
    ],
)
def test_a_rule_that_does_not_hold_changes_no_text(sheet):
    sheet = sheet.replace("X", "text-decoration:line-through;vertical-align:super;display:none")
    assert clean_html(f"{sheet}<p>每日<span class=a>10</span>mg</p>") == "<p>每日10mg</p>"


def test_of_rules_the_one_for_more_classes_counts_then_that_for_a_name_then_the_last():
    sheet = (
        "<style media='screen, print'>.a.b{vertical-align:sub} i.a{vertical-align:super} .a{vertical-align:baseline}"
        ".c{vertical-align:sub} .d{vertical-align:super} td{vertical-align:super}</style>"
    )
    text = (
        "<p><i class='b a'>1</i><i class=a>2</i><u class='d c'>3</u><u class='c d' style='vertical-align:0'>4</u></p>"
    )
    assert clean_html(sheet + text) == "<p><em><sub>1</sub></em><em><sup>2</sup></em><u><sup>3</sup></u><u>4</u></p>"
    assert "sup" not in clean_html(f"{sheet}<table><tr><td>5</td></tr></table>")


def test_what_no_body_takes_is_counted():
    assert left_out(
        "<p>每次<math><mn>1</mn></math>片<del>10</del><del> </del>5mg<img src='https://example.org/1.png'>"
        "<svg><path/></svg><svg><text>9</text></svg><span hidden>8</span><b style='visibility:hidden'>7</b></p>"
    ) == {"公式": 1, "删去的文字": 1, "图片": 1, "图形、选单等嵌入的内容": 1, "隐藏的文字": 2}


@pytest.mark.parametrize(
    "sheet",
    [
        "@a" * 200_000,
        "@" + "a" * 400_000,
        "<style>" * 60_000,
        ".a," * 150_000 + "{x}",
        "a{" * 200_000,
        "@a {" * 100_000,
        "@media x{" + "a{b}" * 100_000 + "}",
        "a" + ";" * 400_000,
        "/*" * 200_000,
        "\"'" * 200_000,
    ],
    ids=["names", "name", "starts", "selectors", "braces", "open", "rules", "ends", "comments", "quotes"],
)
def test_a_style_sheet_is_read_in_bounded_steps(sheet):
    """Each took a minute where a piece was looked at from each of its characters."""
    assert clean_html(f"<style>{sheet}</style><p class=a>每日3次</p>") == "<p>每日3次</p>"
