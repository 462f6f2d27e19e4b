"""What of HTML from elsewhere goes with its content: where that begins and ends, and what was lost by it."""

from collections import Counter

from .foreign_names import BLOCKS, CELLS, DROPPED, FOREIGN_BLOCKS, IN_TABLES, RENAMED, UP_TO
from .html_tokens import Token


class LeftOut:
    """The element that is skipped, if one is; and in `lost` what was left out, how often."""

    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()
        self.losing = ""  # what the skipped element holds, until that is counted
        self.name, self.depth = "", 0
        self.around = 0  # how many of what it stands in, of which its end would tell, are open within it

    def lose(self, what: str) -> None:
        self.lost[what] += 1

    def skip(self, name: str, losing: str) -> None:
        """Leave an element out that has begun, and count it as `losing` if it holds a text."""
        self.name, self.depth, self.around, self.losing = name, 1, 0, losing

    def takes(self, token: Token) -> bool:
        """Return whether a token is part of a skipped element, and goes with it."""
        if not self.name or self.ends_before(token):
            return False
        if self.losing and not token.name and token.text.strip():
            self.lose(self.losing)
            self.losing = ""
        return True

    def ends_before(self, token: Token) -> bool:
        """Note what stands in the skipped element; return whether `token` stands behind one that was never closed."""
        name, step = RENAMED.get(token.name, token.name), -1 if token.is_end else 1
        is_block = name in BLOCKS or name in FOREIGN_BLOCKS
        around = UP_TO.get(self.name, set())
        is_inline = not (self.name in BLOCKS or self.name in FOREIGN_BLOCKS or self.name in DROPPED)
        is_around = is_block if is_inline else name in around
        if self.depth == 1 and not self.around:  # what people leave out: </p>, </li>, </td>, </span>
            is_next = not token.is_end and (
                (self.name == "p" and is_block)
                or (around and UP_TO.get(name) == around)
                or (self.name in CELLS and name in IN_TABLES)
            )
            if is_next or (token.is_end and is_around):
                self.name = ""
                return True
        self.around += is_around * step
        self.depth += (name == self.name and not self.around) * step
        self.name = self.name if self.depth else ""
        return False
