"""What style elements say of the classes and elements of a text: WPS and Excel raise 10⁹ by a class alone.

Read are rules for a name, for classes, or for a name with classes; what depends on what stands around is not.
"""

import re
from collections.abc import Iterator

START, END = re.compile(r"<style\b[^<>]{0,500}>", re.IGNORECASE), re.compile("</style", re.IGNORECASE)
NOISE = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
# What holds on paper, or in a narrow window, is not how its writer saw it: a rule there must hide no dose.
CONDITIONAL = re.compile(
    r"@[a-z-]{1,40}[^{};@]{0,500}\{(?:[^{}]{0,4000}\{[^{}]{0,4000}\}){0,500}[^{}]{0,4000}\}", re.IGNORECASE
)
LONGEST = 4_000  # characters of what stands before and in the braces of a rule
SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)", re.IGNORECASE)
MOST_RULES = 5_000
Rules = dict[str, list[tuple[str, frozenset[str], str]]]  # by a class, else by the name: name, classes, declarations


def rules_in(html: str) -> Rules:
    """Return what the style elements of `html` say, in order."""
    found: Rules = {}
    for number, (name, classes, declarations) in enumerate(simple_rules(html)):
        if number >= MOST_RULES:
            break
        key = f".{min(classes)}" if classes else name
        found.setdefault(key, []).append((name, classes, declarations))
    return found


def sheets(html: str) -> Iterator[str]:
    """Yield the texts of the style elements of `html`, in time that grows with its length."""
    position = 0
    while (start := START.search(html, position)) and (end := END.search(html, start.end())):
        yield html[start.end() : end.start()]
        position = end.end()


def simple_rules(html: str) -> Iterator[tuple[str, frozenset[str], str]]:
    for sheet in sheets(html):
        for rule in CONDITIONAL.sub("", NOISE.sub("", sheet)).split("}"):
            before, _, declarations = rule.rpartition("{")
            selectors = before.rpartition("{")[2]
            if max(len(selectors), len(declarations)) > LONGEST:
                continue
            for selector in selectors.split(","):
                match = SELECTOR.fullmatch(selector.strip())
                if match and match[0]:
                    yield (match[1] or "").lower(), frozenset(match[2].split(".")[1:]), declarations


def styled(name: str, attributes: dict[str, str], rules: Rules) -> dict[str, str]:
    """Return the attributes of an element, its style preceded by what `rules` say of it."""
    own = frozenset(attributes.get("class", "").split())
    keys = [name, *(f".{one}" for one in own)]
    fitting = [rule for key in keys for rule in rules.get(key, ()) if rule[0] in ("", name) and rule[1] <= own]
    if not fitting:
        return attributes
    said = [declarations for _, _, declarations in sorted(fitting, key=lambda rule: (len(rule[1]), bool(rule[0])))]
    return attributes | {"style": ";".join([*said, attributes.get("style", "")])}
