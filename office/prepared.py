"""Statements that PostgreSQL plans once for each connection: those that cost more to plan than to do."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

# Of each connection, as psycopg has it, the names of the statements that it knows: a new one knows none.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with a name of its own, a word. types: those of its parameters ($1, $2…), as PostgreSQL calls them."""

    name: str
    types: tuple[str, ...]
    sql: str

    @property
    def execution(self) -> str:
        """What does it, with a place for each parameter. The connection has to know it (`prepare`)."""
        return f"EXECUTE {self.name}" + (f" ({', '.join(['%s'] * len(self.types))})" if self.types else "")


def prepare(*statements: Statement) -> None:
    """Tell the connection of statements that it doesn't know yet.

    A rolled back transaction doesn't make it forget them.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    known = _known.setdefault(raw, set())
    for statement in statements:
        if statement.name not in known:
            types = f" ({', '.join(statement.types)})" if statement.types else ""
            raw.execute(f"PREPARE {statement.name}{types} AS {statement.sql}")
            known.add(statement.name)
