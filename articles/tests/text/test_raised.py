"""Raised and lowered digits stay what they are where there is no HTML."""

import pytest

from articles.tests.factories import make_article
from articles.tests.reading import read
from articles.text.copyedit.passages import Text
from articles.text.differences import readable_lines
from articles.text.markup import clean_html, plain_text
from articles.text.raised import lowered, raised

SAID = {
    "白细胞4×10<sup>9</sup>/L": "白细胞4×10⁹/L",
    "10<sup>-6</sup>": "10⁻⁶",
    "10<sup>−6</sup>": "10⁻⁶",
    "10<sup>９</sup>": "10⁹",
    "10<strong><sup>1</sup></strong><sup>2</sup>": "10¹²",
    "10<sup><em>9</em></sup>": "10⁹",
    "10<sup>9.5</sup>": "10^(9.5)",
    "x<sup>n+1</sup>": "xⁿ⁺¹",
    "Ca<sup>2+</sup>": "Ca²⁺",
    "H<sub>2</sub>O": "H₂O",
    "HbA<sub>1c</sub>": "HbA₁c",
    "C<sub>max</sub>": "Cₘₐₓ",
    "B<sub>甲</sub>": "B_(甲)",
    "有效<sup>[1]</sup>": "有效[1]",
    "阿莫西林<sup>®</sup>": "阿莫西林®",
    "a<sup>&lt;3</sup>": "a^(<3)",
    "10<sup> 9 </sup>/L": "10 ⁹ /L",
    "每日<s>10mg</s>5mg": "每日5mg",
    "每日<s>1<s>0</s>mg</s>5mg": "每日5mg",
}


@pytest.mark.parametrize("html", SAID)
def test_text_says_what_the_body_says(html):
    assert plain_text(clean_html(f"<p>{html}</p>")) == SAID[html]


def test_no_raised_number_joins_the_one_before_it():
    for power in ("9", "-9", "9.5", "1/2", "5,3", "九", "x y", "10²"):
        for way in (raised, lowered):
            assert f"10{way(power)}".removeprefix("10")[0] not in "0123456789"


@pytest.mark.django_db
def test_every_way_out_says_ten_to_the_ninth(client):
    article = make_article(
        title="白细胞高怎么办", short_answer="", body="<p>正常为4×10<sup>9</sup>/L到<s>100</s>10×10<sup>9</sup>/L。</p>"
    )
    assert article.excerpt == "正常为4×10⁹/L到10×10⁹/L。"
    address = article.get_absolute_url()
    description = next(
        attributes["content"]
        for name, attributes in read(client.get(address)).elements
        if attributes.get("name") == "description"
    )
    assert "4×10⁹/L" in description
    for path in ("/articles/", "/feed/", "/search/?q=白细胞"):
        page = client.get(path).content.decode()
        assert "10⁹" in page
        assert "109" not in page


def test_a_difference_of_a_power_is_a_difference_of_text():
    assert readable_lines("<p>10<sup>9</sup>/L</p>") != readable_lines("<p>109/L</p>")


def test_the_copyeditor_reads_powers_and_keeps_their_places():
    text = Text(body="<p>４×１０<sup>９</sup>/L</p>")
    assert [passage.text for passage in text.prose] == ["４×１０⁹/L"]
