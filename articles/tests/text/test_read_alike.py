"""What looks say of a text that is imported; in_browser/test_read_alike.py asks the same of one that is pasted."""

import pytest

from articles.tests.read_alike import CASES
from articles.text.markup import clean_html


@pytest.mark.parametrize("name", CASES)
def test_looks_say_the_same_of_a_file_as_of_a_paste(name):
    html, body = CASES[name]
    assert clean_html(html) == body
