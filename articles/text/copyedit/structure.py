"""Rules about the parts of a question: title, short answer, paragraphs, 何时就医, sources."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Indel

from articles.text.wordlists import QUESTION_WORDS, any_of

from .passages import BLANK, HAN, PARAGRAPH, Place, Text, visible
from .registry import rule

LONGEST_PARAGRAPH = 200
SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]?")
ASKING = "吗 嘛 呢 哪 谁 么 可否 能否 有无 何时 何处 多大 多长 多高 多快 多重 几时 几次 几天 几年 几个 几岁 几片"
ASKED = any_of({*QUESTION_WORDS, *ASKING.split()} - {"何", "几", "多", "办"})
EITHER_OR = re.compile(f"([{HAN}])[不没]\\1")
SIGNS = re.compile(r"[\W_]+")
REPEATED, SHORTEST_ANSWER, LONGEST_COMPARED = 0.8, 6, 300
# What the subject of a title does where a sentence begins with it: … 面部肌肉痉挛 | 多数指的是 …
PREDICATE = "多数|大多|一般|通常|往往|主要|可能|常常|常见|多见|指的|是指|是一|是由|属于|又称|也称|俗称|简称"
# A few words without a clause's end among them, told apart from the subject's own attribute by an enumeration.
ANSWER = re.compile(f"[{HAN}A-Za-z0-9]+(?:[、和或][{HAN}A-Za-z0-9]+)+|[{HAN}]{{6,20}}")
# What leads over to the subject of a sentence; after it nothing was glued.
LEADING = re.compile(
    "(?:的|和|与|及|或|是|为|对|于|如果|若|当|所谓|目前|现在|一般|通常|其实|首先|虽然|引起|导致|造成|出现|发生|患有?|得了?|"
    "治疗|预防|诊断|缓解|改善|称为|称作|叫|这种|这个|这类|该|此|本|些|种|类|性|期|型|段|岁|人|者|儿|童|宝宝|孩子|"
    "孕妇|女性|男性|老年|病|医|您|你|有|在|从|向|以|把|被|让|使|如|即|说|看|来|到)$"
)


@rule("long-paragraph", "段落太长", "一段超过 200 字，手机上就是一整屏。请在意思转折的地方分段，并列的几点用列表。")
def long_paragraphs(text: Text) -> Iterator[Place]:
    for passage in text.body_passages:
        if passage.kind == PARAGRAPH and (length := visible(passage.text)) > LONGEST_PARAGRAPH:
            yield passage.place(0, len(passage.text), f"这一段有 {length} 字。")


@rule(
    "glued-answer",
    "一句话回答与正文粘连",
    "正文的第一句重复了一句话回答，或者把它和正文粘在了一起。请只在“一句话回答”里保留。",
)
def glued_answer(text: Text) -> Iterator[Place]:
    first = next(iter(text.body_passages), None)
    if first is None:
        return
    answer = bare(text.short_answer)
    sentence = next(SENTENCE.finditer(first.text[:LONGEST_COMPARED]))  # there is one, if only an empty one
    if len(answer) >= SHORTEST_ANSWER:
        end = end_of(first.text, len(answer)) if bare(first.text[:LONGEST_COMPARED]).startswith(answer) else 0
        if not end and Indel.normalized_similarity(answer, bare(sentence[0])) >= REPEATED:
            end = sentence.end()
        if end:
            whole = visible(first.text[end:]) > 0
            yield first.place(0, end, edits=[(0, end, "")] if whole else ())
            return
    if end := glued_end(text.title, sentence[0]):
        yield first.place(0, end, f"“{first.text[:end]}”像是回答，后面缺标点。")


def bare(text: str) -> str:
    """Return the letters, digits and characters of `text`."""
    return SIGNS.sub("", text)


def end_of(text: str, number: int) -> int:
    """Return the position behind the first `number` letters of `text` and the signs that follow them."""
    match = re.compile(rf"(?:[\W_]*[^\W_]){{{number}}}[\W_]*").match(text)
    return match.end() if match else 0


def glued_end(title: str, sentence: str) -> int:
    """Return where the answer ends that stands before the subject of `title` without a sign between, or 0.

    药物、肉毒毒素、手术面部肌肉痉挛多数指的是…… under the title 面部肌肉痉挛怎么办？
    """
    topic = BLANK.sub("", ASKED.split(title, maxsplit=1)[0])
    if not 2 <= len(topic) <= 20:
        return 0
    match = re.search(f"{re.escape(topic)}(?:{PREDICATE})", sentence)
    before = sentence[: match.start()] if match else ""
    return len(before) if ANSWER.fullmatch(before) and not LEADING.search(before) else 0


@rule("not-a-question", "标题不是问句", "读者会怎么问，标题就怎么写，例如“……怎么办？”“……能吃吗？”。")
def not_a_question(text: Text) -> Iterator[Place]:
    title = text.title.strip()
    if title and not title.endswith(("？", "?")) and not ASKED.search(title) and not EITHER_OR.search(title):
        yield Place("title", quote=title)


@rule("twin-title", "标题重复", "站内已经有问法几乎相同的问题。请合并内容，或者改得能看出区别。")
def twin_title(text: Text) -> Iterator[Place]:
    for title in text.twins:
        yield Place("title", quote=title)


@rule("no-when", "没有写何时就医", "请写明出现哪些情况要去医院、多久之内去、挂什么科。")
def no_when(text: Text) -> Iterator[Place]:
    if not text.when_to_see_a_doctor.strip():
        yield Place("when_to_see_a_doctor")


@rule("no-source", "没有参考资料", "请写明依据：指南、教科书或可靠的网址，一行一条。")
def no_source(text: Text) -> Iterator[Place]:
    if not text.references.strip():
        yield Place("references")
