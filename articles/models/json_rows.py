"""Many rows in one value, as text: a JSON list of lists, in no order; null or an empty list without any."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Aggregate, QuerySet, Subquery, TextField


class InJson:
    """Fills in what the databases call the list, a row of it, and text."""

    as_sql: Any

    def as_sqlite(self, compiler: Any, connection: Any, **how: Any) -> Any:
        return self.as_sql(compiler, connection, aggregate="json_group_array", row="json_array", cast="", **how)

    def as_postgresql(self, compiler: Any, connection: Any, **how: Any) -> Any:
        return self.as_sql(compiler, connection, aggregate="json_agg", row="json_build_array", cast="::text", **how)


class JsonRows(InJson, Subquery):
    """The rows of a queryset of `columns`, beside a row of another one."""

    output_field = TextField()
    template = "(WITH listed(%(names)s) AS (%(subquery)s) SELECT %(aggregate)s(%(row)s(%(names)s))%(cast)s FROM listed)"

    def __init__(self, queryset: QuerySet[Any], columns: Sequence[str]) -> None:
        names = ", ".join(f"c{number}" for number in range(len(columns)))
        super().__init__(queryset.order_by().values(*columns), names=names)


class AllInJson(InJson, Aggregate):
    """The given columns of all rows of a queryset: thousands with short texts cost five times as much to read each."""

    output_field = TextField()
    template = "%(aggregate)s(%(row)s(%(expressions)s))%(cast)s"
