import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text.markup import TAG, clean_html
from articles.text.presented import contents, presented


@pytest.mark.parametrize(
    "quantity", ["100 毫克", "0.5–1 mg", "3次", "39.5℃", "5×10 mg", "140/90 mmHg", "20 mg/kg", "2-3周"]
)
def test_number_keeps_its_unit(quantity):
    assert f'<span class="quantity">{quantity}</span>' in presented(f"<p>每天{quantity}，饭后</p>")


@pytest.mark.parametrize("text", ["B12缺乏", "HLA-B*1502基因", "新冠19肺炎", "https://example.org/100%25"])
def test_what_is_no_quantity_is_left_alone(text):
    assert "quantity" not in presented(f"<p>{text}</p>")


def test_table_scrolls_by_itself_under_its_own_name():
    page = presented("<table><caption>剂量&amp;<em>次数</em></caption><tbody><tr><td>1</td></tr></tbody></table>")
    assert page.startswith('<div class="table" role="group" tabindex="0" aria-label="剂量&amp;次数"><table><caption>')
    assert page.endswith("</table></div>")


def test_headings_have_addresses_from_three_on():
    two, three = "<h2>甲</h2><h3>乙</h3>", "<h2>甲</h2><h3><strong>乙</strong></h3><h2>丙&amp;丁</h2>"
    assert presented(two) == two
    assert contents(two) == []
    assert presented(three) == '<h2 id="h1">甲</h2><h3 id="h2"><strong>乙</strong></h3><h2 id="h3">丙&amp;丁</h2>'
    assert contents(three) == [("h1", "甲", False), ("h2", "乙", True), ("h3", "丙&amp;丁", False)]


@given(st.text(alphabet="<>/ptabledivh23 1克mg\"'&;=甲", max_size=60))
def test_what_is_shown_says_what_is_stored(value):
    body = clean_html(value)
    assert TAG.sub("", presented(body)) == TAG.sub("", body)


@pytest.mark.parametrize("row", ["1,000", "1,0", "1.5~", "1×10"])
def test_a_long_row_of_numbers_is_a_row_of_numbers(row):
    body = f"<p>{row * 20_000}</p>"  # for which the square of its length would be minutes
    assert presented(body) == body


@pytest.mark.parametrize(
    "said", ["1,000毫升", "0.5~1.5 mg/kg", "5 - 10 天", "2至3次", "1/2片", "10×10厘米", "每天3次,5毫克"]
)
def test_what_is_usual_is_kept_together(said):
    assert '<span class="quantity">' in presented(f"<p>每次{said}。</p>")


def test_a_heading_and_a_caption_say_in_the_contents_what_they_say_in_the_text():
    first, second, third = "<h2>低于20×10<sup>9</sup>/L</h2>", "<h2>每次<s>50 mg</s>5 mg</h2>", "<h3>血糖&lt;3.9</h3>"
    of_struck = "<h3><s>停药</s></h3>"
    assert contents(first + second + of_struck + third) == [
        ("h1", "低于20×10⁹/L", False),
        ("h2", "每次5 mg", False),
        ("h4", "血糖&lt;3.9", True),
    ]
    assert 'id="h4">血糖' in presented(first + second + of_struck + third)
    table = "<table><caption>每次<s>50</s>5 g，10<sup>9</sup></caption><tbody><tr><td>1</td></tr></tbody></table>"
    assert 'aria-label="每次5 g，10⁹"' in presented(table)


def test_what_is_struck_out_is_said_to_be_so_to_who_does_not_see_the_line():
    page = presented("<p>每次<s>50 mg</s>5 mg</p>")
    hidden = '<span class="unseen visually-hidden">'
    assert f"<s>{hidden}（已删去：</span>" in page
    assert f"{hidden}）</span></s>" in page
