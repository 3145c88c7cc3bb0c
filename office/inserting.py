"""Records into the database by statements that are composed once: what posts writes the same few again and again."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import DatabaseDefault

Expression: TypeAlias = tuple[str, list[Any]]  # SQL, and its parameters


def insert(*records: models.Model, given: Mapping[str, Expression] | None = None, once: str = "") -> bool:
    """Insert new records of one model in their order, as `save(force_insert=True)` does; False if nothing was.

    Each is told its key and what the database gives by default. given: columns that the database works out, of a
    record by itself, which is told them too. once: a unique column; where another row has the record's value (one that
    is not committed yet is waited for), nothing is inserted.
    """
    given = given or {}
    model = type(records[0])
    told = tuple(name for name, value in _values(records[0]) if isinstance(value, DatabaseDefault) or name in given)
    fields = _written(model, told)
    parameters = [parameter for _, parameters in given.values() for parameter in parameters]
    for record in records:
        parameters += [field.get_db_prep_save(getattr(record, field.attname), connection) for field in fields]
    expressions = tuple((name, sql) for name, (sql, _) in given.items())
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, told, expressions, len(records), once), parameters)
        rows = cursor.fetchall()
    for record, (key, *values) in zip(records, rows, strict=not once):
        record.pk = key
        for name, value in zip(told, values, strict=True):
            setattr(record, name, value)
        record._state.adding, record._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as a query set does
    return bool(rows)


def _values(record: models.Model) -> list[tuple[str, Any]]:
    return [(field.attname, getattr(record, field.attname)) for field in _written(type(record), ())]


@cache
def _written(model: type[models.Model], told: tuple[str, ...]) -> "list[models.Field[Any, Any]]":
    """The fields that are written: all but the key and those that the database tells."""
    return [field for field in model._meta.concrete_fields if not field.primary_key and field.attname not in told]


def _key(model: type[models.Model]) -> str:
    return next(field.attname for field in model._meta.concrete_fields if field.primary_key)


@cache
def _statement(
    model: type[models.Model], told: tuple[str, ...], given: tuple[tuple[str, str], ...], count: int, once: str
) -> str:
    quote = connection.ops.quote_name
    columns = {field.attname: quote(str(field.column)) for field in model._meta.concrete_fields}
    fields = _written(model, told)
    into = ", ".join(columns[name] for name in [*(name for name, _ in given), *(field.attname for field in fields)])
    row = f"({', '.join([*(sql for _, sql in given), *['%s'] * len(fields)])})"
    conflict = f"ON CONFLICT ({columns[once]}) DO NOTHING" if once else ""
    returned = ", ".join(columns[name] for name in (_key(model), *told))
    return (  # of our own names, never of what somebody typed
        f"INSERT INTO {quote(model._meta.db_table)} ({into}) VALUES {', '.join([row] * count)} "  # noqa: S608
        f"{conflict} RETURNING {returned}"
    )
