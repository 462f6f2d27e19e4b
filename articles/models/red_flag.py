"""What a reader may type who is in danger, and what to do then: shown above the results of such a search."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from articles.engine.phrases import lines_of, phrases_of
from articles.text.names import clean_line, clean_lines

SHORTEST = 2  # characters of a phrase: a single one stands in half of all questions


class RedFlag(models.Model):
    class Line(models.TextChoices):
        EMERGENCY = "emergency", "急救"
        MENTAL = "mental", "心理援助"

    name = models.CharField("情况", max_length=40, unique=True, help_text="卡片的标题，例如：胸痛、胸口发闷。")
    line = models.CharField(
        "电话",
        max_length=10,
        choices=Line,
        default=Line.EMERGENCY,
        help_text="心理援助的卡片先列心理援助热线，再列急救电话；标题或标签里有它的搜索词的问题，也显示热线。",
    )
    words = models.TextField(
        "搜索词",
        max_length=2_000,
        help_text="一行一种说法，搜索里出现就显示卡片（只是想了解的除外，例如：心梗和心绞痛区别）。"
        "用 + 连起来的都要出现，用 / 隔开的出现一个就行："
        "过敏+喘不上气/呼吸困难。=中风 只在读者正好只搜这两个字时才算。繁体、全角、空格和标点不用另写。",
    )
    by_likeness = models.BooleanField(
        "也认没有写到的说法",
        default=False,
        db_default=False,
        help_text="听起来像急症（心理援助：像想不开）而没有卡片的搜索词的搜索，显示这张卡片。每种电话勾一张就够。"
        "系统认错的，把说法写进“不算”。",
    )
    unless = models.TextField(
        "不算",
        max_length=1_000,
        blank=True,
        help_text="含有搜索词而意思不同的说法，例如：自杀式。先从搜索里划掉，再找搜索词；一行一种或用 / 隔开。"
        "用 + 连起来的都出现才划掉：狗狗+抽搐。",
    )
    advice = models.TextField(
        "怎么做",
        max_length=600,
        blank=True,
        help_text="一行一件事，最要紧的在前，最好不超过四行。电话号码不用写，卡片上有按钮。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "危险信号"
        ordering = ["line", "pk"]
        permissions = [("word_redflag", "可以改危险信号的做法")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.tidy()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.tidy()
        if not self.name:
            raise ValidationError({"name": "请填写情况。"})
        if not lines_of(self.words):
            raise ValidationError({"words": "请至少写一个搜索词。"})
        for name in ("words", "unless"):
            for phrase in phrases_of(getattr(self, name)):
                if phrase[0] != "=" and len(phrase) < SHORTEST and not is_joined(getattr(self, name), phrase):
                    raise ValidationError({name: f"“{phrase}”太短，几乎每个搜索里都有；请写完整，或者用 + 连上别的。"})

    def tidy(self) -> None:
        """Bring what was written into clean lines."""
        self.name = clean_line(self.name)
        self.words, self.unless, self.advice = map(clean_lines, (self.words, self.unless, self.advice))


def is_joined(written: str, phrase: str) -> bool:
    """Tell whether a phrase never counts alone."""
    return all(len(line) > 1 for line in lines_of(written) if phrase in sum(line, ()))
