import re

import pytest
import segno
from segno.encoder import DataOverflowError

from articles.text.qr_codes import draw, qr_code


def dark(svg):
    """Return which modules of a code are drawn dark, as (line, place) pairs."""
    found, x, y = set(), 0, 0.0
    for step, numbers in re.findall(r"([Mmh])([-. \d]+)", re.search(r' d="([^"]+)"', svg)[1]):
        values = [float(number) for number in numbers.split()]
        if step == "h":
            found |= {(int(y), int(x) + i) for i in range(int(values[0]))}
            x += values[0]
        else:
            x, y = values if step == "M" else (x + values[0], y + values[1])
    return found


@pytest.mark.parametrize("site", ["https://www.example.org", "http://127.0.0.1:8000", "https://问答.example.cn"])
@pytest.mark.parametrize("number", [1, 12, 903, 4_096, 20_000, 987_654, 1_000_000_009])
def test_code_is_that_of_the_address(site, number):
    address = f"{site}/articles/{number}/"
    code = segno.make_qr(address, error="m", boost_error=False, mask=0)
    wanted = {(y, x) for y, line in enumerate(code.matrix) for x, module in enumerate(line) if module}
    assert dark(qr_code(address)) == wanted == dark(draw(address, "同一个"))
    assert f'viewBox="0 0 {len(code.matrix)} {len(code.matrix)}"' in qr_code(address)


def test_code_has_a_name_and_needs_no_style():
    code = qr_code("https://www.example.org/articles/12/")
    assert 'role="img" aria-label="这个页面的二维码"' in code
    assert "style=" not in code


def test_address_that_no_code_can_hold_is_refused():
    with pytest.raises(DataOverflowError):
        qr_code("https://www.example.org/" + "x" * 3_000)
