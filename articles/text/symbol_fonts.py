"""Letters of symbol fonts, as the characters that they show.

Word writes ≤ as £ in the font Symbol, and μ as m. Without its font, 5 μg would be 5 mg: a thousand times as much.
Symbol is what Adobe's symbol.txt of the Unicode Consortium says; of the fonts of pictures, those that texts are written
with. Other pictures stay the letters that they are. prose-foreign.js has the same tables, and tells of those.
"""

# From the space to ~, and from ¡ on: a no-break space is one of the writer's program, not the € of the font.
SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
SYMBOL_HIGH = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\uf8ff〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
# Pairs: a letter, and what it shows.
PICTURES = {
    "wingdings": (
        "J☺L☹l●n■o□q❑u◆v❖\x80⓪\x81①\x82②\x83③\x84④\x85⑤\x86⑥\x87⑦\x88⑧\x89⑨\x8a⑩\x9f•\xa7▪\xa8☐\xd8➢\xdf←\xe0→\xe1↑\xe2↓"
        "\xe8➔\xf0⇨\xfb✗\xfc✓\xfd☒\xfe☑"
    ),
    "wingdings 2": "O✗P✓Q☒R☑\xa3☐",
    "webdings": "a✓c☐r✗",
}
# Private use, where such fonts and PDF files keep their signs, and what stands for a character that was broken.
UNREADABLE = "\ue000-\uf8ff\ufffd"
PRIVATE = 0xF000  # where documents put the letters of such a font, too
ARROW = "\u00ad"
WHOLE_WIDTH = "cp1252"  # how a program that knows nothing of the font reads its letters from 0x80 to 0x9f


def table(pairs: dict[str, str]) -> dict[int, str]:
    """Return a table for str.translate() that finds letters as they are, as cp1252 has them and in private use."""
    found: dict[int, str] = {}
    for letter, shown in pairs.items():
        known = letter.encode("latin-1").decode(WHOLE_WIDTH, errors="replace")
        found |= dict.fromkeys((ord(letter), PRIVATE + ord(letter)), shown)
        if known != "\ufffd":
            found[ord(known)] = shown
    return found


TABLES = {
    "symbol": table(
        {chr(32 + place): char for place, char in enumerate(SYMBOL_LOW)}
        | {chr(0xA1 + place): char for place, char in enumerate(SYMBOL_HIGH)}
    ),
    **{
        font: table(dict(zip(letters[::2], letters[1::2], strict=True)))
        for font, letters in (PICTURES | {"wingdings 3": ""}).items()
    },
}


def with_arrows(html: str) -> str:
    """Return HTML with the ↑ of Symbol as a character reference: it would be taken for an invisible character."""
    return html.replace(ARROW, "&shy;") if ARROW in html and "symbol" in html.lower() else html


def font_in(families: str) -> str:
    """Return the symbol font that a list of families, as CSS writes it, begins with; "" for any other."""
    first = families.partition(",")[0].strip(" \"'").lower()
    return first if first in TABLES else ""


def in_characters(text: str, font: str) -> str:
    """Return what `text` in a symbol font shows. What stands in no table stays."""
    return text.translate(TABLES[font]) if font else text
