"""Bodies of any form that the allow-list permits, for tests of properties."""

import html

from hypothesis import strategies as st

from articles.text.html_tokens import tokens
from articles.text.markup import clean_html, plain_text

SIGNS = "血压每日三次片毫克5012.3～×≤<>&\"'=+-%℃⁹½①α、。，（）mgL/*_"
TEXTS = st.text(SIGNS, min_size=1, max_size=12).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
LINKS = st.sampled_from(["https://example.org/a?b=1&amp;c=2", "/articles/1/"])
MARKS = st.sampled_from(["strong", "em", "u", "s", "sub", "sup"])
INLINES = st.recursive(
    TEXTS | st.tuples(TEXTS, TEXTS).map("<br>".join),
    lambda inner: st.one_of(
        st.tuples(MARKS, inner).map("<{0[0]}>{0[1]}</{0[0]}>".format),
        st.tuples(LINKS, TEXTS).map('<a href="{0[0]}">{0[1]}</a>'.format),
        st.lists(inner, min_size=2, max_size=3).map("".join),
    ),
    max_leaves=5,
)
PARAGRAPHS = INLINES.map("<p>{}</p>".format)
HEADINGS = st.tuples(st.sampled_from(["h2", "h3", "h4"]), TEXTS).map("<{0[0]}>{0[1]}</{0[0]}>".format)
CELLS = st.tuples(st.sampled_from(["td", 'th scope="row"', 'th scope="col"']), TEXTS | PARAGRAPHS).map(
    lambda cell: f"<{cell[0]}>{cell[1]}</{cell[0][:2]}>"
)
LIST_TAGS = st.sampled_from(["ul", "ol", 'ol start="4"', 'ol type="a"', 'ol start="2" type="I"'])
ITEM_TAGS = st.sampled_from(["li", "li", 'li value="7"'])


def items(inner):
    return st.lists(st.tuples(ITEM_TAGS, inner).map("<{0[0]}>{0[1]}</li>".format), min_size=1, max_size=3).map("".join)


def lists(inner):
    return st.tuples(LIST_TAGS, items(inner)).map(lambda parts: f"<{parts[0]}>{parts[1]}</{parts[0][:2]}>")


@st.composite
def tables(draw):
    width = draw(st.integers(1, 3))
    rows = ["<tr>" + "".join(draw(CELLS) for _ in range(width)) + "</tr>" for _ in range(draw(st.integers(1, 3)))]
    caption = draw(st.just("") | TEXTS.map("<caption>{}</caption>".format))
    head = f"<thead>{rows.pop(0)}</thead>" if len(rows) > 1 and draw(st.booleans()) else ""
    return f"<table>{caption}{head}<tbody>{''.join(rows)}</tbody></table>"


INNER = PARAGRAPHS | lists(PARAGRAPHS)
BLOCKS = st.one_of(
    PARAGRAPHS,
    HEADINGS,
    lists(INNER),
    st.lists(INNER, min_size=1, max_size=2).map(lambda blocks: f"<blockquote>{''.join(blocks)}</blockquote>"),
    tables(),
    st.just("<hr>"),
)
BODIES = (
    st.lists(BLOCKS, min_size=1, max_size=4)
    .map(lambda blocks: str(clean_html("".join(blocks))))
    .filter(lambda body: len(plain_text(body)) > 0)
)


def meant(body):
    """Return what a body means, however its marks are nested: its blocks, and its characters with their marks."""
    found, marks = [], []
    for token in tokens(body):
        if not token.name:
            found += [(char, frozenset(marks)) for char in html.unescape(token.text)]
        elif token.name not in {"strong", "em", "u", "s", "sub", "sup", "a"}:
            found.append((token.is_end, token.name, *sorted(token.attributes.items())))
        elif token.is_end:
            marks.pop()
        else:
            marks.append((token.name, token.attributes.get("href")))
    return found
