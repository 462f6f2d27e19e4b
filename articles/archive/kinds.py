"""What an archive holds: which tables in which order, and how a row becomes a line and a row again."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

from articles.importing.errors import BadFile, shorten
from articles.models import (
    AddressChange,
    Article,
    AuditEntry,
    Correction,
    Doctor,
    DoctorMerge,
    DraftLink,
    ErasedImage,
    FirstPassword,
    Image,
    ImageUse,
    ImportUpload,
    IndexRebuild,
    OpenForm,
    Page,
    Passkey,
    PatientWord,
    Proof,
    PushedAddress,
    PushService,
    RecoveryCode,
    RedFlag,
    RelatedItem,
    RelatedList,
    Report,
    Revision,
    SearchMiss,
    SecondFactor,
    SignInTrial,
    SiteChange,
    SiteVersion,
    Tag,
    TagAlias,
    TaggedArticle,
    TagMerge,
    UnsavedForm,
    Vector,
)
from articles.models.counters import COUNTERS, IMPORTED
from articles.text.names import clean_line

from . import contents
from .objections import OBJECTIONS, check_row
from .values import read, wrong

ROW, PERSON = "row", "person"  # the key that tells of what table a line is, and the accounts
NAMES = ["username", "first_name", "last_name"]


@dataclass
class Kind:
    """A table of the archive.

    Args:
        left_out: fields that follow from others.
        is_shipped: whether a new site has rows of it; those of an archive take their place.
        newer: a field that marks those of them that an archive from before this field cannot have, and that stay.
    """

    name: str
    model: type[Model]
    left_out: Collection[str] = field(default_factory=set)
    is_shipped: bool = False
    newer: str = ""

    def __post_init__(self) -> None:
        self.fields = [field for field in self.model._meta.concrete_fields if field.name not in self.left_out]
        self.persons = [field for field in self.fields if field.related_model is get_user_model()]
        self.by_name = {field.name: field for field in self.fields}

    def line(self, row: Model, persons: dict[int, str]) -> dict[str, Any]:
        """Return the JSON object of a row; `persons` are the user names by their keys."""
        said: dict[str, Any] = {ROW: self.name}
        for one in self.fields:
            value = getattr(row, one.attname)
            said[one.name] = persons.get(value) if one in self.persons else plain(value)
        return said

    def row(self, said: dict[str, Any], persons: dict[str, int], line: int) -> Model:
        """Return the unsaved row of a JSON object; what it does not say gets its default. Raises BadFile."""
        if unknown := sorted(said.keys() - self.by_name.keys() - {ROW}):
            raise BadFile(f"不认识“{self.name}”的“{shorten(unknown[0])}”，这个文件可能来自更新的版本。", line)
        if not isinstance(said.get("id"), int):
            raise BadFile("没有编号（“id”）。", line)
        row = self.model()
        for name, value in said.items():
            if name != ROW:
                one = self.by_name[name]
                value = person_of(name, value, persons, line) if one in self.persons else read(one, value, line)
                setattr(row, one.attname, value)
        if self.model is Article:
            for counter in COUNTERS:
                if counter.imported:  # who they were is not in the archive
                    imported = self.model._meta.get_field(counter.imported)
                    setattr(row, counter.imported, read(imported, getattr(row, counter.total), line))
        if objection := OBJECTIONS.get(self.model):
            check_row(row, objection, line)
        self.refuse_empty(row, line)
        contents.check(row, line)
        return row

    def refuse_empty(self, row: Model, line: int) -> None:
        """Raise BadFile where a column says nothing that has to say something."""
        for one in self.fields:
            value = getattr(row, one.attname)
            if value is None and not one.null or not one.blank and isinstance(value, str) and not clean_line(value):
                raise BadFile(f"没有写“{one.name}”。", line)


# Totals come back as imported numbers, or as they are where they are all there is; others begin again.
NOT_TOLD = IMPORTED | {counter.total for counter in COUNTERS if counter.rows and not counter.imported}
# A row stands after those that it names.
KINDS = [
    Kind("doctor", Doctor, left_out={"user", "filed"}),  # who signs for a doctor is decided by each site
    Kind("tag", Tag, left_out={"filed"}),
    Kind("alias", TagAlias),
    Kind("image", Image),
    Kind("erased_image", ErasedImage),
    Kind("article", Article, left_out=NOT_TOLD | {"is_past_review"}),
    Kind("tagging", TaggedArticle, left_out={"listed_at"}),
    Kind("related", RelatedItem),
    Kind("correction", Correction),
    Kind("revision", Revision),
    Kind("page", Page),
    Kind("red_flag", RedFlag, is_shipped=True, newer="by_likeness"),
    Kind("tag_merge", TagMerge),
    Kind("doctor_merge", DoctorMerge, left_out={"account"}),
    Kind("patient_word", PatientWord, is_shipped=True),
]
# And what is not in it, with the reason. A new table has to stand in one of the two.
LEFT_OUT: dict[type[Model], str] = {
    **{counter.rows: "who liked stays with the site; questions hold totals" for counter in COUNTERS if counter.rows},
    RelatedList: "computed: rebuild_index --related",
    Vector: "computed: embed_questions",
    ImageUse: "follows from the bodies",
    DraftLink: "secret addresses, signed with the key of this site",
    FirstPassword: "accounts go before it, in a file of their own",
    SecondFactor: "as FirstPassword",
    Passkey: "as FirstPassword",
    RecoveryCode: "as FirstPassword",
    OpenForm: "work in progress",
    UnsavedForm: "work in progress, and nobody else's to read",
    IndexRebuild: "work in progress",
    ImportUpload: "work in progress",
    Proof: "computed: copycheck",
    AuditEntry: "what people did on this site",
    AddressChange: "what search engines are to be told of this site",
    PushedAddress: "what search engines have been told of this site",
    PushService: "what search engines have answered this site",
    Report: "what readers wrote to the editors of this site",
    SearchMiss: "what readers searched",
    SignInTrial: "of this site, and for minutes",
    SiteChange: "as SiteVersion",
    SiteVersion: "of this database only",
}


def plain(value: Any) -> Any:
    """Return a value of a column as JSON has it, always in one way: PostgreSQL keeps no order of keys."""
    if isinstance(value, dict | list):
        return json.loads(json.dumps(value, sort_keys=True))
    return value.isoformat() if hasattr(value, "isoformat") else value


def person_of(name: str, value: Any, persons: dict[str, int], line: int) -> int | None:
    """Return the key of the account of a user name. Raises BadFile."""
    if value is not None and (not isinstance(value, str) or value not in persons):
        raise wrong(name, f"文件里没有“{shorten(value)}”这个人。", line)
    return None if value is None else persons[value]
