"""What many tests use, and is no fixture."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction

from config.postgres.cluster import join
from config.postgres.server import SUPERUSER


def settle() -> None:
    """Check the deferred constraints now, as a commit would; they are deferred again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def run_together(*calls: Callable[[], Any], timeout: float = 60) -> list[Any]:
    """Run calls at the same time, each in a thread with a connection of its own.

    Answers, in the order of the calls, what each returned or the exception that it raised. Needs the fixture
    own_database: what isn't committed, another connection doesn't see.
    """
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout)
            return call()
        finally:
            connections.close_all()

    def outcome(future: Future[Any]) -> Any:
        return future.exception(timeout) or future.result()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [outcome(future) for future in [pool.submit(run, call) for call in calls]]


def work_off() -> None:
    """Run a job worker until its queue is empty. Needs the fixture own_database: it has connections of its own."""
    call_command("procrastinate", "worker", "--one-shot")


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    """Expect the database to refuse what is done within, by this constraint; a savepoint undoes it."""
    with pytest.raises((IntegrityError, psycopg.IntegrityError)) as refusal, transaction.atomic():
        yield
    error = refusal.value if isinstance(refusal.value, psycopg.Error) else refusal.value.__cause__
    assert error.diag.constraint_name == constraint, str(error)


def execute(query: str, *parameters: Any) -> list[tuple]:
    """Run raw SQL; answers its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def insert(table: str, **values: Any) -> Any:
    """Insert a row by raw SQL; answers its first column, the key of most tables."""
    marks = ", ".join(["%s"] * len(values))
    return execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) RETURNING *", *values.values())[0][0]


def copy_in(table: str, *rows: dict[str, Any]) -> None:
    """Load rows by COPY; what one lacks of the others' columns is null."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row.get(column) for column in columns])


@contextmanager
def without_rules(database: str) -> Iterator[psycopg.Connection]:
    """A superuser's connection on which no trigger fires and no foreign key holds, to damage a database of its own."""
    with join(settings.SOLDE_VAR).connect(database, SUPERUSER) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
