"""What style elements say of a text that is pasted is what they say of one that is imported."""

import pytest

from articles.tests.browser_editing import open_form
from articles.tests.sheet_cases import CASES
from articles.text.markup import clean_html

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_style_sheets_say_the_same_of_a_paste_as_of_a_file(signed_in, live_server):
    page = open_form(signed_in, live_server)
    read = "texts => texts.map(html => globalThis.prosePaste.plain(html).html)"
    became = dict(zip(CASES, page.evaluate(read, [html for html, _ in CASES.values()]), strict=True))
    assert {name: clean_html(html) for name, html in became.items()} == {
        name: body for name, (_, body) in CASES.items()
    }
