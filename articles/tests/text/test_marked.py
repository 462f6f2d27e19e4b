"""Two bodies in one: every difference is marked, both bodies can be read out of it, and nothing else gets in."""

import random
import re
from html import escape
from html.parser import HTMLParser

import pytest

from articles.text.blocks import Run, blocks_of, html_of, tokens_of
from articles.text.marked import is_marked, marked
from articles.text.markup import clean_html

VOID = {"br", "hr", "img"}
IMAGE = f'<img src="/media/{"0" * 32}-9x9.webp" alt="{{}}">'
ONE, SAID = IMAGE.format("眼"), "（替代文字：眼）"
OTHER = f'<img src="/media/{"1" * 32}-9x9.webp" alt="{{}}">'


class Side(HTMLParser):
    """Marked HTML without what is marked as `unwanted`, and without the marks of the rest."""

    def __init__(self, html, unwanted):
        super().__init__(convert_charrefs=False)
        self.unwanted = {"added": ("ins", "added"), "removed": ("del", "removed")}[unwanted]
        self.pieces, self.hidden, self.dropped = [], 0, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        classes = dict(attrs).get("class", "")
        unwanted = tag in ("span", self.unwanted[0]) or classes == self.unwanted[1]
        if tag not in VOID:
            self.dropped.append((unwanted, tag))
            self.hidden += unwanted
        if not self.hidden and tag not in ("ins", "del"):
            self.pieces.append(re.sub(' class="[a-z]+"', "", self.get_starttag_text()))

    def handle_endtag(self, tag):
        unwanted, opened = self.dropped.pop()
        assert opened == tag, "every element is closed by its own tag"
        if not self.hidden and tag not in ("ins", "del"):
            self.pieces.append(f"</{tag}>")
        self.hidden -= unwanted

    def handle_data(self, data):
        if not self.hidden:
            self.pieces.append(data)

    def handle_entityref(self, name):
        self.handle_data(f"&{name};")


def side(html, unwanted):
    return "".join(Side(html, unwanted).pieces)


def plain(html):
    """Return HTML as its blocks and their text with its marks, however the tags within a paragraph are cut."""
    return [
        html_of(tokens_of(part.html)) if isinstance(part, Run) else (part.opening, plain(part.inner))
        for part in blocks_of(html)
    ]


def exact(html):
    """Return HTML as its blocks, without the white space between them."""
    return [part.html if isinstance(part, Run) else (part.opening, exact(part.inner)) for part in blocks_of(html)]


def shown(before, after):
    """Return the marked body with [-…-] and [+…+] around what is marked, and its remarks."""
    html = re.sub(r'<span class="(mark|visually-hidden)"[^>]*>[^<]*</span>', "", marked(before, after))
    html = re.sub(r'<span class="mark-note">（([^<]*)）</span>', r"（\1）", html)
    html = re.sub(r"<del[^>]*>", "[-", html).replace("</del>", "-]")
    return re.sub(r"<ins[^>]*>", "[+", html).replace("</ins>", "+]")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("<p>多休息。</p>", "<p>多休息。</p>", "<p>多休息。</p>"),
        ("<p>每天一片。</p>", "<p>每天两片。</p>", "<p>每天[-一-][+两+]片。</p>"),
        ("<p>10<sup>9</sup>/L</p>", "<p>109/L</p>", "<p>[-10<sup>9</sup>-][+109（去掉上标）+]/L</p>"),
        ("<p>H2O 要喝</p>", "<p>H<sub>2</sub>O 要喝</p>", "<p>H[-2-][+<sub>2</sub>（加上下标）+]O 要喝</p>"),
        ("<p>先<s>不</p>", "<p>先不</p>", "<p>先[-<s>不</s>-][+不（去掉删除线）+]</p>"),
        ("<p>一二三四五<br>六</p>", "<p>一二三四五六</p>", "<p>一二三四五[-<br>（换行）-]六</p>"),
        (
            "<h2>在家</h2><p>热敷。</p>",
            "<h3>在家</h3><p>热敷。</p>",
            "[-<h2>在家</h2>-][+<h3>在家</h3>（小标题 → 三级小标题）+]<p>热敷。</p>",
        ),
        (
            "<ul><li>热敷</li></ul>",
            "<ol><li>热敷</li></ol>",
            "[-<ul><li>热敷</li></ul>-][+<ol><li>热敷</li></ol>（项目列表 → 编号列表）+]",
        ),
        (
            '<ol start="3"><li>热敷</li></ol>',
            "<ol><li>热敷</li></ol>",
            '[-<ol start="3"><li>热敷</li></ol>-][+<ol><li>热敷</li></ol>（编号从 3 开始 → 从 1 开始）+]',
        ),
        (
            "<ul><li>热敷十分钟</li><li>早睡</li></ul>",
            "<ul><li>热敷五分钟</li><li>多喝水</li><li>早睡</li></ul>",
            '<ul><li>热敷[-十-][+五+]分钟</li><li class="added">[+多喝水+]</li><li>早睡</li></ul>',
        ),
        (
            "<table><tr><td>药</td><td>2</td></tr><tr><td>水</td><td>3</td></tr></table>",
            "<table><tr><td>药</td><td>5</td></tr></table>",
            '<table><tbody><tr><td>药</td><td>[-2-][+5+]</td></tr><tr class="removed">'
            '<td class="removed">[-水-]</td><td class="removed">[-3-]</td></tr></tbody></table>',
        ),
        (
            f"<p>图：{IMAGE.format('眼')}</p>",
            f"<p>图：{IMAGE.format('左眼')}</p>",
            f"<p>图：[-{IMAGE.format('眼')}（替代文字：眼）-][+{IMAGE.format('左眼')}（替代文字：左眼）+]</p>",
        ),
        (
            f"<figure>{ONE}<figcaption>每次 5 毫克</figcaption></figure>",
            f"<figure>{ONE}<figcaption>每次 10 毫克</figcaption></figure>",
            f"<figure>{ONE}<figcaption>每次 [-5-][+10+] 毫克</figcaption></figure>",
        ),
        (
            f"<p>前。</p><figure>{ONE}<figcaption>左眼</figcaption></figure>",
            f"<p>前。</p><figure>{ONE}<figcaption>鼻窦在这里</figcaption></figure>",
            f"<p>前。</p><figure>{ONE}<figcaption>[-左眼-][+鼻窦在这里+]</figcaption></figure>",
        ),
        (
            f"<figure>{ONE}<figcaption>左眼</figcaption></figure>",
            f"<figure>{OTHER.format('眼')}<figcaption>左眼</figcaption></figure>",
            f"<figure>[-{ONE}{SAID}-][+{OTHER.format('眼')}{SAID}+]<figcaption>左眼</figcaption></figure>",
        ),
        (
            f"<p>前。</p>{ONE}",
            f"<p>前。</p><figure>{ONE}<figcaption>左眼</figcaption></figure>",
            f"<p>前。</p>[-{ONE}{SAID}-]"
            f"[+<figure>{ONE}{SAID}<figcaption>左眼</figcaption></figure>（图片 → 带说明的图片）+]",
        ),
        ("<p>甲乙丙。</p>", "<p>甲乙丙。</p><blockquote><p>丁</p></blockquote>", None),
    ],
)
def test_a_difference_is_marked_at_its_place_with_both_forms(before, after, found):
    assert shown(before, after) == (found or "<p>甲乙丙。</p>[+<blockquote><p>丁</p></blockquote>+]")


def test_a_link_that_leads_elsewhere_says_from_where_to_where():
    old, new = (f'<p>详见这里的<a href="https://{host}.cn/x?a=1&amp;b=2">治疗指南</a>。</p>' for host in "ab")
    found = shown(old, new)
    for part in ("（https://a.cn/x?a=1&amp;b=2）-]", "（https://b.cn/x?a=1&amp;b=2）（改了链接）+]", "详见这里的[-"):
        assert part in found


def test_another_image_is_shown_beside_the_one_that_was_there():
    assert shown(f"<p>{IMAGE.format('眼')}</p>", f"<p>{OTHER.format('眼')}</p>") == (
        f"<p>[-{IMAGE.format('眼')}（替代文字：眼）-][+{OTHER.format('眼')}（替代文字：眼）+]</p>"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p><strong>甲</strong><strong>乙</strong></p>", "<p><strong>甲乙</strong></p>"),
        ("<p><strong><em>甲</em></strong></p>", "<p><em><strong>甲</strong></em></p>"),
        ("<p>甲  乙</p>", "<p>甲 乙</p>"),
        ("<p>甲&nbsp;乙</p>", "<p>甲 乙</p>"),
        ("<p>甲</p><p></p>", "<p>甲</p>"),
        ("<p>甲</p><hr>", "<p>甲</p>"),
        ('<p><a href="/a" title="一">甲</a></p>', '<p><a href="/a" title="二">甲</a></p>'),
        ("<table><tr><td>甲</td></tr></table>", "<table><tr><th>甲</th></tr></table>"),
        ('<table><tr><td colspan="2">甲</td></tr></table>', "<table><tr><td>甲</td></tr></table>"),
        ("<table><tr><td>甲</td></tr></table>", "<table><caption>表</caption><tr><td>甲</td></tr></table>"),
        ("<table><thead><tr><th>甲</th></tr></thead></table>", "<table><tbody><tr><th>甲</th></tr></tbody></table>"),
        ("<strong><p>甲</p></strong>", "<p>甲</p>"),
        ("<ul><li>甲</li></ul>", "<ul><li><p>甲</p></li></ul>"),
        ('<ol type="a"><li>甲</li></ol>', "<ol><li>甲</li></ol>"),
        ("<ol reversed><li>甲</li></ol>", "<ol><li>甲</li></ol>"),
        ('<ol><li value="5">甲</li></ol>', "<ol><li>甲</li></ol>"),
        ("<p>甲</p>", "甲"),
        ("<blockquote>" * 40 + "甲", "<blockquote>" * 40 + "乙"),
        (ONE, f"<figure>{ONE}<figcaption>甲</figcaption></figure>"),
        (f"{ONE}<p>甲</p>", f"<figure>{ONE}<figcaption>甲</figcaption></figure>"),
        ("", "<p>甲</p>"),
        ("<p>甲</p>", ""),
    ],
)
def test_nothing_changes_without_a_mark(before, after):
    found = marked(before, after)
    assert is_marked(found)
    assert plain(side(found, "added")) == plain(clean_html(before))
    assert plain(side(found, "removed")) == plain(clean_html(after))


def test_white_space_between_blocks_is_no_difference():
    assert marked("<p>甲</p>\n<p>乙</p>", "<p>甲</p><p>乙</p>") == "<p>甲</p><p>乙</p>"


# --- Any two bodies -------------------------------------------------------------------


def text(chance):
    return "".join(chance.choices("ab，。1 &<é\xa0", k=chance.randrange(1, 9)))


def inline(chance, depth=0):
    kind = chance.randrange(9)
    if depth > 2 or kind < 4:
        return escape(text(chance), quote=False)
    if kind == 4:
        return chance.choice(["<br>", IMAGE.format(chance.choice("xy")), OTHER.format("x")])
    tag = chance.choice(["strong", "em", "sup", "sub", "s", "u", 'a href="https://a.cn/"', 'a href="/b"'])
    return f"<{tag}>{inlines(chance, depth + 1)}</{tag.split()[0]}>"


def inlines(chance, depth=0):
    return "".join(inline(chance, depth) for _ in range(chance.randrange(1, 4)))


def block(chance, depth=0):
    kind = chance.randrange(10)
    if depth > 1 or kind < 4:
        tag = chance.choice(["p", "p", "p", "h2", "h3"])
        return f"<{tag}>{inlines(chance)}</{tag}>"
    if kind < 7:
        tag = chance.choice(["ul", "ol", 'ol start="4"'])
        items = "".join(f"<li>{chance.choice([inlines, blocks])(chance, depth + 1)}</li>" for _ in range(3))
        return f"<{tag}>{items}</{tag.split()[0]}>"
    if kind == 7:
        return f"<blockquote>{blocks(chance, depth + 1)}</blockquote>"
    if kind == 8 and depth == 0:
        return f"<figure>{IMAGE.format(chance.choice('xy'))}<figcaption>{inlines(chance, 2)}</figcaption></figure>"
    if kind == 8:
        return chance.choice(["<hr>", inlines(chance), "\n"])
    rows = "".join(f"<tr>{cells(chance, depth)}</tr>" for _ in range(chance.randrange(1, 4)))
    return f"<table>{chance.choice(['', '<caption>x</caption>'])}<tbody>{rows}</tbody></table>"


def cells(chance, depth):
    tags = [chance.choice(["td", "td", "th", 'td colspan="2"']) for _ in range(chance.choice([2, 2, 3]))]
    return "".join(f"<{tag}>{chance.choice([inlines, blocks])(chance, depth + 1)}</{tag[:2]}>" for tag in tags)


def blocks(chance, depth=0):
    return "".join(block(chance, depth) for _ in range(chance.randrange(1, 4)))


def varied(chance, html):
    """Return HTML with a few places changed: a character, a tag, or a piece left out, doubled or put elsewhere."""
    pieces = re.findall(r"<[^>]*>|[^<]", html)
    for _ in range(chance.randrange(1, 4)):
        at, to = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        length = chance.choice([1, 1, 1, 5])
        change = chance.randrange(4)
        if change == 0:
            pieces[at] = chance.choice(["x", "<br>", "<strong>", "</p><p>", "</li><li>", "</tr><tr><td>", "</td><td>"])
        elif change == 1 and len(pieces) > length:
            del pieces[at : at + length]
        elif change == 2:
            pieces[to:to] = pieces[at : at + length]
        else:
            pieces[at] = text(chance).replace("<", "").replace("&", "")
        if not pieces:
            return ""
    return "".join(pieces)


def test_both_bodies_can_be_read_out_of_any_two_that_are_marked():
    chance = random.Random(1)
    for _ in range(300):
        one = blocks(chance)
        other = varied(chance, one) if chance.random() < 0.8 else blocks(chance)
        before, after = clean_html(one), clean_html(other)
        found = marked(before, after)
        assert plain(side(found, "added")) == plain(before), (before, after)
        assert plain(side(found, "removed")) == plain(after), (before, after)
        assert is_marked(found) == (exact(before) != exact(after))


# --- Hostile and large ----------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script><p>甲</p>",
        '<p onclick="alert(1)" class="added" style="color:red">甲</p>',
        "<ins>甲</ins><del>乙</del>",
        '<span class="mark">甲</span>',
        '<a href="javascript:alert(1)">甲</a>',
        '<a href="https://a.cn/&quot;onmouseover=alert(1)//<b>">甲</a>',
        f'<img src="/media/{"0" * 32}-9x9.webp" alt="&lt;script&gt;alert(1)&lt;/script&gt;">',
        "<img src=x onerror=alert(1)>甲",
        "<p>&lt;ins&gt;甲&lt;script&gt;</p>",
        "<ul><li class='removed'>甲</li></ul>",
    ],
)
def test_only_our_own_marks_are_in_what_is_shown(hostile):
    for pair in ((hostile, "<p>乙</p>"), ("<p>乙</p>", hostile), (hostile, hostile)):
        found = marked(*pair)
        ours = re.sub(
            r'</?(?:ins|del)(?: class="block")?>|<span class="[a-z-]+"(?: aria-hidden="true")?>|</span>'
            r'|(?<=[a-z"]) class="(?:added|removed)"',
            "",
            found,
        )
        assert clean_html(ours) == ours.strip()
        assert "<script" not in found
        assert not re.search(r"<[^>]* on\w+=", found)


HARD = random.Random(3)
LINE = "".join(chr(HARD.randrange(0x4E00, 0x5E00)) for _ in range(70))
PAIRS = {
    "one character in each of 2,000 paragraphs": tuple(
        "".join(f"<p>{n}{LINE[:30]}{changed}{LINE[31:]}。</p>" for n in range(2_000)) for changed in "甲乙"
    ),
    "100,000 characters in one paragraph": tuple(
        f"<p>{''.join(HARD.choices('的一是在', k=100_000))}</p>" for _ in "ab"
    ),
    "20,000 paragraphs of two kinds": tuple(
        "".join(f"<p>{letter}</p>" for letter in HARD.choices("ab", k=20_000)) for _ in "ab"
    ),
    "a table of 5,000 cells": tuple(
        "<table>"
        + "".join(f"<tr>{''.join(f'<td>{HARD.randrange(9)}</td>' for _ in range(10))}</tr>" for _ in range(500))
        + "</table>"
        for _ in "ab"
    ),
    "5,000 elements within one another": ("<blockquote>" * 5_000 + "甲", "<blockquote>" * 5_000 + "乙"),
    "3,000 marks within one another": ("<strong>" * 3_000 + "甲" * 9_000, "<strong>" * 3_000 + "乙" * 9_000),
    "30,000 links": tuple(
        "<p>" + "".join(f'<a href="/{side}{n}">某{n}</a>，' for n in range(15_000)) + "</p>" for side in "ab"
    ),
    "items of items": tuple("<ul><li>甲乙丙" * 12 + letter * 50_000 for letter in "甲乙"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_long_body_of_any_shape_is_marked(name):
    assert is_marked(marked(*PAIRS[name]))
