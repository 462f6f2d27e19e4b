"""What looks say of a text that is pasted is what they say of one that is imported."""

import re

import pytest

from articles.tests.browser_editing import open_form
from articles.tests.read_alike import CASES
from articles.text.markup import clean_html

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Programs give the clipboard cells without their table, and a parser drops what stands in none.
CELLS = {
    "<meta charset='utf-8'><td>每次 5 mg</td><td>10 片</td>": ["每次 5 mg", "10 片"],
    "<tr><th>5<th>6<tr><td>7<td>8": ["5", "6", "7", "8"],
    "<html><body><!--StartFragment--><tbody><tr><td>5</td><td>6</td></tr></tbody></body></html>": ["5", "6"],
    "<p>甲</p><table><tr><td>5<td>6</table>": ["5", "6"],
}


def read(page, texts):
    """Return what the editor is given of pasted texts, as it would be stored."""
    script = "texts => texts.map(html => globalThis.prosePaste.plain(html).html)"
    return [clean_html(html) for html in page.evaluate(script, list(texts))]


def test_looks_say_the_same_of_a_paste_as_of_a_file_and_cells_stay_apart(signed_in, live_server):
    page = open_form(signed_in, live_server)
    became = dict(zip(CASES, read(page, (html for html, _ in CASES.values())), strict=True))
    assert became == {name: body for name, (_, body) in CASES.items()}
    cells = [re.findall(r"<t[dh]>(.*?)</t[dh]>", html) for html in read(page, CELLS)]
    assert cells == list(CELLS.values())
