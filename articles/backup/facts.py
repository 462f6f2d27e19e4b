"""What a database holds, in numbers that a copy of it must have, too."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from articles.models import Article, Image
from articles.models.counters import COUNTERS

ARTICLES = Article._meta.db_table


def facts(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    """Return {"rows": {table: number}, "totals": {counter: number}, "wrong": {counter: number of questions}}.

    Totals are summed over all questions; wrong are those whose total is not what was imported and the rows there are.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:

        def number(sql: str) -> int:
            cursor.execute(sql)
            return int(cursor.fetchone()[0] or 0)

        tables = sorted(connection.introspection.table_names(cursor))
        rows = {table: number(f"SELECT count(*) FROM {quote(table)}") for table in tables}
        totals = {one.total: number(f"SELECT sum({quote(one.total)}) FROM {quote(ARTICLES)}") for one in COUNTERS}
        wrong = {
            one.total: number(
                f"SELECT count(*) FROM {quote(ARTICLES)} a WHERE a.{quote(one.total)} <> a.{quote(one.imported)} + "
                f"(SELECT count(*) FROM {quote(one.rows._meta.db_table)} r WHERE r.article_id = a.id)"
            )
            for one in COUNTERS
            if one.rows and one.imported
        }
    return {"rows": rows, "totals": totals, "wrong": wrong}


def images_in(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the images that a database knows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {connection.ops.quote_name(Image._meta.db_table)} ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return a sentence for each number of a copy that is not what it was when the copy was made."""
    said = []
    for part, label in (("rows", "表"), ("totals", "总数")):
        for name in sorted(wanted[part].keys() | found[part].keys()):
            before, now = wanted[part].get(name), found[part].get(name)
            if before != now:
                said.append(f"{label} {name}：备份时 {none(before)}，恢复后 {none(now)}")
    return said + [f"{name} 与逐条记录不符的问题有 {count} 个" for name, count in found["wrong"].items() if count]


def none(number: int | None) -> str:
    return "没有" if number is None else str(number)
