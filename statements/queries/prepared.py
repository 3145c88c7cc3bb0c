"""Statements that PostgreSQL plans once for each connection: those that cost more to plan than to do."""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

PARAMETER = re.compile(r"%\((\w+)\)s")

# Of each connection, as psycopg has it, the names of the statements that it knows: a new one knows none.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def prepared_rows(name: str, sql: str, types: Mapping[str, str], parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement, by the names of its columns.

    name: the statement's own, a word; types: the type of each of its parameters, as PostgreSQL calls it.
    """
    connection.ensure_connection()
    known = _known.setdefault(connection.connection, set())
    with connection.cursor() as cursor:
        if name not in known:
            places = {parameter: f"${place}" for place, parameter in enumerate(types, start=1)}
            text = PARAMETER.sub(lambda found: places[found[1]], sql)
            cursor.execute(f"PREPARE {name} ({', '.join(types.values())}) AS {text}")
            known.add(name)
        marks = ", ".join(["%s"] * len(types))
        cursor.execute(f"EXECUTE {name} ({marks})", [parameters[parameter] for parameter in types])
        return named_rows(cursor)


def named_rows(cursor: Any) -> list[dict[str, Any]]:
    """What a cursor has read, by the names of its columns."""
    columns = [column.name for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
