"""What stands in a body where it may not gets a place, and no text goes astray."""

import random

import pytest

from articles.text import markup
from articles.text.markup import TAG, clean_html

TAGS = sorted(markup.TAGS - {"br", "hr", "img"})
ATTRIBUTES = ["", "", "", ' colspan="2"', ' rowspan="3"', ' rowspan="0"', ' start="x"', ' value="2"', ' type="a"']

IMAGE = f'<img src="/media/{"a" * 32}-600x400.webp" alt="膝">'
FIGURE = f"<figure>{IMAGE}<figcaption>图 1 <strong>右膝</strong><br>10<sup>9</sup></figcaption></figure>"

PLACES = {
    "a block within a mark": ("<strong>甲<p>乙</p></strong>", "<strong>甲</strong><p><strong>乙</strong></p>"),
    "a mark within itself": ("<p><em>甲<strong><em>乙</em></strong></em></p>", "<p><em>甲<strong>乙</strong></em></p>"),
    "paragraphs in a heading": ("<h2>甲<p>乙</p></h2>", "<h2>甲<br>乙</h2>"),
    "a list in a heading": ("<h2>甲<ul><li>乙</li></ul></h2>", "<h2>甲</h2><ul><li>乙</li></ul>"),
    "a list in a list": (
        "<ol><li>甲</li><ol><li>乙</li></ol><li>丙</li></ol>",
        "<ol><li>甲<ol><li>乙</li></ol></li><li>丙</li></ol>",
    ),
    "text before the first item": ("<ol>前<li>甲</li></ol>", "前<ol><li>甲</li></ol>"),
    "text between items": ("<ol><li>甲</li>中<li>乙</li></ol>", "<ol><li>甲中</li><li>乙</li></ol>"),
    "items of no list": ("<li>甲</li><li>乙</li>", "<ul><li>甲</li><li>乙</li></ul>"),
    "paragraphs in a caption": (
        "<table><caption><p>甲</p><p>乙</p></caption><tr><td>丙</td></tr></table>",
        "<table><caption>甲<br>乙</caption><tbody><tr><td>丙</td></tr></tbody></table>",
    ),
    "several bodies of a table": (
        "<table><tbody><tr><td>甲</td></tr></tbody><tbody><tr><td>乙</td></tr></tbody></table>",
        "<table><tbody><tr><td>甲</td></tr><tr><td>乙</td></tr></tbody></table>",
    ),
    "a row that is too short": (
        "<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>",
        "<table><tbody><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td></td></tr></tbody></table>",
    ),
    "a cell that reaches out of its table": (
        '<table><tr><td rowspan="9">甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>',
        '<table><tbody><tr><td rowspan="2">甲</td><td>乙</td></tr><tr><td>丙</td></tr></tbody></table>',
    ),
    "a span that is none": (
        '<table><tr><td colspan="x" rowspan="1">甲</td></tr></table>',
        "<table><tbody><tr><td>甲</td></tr></tbody></table>",
    ),
    "a table without cells": ("<p>甲</p><table><caption>乙</caption></table>", "<p>甲</p><p>乙</p>"),
    "a caption of no picture": ("<p>甲</p><figcaption>乙</figcaption>丙", "<p>甲</p><p>乙</p>丙"),
    "a figure without a picture": ("<figure>甲<figcaption>乙</figcaption></figure>丙", "<p>甲</p><p>乙</p>丙"),
    "a figure around a table": (
        "<figure><table><tr><td>甲</td></tr></table><figcaption>乙</figcaption></figure>",
        "<table><tbody><tr><td>甲</td></tr></tbody></table><p>乙</p>",
    ),
    "a figure of nothing": ("<p>甲</p><figure> </figure>", "<p>甲</p>"),
    "a picture without a caption": (f"<figure><p>{IMAGE}</p><figcaption>&nbsp;</figcaption></figure>", IMAGE),
    "paragraphs in the caption of a picture": (
        f"<figure><figcaption><p>甲</p><p>乙</p></figcaption><em>{IMAGE}</em></figure>",
        f"<figure>{IMAGE}<figcaption>甲<br>乙</figcaption></figure>",
    ),
    "two captions of a picture": (
        f"<figure>{IMAGE}<figcaption>甲</figcaption><figcaption>乙</figcaption></figure>",
        f"<figure>{IMAGE}<figcaption>甲<br>乙</figcaption></figure>",
    ),
    "two pictures with one caption": (
        f"<figure>{IMAGE}{IMAGE}<figcaption>甲</figcaption></figure>",
        f"<p>{IMAGE}{IMAGE}</p><p>甲</p>",
    ),
    "a picture within a caption": (
        f"<figure>{IMAGE}<figcaption>甲{IMAGE}</figcaption></figure>",
        f"<p>{IMAGE}</p><p>甲{IMAGE}</p>",
    ),
    "a picture with a caption that leads somewhere": (
        f'<figure><a href="/a/" rel="noopener noreferrer">{IMAGE}</a><figcaption>甲</figcaption></figure>',
        f'<p><a href="/a/" rel="noopener noreferrer">{IMAGE}</a></p><p>甲</p>',
    ),
    "a picture of elsewhere": (
        '<figure><img src="https://example.org/a.png" alt="甲"><figcaption>乙</figcaption></figure>',
        "<p>乙</p>",
    ),
    "a picture in a heading": (
        f"<h2>甲<figure>{IMAGE}<figcaption>乙</figcaption></figure></h2>",
        f"<h2>甲</h2><figure>{IMAGE}<figcaption>乙</figcaption></figure>",
    ),
    "a mark around a picture with a caption": (
        f"<strong><figure>{IMAGE}<figcaption>甲</figcaption></figure></strong>",
        f"<figure>{IMAGE}<figcaption><strong>甲</strong></figcaption></figure>",
    ),
    "numbers that are none": ('<ol start="x"><li value="y">甲</li></ol>', "<ol><li>甲</li></ol>"),
    "a kind of numbers that is none": ('<ol type="disc"><li>甲</li></ol>', "<ol><li>甲</li></ol>"),
}
KEPT = [
    "甲<p>乙</p>丙",
    "<ul><li>甲</li><li><p>乙</p><p>丙</p></li><li></li></ul>",
    '<ol start="4"><li>甲</li></ol>',
    '<ol type="a"><li>甲</li></ol>',
    '<ol type="I" reversed=""><li value="7">甲</li></ol>',
    "<ol><li><h3>甲</h3><ul><li>乙</li></ul></li></ol>",
    "<blockquote>甲<h4>乙</h4><hr>丙</blockquote>",
    "<p>甲 <strong>乙</strong> <em>丙</em></p>\n<p>丁</p>",
    f"甲{FIGURE}\n<ul><li>{FIGURE}</li></ul><blockquote>{FIGURE}</blockquote>",
    f"<table><tbody><tr><td>{FIGURE}</td></tr></tbody></table>",
]


def random_html(chance, depth=0):
    parts = []
    for _ in range(chance.randint(1, 3)):
        if depth > 6 or chance.random() < 0.3:
            parts.append(chance.choice(["文", "字 ", " ", "<br>", "<hr>", IMAGE]))
            continue
        tag = chance.choice(TAGS)
        parts.append(f"<{tag}{chance.choice(ATTRIBUTES)}>{random_html(chance, depth + 1)}</{tag}>")
    return "".join(parts)


@pytest.mark.parametrize("what", PLACES)
def test_what_stands_where_it_may_not_gets_a_place(what):
    written, stored = PLACES[what]
    assert clean_html(written) == stored


@pytest.mark.parametrize("html", KEPT)
def test_what_stands_where_it_may_is_left_alone(html):
    assert clean_html(html) == html


def test_no_text_is_lost_and_a_second_saving_changes_nothing():
    chance = random.Random(7)
    for _ in range(2000):
        html = random_html(chance)
        stored = clean_html(html)
        assert clean_html(str(stored)) == stored, html
        assert sorted("".join(TAG.sub("", stored).split())) == sorted("".join(TAG.sub("", html).split())), html


@pytest.mark.parametrize("tag", ["strong", "blockquote", "li", "ul", "a", "figure", "figure><figcaption"])
def test_what_is_nested_without_end_keeps_its_text(tag):
    stored = clean_html(f"<{tag}>" * 5000 + "文")
    assert "文" in stored
    assert clean_html(str(stored)) == stored


def test_cells_that_span_a_thousand_columns_do_not_make_as_many_cells():
    rows = '<tr><td colspan="1000">甲</td></tr>' + "<tr><td>乙</td><td>丙</td></tr>" * 500
    stored = clean_html(f"<table>{rows}</table>")
    assert stored.startswith('<table><tbody><tr><td colspan="2">甲</td></tr><tr><td>乙</td>')
    assert stored.count("<td") == 1001


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ('<ol style="list-style-type: lower-alpha">', "a"),
        ("<OL class=x STYLE='color:red;LIST-STYLE:outside Upper-Roman'>", "I"),
        ('<ol start="3" type="A" style="list-style-type: lower-alpha">', "A"),
    ],
)
def test_a_list_that_is_lettered_by_a_style_stays_lettered(written, kind):
    assert f' type="{kind}"' in clean_html(f"{written}<li>甲</li></ol>")


def test_a_list_that_is_lettered_by_the_style_of_its_items_stays_lettered():
    html = '<ol><li dir="ltr" style="list-style-type:upper-latin">甲</li></ol><ol><li>乙</li></ol>'
    assert clean_html(html) == '<ol type="A"><li>甲</li></ol><ol><li>乙</li></ol>'
