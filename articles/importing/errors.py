"""What is wrong with a file, said to the operator."""


class BadFile(Exception):
    """A file that cannot be imported: a sentence in Chinese and the number of the line that it is about.

    `title` and `source` are those of the row, as far as they are known.
    """

    def __init__(self, sentence: str, line: int = 1, title: str = "", source: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.line = sentence, line
        self.title, self.source = title, source


def shorten(text: object, longest: int = 40) -> str:
    """Return `text` as it can be quoted in a sentence."""
    text = " ".join(str(text).split())
    return text if len(text) <= longest else text[:longest] + "…"
