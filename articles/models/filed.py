"""Names that are found by their letter: a column that follows from the name, whichever way a row is written."""

from typing import Any

from django.db import models
from django.db.models import Count
from django.db.models.functions import Substr

from articles.engine.filing import LONGEST, OTHERS, filed, letter_of


class FiledField(models.CharField):
    """Where the row's `name` stands in an index; written by save() and bulk_create(), as it is read then."""

    def __init__(self, *args: Any, as_person: bool = False, **kwargs: Any) -> None:
        """`as_person` says that the name begins with a surname, and not with a word."""
        self.as_person = as_person
        # Nodes of the version before write rows without it while they are replaced.
        fixed = {"max_length": LONGEST, "default": "", "db_default": "", "editable": False}
        super().__init__(*args, **{**kwargs, **fixed})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "as_person": self.as_person}

    def pre_save(self, instance: Any, add: bool) -> str:
        value = filed(instance.name, self.as_person)
        setattr(instance, self.attname, value)
        return value


class FiledQueries:
    """Part of the querysets of what is filed."""

    def under(self, letter: str) -> Any:
        """What stands under a letter, A to Z or #. By comparing, which an index serves in any collation."""
        rows: Any = self
        if letter == OTHERS:
            return rows.filter(filed__lt="a")
        rows = rows.filter(filed__gte=letter.lower())
        return rows if letter == "Z" else rows.filter(filed__lt=chr(ord(letter) + 1).lower())

    def letters(self, *names: str) -> list[tuple[Any, ...]]:
        """Return (letter, values of the columns `names` …, how many) of all that stands there (1 query)."""
        rows: Any = self
        rows = rows.order_by().annotate(first=Substr("filed", 1, 1)).values("first", *names)
        counts: dict[tuple[Any, ...], int] = {}
        for first, *values, number in rows.annotate(number=Count("pk")).values_list("first", *names, "number"):
            key = (letter_of(first), *values)
            counts[key] = counts.get(key, 0) + number
        return [(*key, number) for key, number in counts.items()]
