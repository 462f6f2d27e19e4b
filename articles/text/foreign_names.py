"""The elements of HTML of elsewhere: which have another name here, which part texts, which go with what they hold."""

from .body_structure import HEADINGS, LISTS

RENAMED = {
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "b": "strong",
    "i": "em",
    "strike": "s",
    "menu": "ul",
    "dir": "ul",
    "tfoot": "tbody",
}
CELLS = {"td", "th", "caption"}
IN_TABLES = {"thead", "tbody", "tr", *CELLS}
BLOCKS = {"p", "blockquote", "li", "table", "figure", "figcaption", *HEADINGS, *LISTS, *IN_TABLES}
LINES = {*HEADINGS, "caption", "figcaption"}  # they hold no blocks
VOID = {
    *("area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source"),
    *("track", "wbr"),
}
FOREIGN_BLOCKS = {
    *("address", "article", "aside", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset"),
    *("footer", "form", "header", "hgroup", "html", "legend", "listing", "main", "nav"),
    *("option", "pre", "search", "section", "summary"),
}
FORMULAS = {"math", "m:omath", "mjx-container"}  # no line of text: 1 over 2 would be 12
DRAWN = {"katex-html", "MathJax", "MathJax_CHTML", "MathJax_SVG"}  # classes of <span>; prose-foreign.js has the same
# With all that stands in them; the last are what a document of Word, unpacked, says is deleted or has been moved.
DROPPED = {
    *("template", "object", "svg", "select", "noscript", "del", "rp"),
    *("datalist", "meter", "progress"),  # shown are a menu and bars
    *("w:del", "w:deltext", "w:movefrom", "w:instrtext"),
    *FORMULAS,
}
FIGURE = {"figure", "figcaption"}
ROWS = {"table", "thead", "tbody", "tr"}  # what stands in them stands in a cell
QUOTED = {"q": ("“", "”"), "rt": ("（", "）")}
UP_TO = {  # what a start tag closes first: the nearest of the second, up to the nearest of the first
    "li": LISTS,
    "td": {"tr", "thead", "tbody", "table"},
    "th": {"tr", "thead", "tbody", "table"},
    "tr": {"thead", "tbody", "table"},
    "thead": {"table"},
    "tbody": {"table"},
    "caption": {"table"},
    "figcaption": {"figure"},
}
# What is said to be left out of a text, by the element that held it.
LOST = {
    **dict.fromkeys(
        ("object", "svg", "select", "noscript", "template", "datalist", "meter", "progress"), "图形、选单等嵌入的内容"
    ),
    **dict.fromkeys(("del", "w:del", "w:deltext", "w:movefrom"), "删去的文字"),
}
