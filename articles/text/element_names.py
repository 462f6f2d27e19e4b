"""The names of elements: what stands in < > under another name was written as text, as in 血糖<HbA1c>.

Of other names, those are elements that have attributes with values, or an end tag; what looks like an end tag is one.
"""

import re
from collections.abc import Iterable

from .wordlists import word_set

NAMES = word_set(
    """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
    button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div
    dl dt element em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header
    hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee
    math menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option output p
    param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp script search section select shadow slot
    small source spacer span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead
    time title tr track tt u ul var video wbr xml xmp
    fencedframe ilayer layer mpchecktext mpcpc mpcps mpvoice nolayer personname qqmusic
    """
)


FOREIGN = {"svg", "math"}  # within them, every name is one: <text> and <stop> are words elsewhere
OF_WORD = re.compile(r"(?:m|o|st1|v|w):[a-z]\w*")
WORD = re.compile(r"(?=.*[a-z])[A-Za-z]{2,}")  # </bold> alone; nobody writes text in </ >, but </K> could be meant so
OWN = re.compile(r"[a-z][a-z0-9]*(?:[-:][a-z][a-z0-9]*)+")  # of a program: mp-common-profile, dc:title


def paired_names(tags: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names that begin and end among tags, which are given as ("/" or "", name)."""
    names: dict[str, set[str]] = {"": set(), "/": set()}
    for slash, name in tags:
        names[slash].add(name.lower())
    return names[""] & names["/"]


def is_element(name: str, rest: str, is_end: bool) -> bool:
    """Tell whether a name that is not paired, with `rest` behind it in its tag, is one of an element.

    <COVID-19>, <n-hexane> and <https://example.org> are text.
    """
    if name.lower() in NAMES or OF_WORD.match(name.lower()):
        return True
    if is_end and WORD.fullmatch(name) and rest.strip() == ">":
        return True
    return "=" in rest or bool((is_end or "/" in rest) and OWN.fullmatch(name))
