"""The parts of a question: the one list that forms, versions, steps, comparisons, tables and the copy-editor read.

A new field of Article gets a line here, in the order of the page, or one in OTHERS with the reason; a test asks for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache


class Kind(Enum):
    """What a part holds. Whoever treats parts by their kind has an entry for each of these; a test asks for it."""

    LINE = auto()  # one line of text
    TEXT = auto()  # plain text of several lines
    HTML = auto()
    CHOICE = auto()
    SWITCH = auto()
    DATE = auto()
    MOMENT = auto()
    PERSON = auto()  # a doctor
    TAGS = auto()
    RELATIONS = auto()  # the editor's word about related questions


class Weight(Enum):
    """What a change of a part means for an answer that readers have."""

    WORDING = auto()  # counted by its characters: a few are a typo
    SUBSTANCE = auto()  # never a typo
    REVIEW = auto()  # the doctor's word, that only a review changes
    FREE = auto()  # says nothing about the answer


class Section(Enum):
    """Where in the form a part stands, under this heading; None where no fieldset has it."""

    QUESTION = None
    WHEN = "就医提示"
    SORTING = "标签与资料"
    REVIEW = "医学审核"
    PUBLICATION = "发布"


@dataclass(frozen=True)
class Part:
    """A part of a question.

    Args:
        name: the field of Article, and the key in versions and JSON lines.
        label: what editors read beside it.
        headings: its names in tables, the first is written by an export; none: it is in no table.
        section: its place in the form; None: its place is decided by the state of the question.
        is_versioned: whether versions keep it; else a change of it waits for nobody and cannot be restored.
        is_searched: whether a search for its words finds the question.
        is_proofread: whether the copy-editor reads it.
        is_beside: whether the form shows it on the line of the part before it.
    """

    name: str
    label: str
    kind: Kind
    weight: Weight
    headings: tuple[str, ...] = ()
    section: Section | None = None
    is_versioned: bool = True
    is_searched: bool = False
    is_proofread: bool = False
    is_beside: bool = False

    @property
    def heading(self) -> str:
        """What tables and previews of imports call it."""
        return self.headings[0] if self.headings else self.label


PARTS = (
    Part("title", "标题", Kind.LINE, Weight.WORDING, ("标题",), Section.QUESTION, is_searched=True, is_proofread=True),
    Part("doctor", "回答医生", Kind.PERSON, Weight.SUBSTANCE, ("医生", "回答医生"), Section.QUESTION),
    Part(
        "short_answer",
        "一句话回答",
        Kind.LINE,
        Weight.WORDING,
        ("一句话回答",),
        Section.QUESTION,
        is_searched=True,
        is_proofread=True,
    ),
    Part("body", "正文", Kind.HTML, Weight.WORDING, ("正文",), Section.QUESTION, is_searched=True, is_proofread=True),
    Part("urgency", "就医紧迫程度", Kind.CHOICE, Weight.SUBSTANCE, ("就医紧迫程度", "紧迫程度"), Section.WHEN),
    Part(
        "when_to_see_a_doctor",
        "何时就医",
        Kind.TEXT,
        Weight.WORDING,
        ("何时就医",),
        Section.WHEN,
        is_searched=True,
        is_proofread=True,
    ),
    Part("tags", "标签", Kind.TAGS, Weight.FREE, ("标签",), Section.SORTING),
    Part("references", "参考资料", Kind.TEXT, Weight.WORDING, ("参考资料",), Section.SORTING, is_proofread=True),
    Part("related", "相关问题", Kind.RELATIONS, Weight.FREE),
    Part("reviewer", "审核医生", Kind.PERSON, Weight.REVIEW, ("审核医生",), Section.REVIEW),
    Part("reviewed_on", "最近审核", Kind.DATE, Weight.REVIEW, ("最近审核", "审核日期"), Section.REVIEW),
    Part("review_due_on", "下次审核", Kind.DATE, Weight.REVIEW, ("下次审核",), Section.REVIEW, is_beside=True),
    Part("published_at", "发布时间", Kind.MOMENT, Weight.FREE, ("发布时间", "发布日期"), Section.PUBLICATION),
    Part("revised_at", "更新时间", Kind.MOMENT, Weight.FREE, ("更新时间",), is_versioned=False),
    Part("is_excerpt", "只有摘要", Kind.SWITCH, Weight.SUBSTANCE, section=Section.PUBLICATION),
    Part("withdrawn_reason", "撤下原因", Kind.LINE, Weight.FREE, is_versioned=False),
)
# What a version says of its change, beside the parts: shown where versions are compared, and no field of Article.
CHANGE_PARTS = (
    Part("is_revision", "实质修改", Kind.SWITCH, Weight.FREE),
    Part("correction", "更正说明", Kind.LINE, Weight.FREE),
)
# The fields of Article that are no part of a question, and why; counters.py names others.
OTHERS = {
    "id": "never changes",
    "excerpt": "follows from the body",
    "status": "what steps change; the state of a version says it",
    "created_at": "when the row was made",
    "updated_at": "when the row was saved",
    "reviewed_text": "follows from the review and the text that came with it",
    "is_past_review": "follows from the text and reviewed_text",
    "source": "where an import has it from",
    "source_digest": "what the import said then",
}
BY_NAME = {part.name: part for part in (*PARTS, *CHANGE_PARTS)}


def label(name: str) -> str:
    """Return what editors read beside the part `name`."""
    return BY_NAME[name].label


@cache
def named(**wanted: object) -> tuple[str, ...]:
    """Return the names of the parts with these values: named(kind=Kind.TEXT, is_versioned=True)."""
    return tuple(part.name for part in parts(**wanted))


def parts(**wanted: object) -> Iterator[Part]:
    """Yield the parts of a question with these values."""
    for part in PARTS:
        if all(getattr(part, name) == value for name, value in wanted.items()):
            yield part
