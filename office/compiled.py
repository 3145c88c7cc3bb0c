"""Questions whose SQL is written once for the life of the process.

Writing the SQL of a query set costs Django more than PostgreSQL takes to answer it. A read that every page of a kind
asks for is declared with `Compiled`; its rows are those that the query set would give.
"""

import copy
from collections.abc import Callable
from datetime import date
from functools import cached_property
from itertools import count
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value

from office.asking import Question, Row

R = TypeVar("R")
Given = str | int | date | list[int]
FIRST_KEY = 2**62


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
        sql, places = self._written
        return Question(sql, [given[name] if name else constant for name, constant in places], self._read)

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
    def _written(self) -> tuple[str, list[tuple[str, Any]]]:
        """The SQL; and for each of its places the name of its value, or else what always stands there."""
        sql, params = self._compiler.as_sql()
        places = [(self._name_of(param), param) for param in params]
        if {name for name, _ in places if name} != set(self.values):
            raise NotCompilable(f"{self.build} doesn't ask for all it is given as it is given.")
        return sql, places

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


def is_among(key: str, keys: list[int]) -> Func:
    """Whether a field is one of these keys, however many they are, by one value in the SQL."""
    values = Value(keys, ArrayField(BigIntegerField()))
    return Func(F(key), values, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())
