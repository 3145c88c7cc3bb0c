"""The runner of long or repeated work, procrastinate, whose queue lives in our own PostgreSQL.

An app's jobs stand in its tasks.py, each under `@app.task`; whoever wants one done calls its `defer(...)`, or in a
job `queue(...)`, within the transaction that gives cause to it, and the job exists if that transaction commits. One
worker runs beside the web server (`manage.py procrastinate worker`), any number elsewhere.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

KEPT_HOURS = 30 * 24
SILENT = timedelta(seconds=30)  # a worker tells three times as often that it is there


def queue(job: JobDeferrer, **arguments: Any) -> None:
    """Queue a job on Django's connection, within its transaction: in a worker `defer` has a connection of its own."""
    JobDeferrer(JobManager(DjangoConnector()), job.job).defer(**arguments)


def is_worker_running(now: datetime) -> bool:
    """Whether somebody does the jobs at present."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - SILENT).exists()


@contextmanager
def own_connection() -> Iterator[None]:
    """Leave no connection behind in the thread of a job, which may never be used again."""
    try:
        yield
    finally:
        connections.close_all()


@contextmanager
def one_moment() -> Iterator[None]:
    """Read all that is read within as it stood at one moment, whatever is posted meanwhile; nothing is written."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def apart() -> Iterator[Callable[..., Any]]:
    """What calls a function on a connection of its own: all can see at once what it writes, in `one_moment` too."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield lambda function, *arguments: pool.submit(function, *arguments).result()
        finally:
            pool.submit(connections.close_all).result()


async def resume_stalled() -> None:
    """Queue again the jobs that a worker took and, killed, can't have finished; so jobs must be restartable."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


async def forget_old() -> None:
    """Delete the jobs that ended well more than `KEPT_HOURS` ago; failed ones stay, for who looks into them."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
