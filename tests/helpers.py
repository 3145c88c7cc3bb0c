"""What many tests use, and is no fixture."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.core.management import call_command
from django.db import connection, connections


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
