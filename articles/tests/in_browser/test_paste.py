"""What other programs put on the clipboard keeps its meaning in the body, byte for byte."""

import re

import pytest
from hypothesis import Phase, given, settings

from articles.models import Article
from articles.tests.bodies import BODIES, meant
from articles.tests.browser_editing import open_form, press, save
from articles.text.markup import clean_html

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COPY = """async (html) => {
  const listen = (event) => {
    event.clipboardData.setData("text/html", html);
    event.preventDefault();
  };
  document.addEventListener("copy", listen, { once: true, capture: true });
  document.execCommand("copy");
}"""


def paste(page, html):
    """Put HTML on the clipboard of the browser as a program writes it, and paste it at the end of the body."""
    page.evaluate(COPY, html)
    press(page, "Control+v")


@pytest.fixture
def pasted(signed_in, live_server):
    """Paste into a new body, save it, and return what is stored, and what the editor was told."""
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def pasted(html):
        page = open_form(signed_in, live_server)
        page.locator("#id_title").fill("粘贴了什么？")
        paste(page, html)
        news = page.locator(".prose-paste-note").inner_text()
        save(page)
        return Article.objects.latest("pk").body, news

    return pasted


RAISED = {
    "google": """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
style="font-weight:400;font-style:normal;vertical-align:baseline;">10</span><span
style="font-size:0.6em;font-weight:400;vertical-align:super;">9</span><span
style="font-weight:400">/L</span></p></b>""",
    "wps": """<html><head><style>p.p1 {margin:0pt}span.s1 {vertical-align:super;font-size:7pt}</style></head><body>
<p class="p1">10<span class="s1">9</span>/L</p></body></html>""",
    "word": """<p class=MsoNormal>10<span lang=EN-US style='font-size:7.0pt;position:relative;top:-3.0pt;
mso-text-raise:3.0pt'>9</span>/L</p>""",
    "公众号": """<section style="text-align: justify;"><span leaf="">10<span style="VERTICAL-ALIGN : Super">9</span>/L
</span></section>""",
    "bootstrap": """<p>10<sup style="position: relative; vertical-align: baseline; top: -0.5em;">9</sup>/L</p>""",
    "percent": """<p>10<span style="vertical-align: 30%">9</span>/L</p>""",
}


def table(*cells):
    return f"<table><tbody><tr>{''.join(f'<td><p>{cell}</p></td>' for cell in cells)}</tr></tbody></table>"


CELLS = {
    "alone": ("<!--StartFragment--><td>5 mg</td><td>10</td><!--EndFragment-->", table("5 mg", "10")),
    "text behind": ("<td>5 mg</td> <td>10</td><p>饭后吃。</p>", table("5 mg", "10") + "<p>饭后吃。</p>"),
    "bare text behind": ("<tr><td>5 mg<td>10</tr>饭后吃。", table("5 mg", "10") + "<p>饭后吃。</p>"),
    "within a block": ("<div><td>5 mg</td></div><p>饭后吃。</p>", table("5 mg") + "<p>饭后吃。</p>"),
    "text before and between": (
        "<p>甲药</p><tr><td>5 mg</td></tr><!-- 空 --><p>乙药</p><tr><td>10</td></tr><p>饭后吃。</p>",
        f"<p>甲药</p>{table('5 mg')}<p>乙药</p>{table('10')}<p>饭后吃。</p>",
    ),
    "a block in a cell": ("<td><p>5 mg</p></td><td>10</td>", table("5 mg", "10")),
}


@pytest.mark.parametrize("name", CELLS)
def test_cells_without_their_table_stay_apart_and_what_follows_stays_behind_them(pasted, name):
    html, stored = CELLS[name]
    body, _ = pasted(html)
    assert body == stored


@pytest.mark.parametrize("source", RAISED)
def test_a_raised_digit_stays_raised(pasted, source):
    assert pasted(RAISED[source]) == ("<p>10<sup>9</sup>/L</p>", "")


def test_classes_of_excel_say_what_is_raised_lowered_bold_and_slanted(pasted):
    body, news = pasted("""<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style><!--table
{mso-displayed-decimal-separator:"\\.";} .font6 {font-size:11.0pt;font-weight:700;vertical-align:super;} .font7
{vertical-align:sub} td {font-weight:400;font-style:normal;vertical-align:bottom;} .xl65 {font-weight:700;}
.xl66 {font-style:italic;} --></style></head><body><table><tr><td class=xl65>白细胞</td>
<td>10<font class="font6">9</font>/L</td><td class=xl66>H<font class="font7">2</font>O</td></tr></table>
</body></html>""")
    assert body == (
        "<table><tbody><tr><td><p><strong>白细胞</strong></p></td>"
        "<td><p>10<strong><sup>9</sup></strong>/L</p></td><td><p><em>H<sub>2</sub>O</em></p></td></tr></tbody></table>"
    )
    assert news == ""


def test_weight_and_slant_of_styles_become_elements(pasted):
    body, _ = pasted("""<b style="font-weight:normal"><p><span style="font-weight:700">每日</span>5mg<span
style="font-style:italic">饭后</span><span style="font-weight: bold">。</span></p></b>""")
    assert body == "<p><strong>每日</strong>5mg<em>饭后</em><strong>。</strong></p>"


def test_lowered_text_stays_lowered(pasted):
    body, _ = pasted("""<p>CO<span style='position:relative;top:3.0pt;mso-text-raise:-3.0pt'>2</span>，H<span
style="vertical-align:sub">2</span>O</p>""")
    assert body == "<p>CO<sub>2</sub>，H<sub>2</sub>O</p>"


DELETED = {
    "elements": "<p>每日<del>10mg</del><ins>5mg</ins></p>",
    "classes": """<p>每日<span class=msoDel>10mg</span><span class=msoIns>5mg</span></p>""",
    "deletion with author": """<style>.msoIns {text-decoration:underline} .msoDel {text-decoration:line-through}</style>
<p class=MsoNormal>每日<span class=msoDel><del cite="mailto:x" datetime="2026-01-01T10:00">10mg</del></span><span
class=msoIns><ins cite="mailto:x">5mg</ins></span></p>""",
    "style": """<p>每日<span style='mso-paragraph-del:x'>10mg</span>5mg</p>""",
    "word web": """<p>每日<span class="TextRun TrackedChange TrackChangeTextDeletion">10mg</span><span
class="TrackedChange TrackChangeTextInsertion">5mg</span></p>""",
    "whole paragraph": "<p>每日5mg</p><p><del>每日10mg</del></p>",
}


@pytest.mark.parametrize("source", DELETED)
def test_deleted_text_is_gone_and_inserted_text_stays(pasted, source):
    assert pasted(DELETED[source]) == ("<p>每日5mg</p>", "粘贴时清理了 1 处：修订里删去的文字 1 处。")


STRUCK = {
    "s": "<p>每日<s>3</s>2次</p>",
    "strike": "<p>每日<strike>3</strike>2次</p>",
    "style": '<p>每日<span style="text-decoration:line-through">3</span>2次</p>',
    "google": '<p>每日<span style="text-decoration-line: line-through">3</span><span>2次</span></p>',
    "class": "<style>.x1 {text-decoration: red line-through}</style><p>每日<font class=x1>3</font>2次</p>",
}


@pytest.mark.parametrize("source", STRUCK)
def test_struck_text_stays_struck_and_is_asked_about(pasted, source):
    assert pasted(STRUCK[source]) == ("<p>每日<s>3</s>2次</p>", "粘贴的内容里有删除线：“3”，请核对。")


def test_hidden_text_of_word_does_not_appear(pasted):
    body, news = pasted("<p>每日<span style='display:none;mso-hide:all'>3</span>2次</p>")
    assert (body, news) == ("<p>每日2次</p>", "粘贴时清理了 1 处：隐藏的文字 1 处。")


def listed(marker, text, level=1):
    """A paragraph of a list as Word writes it."""
    return f"""<p class=MsoListParagraph style='margin-left:21.0pt;mso-list:l0 level{level} lfo1'><![if !supportLists]>
<span lang=EN-US><span style='mso-list:Ignore'>{marker}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>{text}</p>"""


LISTS = {
    "start": (
        listed("4.", "停药") + listed("5.", "复查"),
        '<ol start="4"><li><p>停药</p></li><li><p>复查</p></li></ol>',
    ),
    "gap": (
        listed("1.", "停药") + listed("3.", "复查"),
        '<ol><li><p>停药</p></li></ol><ol start="3"><li><p>复查</p></li></ol>',
    ),
    "goes on": (
        listed("1.", "停药") + "<p>三天以后：</p>" + listed("2.", "复查"),
        '<ol><li><p>停药</p></li></ol><p>三天以后：</p><ol start="2"><li><p>复查</p></li></ol>',
    ),
    "inner start": (
        listed("1.", "停药") + listed("3)", "先减半", 2) + listed("2.", "复查"),
        '<ol><li><p>停药</p><ol start="3"><li><p>先减半</p></li></ol></li><li><p>复查</p></li></ol>',
    ),
    "Chinese": (
        listed("一、", "停药") + listed("1.", "先减半", 2) + listed("二、", "复查"),
        "<p>一、停药</p><ol><li><p>先减半</p></li></ol><p>二、复查</p>",
    ),
    "letters": (
        listed("1.", "停药") + listed("b.", "先减半", 2) + listed("2.", "复查"),
        "<ol><li><p>停药</p><p>b. 先减半</p></li><li><p>复查</p></li></ol>",
    ),
    "circled": (listed("③", "停药"), "<p>③停药</p>"),
    "decimal": (listed("1.1", "停药"), "<p>1.1 停药</p>"),
    "Google Docs": ('<ol start="4"><li><p>停药</p></li></ol>', '<ol start="4"><li><p>停药</p></li></ol>'),
    "deleted item": (
        listed("1.", "停药") + listed("2.", "<del>饮酒</del>") + listed("3.", "复查"),
        '<ol><li><p>停药</p></li></ol><ol start="3"><li><p>复查</p></li></ol>',
    ),
}


@pytest.mark.parametrize("source", LISTS)
def test_a_number_in_front_of_a_paragraph_stays_the_same(pasted, source):
    html, stored = LISTS[source]
    assert pasted(html)[0] == stored


LINKS = {
    "footnote": """<p>剂量<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1"><span
style='vertical-align:super'><span style='mso-special-character:footnote'>[1]</span></span></a></p>""",
    "file": '<p>剂量<sup><a href="file:///C:/Users/x/a.docx#_ftn1">[1]</a></sup></p>',
    "about": '<p>剂量<sup><a href="about:blank#_ftn1">[1]</a></sup></p>',
    "admin": '<p>剂量<sup><a href="{site}/admin/articles/article/add/#_ftn1">[1]</a></sup></p>',
    "path": '<p>剂量<sup><a href="/admin/articles/article/add/#_ftn1">[1]</a></sup></p>',
}


@pytest.mark.parametrize("source", LINKS)
def test_an_anchor_of_a_document_is_no_link(pasted, live_server, source):
    body, news = pasted(LINKS[source].replace("{site}", live_server.url))
    assert body == "<p>剂量<sup>[1]</sup></p>"
    assert news == "粘贴时清理了 1 处：打不开的链接（文字留下了） 1 处。"


def test_a_link_to_a_page_stays(pasted):
    body, news = pasted('<p>见<a href="https://www.example.org/guide#dose">指南</a></p>')
    assert body == '<p>见<a href="https://www.example.org/guide#dose" rel="noopener noreferrer">指南</a></p>'
    assert news == ""


def test_comments_of_word_do_not_come_along(pasted):
    body, news = pasted("""<p><a style='mso-comment-reference:C_1;mso-comment-date:20260101T1000'>每日5mg</a><span
class=MsoCommentReference><a class=msocomanchor id="_anchor_1" href="#_msocom_1">[C1]</a><span
style='mso-special-character:comment'>&nbsp;</span></span></p><div style='mso-element:comment-list'><hr class=msocomoff
align=left><div style='mso-element:comment'><div id="_com_1" class=msocomtxt><p class=MsoCommentText>是不是太多？</p>
</div></div></div>""")
    assert (body, news) == ("<p>每日5mg</p>", "粘贴时清理了 2 处：批注 2 处。")


SIGNS = ["2*3*4 片", "每日~~2~~次", "用 **3** 天", "_a_ 和 `b`", "- 3 度"]


@pytest.mark.parametrize("text", SIGNS)
def test_signs_in_what_is_typed_are_not_taken_for_marks(signed_in, live_server, text):
    page = open_form(signed_in, live_server)
    page.locator("#id_title").fill("打了什么？")
    page.locator(".ProseMirror").click()
    page.keyboard.type(f"剂量 {text}，饭后")
    save(page)
    assert Article.objects.latest("pk").body == f"<p>剂量 {text}，饭后</p>"


@pytest.mark.parametrize("text", SIGNS)
def test_signs_in_what_is_pasted_are_not_taken_for_marks(pasted, text):
    assert pasted(f"<p>剂量 {text}，饭后</p>") == (f"<p>剂量 {text}，饭后</p>", "")


def test_a_list_that_is_lettered_elsewhere_stays_lettered(pasted):
    body, _ = pasted('<ol style="margin:0"><li style="list-style-type:lower-alpha"><p>甲</p></li></ol>')
    assert body == '<ol type="a"><li><p>甲</p></li></ol>'


def test_lines_left_free_do_not_come_along(pasted):
    body, news = pasted("""<section><p><br></p></section><p class=MsoNormal>甲<o:p></o:p></p><p><o:p>&nbsp;</o:p></p>
<h2>　</h2><p>乙</p><div><br></div><table><tr><td><p>&nbsp;</p></td><td><p>1.5mg</p></td></tr></table>""")
    assert body.startswith("<p>甲</p><p>乙</p><table><tbody><tr><td><p>")
    assert (body.count("<p>"), news) == (4, "")


BARE_CELL = re.compile(r"(<(t[dh])(?: [^>]*)?>)(?!<p>)(.*?)</\2>")


def test_whatever_a_body_may_hold_survives_paste_save_open_and_save(signed_in, live_server):
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_form(signed_in, live_server)
    bodies = []

    @given(BODIES)
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    def survives(drawn):
        body = BARE_CELL.sub(r"\1<p>\3</p></\2>", drawn)  # what is pasted stands in paragraphs
        page.evaluate("document.querySelector('.ProseMirror').editor.commands.setContent('')")
        paste(page, body)
        written = clean_html(page.evaluate("document.querySelector('.ProseMirror').editor.getHTML()"))
        assert meant(written) == meant(body)
        bodies.append(written)

    survives()
    page.locator("#id_title").fill("粘贴了什么？")
    save(page)
    article = Article.objects.latest("pk")
    assert article.body == bodies[-1]
    page.locator("#id_short_answer").fill("改一处。")
    save(page)
    article.refresh_from_db()
    assert (article.body, article.short_answer) == (bodies[-1], "改一处。")
