"""Queries that are compiled once: Django's ORM writes the SQL, and each call only fills in its places.

To compile a query takes Django several times as long as the database takes to answer it. Where a page must be cheap,
its queries are still written with the querysets of the models, so that what is public is said in one place.
"""

import inspect
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from articles.engine.index_tables import Select, keys_of, parameter_of, texts_of

NOBODY = 0  # a key that no row has
FIRST_MARK = -(10**15)  # numbers and years that no query holds of itself
FIRST_YEAR = 9000


Row = TypeVar("Row")
Converters = list[tuple[int, tuple[list[Callable[..., Any]], Any]]]
# The SQL, the (argument, number, constant) of each of its places, and what turns columns into values.
Statement = tuple[str, list[tuple[str | None, int, Any]], Converters]


class Keys:
    """Says of an argument that it takes up to `most` keys."""

    def __init__(self, most: int) -> None:
        self.most = most


class Many:
    """Says of an argument that it takes any number of values; the function gets the subquery that holds them."""

    def __init__(self, subquery: Callable[[BaseDatabaseWrapper, Iterable[Any]], RawSQL], kind: type) -> None:
        self.subquery, self.kind = subquery, kind


KEYS, TEXTS = Many(keys_of, int), Many(texts_of, str)


class Prepared(Generic[Row]):
    """Decorates a function that returns a queryset of values_list(); a call runs it and returns the list of its rows.

    The arguments are annotated with what they take: int, str, date, datetime, Annotated[list[int], Keys(most)], or
    Annotated[RawSQL, KEYS or TEXTS] for any number of them. They may only become parameters of the query, never its
    shape; else the first call raises ValueError.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        annotations = inspect.get_annotations(build)
        annotations.pop("return", None)
        self.takes = {name: getattr(taken, "__metadata__", [taken])[0] for name, taken in annotations.items()}
        self.statements: dict[str, Statement] = {}  # by vendor

    def __call__(self, **values: Any) -> list[Row]:
        connection = connections[DEFAULT_DB_ALIAS]  # once: each look at django.db.connection asks for it anew
        select, converters = self.filled(connection, values)
        with connection.cursor() as cursor:
            cursor.execute(*select)
            rows = cursor.fetchall()
        if not converters:
            return rows
        return [converted(row, converters, connection) for row in rows]

    def select(self, **values: Any) -> Select:
        """Return the query as it is asked within another one."""
        return self.filled(connections[DEFAULT_DB_ALIAS], values)[0]

    def filled(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> tuple[Select, Converters]:
        if connection.vendor not in self.statements:
            self.statements[connection.vendor] = self.compile(connection)
        sql, places, converters = self.statements[connection.vendor]
        given = {name: parameters_of(self.takes[name], value, connection) for name, value in values.items()}
        return Select(sql, [constant if name is None else given[name][i] for name, i, constant in places]), converters

    def compile(self, connection: BaseDatabaseWrapper) -> Statement:
        marks = {name: mark(taken, number) for number, (name, taken) in enumerate(self.takes.items())}
        given = {name: shown(self.takes[name], value, connection) for name, value in marks.items()}
        compiler = self.build(**given).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        arguments: dict[Any, tuple[str | None, int, Any]] = {}
        for name, value in marks.items():
            for i, parameter in enumerate(parameters_of(self.takes[name], value, connection)):
                arguments[known_by(parameter)] = (name, i, None)
        places = [arguments.get(known_by(parameter), (None, 0, parameter)) for parameter in parameters]
        if lost := arguments.keys() - set(map(known_by, parameters)):
            raise ValueError(f"{self.build.__name__}: {lost} did not become parameters of the query")
        return sql, places, list(compiler.get_converters([column for column, _, _ in compiler.select]).items())


def mark(taken: object, number: int) -> Any:
    """Return a value for the argument of this number that can be found again among the parameters."""
    if taken is datetime:
        return datetime(FIRST_YEAR + number, 1, 1, tzinfo=UTC)
    if taken is date:
        return date(FIRST_YEAR + number, 1, 1)
    if taken is str:
        return f"\N{SYMBOL FOR NULL}{number}"
    first = FIRST_MARK - 1_000 * number
    if isinstance(taken, Many):
        return [taken.kind(first)]
    return [first - i for i in range(taken.most)] if isinstance(taken, Keys) else first


def known_by(parameter: Any) -> Any:
    """Return what a parameter is found again by: lists, which PostgreSQL takes, have no hash."""
    return tuple(parameter) if isinstance(parameter, list) else parameter


def shown(taken: object, value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return what the function that makes the queryset gets for a value of an argument."""
    return taken.subquery(connection, value) if isinstance(taken, Many) else value


def parameters_of(taken: object, value: Any, connection: BaseDatabaseWrapper) -> list[Any]:
    """Return the parameters that a value of an argument becomes."""
    if taken is datetime:
        return [connection.ops.adapt_datetimefield_value(value)]
    if taken is date:
        return [connection.ops.adapt_datefield_value(value)]
    if isinstance(taken, Keys):
        return [*value[: taken.most], *[NOBODY] * (taken.most - len(value))]
    if isinstance(taken, Many):
        return [parameter_of(connection, value)]
    return [value]


def converted(row: Iterable[Any], converters: Converters, connection: BaseDatabaseWrapper) -> Any:
    """Return the row as the fields of its columns have it (Django's get_converters())."""
    values = list(row)
    for number, (functions, column) in converters:
        value = values[number]
        for convert in functions:
            value = convert(value, column, connection)
        values[number] = value
    return values
