"""Jobs: deferred within a transaction, run by the worker, and never lost.

A worker also queues what the clock asks for, so each test looks at its own jobs alone.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from office import jobs, tasks
from tests.helpers import work_off


def defer(task=tasks.forget_old_jobs) -> int:
    return task.configure(queueing_lock=uuid4().hex).defer(timestamp=0)


def states(*ids: int) -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status FROM procrastinate_jobs")
        found = dict(cursor.fetchall())
    return [found.get(id) for id in ids]


def test_a_job_of_a_transaction_that_fails_does_not_exist(own_database):
    class Failed(Exception):
        pass

    with pytest.raises(Failed), transaction.atomic():  # noqa: PT012
        job = defer()
        raise Failed

    assert states(job) == [None]


def test_what_a_job_queues_in_a_transaction_that_fails_does_not_exist(own_database):
    class Failed(Exception):
        pass

    mine = tasks.forget_old_jobs.configure(queueing_lock=uuid4().hex)
    with app.replace_connector(app.connector.get_worker_connector()):  # as a worker does
        with pytest.raises(Failed), transaction.atomic():  # noqa: PT012
            jobs.queue(mine, timestamp=0)
            raise Failed
        before = ProcrastinateJob.objects.count()
        with transaction.atomic():
            jobs.queue(mine, timestamp=0)

    assert (before, ProcrastinateJob.objects.count()) == (0, 1)


def test_a_job_of_a_transaction_that_commits_is_run_by_the_worker(own_database):
    with transaction.atomic():
        job = defer()
    assert states(job) == ["todo"]

    work_off()

    assert states(job) == ["succeeded"]


def test_a_job_that_a_killed_worker_left_is_run_again(own_database):
    job = defer()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (killed,) = cursor.fetchone()
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", [killed])
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = %s WHERE id = %s",
            [timezone.now() - timedelta(minutes=2), killed],
        )
    assert states(job) == ["doing"]

    defer(tasks.resume_stalled_jobs)
    work_off()

    assert states(job) == ["succeeded"]


def test_old_jobs_are_forgotten_unless_they_failed(own_database):
    old, failed, recent = (defer() for _ in range(3))
    work_off()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = %s WHERE job_id IN (%s, %s)",
            [timezone.now() - timedelta(hours=jobs.KEPT_HOURS + 1), old, failed],
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [failed])

    defer()
    work_off()

    assert states(old, failed, recent) == [None, "failed", "succeeded"]
