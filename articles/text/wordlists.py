"""Lists of words, and patterns that find the longest of them."""

import re
from collections.abc import Iterable

Node = dict[str, "Node"]  # the characters that may follow; "" where a word ends


def word_set(line: str) -> frozenset[str]:
    """Return the words of a line, separated by blanks."""
    return frozenset(line.split())


# Words that only make a sentence a question. Their meaning is kept as intents, not by the index.
QUESTION_WORDS = word_set(
    "怎么 怎么办 怎么回事 怎么样 怎样 怎么了 怎办 咋 咋办 咋样 咋回事 如何 什么 什么样 是什么 为什么 为何 为啥 "
    "啥 何 哪些 哪个 哪里 哪种 哪儿 多少 几 多 多久 多长时间 是不是 是否 有没有 能不能 可不可以 会不会 要不要 "
    "行不行 好不好 回事 办 有何 有什么 到底 究竟 求助 请教 咨询"
)


def _trie(node: Node) -> str:
    parts = [re.escape(char) + _trie(rest) for char, rest in sorted(node.items()) if char]
    if not parts:
        return ""
    return "(?:" + "|".join(parts) + ")" + ("?" if "" in node else "")


def any_of(strings: Iterable[str]) -> re.Pattern[str]:
    """A pattern for the longest of the strings, as a tree of characters: one long alternation would be slow."""
    root: Node = {}
    for string in strings:
        node = root
        for char in string:
            node = node.setdefault(char, {})
        node[""] = {}
    first = "[" + "".join(map(re.escape, sorted(root))) + "]"
    return re.compile(f"(?={first}){_trie(root)}")
