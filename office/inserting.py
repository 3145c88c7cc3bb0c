"""Records into the database by statements that are composed once: what posts writes the same few again and again."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import DatabaseDefault

from office.asking import Question, Row, ask

Expression: TypeAlias = tuple[str, list[Any]]  # SQL, and its parameters

# A field has nothing to do to such values (but to what is to become JSON): most of them, and asking takes its time.
AS_IT_IS: frozenset[type] = frozenset({NoneType, bool, int, str, Decimal, date, UUID})


def insert(*records: models.Model, given: Mapping[str, Expression] | None = None, once: str = "") -> bool:
    """Insert new records of one model in their order, as `save(force_insert=True)` does; False if nothing was.

    Each is told its key and what the database gives by default. given: columns that the database works out, of a
    record by itself, which is told them too. once: a unique column; where another row has the record's value (one that
    is not committed yet is waited for), nothing is inserted.
    """
    return _insertion(records, given or {}, once).now()


class Writing:
    """Records of several models that are inserted in one trip, in the order they were added.

    sources: what keys are drawn from before anything is added: a model once for each of its records, or a sequence by
    its name. A record has its key when it is added, so that the next can point to it; one of another model is told it
    when all is sent.
    """

    def __init__(self, *sources: type[models.Model] | str) -> None:
        self._sources = sources
        self._left: dict[type[models.Model] | str, list[int]] = {}
        self._statements: list[Question[Any]] = []

    @property
    def keys(self) -> Question[None]:
        """The question that draws the keys, to be asked first."""
        drawn = ", ".join(f"nextval('{_sequence(source)}')" for source in self._sources)
        return Question(f"SELECT {drawn}", (), self._take)

    def _take(self, rows: list[Row]) -> None:
        for source, key in zip(self._sources, rows[0], strict=True):
            self._left.setdefault(source, []).append(key)

    def draw(self, source: type[models.Model] | str) -> int:
        """The next key of a source. Raises LookupError if none was drawn."""
        return self._left[source].pop(0)

    def insert(self, *records: models.Model, given: Mapping[str, Expression] | None = None) -> None:
        """Add new records of one model, as `insert` takes them."""
        if type(records[0]) in self._left:
            for record in records:
                record.pk = self.draw(type(record))
        self._statements.append(_insertion(records, given or {}, ""))

    def add(self, statement: Question[Any]) -> None:
        """Add another statement, which returns rows."""
        self._statements.append(statement)

    def send(self) -> None:
        """Write all that was added."""
        ask(*self._statements)
        self._statements = []


def _insertion(records: Sequence[models.Model], given: Mapping[str, Expression], once: str) -> Question[bool]:
    """The statement that inserts records, which are told what it returns; whether anything was inserted.

    What is None in all of them is left out, as the database has it so by itself.
    """
    model = type(records[0])
    told, names, columns = [*given], [], []
    for name, field, as_it_is in _fields(model):
        if name in given:
            continue
        values = [getattr(record, name) for record in records]
        if any(value is not None for value in values):
            if isinstance(values[0], DatabaseDefault):
                told.append(name)
                continue
            names.append(name)
            columns.append(
                [value if type(value) in as_it_is else field.get_db_prep_save(value, connection) for value in values]
            )
        elif field.has_db_default():
            names.append(name)
            columns.append(values)
    parameters = [parameter for _, parameters in given.values() for parameter in parameters]
    for row in zip(*columns, strict=True):
        parameters += row

    def tell(rows: list[Row]) -> bool:
        for record, (key, *values) in zip(records, rows, strict=not once):
            record.pk = key
            for name, value in zip(told, values, strict=True):
                setattr(record, name, value)
            record._state.adding, record._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as a query set does
        return bool(rows)

    worked_out = tuple((name, sql) for name, (sql, _) in given.items())
    return Question(_statement(model, tuple(told), worked_out, tuple(names), len(records), once), parameters, tell)


@cache
def _sequence(source: type[models.Model] | str) -> str:
    """The sequence of a model's key, or one by its name."""
    if isinstance(source, str):
        return source
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [source._meta.db_table, source._meta.pk.column])
        return str(cursor.fetchone()[0])


@cache
def _fields(model: type[models.Model]) -> "list[tuple[str, models.Field[Any, Any], frozenset[type]]]":
    """The columns of a model by name, each with its field and the types whose values go to the database as they are."""
    nothing: frozenset[type] = frozenset()
    return [
        (field.attname, field, nothing if isinstance(field, models.JSONField) else AS_IT_IS)
        for field in model._meta.concrete_fields
    ]


@cache
def _statement(
    model: type[models.Model],
    told: tuple[str, ...],
    worked_out: tuple[tuple[str, str], ...],
    names: tuple[str, ...],
    count: int,
    once: str,
) -> str:
    quote = connection.ops.quote_name
    columns = {field.attname: quote(str(field.column)) for field in model._meta.concrete_fields}
    key = next(field.attname for field in model._meta.concrete_fields if field.primary_key)
    into = ", ".join(columns[name] for name in [*(name for name, _ in worked_out), *names])
    row = f"({', '.join([*(sql for _, sql in worked_out), *['%s'] * len(names)])})"
    conflict = f"ON CONFLICT ({columns[once]}) DO NOTHING" if once else ""
    returned = ", ".join(columns[name] for name in (key, *told))
    return (  # of our own names, never of what somebody typed
        f"INSERT INTO {quote(model._meta.db_table)} ({into}) VALUES {', '.join([row] * count)} "  # noqa: S608
        f"{conflict} RETURNING {returned}"
    )
