import pytest
import segno
from segno.encoder import DataOverflowError

from articles.text.qr_codes import qr_code


def test_code_is_that_of_the_address_and_needs_no_style():
    code = qr_code("https://www.example.org/articles/12/")
    drawn = segno.make_qr("https://www.example.org/articles/12/", error="m", boost_error=False)
    assert f'viewBox="0 0 {drawn.symbol_size(border=0)[0]} ' in code
    assert 'role="img" aria-label="这个页面的二维码"' in code
    assert "style=" not in code
    assert code != qr_code("https://www.example.org/articles/13/")


def test_address_that_no_code_can_hold_is_refused():
    with pytest.raises(DataOverflowError):
        qr_code("https://www.example.org/" + "x" * 3_000)
