"""Statements by the names of their parameters, which PostgreSQL plans once for each connection, whatever they are."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection

from office.prepared import Statement, prepare

# By itself PostgreSQL plans a statement anew where it guesses that its values are worth it; to plan these costs more
# than to do them.
ALIKE = "SET plan_cache_mode = force_generic_plan; {}; RESET plan_cache_mode"
PARAMETER = re.compile(r"%\((\w+)\)s")


def prepared_rows(name: str, sql: str, types: Mapping[str, str], parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement, by the names of its columns.

    name: the statement's own, a word; types: the type of each of its parameters, as PostgreSQL calls it.
    """
    statement = _statement(name, sql, tuple(types.items()))
    prepare(statement)
    with connection.cursor() as cursor:
        cursor.execute(ALIKE.format(statement.execution), [parameters[parameter] for parameter in types])
        cursor.nextset()
        return named_rows(cursor)


@cache
def _statement(name: str, sql: str, types: tuple[tuple[str, str], ...]) -> Statement:
    places = {parameter: f"${place}" for place, (parameter, _) in enumerate(types, start=1)}
    text = PARAMETER.sub(lambda found: places[found[1]], sql)
    return Statement(name, tuple(type_ for _, type_ in types), text)


def named_rows(cursor: Any) -> list[dict[str, Any]]:
    """What a cursor has read, by the names of its columns."""
    columns = [column.name for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
