"""What a worker makes: the archive of all data, long reports, and the statements of many clients, on all cores."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.utils.timezone import localdate, now
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from clients.tasks import queue_mail
from office import jobs, keeping
from office.models import Export
from office.pool import processes
from statements.exporting.archive import write_archive
from statements.exporting.contents import data_files
from statements.models import Round
from statements.printing import print_in_full
from statements.reminding import services as reminding
from statements.rounds import handing, making, monthly, pressing
from statements.rounds.queries import pending, to_print

AGAIN = RetryStrategy(max_attempts=5, linear_wait=5)  # each time goes on with what is left
FROM_THE_START = RetryStrategy(retry_exceptions={JobAborted}, wait=1)
FEW = 12  # statements that are made sooner than processes are started


@contextmanager
def wanted_export(key: int) -> Iterator[tuple[Export, IO[bytes]] | None]:
    """An export that is to be made, and the file that it is written to; None if it is made already.

    Cut off by a stop, it is begun again from the first row: nothing half is kept. What can't be made is given up.
    """
    if (export := keeping.begin(key, at=now())) is None:
        yield None
        return
    try:
        with TemporaryFile() as file:
            yield export, file
    except JobAborted:
        raise
    except Exception:
        keeping.fail(export, at=now())
        raise


@app.task(pass_context=True, lock="statements.export_data", retry=FROM_THE_START)
def export_data(context: JobContext, key: int) -> None:
    """Make the archive that was asked for: all of it shows one moment."""
    with jobs.own_connection(), jobs.apart() as call, wanted_export(key) as wanted:
        if wanted is None:
            return
        export, file = wanted

        def told(done: int, total: int) -> None:
            if context.should_abort():
                raise JobAborted
            call(keeping.note, key, done, total)

        with jobs.one_moment():
            write_archive(file, data_files(today=localdate()), today=localdate(), told=told)
        keeping.keep(export, file, at=now())


@app.task(retry=FROM_THE_START)
def print_report(key: int, order: list[Any]) -> None:
    """Lay out a long report, in a process of its own: its memory ends with it."""
    with jobs.own_connection(), wanted_export(key) as wanted:
        if wanted is None:
            return
        export, file = wanted
        with processes(1) as each:
            ((title, pdf),) = each(print_in_full, [tuple(order)])
        file.write(pdf)
        with transaction.atomic():
            keeping.name(export, title)
            keeping.keep(export, file, at=now())


@app.task(pass_context=True, retry=AGAIN)
def make_round(context: JobContext, key: int) -> None:
    """Make the statements of a round, on all cores, and write its e-mails if wanted; cut off, it goes on."""

    def until_stopped(pressed: Iterable[pressing.Pressed]) -> Iterator[pressing.Pressed]:
        for one in pressed:
            if context.should_abort():
                raise JobAborted
            yield one

    with jobs.own_connection():
        making.list_clients(key, at=now())
        left = pending(Round.objects.get(pk=key))
        if len(left) <= FEW:
            making.make_statements(key, until_stopped(map(pressing.press, left)), at=now)
        else:
            with processes() as each:
                making.make_statements(key, until_stopped(each(pressing.press, left)), at=now)
        if making.end_round(key, at=now()):
            queue_round_mails(key=key)


@app.task(retry=AGAIN)
def write_round_mails(key: int) -> None:
    """Write the e-mails of a round, step by step."""
    with jobs.own_connection():
        while handing.write_mails(key, at=now(), job=queue_mail):
            pass


@app.task(pass_context=True, retry=FROM_THE_START)
def join_round(context: JobContext, key: int, of: int, *, everything: bool, zipped: bool) -> None:
    """Put the PDFs of a round into the file that was asked for."""
    with jobs.own_connection(), wanted_export(key) as wanted:
        if wanted is None:
            return
        export, file = wanted

        def told(done: int, total: int) -> None:
            if context.should_abort():
                raise JobAborted
            keeping.note(key, done, total)

        made = Round.objects.get(pk=of)
        statements = list(to_print(made, everything=everything))
        files = handing.join_files(statements, file, zipped=zipped, told=told)
        with transaction.atomic():
            keeping.keep(export, file, at=now())
            handing.note_handed_out(made, statements, files, by=export.asked_by, at=now(), printed=not zipped)


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="statements.take_monthly_turn")
def take_monthly_turn(timestamp: int) -> None:
    """Each hour: the monthly statements, once their day has come."""
    with jobs.own_connection():
        monthly.take_turn(at=now(), on=localdate(), job=queue_round)


@app.task(retry=AGAIN)
def write_reminders(key: int) -> None:
    """Write the e-mails of the reminders of one click, each with its letter."""
    with jobs.own_connection():
        reminding.write_mails(key, at=now(), job=queue_mail)


def queue_round(*, key: int) -> None:
    """Have the statements of a round made, by one job at a time."""
    jobs.queue(make_round.configure(lock=f"statements.round.{key}"), key=key)


def queue_round_mails(*, key: int) -> None:
    """Have the e-mails of a round written, by one job at a time."""
    jobs.queue(write_round_mails.configure(lock=f"statements.round.{key}"), key=key)


def queue_reminders(*, key: int) -> None:
    """Have the e-mails of one click on « Relancer » written, by one job at a time."""
    jobs.queue(write_reminders.configure(lock=f"statements.reminders.{key}"), key=key)
