"""The editor holds whatever a body may hold: what is not touched stays as it was stored, byte for byte."""

from html.parser import HTMLParser
from itertools import permutations, product

import pytest

from articles.models import Article
from articles.tests.browser_editing import open_form, save
from articles.tests.factories import make_article
from articles.tests.pictures import make_image, shown
from articles.text.markup import ATTRIBUTES, TAGS, clean_html

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media_root")]

LINK = '<a href="https://example.org/?a=1&amp;b=2" title="说明">{}</a>'
MARKS = [*(f"<{tag}>{{}}</{tag}>" for tag in ("strong", "em", "u", "s", "sub", "sup")), LINK]
TEXTS = ["甲 <strong>乙</strong> <em>丙</em>", "<p>甲</p>", "<h2>甲</h2>", "<h3>甲<br>乙</h3>", "<h4>甲</h4>", "<hr>"]
TEXTS += [
    "{figure}",
    "甲{figure}",
    "{image}",
    "<p>甲{image}乙</p>",
    "甲{image}",
    "<p>\xa0\u3000甲\u3000</p>",
    "<p></p>",
]
HOLDERS = [
    "<blockquote>{}</blockquote>",
    "<ul><li>{}</li><li></li></ul>",
    '<ol start="4"><li>甲</li><li>{}</li></ol>',
    '<ol type="a"><li>{}</li><li value="7">乙</li></ol>',
    '<ol type="A" reversed=""><li><p>甲</p>{}</li></ol>',
    "<table><tbody><tr><td>{}</td><td></td></tr></tbody></table>",
    '<table><caption>表<sup>1</sup>{{image}}</caption><thead><tr><th scope="col" colspan="2">{}</th></tr></thead>'
    '<tbody><tr><th scope="row">甲</th><td rowspan="2">{}</td></tr><tr><td>乙</td></tr></tbody></table>',
    "<table><thead><tr><th>甲</th></tr><tr><td>{}</td></tr></thead></table>",
]
# Type into each text of a body and take it back; then write the body as if all of it had changed.
TYPE_EVERYWHERE = """(bodies) => {
  const editor = document.querySelector(".ProseMirror").editor;
  return bodies.map((body) => {
    editor.commands.setContent(body);
    const places = []; // the last first, so that what is typed moves none of the others
    editor.state.doc.descendants((node, at) => { if (node.isTextblock) places.unshift(at + 1); });
    const typed = editor.state.tr;
    for (const at of places) typed.insertText("字", at);
    editor.view.dispatch(typed);
    const takenBack = editor.state.tr;
    for (const at of places.toReversed()) takenBack.delete(at, at + 1);
    editor.view.dispatch(takenBack);
    const kept = editor.getHTML();
    editor.extensionStorage.storedBody.units = [];
    return [kept, editor.getHTML()];
  });
}"""
# The names of the elements that the editor can make.
MADE = """() => {
  const { schema } = document.querySelector(".ProseMirror").editor;
  const made = [
    ...Object.values(schema.nodes).map((type) => type.spec.toDOM?.(type.createAndFill())),
    ...Object.values(schema.marks).map((type) => type.spec.toDOM(type.create())),
  ];
  const names = (shape) => [shape[0], ...shape.slice(1).filter(Array.isArray).flatMap(names)];
  return made.filter(Array.isArray).flatMap(names).filter(Boolean);
}"""


class Meaning(HTMLParser):
    """What a body says: its elements in order, and each character with its marks, whatever their order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.marks, self.said, self.attributes = [], [], set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = (tag, *sorted((name, value or "") for name, value in attrs if name != "rel"))
        self.attributes |= {(tag, name) for name, _ in element[1:]}
        if tag in ("strong", "em", "u", "s", "sub", "sup", "a"):
            self.marks.append(element)
        else:
            self.said.append((element, frozenset(self.marks) if tag == "img" else None))

    def handle_endtag(self, tag):
        if self.marks and self.marks[-1][0] == tag:
            self.marks.pop()
        else:
            self.said.append(tag)

    def handle_data(self, data):
        self.said += [(character, frozenset(self.marks)) for character in data if character != "\n"]


def bodies():
    """Every mark within every other, every text beside every other, everything that holds texts within every other."""
    image = shown(make_image())
    figure = f"<figure>{image}<figcaption>图 1 <strong>右膝</strong><br>10<sup>9</sup></figcaption></figure>"
    marked = ["<p>前" + one.format(two.format("文") + "中") + "后</p>" for one, two in permutations(MARKS, 2)]
    marked += [
        "<p>" + one.format(two.format(three.format("文"))) + "</p>" for one, two, three in permutations(MARKS, 3)
    ]
    beside = [one + two for one, two in product(TEXTS, repeat=2)]
    pairs = [TEXTS[at] + TEXTS[at - step] for at in range(len(TEXTS)) for step in (1, 4)]
    within = [holder.replace("{}", pair) for holder, pair in product(HOLDERS, pairs)]
    nested = product(product(HOLDERS, repeat=2), range(3))
    deep = [
        one.replace("{}", two.replace("{}", pairs[at * 7 % len(pairs)])) for at, ((one, two), _) in enumerate(nested)
    ]
    apart = ["甲" + holder.replace("{}", "乙") + "丙\n" + holder.replace("{}", "<p>丁</p>") for holder in HOLDERS]
    html = [*marked, *beside, *within, *deep, *apart]
    html = [one.replace("{{image}}", "{image}").replace("{image}", image).replace("{figure}", figure) for one in html]
    stored = {str(clean_html(one)) for one in html}
    return sorted(stored - {""})


@pytest.fixture
def form(signed_in, live_server):
    """The form of a question with this body."""

    def form(body):
        article = make_article(status="draft", body=body)
        assert article.body == body
        return open_form(signed_in, live_server, article)

    return form


def test_the_editor_makes_what_a_body_may_hold_and_nothing_else(form):
    page = form("<p>文</p>")
    built_in = {"thead", "caption", "figure", "figcaption"}  # which prose-body.js makes of marked rows and paragraphs
    assert {*page.evaluate(MADE), "h3", "h4"} | built_in == TAGS


def test_every_attribute_of_the_list_goes_through_the_editor(form):
    image = shown(make_image())
    body = clean_html(
        f'<p>{LINK.format("文")}{image}</p><ol start="4" type="i" reversed=""><li value="9">文</li></ol><table><tbody>'
        '<tr><th scope="row" colspan="2" rowspan="2">文</th><td>文</td></tr><tr><td>文</td></tr>'
        '<tr><td colspan="2" rowspan="2">文</td><td>文</td></tr><tr><td>文</td></tr></tbody></table>'
    )
    ((kept, written),) = form("<p>文</p>").evaluate(TYPE_EVERYWHERE, [body])
    expected = {(tag, name) for tag, names in ATTRIBUTES.items() for name in names}
    assert kept == body
    assert Meaning(written).attributes == expected


def test_what_is_typed_and_taken_back_leaves_every_body_as_it_was(form):
    page = form("<p>文</p>")
    every = bodies()
    assert len(every) > 700
    for body, (kept, written) in zip(every, page.evaluate(TYPE_EVERYWHERE, every), strict=True):
        assert kept == body
        if body.startswith("<p></p>") or body.endswith("<p></p>"):
            continue  # once changed, what is only a place for the cursor is not written
        stored = str(clean_html(written))
        assert Meaning(stored).said == Meaning(body).said, body
        assert clean_html(stored) == stored


ALL = [
    "甲 <em>乙</em>\n<h4>丙</h4><hr><p>丁<br>戊 <u>己</u> <s>庚</s></p>\n",
    '<ol type="a" start="3"><li>甲<ul><li>乙</li></ul></li><li value="9"><p>丙</p><p>丁</p></li></ol>',
    '<table><caption>表</caption><thead><tr><th colspan="2" scope="col">甲</th></tr></thead>\n<tbody><tr><td>乙</td>'
    "<td><p>丙</p><ul><li>丁</li></ul></td></tr></tbody></table>",
]
ENDS = ["尾", "<hr>", "{image}", "<p>尾{image}</p>", *ALL[1:]]


def stored_after(page, *keys):
    """Press keys in the body, wherever the cursor goes, save, and return what is stored."""
    page.locator(".ProseMirror").click(position={"x": 40, "y": 20})
    page.wait_for_timeout(100)
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(50)  # until the editor has read where the cursor is
    save(page)
    return Article.objects.latest("pk").body


def test_a_character_typed_and_taken_back_at_either_end_changes_nothing(form):
    image = shown(make_image())
    for end in ENDS:
        body = str(clean_html("".join(ALL) + end.replace("{image}", image)))
        assert stored_after(form(body), "Control+End", "x", "Backspace") == body
    for start in ENDS[:3]:
        body = str(clean_html(start.replace("{image}", image) + "".join(ALL[1:])))
        assert stored_after(form(body), "Control+Home", "x", "Backspace") == body


def test_where_a_character_is_typed_the_other_blocks_stay_byte_for_byte(form):
    body = str(clean_html("".join(ALL) + "<p>尾</p>"))
    assert stored_after(form(body), "Control+End", "x") == body.removesuffix("</p>") + "x</p>"


def test_text_outside_of_paragraphs_can_be_edited(form):
    assert stored_after(form("甲乙"), "Control+End", "ArrowLeft", "Enter") == "甲<p>乙</p>"
    assert stored_after(form("<ol><li>甲乙</li></ol>"), "Control+End", "ArrowLeft", "Enter") == (
        "<ol><li>甲</li><li>乙</li></ol>"
    )
    assert stored_after(form('<ol><li value="7">甲</li></ol>'), "Control+End", "Enter", "x") == (
        '<ol><li value="7">甲</li><li><p>x</p></li></ol>'
    )


def test_text_outside_of_paragraphs_does_not_run_together(form):
    page = form("甲<p>中</p>乙")
    page.evaluate("document.querySelector('.ProseMirror').editor.commands.deleteRange({ from: 3, to: 6 })")
    save(page)
    assert Article.objects.latest("pk").body == "<p>甲</p><p>乙</p>"


def test_a_pasted_table_brings_its_caption_and_its_head(form):
    page = form("<p>文</p>")
    table = "<table><caption>表</caption><thead><tr><th>甲</th></tr></thead><tbody><tr><td>乙</td></tr></tbody></table>"
    page.locator(".ProseMirror").evaluate(
        """(box, html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        table,
    )
    save(page)
    assert "<table><caption>表</caption><thead><tr><th>" in Article.objects.latest("pk").body
