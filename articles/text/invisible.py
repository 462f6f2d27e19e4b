"""Characters that nobody sees, and that make a text read or compare as something else."""

import re

# Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt) with the bidirectional controls among them, what
# marks the place of something else (U+FFF9-FFFC), noncharacters, which no XML may hold, and halves of surrogates.
# Joiners and the variation selectors of emoji are told apart below.
NEVER = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "\ud800-\udfff"
)
CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
BREAKS = "\x0b\x0c\x85\u2028\u2029"  # ends of lines that HTML and most programs do not know
JOINING = "\u200d\ufe0f"
PICTURE = "\u203c-\u3299\U0001f000-\U0001faff"  # within it the emoji that join, or have a coloured form
INVISIBLE = re.compile(f"[{NEVER}{CONTROLS}]+|(?<![{PICTURE}{JOINING}])[{JOINING}]+")
ALL = re.compile(f"[{NEVER}{CONTROLS}{JOINING}]+")
BREAK = re.compile(f"[{BREAKS}]")
# Copies out of PDF files have a soft hyphen where a hyphen is to be seen, and Word has U+001E for one at which no line
# ends. No number is parted at the end of a line: 5-10 mg would be 510 mg.
HYPHEN = re.compile(r"(?<=[0-9A-Za-z%％℃])( ?)[\u00ad\x1e]( ?)(?=[0-9])")


# Everything but this is looked at closely: most texts hold nothing else, and imports clean hundreds of thousands.
UNUSUAL = re.compile(
    "[^\t\n\r -~\xa0-\xac\xae-\u034e\u2010-\u2027\u2030-\u205e\u3000-\u3163\u3165-\ud7ff\uff01-\uff9f]"
)


def without_invisible(text: str, break_as: str = "\n") -> str:
    """Return `text` without invisible characters; joiners stay within emoji, unusual line ends become `break_as`."""
    if not UNUSUAL.search(text):
        return text
    return INVISIBLE.sub("", HYPHEN.sub(r"\1-\2", BREAK.sub(break_as, text)))
