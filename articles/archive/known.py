"""Which rows of an archive have been read, so that a row that names one that is not there is refused by its line."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, Model

from articles.models import Doctor, Tag, TagAlias

from .values import wrong

ABSENT = "所指的内容不在文件里。"


class Known:
    """The numbers and names of the rows read until now: a few dozen bytes for each."""

    def __init__(self) -> None:
        self.keys: dict[type[Model], set[int]] = {}
        self.tag_names: set[str] = set()
        self.merged: set[int] = set()  # doctors who are another now
        self.later: list[tuple[int, str, type[Model], int]] = []  # rows of the same table may stand behind

    def take(self, row: Any, line: int) -> None:
        """Note `row`. Raises BadFile where it names one that is not there, or has the number or name of another."""
        model = type(row)
        keys = self.keys.setdefault(model, set())
        if row.pk in keys:
            raise wrong("id", "这个编号前面已经有了。", line)
        keys.add(row.pk)
        for field in model._meta.concrete_fields:
            value = getattr(row, field.attname)
            if value is None or not isinstance(field, ForeignKey) or field.related_model is get_user_model():
                continue
            if field.related_model is model:
                self.later.append((line, field.name, model, value))
            elif value not in self.keys.get(field.related_model, ()):
                raise wrong(field.name, ABSENT, line)
        if model is Tag:
            self.tag_names.add(row.folded)
        if model is TagAlias and row.folded in self.tag_names:
            raise wrong("name", "前面已经有叫这个名字的标签。", line)
        if model is Doctor and row.merged_into_id is not None:
            self.merged.add(row.pk)

    def finish(self) -> None:
        """Look at what named rows of its own table. Raises BadFile."""
        for line, name, model, key in self.later:
            if key not in self.keys[model]:
                raise wrong(name, ABSENT, line)
            if model is Doctor and key in self.merged:
                raise wrong(name, "所指的医生自己也合并掉了。", line)
