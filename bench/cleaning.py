"""How long a body of any shape takes to clean, in seconds of CPU: `python bench/cleaning.py [MB]`.

Each shape is a piece repeated until it fills the size (1 MB), the worst that were found first. Ends with 1 when one of
them takes longer than LONGEST per MB; the seconds of a plain text of the same size are printed to compare with.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from articles.text.markup import clean_html  # noqa: E402 (the path comes first)

LONGEST = 2.0  # seconds of CPU for 1 MB, on a quiet machine
PIECES = [
    *(
        "<p>",
        "<q>",
        "<a ",
        "<a '",
        "<b><p>x",
        "<p><b></p>",
        "<h2><div>",
        "<a>",
        "<font><p>",
        "<div>",
        "<ul><li>",
        "<tr>",
    ),
    *("&", "&a", "&#", "&lt", "&amp;", "&nbsp;", "<", "</p>", "<table>", "<table><td>", "<li>", "<h2>", "<blockquote>"),
    *("<!--", "<!-- -->", "<!x", "<?", "<script>", "<style>", "<del>", "<del>x</del>", "<svg>", "<math><mi>", "<sup>"),
    *("1<sup>2</sup>", "<br>", "<hr>", "<img>", "血压", "\n", "\u200b", "\u202e", "<b><i></b></i>", "<pre>\n", "<s>x"),
    *('<span style="vertical-align:super">9</span>', "<form>", "<select>", "<ruby>a<rt>b</rt></ruby>", "</b></i></ul>"),
    *("<p><ul><li><b>", "<table><tr><td></p>", "<table><caption>", '<a x="<b y=\'" ', '<a href="/x">', "&#1;"),
    *("<figure>", "<figure><figcaption>", "</figure>", "</figcaption>"),
]
FRAMED = [("<p", ' a="b"', ">x</p>"), ('<a href="/', "&", '">x</a>'), ("<table>", "<p>", ""), ("<table>", "</p>", "")]


def seconds(value: str) -> float:
    start = time.process_time()
    clean_html(value)
    return time.process_time() - start


def main() -> int:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 1) * 1_000_000)
    print(f"{seconds('<p>每日三次，每次一片。</p>' * (size // 16)):6.2f} s  paragraphs of text")
    shapes = [("", piece, "") for piece in PIECES] + FRAMED
    found = sorted(((seconds(a + b * (size // len(b)) + c), a + b) for a, b, c in shapes), reverse=True)
    for taken, shape in found[:20]:
        print(f"{taken:6.2f} s  {shape!r}")
    return int(found[0][0] > LONGEST * size / 1_000_000)


if __name__ == "__main__":
    sys.exit(main())
