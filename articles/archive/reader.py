"""An archive into an empty site: looked at as a whole first, then written in one transaction."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction

from articles.engine.seam import search_engine
from articles.importing.errors import BadFile, shorten
from articles.importing.json_text import read_json
from articles.models import Article, ImageUse, Page, PatientWord, Revision
from articles.models.turns import turn
from articles.text.markup import clean_html
from articles.workflow import audit

from . import END, FORMAT, VERSION
from .kinds import KINDS, NAMES, PERSON, ROW, Kind
from .known import Known
from .values import read

LONGEST = 64 * 1024 * 1024  # of a line
AT_ONCE = 500
BY_NAME = {kind.name: kind for kind in KINDS}
PLACES: dict[Any, int] = {PERSON: -1} | {kind.name: place for place, kind in enumerate(KINDS)}
DAMAGED = "文件不完整或者被改动过，没有导入。请重新复制或导出。"


def check(file: IO[bytes], advance: Callable[[int], object]) -> None:
    """Look whether an archive is whole: its first and last line, its number of rows, its checksum. Raises BadFile."""
    digest, number, end = hashlib.sha256(), 1, None
    for number, line in enumerate(raw_lines(file, advance), 1):
        if end is not None:
            raise BadFile(DAMAGED, number)
        if number == 1:
            check_header(line)
            said = {}
        else:
            said = parse(line, number)
        if said.get(ROW) == END:
            end = said
            continue
        digest.update(line)
    if end is None or end.get("rows") != number - 2 or end.get("sha256") != digest.hexdigest():
        raise BadFile(DAMAGED, number)


def check_header(line: bytes) -> None:
    said = read_json(line, 1, "这不是用 export_site 导出的文件。")
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BadFile("这不是用 export_site 导出的文件。")
    if said.get("version") != VERSION:
        raise BadFile(f"这个文件的格式是第 {shorten(said.get('version'))} 版，这里只认识第 {VERSION} 版。")


def raw_lines(file: IO[bytes], advance: Callable[[int], object]) -> Iterator[bytes]:
    while line := file.readline(LONGEST + 1):
        if len(line) > LONGEST:
            raise BadFile(DAMAGED)
        advance(len(line))
        yield line


def parse(line: bytes, number: int) -> dict[str, Any]:
    said = read_json(line, number, DAMAGED)
    if not isinstance(said, dict) or not isinstance(said.get(ROW, ""), str):
        raise BadFile(DAMAGED, number)
    return said


@turn()
def load(file: IO[bytes], advance: Callable[[int], object]) -> dict[str, int]:
    """Write an archive that check() has seen into an empty site. Returns {kind: number of rows}. Raises BadFile."""
    own = (kind for kind in KINDS if not kind.is_shipped)
    if filled := next((kind for kind in own if kind.model._base_manager.exists()), None):
        label = filled.model._meta.verbose_name
        raise BadFile(f"网站里已经有内容（{label}），只能导入到空的网站。请新建一个数据库，只运行 migrate。")
    persons: dict[str, int] = {}
    counts: dict[str, int] = {}
    staying: list[models.Model] = []
    known = Known()
    for name, group in groupby(said_lines(file, advance), key=lambda pair: pair[1].get(ROW)):
        if name not in PLACES:
            first = next(group)
            raise BadFile(f"不认识“{shorten(name)}”，这个文件可能来自更新的版本。", first[0])
        for batch in batches(group):
            if name == PERSON:
                persons |= dict(take_person(said, line) for line, said in batch)
            else:
                kind = BY_NAME[name]
                if kind.is_shipped and name not in counts:
                    staying += newer_than(batch[0][1], kind)
                    kind.model._base_manager.all().delete()
                rows = [(line, kind.row(said, persons, line)) for line, said in batch]
                for line, row in rows:
                    known.take(row, line)
                insert_or_refuse(rows)
            counts[name] = counts.get(name, 0) + len(batch)
    known.finish()
    connection.check_constraints()
    set_sequences()
    for row in staying:
        row.pk = None
        with suppress(ValidationError):  # the archive has one of the same name
            row.validate_unique()
            row.save(force_insert=True)
    PatientWord.objects.deliver()
    audit.record(audit.Kind.IMPORT, f"导入整站：{sum(counts.values())} 行")
    return counts


def newer_than(said: dict[str, Any], kind: Kind) -> list[models.Model]:
    """Return the rows of a new site that an archive, of which `said` is a row of the kind, is too old to have."""
    is_old = kind.newer and kind.newer not in said
    return list(kind.model._base_manager.filter(**{kind.newer: True})) if is_old else []


def said_lines(file: IO[bytes], advance: Callable[[int], object]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number, object) of the rows, without the first and the last line; kinds must come in their order."""
    place = -1
    for number, line in enumerate(raw_lines(file, advance), 1):
        said = parse(line, number)
        if number > 1 and said.get(ROW) != END:
            if PLACES.get(said.get(ROW), place) < place:
                raise BadFile("各种内容的次序不对。", number)
            place = PLACES.get(said.get(ROW), place)
            yield number, said


def batches(rows: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def take_person(said: dict[str, Any], line: int) -> tuple[str, int]:
    """Return (user name, key) of who is named; who has no account here gets one that nobody can sign in with."""
    model = get_user_model()
    names = {name: said.get(name, "") for name in NAMES}
    if not names["username"] or not all(isinstance(name, str) and len(name) <= 150 for name in names.values()):
        raise BadFile("这个人没有用户名。", line)
    names = {name: read(model._meta.get_field(name), value, line) for name, value in names.items()}
    person = model.objects.filter(username=names["username"]).first()
    if person is None:
        person = model(**names, is_active=False)
        person.set_unusable_password()
        person.save()
    return person.username, person.pk


def insert_or_refuse(rows: list[tuple[int, Any]]) -> None:
    """Write (line, row) pairs, or say which of them the database does not take beside the others. Raises BadFile."""
    try:
        with transaction.atomic():
            insert([row for _, row in rows])
    except IntegrityError:
        for line, row in rows:
            try:
                with transaction.atomic():
                    row.save_base(raw=True, force_insert=True)
            except IntegrityError:
                raise BadFile(f"{twice(row)}前面已经有了，一个网站里只能有一个。", line) from None
        raise


def twice(row: Any) -> str:
    """Return the names of the fields of a row in which it is the same as another, as they begin a sentence."""
    unique, _ = row._get_unique_checks(include_meta_constraints=True)
    for model, names in unique:
        if model._base_manager.filter(**{name: getattr(row, name) for name in names}).exists():
            return "".join(f"“{name}”" for name in names) + "的值"
    return "这一行"


def insert(rows: list[Any]) -> None:
    """Write rows as they are, with their times and numbers, and what follows from them."""
    model = type(rows[0])
    if model in (Article, Page):
        for row in rows:
            row.body = clean_html(row.body)
            if model is Article:
                row.note_review()
                row.is_past_review = row.is_past_its_review()
    if any(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False) for field in model._meta.fields):
        for row in rows:
            row.save_base(raw=True, force_insert=True)  # bulk_create() would set the times of today
    else:
        models.QuerySet(model).bulk_create(rows)
    if model is Article:
        search_engine().changed([row.pk for row in rows], rows, are_new=True)
    if model in (Article, Page, Revision):
        ImageUse.objects.record(rows, are_new=True)


def set_sequences() -> None:
    """Let new rows get numbers above those of the archive."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [kind.model for kind in KINDS]):
            cursor.execute(statement)
