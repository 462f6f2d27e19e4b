"""整理格式 makes headings and lists of numbered lines, and changes no number."""

import random
import re

import pytest

from articles.models import Article
from articles.tests.browser_editing import open_form, save
from articles.tests.factories import make_article
from articles.text.markup import clean_html, plain_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Tidy each body: what it is then, what is said, what a second time changes, and what it is when that is taken back.
TIDY = """(bodies) => {
  const editor = document.querySelector(".ProseMirror").editor;
  const note = document.querySelector(".prose-tidy-note");
  return bodies.map((body) => {
    editor.commands.setContent(body);
    editor.commands.tidyFormat();
    const [html, said] = [editor.getHTML(), note.textContent];
    editor.commands.tidyFormat();
    const again = editor.getHTML();
    if (!said.startsWith("没有")) editor.commands.undo();
    return [html, said, again, editor.getHTML()];
  });
}"""
UNDO = "，可按 Ctrl+Z 撤销。"
NOTHING = "没有要整理的：行首没有接连的编号，也没有空段。"


def lines(text):
    """A paragraph for each line of `text`."""
    return "".join(f"<p>{line}</p>" for line in text.split("|"))


def listed(*items, start=1):
    attribute = f' start="{start}"' if start > 1 else ""
    return f"<ol{attribute}>{''.join(f'<li><p>{item}</p></li>' for item in items)}</ol>"


def bullets(*items):
    return listed(*items).replace("ol>", "ul>")


TIDIED = {
    lines("1. 休息|2、喝水|３．复查"): listed("休息", "喝水", "复查"),
    lines("（1）休息|(2) 喝水"): listed("休息", "喝水"),
    lines("①5mg|②10mg"): listed("5mg", "10mg"),
    lines("4. 休息|5. 喝水"): listed("休息", "喝水", start=4),
    lines("1. 甲|2. 乙|4. 丁"): listed("甲", "乙") + "<p>4. 丁</p>",
    lines("· 休息|• 喝水|·\xa0复查"): bullets("休息", "喝水", "复查"),
    lines("- 休息|- 喝水"): bullets("休息", "喝水"),
    lines("1. 休息|2. 24小时后复查|3. 停药"): listed("休息", "24小时后复查", "停药"),
    "<p>方法：<br>1. 休息<br>2. 喝水<br><br>完。</p>": f"<p>方法：</p>{listed('休息', '喝水')}<p>完。</p>",
    "<p>1. 休息</p><p></p><p>\u3000</p><p>2. 喝水</p>": listed("休息", "喝水"),
    lines("1. 甲|（1）子|（2）丑|2. 乙"): (f"<ol><li><p>甲</p>{listed('子', '丑')}</li><li><p>乙</p></li></ol>"),
    '<p><strong>1. 用药</strong>：10<sup>9</sup>/L</p><p>2. 见<a href="https://example.org/1">1.5</a></p>': listed(
        "<strong>用药</strong>：10<sup>9</sup>/L", '见<a href="https://example.org/1">1.5</a>'
    ),
    lines("一、病因|血管压迫。|二、治疗：|1. 休息|2. 喝水"): (
        f"<h2>一、病因</h2><p>血管压迫。</p><h2>二、治疗：</h2>{listed('休息', '喝水')}"
    ),
    "<h3>一、病因</h3><p>甲</p><p>\u3000\u3000二、一般<em>治疗</em></p>": (
        "<h3>一、病因</h3><p>甲</p><h3>二、一般<em>治疗</em></h3>"
    ),
    "甲<p></p><p>1. 乙</p><p>2. 丙</p>丁": f"甲{listed('乙', '丙')}丁",
}
KEPT = [
    lines("1. 只有一条。"),
    lines("1.5mg，每日2次|2.5mg，每日3次"),
    lines("1. 5mg|2. 10mg|3. 15mg"),
    lines("1、2岁的孩子少用|2、3岁的可用"),
    lines("2024年|2025年|3～5天|4～6天"),
    lines("100. 甲|101. 乙"),
    lines("0. 甲|0. 乙"),
    lines("1. 甲|3. 丙|2. 乙|1. 甲"),
    lines("（1）（2）均可|（2）（3）慎用"),
    lines("①和②同用|②和③慎用"),
    lines("1.-3℃|2.-5℃"),
    lines("- 3℃|- 5℃|-1|-2|-甲|-乙"),
    lines("·5mg|·6mg"),
    lines("1.½片|2.½片"),
    lines("8.30开诊|9.30停诊"),
    lines("1:1|2:1"),
    lines("1. |2. "),
    "<p><sup>1</sup>. 甲</p><p><sup>2</sup>. 乙</p>",
    "<p><s>1. </s>甲</p><p><s>2. </s>乙</p>",
    '<p><a href="https://example.org/">1. 甲</a></p><p><a href="https://example.org/">2. 乙</a></p>',
    lines("一、休息|二、喝水|三、复查"),
    lines("一、病因是血管压迫。|甲|二、治疗以休息为主。|乙"),
    lines("二、三级医院均可|甲|三、四线城市也有"),
    lines("一、只有这一条|甲"),
    "<table><tbody><tr><td><p>1. 甲</p><p>2. 乙</p></td></tr></tbody></table>",
    "<ol><li><p>甲</p></li></ol><blockquote><p>1. 甲</p><p>2. 乙</p></blockquote>",
]
PARTS = ["1", "2", "3", "10", ".", "、", "（1）", "（2）", "①", "②", "③", "·", "- ", "一、", "二、", " ", "5mg", "0.5"]
PARTS += [
    "甲",
    "每日",
    "～",
    "<sup>9</sup>",
    "<strong>2.</strong>",
    "<s>3</s>",
    "<br>",
    "。",
    "℃",
    "½",
    "\u3000",
    "(1)",
]
KINDS = ["{}. ", "{}.", "{}、", "（{}）", "({})", "{})", "①", "· ", "- ", "一、", ""]
INNERMOST = re.compile(r'<([ou])l(?: start="(\d+)")?>((?:(?!<[ou]l).)*?)</\1l>')
MARKER = re.compile(r"^(?:(\d{1,2})[.．、)）]|[（(](\d{1,2})[)）]|([①-⑳])|[·•]|-(?=\s))\s*")


def marker(kind, number):
    if kind in ("①", "一、"):
        return chr(ord("①") + number - 1) if kind == "①" else f"{'一二三四五六七八九'[number - 1]}、"
    return kind.format(number)


def random_bodies(number):
    """Bodies of numbered lines, most of which count on for a while and then do not."""
    dice = random.Random(7)
    for _ in range(number):
        kinds, numbers, body = dice.sample(KINDS, 2), {}, []
        for _ in range(dice.randint(2, 9)):
            kind = dice.choice(kinds)
            numbers[kind] = numbers.get(kind, 0) % 9 + 1 if dice.random() < 0.9 else dice.randint(1, 9)
            words = dice.choices(PARTS, k=dice.randint(0, 3))
            line = marker(kind, numbers[kind]) + "".join(["文", *words] if dice.random() < 0.7 else words)
            body.append(f"<p>{line}</p>" if dice.random() < 0.95 else f"<h3>{line or '甲'}</h3>")
        if html := str(clean_html("".join(body))):
            yield html


def seen(html):
    """The lines of a body as readers see them: the number of an item stands before it, in one form for all kinds."""
    while deepest := INNERMOST.search(html):
        items = re.findall(r"<li>(.*?)</li>", deepest[3])
        signs = (f"{int(deepest[2] or 1) + at}. " if deepest[1] == "o" else "· " for at in range(len(items)))
        shown = "".join(item.replace("<p>", f"<p>{sign}", 1) for sign, item in zip(signs, items, strict=True))
        html = html[: deepest.start()] + shown + html[deepest.end() :]
    return [in_one_form(re.sub(" +", " ", line)) for line in plain_text(html.replace("<p>", "<br><p>")).split("\n")]


def in_one_form(line):
    found = MARKER.match(line)
    if not found:
        return line
    number = next(filter(None, found.groups()), "")
    number = str(ord(number) - ord("①") + 1) if "①" <= number <= "⑳" else number
    return f"{int(number) if number else '·'} {line[found.end() :].lstrip()}"


@pytest.fixture
def form(signed_in, live_server):
    """The form of a question with this body."""

    def form(body="<p>文</p>"):
        return open_form(signed_in, live_server, make_article(status="draft", body=body))

    return form


def test_tidying_changes_no_number_and_no_word_and_is_one_step_back(form):
    bodies = [*map(str, map(clean_html, [*TIDIED, *KEPT])), *random_bodies(300)]
    results = form().evaluate(TIDY, bodies)
    assert sum(said != NOTHING for _, said, *_ in results) > 200
    for body, (html, _, again, undone) in zip(bodies, results, strict=True):
        assert seen(str(clean_html(html))) == seen(body), body
        assert (again, undone) == (html, body)
    expected = [
        *((str(clean_html(html)), True) for html in TIDIED.values()),
        *((str(clean_html(html)), False) for html in KEPT),
    ]
    found = [(str(clean_html(html)), said.endswith(UNDO)) for html, said, *_ in results[: len(expected)]]
    assert found == expected
    assert {said for _, said, *_ in results[len(TIDIED) : len(expected)]} == {NOTHING}


def test_the_button_says_what_it_has_done_and_what_is_left_stays_byte_for_byte(form):
    kept = "<p>前 <strong>文</strong>\u3000</p>\n<ul><li>甲</li></ul>\n"
    body = kept + lines("一、病因|甲|二、治疗||1. 休息|2. 喝水|· 少盐|· 少糖") + "<p>后<br>记</p>"
    page = form(body)
    page.get_by_role("button", name="整理格式").click()
    note = page.locator(".prose-tidy-note")
    assert note.inner_text() == (
        f"整理了 2 个小标题、2 个列表（共 4 项）、把 1 段里的换行分成了段落、去掉了 1 个空段{UNDO}"
    )
    page.keyboard.press("Control+z")
    assert note.inner_text() == ""
    page.keyboard.press("Control+y")
    save(page)
    assert Article.objects.get().body == (
        f"{kept}<h2>一、病因</h2><p>甲</p><h2>二、治疗</h2><ol><li><p>休息</p></li><li><p>喝水</p>"
        f"{bullets('少盐', '少糖')}</li></ol><p>后</p><p>记</p>"
    )
