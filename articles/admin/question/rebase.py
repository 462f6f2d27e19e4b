"""The form of a question brought onto what somebody else has saved since it was opened: three texts of each part.

The form carries a digest of each part as it was opened, so that no old version has to be found to tell who changed
what. A part that only the other side has changed is taken over into what was sent, before anything is checked: what is
judged, shown again and saved is the text that the editor would have had on the newest version. What both have changed,
differently, is asked about. A body is one part, and is never merged by its lines: half of each could be a dose of
neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import CheckboxInput, MultiWidget

from articles.admin.autocomplete import is_key
from articles.admin.prose import ProseField, without_padding
from articles.models import Doctor
from articles.models.parts import Section, Weight, named
from articles.models.revision import PEOPLE, plain
from articles.text.names import clean_lines

from .report_answers import SETTLES

VERSION, TAKE = "_version", "_take_"  # values that the template carries, beside the fields
MINE, THEIRS = "mine", "theirs"
TAGS, ANSWERS = "tags", "answers"  # sets, of which each side adds and takes away
NAMED = "people"  # what readers are told of the doctors, which changes beside the question
# What is one decision is asked about, and taken over, as one.
REVIEW = tuple(named(weight=Weight.REVIEW))
CORRECTION = ("is_revision", "correction")
TOGETHER = {name: group for group in (REVIEW, CORRECTION) for name in group}
LABELS = {REVIEW[0]: Section.REVIEW.value, CORRECTION[0]: "更正说明"}
UNKNOWN = "?"  # in place of a digest: equal to none


class Opened(NamedTuple):
    """What the form was opened on: when that was saved, its version, and {part: digest}."""

    at: str
    number: int
    digests: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Self:
        at, number, said, *_ = [*text.split("/", 2), "", ""]
        pairs = [pair.partition("=") for pair in said.split("&")]
        return cls(at, int(number) if is_key(number) else -1, {name: digest for name, _, digest in pairs})

    def __str__(self) -> str:
        said = "&".join(f"{name}={digest}" for name, digest in self.digests.items())
        return f"{self.at}/{self.number}/{said}"


@dataclass
class Rebased:
    """What became of a form: on what it stands now, whether that is newer, what came in, and what is to be asked."""

    opened: Opened
    now: Opened
    came: list[str] = field(default_factory=list)  # labels
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)  # {part: {field: the editor's own value}}
    unsound: list[str] = field(default_factory=list)  # parts whose own errors come first

    @property
    def is_newer(self) -> bool:
        return self.opened[:2] != self.now[:2]

    @property
    def version(self) -> str:
        """What the form stands on when it is shown again: what was not decided still stands on what was opened."""
        undecided = {key: was(self.opened, key) for key in (*self.asked, *self.unsound)}
        return str(self.now._replace(digests=self.now.digests | undecided))


def current(form: Any) -> Opened:
    """Return what the form stands on: as the database has the question, whatever was sent."""
    article, situation = form.instance, form.situation
    at = article.updated_at.isoformat() if article.updated_at else ""
    digests = {key: digest_of(form, {name: initial_of(form, name) for name in unit}) for key, unit in units(form)}
    digests[ANSWERS] = joined(situation.waiting_answers)
    digests[NAMED] = digest_of_people(article, situation.held)
    return Opened(at, situation.number, digests)


def rebase(form: Any) -> Rebased:
    """Take over into what was sent, form.data, what only somebody else has changed."""
    result = Rebased(Opened.read(form.data[VERSION]), current(form))
    form.data = form.data.copy()
    now = result.now.digests
    for key, unit in units(form):
        before = was(result.opened, key)
        if before == now[key]:
            continue
        if before == UNKNOWN and not any(is_sent(form, name) for name in unit):
            take(form, unit)  # the page that was opened had no such field
            continue
        mine, is_sound = sent_values(form, unit)
        digest = digest_of(form, mine)
        if digest == now[key]:
            continue
        if not is_sound and digest != before:
            result.unsound.append(key)
        elif key == TAGS and before != UNKNOWN:
            merge_tags(form, before, mine[TAGS], result)
        elif digest == before or form.data.get(TAKE + key) == f"{THEIRS}.{now[key]}":
            take(form, unit)
            result.came.append(label_of(form, key))
        elif form.data.get(TAKE + key) != f"{MINE}.{now[key]}":
            result.asked[key] = mine
    merge_answers(form, result.opened.digests.get(ANSWERS, ""), now[ANSWERS])
    are_same = all(was(result.opened, key) == now.get(key, UNKNOWN) for key in (PEOPLE[0], REVIEW[0]))
    if are_same and was(result.opened, NAMED) not in (UNKNOWN, now[NAMED]):
        result.came.append("医生的资料")
    return result


def was(opened: Opened, key: str) -> str:
    """Return the digest of a part as it was opened, or what is equal to none."""
    return opened.digests.get(key, UNKNOWN)


def units(form: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Return (key, names of its fields) of each part that is taken over as one."""
    found = {}
    for name, one in form.fields.items():
        if name != "comment" and not one.disabled:
            group = TOGETHER.get(name, (name,))
            found[group[0]] = tuple(member for member in group if member in form.fields)
    return list(found.items())


def label_of(form: Any, key: str) -> str:
    return LABELS.get(key) or str(form.fields[key].label)


# --- Values -------------------------------------------------------------------------------


def initial_of(form: Any, name: str) -> Any:
    return form.get_initial_for_field(form.fields[name], name)


def is_sent(form: Any, name: str) -> bool:
    return not form.fields[name].widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name))


def sent_values(form: Any, unit: tuple[str, ...]) -> tuple[dict[str, Any], bool]:
    """Return {field: value} as it was sent, clean, and whether all of it can be saved."""
    values, is_sound = {}, True
    for name in unit:
        one = form.fields[name]
        value = one.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        try:
            values[name] = one.clean(value)
        except ValidationError:
            values[name], is_sound = value, False
    return values, is_sound


def digest_of(form: Any, values: dict[str, Any]) -> str:
    """Return what names the values of a part; of tags their keys."""
    if TAGS in values:
        rows = values[TAGS]
        return (
            joined(row.pk if isinstance(row, Model) else f"+{row}" for row in rows)
            if isinstance(rows, list)
            else UNKNOWN
        )
    return digest(canonical(value, form.fields.get(name)) for name, value in values.items())


def digest_of_people(article: Any, held: dict[str, Any] | None) -> str:
    """Return what names how readers see the doctors of a question; to publish it is to publish that (1 query)."""
    keys = [held.get(role) if held else getattr(article, f"{role}_id") for role in PEOPLE]
    known = Doctor.everyone.in_bulk(key for key in keys if key)
    return digest(f"{known[key].name}\x1f{known[key].affiliation}" for key in keys if key in known)


def digest(texts: Iterable[str]) -> str:
    return blake2b("\x1f".join(texts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def canonical(value: Any, one: Any) -> str:
    """Return a value as text, the same whether it was stored or sent; forms show no less than a second."""
    if isinstance(value, Model):
        value = value.pk
    if isinstance(value, datetime):
        value = value.replace(microsecond=0)
    text = str(plain(value) or "")
    return without_padding(text) if isinstance(one, ProseField) else clean_lines(text)


def joined(keys: Any) -> str:
    return ".".join(sorted(str(key) for key in keys))


def keys_in(text: str) -> set[str]:
    return set(text.split(".")) - {""}


# --- Taking over --------------------------------------------------------------------------


def take(form: Any, unit: tuple[str, ...]) -> None:
    """Let these fields of what was sent be as the newest version has them."""
    for name in unit:
        put(form, name, initial_of(form, name))


def put(form: Any, name: str, value: Any) -> None:
    """Set a field of what was sent as a page that shows `value` would send it."""
    widget, prefix = form.fields[name].widget, form.add_prefix(name)
    if isinstance(widget, CheckboxInput):
        form.data.pop(prefix, None)
        if value:
            form.data[prefix] = "on"
    elif isinstance(widget, MultiWidget):
        for suffix, inner, part in zip(widget.widgets_names, widget.widgets, widget.decompress(value), strict=True):
            form.data[prefix + suffix] = inner.format_value(part) or ""
    else:
        shown = widget.format_value(value)
        form.data[prefix] = (shown[0] if shown else "") if isinstance(shown, list) else shown or ""


def merge_tags(form: Any, before: str, mine: list[Any], result: Rebased) -> None:
    """Let the tags that were sent be without those that the other side has taken away, and with those that it added."""
    theirs, opened = list(initial_of(form, TAGS) or []), keys_in(before)
    kept = [tag for tag in mine if tag in theirs or not isinstance(tag, Model) or str(tag.pk) not in opened]
    merged = kept + [tag for tag in theirs if tag not in kept and str(tag.pk) not in opened]
    if merged != mine:
        put(form, TAGS, "，".join(getattr(tag, "name", tag) for tag in merged))
        result.came.append(label_of(form, TAGS))


def merge_answers(form: Any, before: str, now: str) -> None:
    """Let the readers' reports that were ticked be those that both sides answer."""
    opened, theirs = keys_in(before), keys_in(now)
    mine = set(form.data.getlist(SETTLES))
    if opened != theirs:
        form.data.setlist(SETTLES, sorted((mine & theirs) | (mine - opened) | (theirs - opened)))
