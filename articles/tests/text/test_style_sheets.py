"""What style elements say of a text that is imported; in_browser/test_paste_sheets.py asks the same of a paste."""

import pytest

from articles.tests.sheet_cases import CASES
from articles.text.markup import clean_html


@pytest.mark.parametrize("name", CASES)
def test_a_style_sheet_says_the_same_of_a_file_as_of_a_paste(name):
    html, body = CASES[name]
    assert clean_html(html) == body
