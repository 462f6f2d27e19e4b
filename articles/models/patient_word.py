"""Patients' words and the doctors' terms that a search for them is also made by."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models

from articles.engine import tokens
from articles.text.names import clean_name
from articles.text.patient_words import Shipped, shipped

logger = logging.getLogger(__name__)

MOST_TERMS = 4  # of one word; a search is made by so many at most
LONGEST = 100  # characters of a folded word or term


class PatientWordQuerySet(models.QuerySet["PatientWord"]):
    def present(self) -> Self:
        """The pairs that no editor has removed."""
        return self.filter(is_removed=False)

    def remove(self) -> int:
        """Take pairs out of searches. They stay as rows, so that no upgrade brings them back."""
        return self.update(is_removed=True)

    remove.alters_data = True  # type: ignore[attr-defined]  # Django's mark for templates

    def removed_twin(self, row: "PatientWord") -> "PatientWord | None":
        """The same pair as `row`, where it was removed."""
        return self.filter(folded=row.folded, folded_term=row.folded_term, is_removed=True).first()

    def deliver(self, pairs: Sequence[Shipped] | None = None) -> int:
        """Add those of the shipped pairs that this site never had; return how many."""
        known = set(self.values_list("folded", "folded_term"))
        rows = prepared(shipped() if pairs is None else tuple(pairs))
        new = [self.model(**row) for row in rows if (row["folded"], row["folded_term"]) not in known]
        self.bulk_create(new, ignore_conflicts=True)  # two nodes may migrate at once
        if known and new:
            logger.info("%d patients' words added", len(new))
        return len(new)

    deliver.alters_data = True  # type: ignore[attr-defined]


class PatientWord(models.Model):
    """A pair: what patients say, and what doctors write for it. A word may have several terms, each a row."""

    word = models.CharField("患者的说法", max_length=40, help_text="读者会怎么说，例如：心口疼。")
    term = models.CharField(
        "医学用语",
        max_length=40,
        help_text="医生在回答里怎么写，例如：胸痛。一行一个；意思不确定的说法可以有几个，不要只写不要紧的那一个。",
    )
    reason = models.CharField("依据", max_length=200, help_text="为什么是同一个意思，或者出处。")
    folded = models.CharField(max_length=LONGEST, editable=False)
    folded_term = models.CharField(max_length=LONGEST, editable=False)
    is_removed = models.BooleanField("已删除", default=False, editable=False)

    objects = PatientWordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "患者用语"
        ordering = ["word", "pk"]
        constraints = [models.UniqueConstraint(fields=["folded", "folded_term"], name="patient_word_once")]

    def __str__(self) -> str:
        return f"{self.word} → {self.term}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.prepare()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.prepare()
        problems: dict[str, str] = {}
        if len(self.folded) < 2 or not tokens.char_pairs(self.folded):
            problems["word"] = "请填写至少两个字：一个字在太多的词里。"
        if not tokens.words(self.folded_term):
            problems["term"] = "这个词太常见，按它找不到什么。" if self.term else "请填写医学用语。"
        problems |= self.too_long()
        if not problems and self.folded == self.folded_term:
            problems["term"] = "和患者的说法一样。"
        if not problems:
            problems = self.conflicts()
        if problems:
            raise ValidationError(problems)

    def prepare(self) -> None:
        """Bring the texts into the form in which they are kept and compared."""
        self.word, self.term, self.reason = (clean_name(text) for text in (self.word, self.term, self.reason))
        self.folded, self.folded_term = tokens.fold(self.word), tokens.fold(self.term)

    def too_long(self) -> dict[str, str]:
        """Return what is wrong with the lengths of the folded texts, by field: folding can lengthen a text."""
        texts = {"word": self.folded, "term": self.folded_term}
        return {name: "太长了。" for name, text in texts.items() if len(text) > LONGEST}

    def conflicts(self) -> dict[str, str]:
        """Return what other pairs of the same word speak against this one, by field."""
        terms = PatientWord.objects.present().filter(folded=self.folded).exclude(pk=self.pk)
        others = dict(terms.values_list("folded_term", "term"))
        if self.folded_term in others:
            return {"term": f"“{self.word}”已经有“{others[self.folded_term]}”。"}
        if len(others) >= MOST_TERMS:
            return {"word": f"“{self.word}”已经有 {len(others)} 个医学用语：{'、'.join(sorted(others.values()))}。"}
        return {}


@cache
def prepared(pairs: tuple[Shipped, ...]) -> list[dict[str, str]]:
    """Return the columns of shipped pairs; once in a process, as tests deliver them often."""
    rows = [PatientWord(**pair._asdict()) for pair in pairs]
    for row in rows:
        row.prepare()
    names = ("word", "term", "reason", "folded", "folded_term")
    return [{name: getattr(row, name) for name in names} for row in rows]
