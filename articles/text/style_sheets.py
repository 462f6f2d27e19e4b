"""What style elements say of the classes and elements of a text: WPS and Excel raise 10⁹ by a class alone.

Read is how text looks, and no more: what hides a text may hold in a narrow window, on paper or until a script runs, and
a dose that its writer saw would be gone. Read are rules for a name, for classes, or for a name with classes; what
depends on what stands around is not.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from .html_tokens import Token

READ = {
    *("vertical-align", "text-decoration", "text-decoration-line", "font-weight", "font-style"),
    *("display", "float", "position", "margin", "margin-left", "margin-right"),
    *("padding", "padding-left", "padding-right"),
}
SEEN = {"", "all", "screen"}  # values of `media`
UNREAD = {"noscript", "template"}  # a sheet in them holds nowhere
# A comment becomes a blank, a text in quotes one of the quotes: no selector that is read here holds either.
NOISE = re.compile(r"""/\*.*?(?:\*/|\Z)|<!--|-->|(["'])(?:(?!\1)[^\\\n]|\\.)*\1?""", re.DOTALL)
PIECE = re.compile(r"[{};]|[^{};]+")
SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+){0,2})", re.IGNORECASE)
MOST_RULES = 5_000
MOST_CLASSES = 8  # of those that sheets know, of one element
Selector = tuple[str, frozenset[str]]  # a name or "", and classes
Rank = tuple[int, bool, int]  # classes, whether there is a name, number in the sheet: the highest counts
Said = dict[str, tuple[Rank, str]]


class Rules:
    """The rules of the style elements among tokens. False when there are none."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.said: dict[Selector, Said] = {}
        self.merged: dict[Selector, dict[str, str]] = {}
        for number, (selector, declarations) in enumerate(simple_rules(tokens)):
            if number >= MOST_RULES:
                break
            name, classes = selector
            rank = (len(classes), bool(name), number)
            self.said.setdefault(selector, {}).update({key: (rank, value) for key, value in declarations.items()})
        self.known = frozenset[str]().union(*(classes for _, classes in self.said))

    def __bool__(self) -> bool:
        return bool(self.said)

    def of(self, name: str, classes: list[str]) -> dict[str, str]:
        """Return what is said of an element with a name and classes."""
        known = list(dict.fromkeys(one for one in classes if one in self.known))[:MOST_CLASSES]
        key = (name, frozenset(known))
        if key not in self.merged:
            self.merged[key] = self.merge(name, known)
        return self.merged[key]

    def merge(self, name: str, classes: list[str]) -> dict[str, str]:
        sets = [frozenset(some) for count in range(3) for some in combinations(classes, count)]
        fitting = [self.said.get((one, some), {}) for one in ("", name) for some in sets]
        best: Said = {}
        for said in fitting:
            for key, ranked in said.items():
                best[key] = max(best.get(key, ranked), ranked)
        return {key: value for key, (_, value) in best.items()}


def simple_rules(tokens: Iterable[Token]) -> Iterator[tuple[Selector, dict[str, str]]]:
    """Yield the plain selectors of all sheets that hold, each with what of READ they say."""
    within = 0
    for token in tokens:
        if token.name in UNREAD:
            within = max(0, within + (-1 if token.is_end else 1))
        if token.name != "style" or within or not holds(token.attributes.get("media", "")):
            continue
        for selectors, body in rules_of(token.text):
            if declarations := declared(body):
                for selector in selectors.split(","):
                    match = SELECTOR.fullmatch(selector.strip())
                    if match and match[0]:
                        yield ((match[1] or "").lower(), frozenset(match[2].split(".")[1:])), declarations


def holds(media: str) -> bool:
    return any(one.strip() in SEEN for one in media.lower().split(","))


def rules_of(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield (selectors, declarations) of the rules that stand in no other and hold no other."""
    before: list[str] = []
    body: list[str] = []
    depth, is_plain = 0, True
    for piece in PIECE.findall(NOISE.sub(lambda match: match[1] or " ", sheet)):
        if piece == "{":
            depth += 1
            is_plain = depth == 1
            if is_plain:
                body = []
        elif piece == "}" and depth:
            depth -= 1
            if not depth:
                if is_plain and not is_at_rule(before):
                    yield "".join(before), "".join(body)
                before = []
        elif depth:
            body.append(piece)
        elif piece == ";" and is_at_rule(before):
            before = []
        elif not piece.isspace():
            before.append(piece.lstrip())


def is_at_rule(before: list[str]) -> bool:
    return bool(before) and before[0].startswith("@")


def declared(body: str) -> dict[str, str]:
    """Return what of READ declarations say."""
    found = {}
    for declaration in body.split(";"):
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        value = value.partition("!")[0].strip()
        if name in READ and (name != "display" or value.lower() != "none"):
            found[name.removesuffix("-line")] = value
    return found


def styled(name: str, attributes: dict[str, str], rules: Rules) -> dict[str, str]:
    """Return the attributes of an element, its style preceded by what `rules` say of it."""
    said = rules.of(name, attributes.get("class", "").split())
    if not said:
        return attributes
    own = attributes.get("style", "")
    first = [f"{key}:{value}" for key, value in said.items() if key not in own.lower()]
    return attributes | {"style": ";".join([*first, own])}
