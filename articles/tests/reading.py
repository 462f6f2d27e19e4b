"""A page as a reader or a crawler gets it: its visible text, its head, its times and its structured data."""

import json
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}
UNSEEN = {"head", "script", "style", "template"}


class Reading(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements = []  # (tag, {attribute: value}) in order
        self.json_ld = []
        self.title = ""
        self.pieces = []
        self.open = []
        self.feed(html)
        self.close()

    @property
    def text(self):
        """What is seen, without white space, so that markup between characters does not matter."""
        return "".join("".join(self.pieces).split())

    @property
    def times(self):
        return [attributes["datetime"] for attributes in self.all("time")]

    @property
    def links(self):
        return [attributes["href"] for attributes in self.all("a") if "href" in attributes]

    def all(self, tag, **wanted):
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    def meta(self, name):
        """Return the content of <meta name=…> or <meta property=…>; None without one."""
        for attributes in self.all("meta"):
            if name in (attributes.get("name"), attributes.get("property")):
                return attributes["content"]
        return None

    def link(self, rel):
        return next((attributes["href"] for attributes in self.all("link", rel=rel)), None)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, attributes = self.open[-1] if self.open else ("", {})
        if tag == "title":
            self.title += data
        elif tag == "script" and attributes.get("type") == "application/ld+json":
            self.json_ld.append(json.loads(data))
        elif not any(name in UNSEEN for name, _ in self.open):
            self.pieces.append(data)


def read(response):
    return Reading(response.content.decode())


def squeeze(text):
    """Return `text` as Reading.text holds it."""
    return "".join(text.split())
