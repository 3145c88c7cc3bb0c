"""Questions whose SQL is written once for the life of the process, and planned once for each connection.

Writing the SQL of a query set, and planning it, cost more than PostgreSQL takes to answer it. A read that every page of
a kind asks for is declared with `Compiled`; its rows are those that the query set would give.
"""

import copy
import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import count
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import psycopg.sql
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value

from office.asking import Question, Row
from office.prepared import Statement

R = TypeVar("R")
Given = str | int | date | list[int]
FIRST_KEY = 2**62
TYPES: dict[Any, str] = {str: "text", int: "bigint", date: "date", list: "bigint[]"}
_PLACE = re.compile("%[s%]")


class NotCompilable(Exception):
    """What a read is given changes its SQL, or stands in it otherwise than it was given."""


class Compiled(Generic[R]):
    """A query set of which only values differ from one time to the next.

    build: makes it of values given by name; what it is of (tables, conditions) must not depend on them.
    values: of which type each is.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R]], **values: type[Given]) -> None:
        self.build = build
        self.values = values

    def __call__(self, **given: Any) -> Question[list[R]]:
        """What is asked with these values."""
        return Question(self._statement, [given[name] for name in self.values], self._read)

    @cached_property
    def _marks(self) -> dict[str, Any]:
        """What stands for each value while the SQL is written: nothing that could be meant."""
        numbers = count(1)
        makers: dict[type[Any], Callable[[int], Any]] = {
            str: lambda number: f"\ue000{number}",
            int: lambda number: FIRST_KEY + number,
            date: lambda number: date(1, 1, number),
            list: lambda number: [FIRST_KEY + number],
        }
        return {name: makers[kind](next(numbers)) for name, kind in self.values.items()}

    @cached_property
    def _rows(self) -> QuerySet[Any, R]:
        return self.build(**self._marks)

    @cached_property
    def _compiler(self) -> Any:
        return self._rows.query.get_compiler(self._rows.db)

    @cached_property
    def _statement(self) -> Statement:
        """The SQL, where the values have places, and all else stands as it always does."""
        sql, params = self._compiler.as_sql()
        names = [self._name_of(param) for param in params]
        if {*filter(None, names)} != {*self.values}:
            raise NotCompilable(f"{self.build} doesn't ask for all it is given as it is given.")
        places = {name: f"${place}" for place, name in enumerate(self.values, start=1)}
        written = iter([places[name] if name else _literal(param) for name, param in zip(names, params, strict=True)])
        text = _PLACE.sub(lambda found: "%" if found[0] == "%%" else next(written), sql)
        name = f"read_{sha256(text.encode()).hexdigest()[:24]}"
        return Statement(name, tuple(TYPES[kind] for kind in self.values.values()), text)

    def _name_of(self, param: Any) -> str:
        """The value that a mark stands for; "" for what is none."""
        return next((name for name, mark in self._marks.items() if param == mark), "")

    def _read(self, rows: list[Row]) -> list[R]:
        """What the query set would make of the rows of the database."""
        compiler = copy.copy(self._compiler)
        compiler.execute_sql = lambda *_, **__: [rows]
        query = SimpleNamespace(get_compiler=lambda *_, **__: compiler)
        found: Any = SimpleNamespace(db=self._rows.db, query=query, model=self._rows.model, _known_related_objects={})
        # Private, but it is what makes rows into what was asked for: records with their relations, tuples, values.
        rows_of: Any = self._rows._iterable_class  # noqa: SLF001
        return list(rows_of(found))


def _literal(value: Any) -> str:
    """A value as it is written into SQL."""
    connection.ensure_connection()
    return psycopg.sql.Literal(value).as_string(connection.connection)


def is_among(key: str, keys: list[int]) -> Func:
    """Whether a field is one of these keys, however many they are, by one value in the SQL."""
    values = Value(keys, ArrayField(BigIntegerField()))
    return Func(F(key), values, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())
