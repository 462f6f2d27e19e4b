"""Two bodies in one, every difference marked at its place: <del> around what goes, <ins> around what comes.

Without every <ins>, and what is named "added", stands the body before; without every <del>, and what is named
"removed", the body after. Rows, cells and items cannot stand in <ins>, so they carry the name as their class, and
their content stands in it. Every <ins>, <del>, <span> and class is from here: sanitised HTML has none.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .blocks import Block, Run, Token, blocks_of, escaped, html_of, tag_of, tokens_of, words_of
from .differences import ADDED, REMOVED, SAME, best_pairs, compare, runs
from .markup import IMAGE, attributes_of, clean_html

Part = Run | Block


class Side(NamedTuple):
    tag: str
    sign: str
    said: str  # to who does not see the sign


SIDES = {REMOVED: Side("del", "−", "删去："), ADDED: Side("ins", "+", "加上：")}
# What only stands in its list, row or figure: its content is marked instead.
ENCLOSING = frozenset({"li", "td", "th", "figcaption"})
LISTS = frozenset({"ul", "ol", "table", "blockquote"})
PRIVATE = 0xF0000  # characters that mean nothing: each stands for a token with its marks while texts are compared
MANY = 0x10FFFF - PRIVATE
LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>.*?</a>', re.DOTALL)
START = re.compile(r' start="([^"]*)"')
NAMES = {
    "": "段落",
    "img": "图片",
    "p": "段落",
    "h2": "小标题",
    "h3": "三级小标题",
    "h4": "四级小标题",
    "ul": "项目列表",
    "ol": "编号列表",
    "blockquote": "引用",
    "table": "表格",
    "figure": "带说明的图片",
    "td": "单元格",
    "th": "表头单元格",
    "strong": "粗体",
    "em": "斜体",
    "u": "下划线",
    "s": "删除线",
    "sub": "下标",
    "sup": "上标",
    "a": "链接",
}


def marked(before: str, after: str) -> str:
    """Return the body `after`, sanitised, with every difference from the body `before` marked in it.

    White space between blocks, which no page shows, is no difference.
    """
    old, new = clean_html(before), clean_html(after)
    return new if old == new else "".join(compared(blocks_of(old), blocks_of(new)))


def is_marked(value: str) -> bool:
    """Tell whether marked() has found a difference."""
    return "<ins" in value or "<del" in value


def compared(old: Sequence[Part], new: Sequence[Part]) -> Iterator[str]:
    """Yield the HTML of two sequences of parts: what stays, versions of one part as one, what goes and what comes."""
    i = j = 0
    for kind, some, others in runs([part.html for part in old], [part.html for part in new]):
        if kind == SAME:
            yield from others
        else:
            yield from changed(old[i : i + len(some)], new[j : j + len(others)])
        i, j = i + len(some), j + len(others)


def changed(old: Sequence[Part], new: Sequence[Part]) -> Iterator[str]:
    if len(old) == len(new) == 1 and are_one_list(old[0], new[0]):
        yield merged(old[0], new[0])
        return
    pairs = best_pairs([words_or_html(part) for part in old], [words_or_html(part) for part in new])
    i = j = 0
    for x, y in [*pairs, (len(old), len(new))]:
        yield from (whole(part, REMOVED) for part in old[i:x])
        yield from (whole(part, ADDED) for part in new[j:y])
        if x < len(old) and y < len(new):
            yield merged(old[x], new[y])
        i, j = x + 1, y + 1


def are_one_list(old: Part, new: Part) -> bool:
    """Tell whether one list or table has become another, whatever its words: its items and cells tell more."""
    if isinstance(old, Run) or isinstance(new, Run):
        return False
    return new.tag in LISTS and can_be_one(old, new)


def words_or_html(part: Part) -> str:
    """Return what tells that two parts are versions of one: words, or what there is instead; of a figure both."""
    words = words_of(part.html)
    if isinstance(part, Block) and part.tag == "figure":
        return "".join(match[0] for match in IMAGE.finditer(part.html)) + words
    return words if words.strip() else part.html


def merged(old: Part, new: Part) -> str:
    """Return two versions of one part as one."""
    if old.html == new.html:
        return new.html
    if isinstance(old, Run) and isinstance(new, Run):
        return merged_runs(old, new)
    if isinstance(old, Block) and isinstance(new, Block) and can_be_one(old, new):
        inner = "".join(merged_parts(old, new))
        return f"{new.opening}{inner}</{new.tag}>"
    return replaced(old, new, note_of_parts(old, new))


def merged_parts(old: Block, new: Block) -> Iterable[str]:
    some, others = old.parts or [], new.parts or []
    in_place = new.tag == "table" or (new.tag in ("tr", "figure") and len(some) == len(others))
    return map(merged, some, others) if in_place else compared(some, others)


def can_be_one(old: Block, new: Block) -> bool:
    """Tell whether two versions of an element can be shown in one, or have to stand one below the other."""
    if old.opening != new.opening or old.parts is None or new.parts is None:
        return False
    if new.tag != "table":
        return True
    sections = [[part for part in block.parts or [] if isinstance(part, Block)] for block in (old, new)]
    same = [part.opening for part in sections[0]] == [part.opening for part in sections[1]]
    return same and all(part.parts is not None for side in sections for part in side)


def replaced(old: Part, new: Part, note: str) -> str:
    return whole(old, REMOVED) + whole(new, ADDED, note)


def whole(part: Part, kind: str, note: str = "") -> str:
    """Return a part that has come or gone as a whole; `note` says in words what has become of it."""
    if isinstance(part, Run):
        return in_mark(kind, part.html, note)
    if part.tag == "tr":
        cells = part.parts if part.parts is not None else blocks_of(part.inner)
        return f"{named(part, kind)}{''.join(whole(cell, kind) for cell in cells)}</tr>"
    if part.tag in ENCLOSING:
        return f"{named(part, kind)}{in_mark(kind, part.inner, note)}</{part.tag}>"
    return in_mark(kind, part.html, note, ' class="block"')


def named(part: Block, kind: str) -> str:
    return f'{part.opening[:-1]} class="{kind}">'


def in_mark(kind: str, value: str, note: str = "", attributes: str = "") -> str:
    side = SIDES[kind]
    said = f'<span class="mark" aria-hidden="true">{side.sign}</span><span class="visually-hidden">{side.said}</span>'
    return f"<{side.tag}{attributes}>{said}{told(value)}{remark(note)}</{side.tag}>"


def told(value: str) -> str:
    """Return HTML in which links say where they lead, and images what they say to who does not see them."""
    value = LINK.sub(lambda match: match[0] + remark(html.unescape(match[1])), value)
    return IMAGE.sub(lambda match: match[0] + remark(f"替代文字：{attributes_of(match).get('alt') or '没有'}"), value)


def remark(text: str) -> str:
    return f'<span class="mark-note">（{escaped(text)}）</span>' if text else ""


# --- Within a paragraph ---------------------------------------------------------


def merged_runs(old: Run, new: Run) -> str:
    before, after = tokens_of(old.html), tokens_of(new.html)
    letters: dict[Token, str] = {}
    texts = [in_letters(tokens, letters) for tokens in (before, after)]
    if texts[0] == texts[1] or len(letters) > MANY:
        return replaced(old, new, "格式有变化" if texts[0] == texts[1] else "")
    pieces: list[str] = []
    gone: list[Token] = []  # what the next piece may stand in place of
    i = j = 0
    for kind, text in compare(*texts):
        if kind == ADDED:
            come = after[j : j + len(text)]
            pieces.append(in_mark(ADDED, html_of(come), note_of_tokens(gone, come)))
            j += len(text)
            gone = []
            continue
        tokens = before[i : i + len(text)]
        i += len(text)
        if kind == SAME:
            j += len(text)
            pieces.append(html_of(tokens))
            gone = []
        else:
            pieces.append(in_mark(REMOVED, html_of(tokens), unseen_in(tokens)))
            gone = tokens
    return "".join(pieces)


def in_letters(tokens: list[Token], letters: dict[Token, str]) -> str:
    """Return Tokens as text, a character each: plain ones as they are, others by `letters`, which grow."""
    return "".join(
        token.text
        if not (token.marks or token.is_markup) and ord(token.text) < PRIVATE
        else letters.setdefault(token, chr(PRIVATE + min(len(letters), MANY)))
        for token in tokens
    )


def note_of_tokens(gone: list[Token], come: list[Token]) -> str:
    """Return what has changed, in words, where the texts do not say it."""
    if not gone or [token.text for token in gone] != [token.text for token in come]:
        return unseen_in(come)
    old, new = marks_in(gone), marks_in(come)
    both = set(map(tag_of, old)) & set(map(tag_of, new))
    lost = list(dict.fromkeys(tag_of(mark) for mark in old if mark not in new))
    got = list(dict.fromkeys(tag_of(mark) for mark in new if mark not in old))
    said = [f"去掉{NAMES[tag]}" for tag in lost if tag not in both]
    said += [f"加上{NAMES[tag]}" for tag in got if tag not in both]
    said += [f"改了{NAMES[tag]}" for tag in got if tag in both]
    return "，".join(said) or "格式有变化"


def marks_in(tokens: list[Token]) -> list[str]:
    return list(dict.fromkeys(mark for token in tokens for mark in token.marks))


def unseen_in(tokens: list[Token]) -> str:
    """Return the names of what cannot be seen, where there is nothing else."""
    if not all(token.text.startswith("<br") if token.is_markup else token.text.isspace() for token in tokens):
        return ""
    kinds = {"换行" if token.is_markup else "空格" for token in tokens}
    return "、".join(sorted(kinds))


# --- Blocks that stand one below the other ---------------------------------------


def note_of_parts(old: Part, new: Part) -> str:
    one, other = map(kind_of, (old, new))
    names = NAMES.get(one, "格式"), NAMES.get(other, "格式")
    if names[0] != names[1]:
        return f"{names[0]} → {names[1]}"
    if isinstance(old, Block) and isinstance(new, Block) and one == other == "ol":
        first = [(START.search(block.opening) or [None, "1"])[1] for block in (old, new)]
        if first[0] != first[1]:
            return f"编号从 {first[0]} 开始 → 从 {first[1]} 开始"
    return {
        "ol": "编号的样式有变化",
        "li": "编号有变化",
        "table": "表格的结构有变化",
        "td": "合并的格子有变化",
        "th": "表头有变化",
    }.get(other, "格式有变化")


def kind_of(part: Part) -> str:
    """Return the tag of a part, "img" for nothing but an image, "" for a text in no paragraph."""
    if isinstance(part, Block):
        return part.tag
    return "img" if IMAGE.fullmatch(part.html.strip()) else ""
