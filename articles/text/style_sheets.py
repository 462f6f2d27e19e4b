"""What style elements say of the classes and elements of a text: WPS and Excel raise 10⁹ by a class alone.

Read are rules for a name, for classes, or for a name with classes; what depends on what stands around is not.
"""

import re
from collections.abc import Iterator

SHEET = re.compile(r"<style\b[^<>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
NOISE = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
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


def simple_rules(html: str) -> Iterator[tuple[str, frozenset[str], str]]:
    for sheet in SHEET.finditer(html):
        for rule in RULE.finditer(NOISE.sub("", sheet[1])):
            for selector in rule[1].split(","):
                match = SELECTOR.fullmatch(selector.strip())
                if match and match[0]:
                    yield (match[1] or "").lower(), frozenset(match[2].split(".")[1:]), rule[2]


def styled(name: str, attributes: dict[str, str], rules: Rules) -> dict[str, str]:
    """Return the attributes of an element, its style preceded by what `rules` say of it."""
    own = frozenset(attributes.get("class", "").split())
    keys = [name, *(f".{one}" for one in own)]
    fitting = [rule for key in keys for rule in rules.get(key, ()) if rule[0] in ("", name) and rule[1] <= own]
    if not fitting:
        return attributes
    said = [declarations for _, _, declarations in sorted(fitting, key=lambda rule: (len(rule[1]), bool(rule[0])))]
    return attributes | {"style": ";".join([*said, attributes.get("style", "")])}
