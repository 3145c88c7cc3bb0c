"""« Exporter mes données »: the archive, made by a worker."""

from tempfile import TemporaryFile

from django.utils.timezone import localdate, now
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from office import jobs, keeping
from statements.exporting.archive import write_archive
from statements.exporting.contents import data_files


@app.task(pass_context=True, lock="statements.export_data", retry=RetryStrategy(retry_exceptions={JobAborted}, wait=1))
def export_data(context: JobContext, key: int) -> None:
    """Make the archive that was asked for.

    Cut off by a stop, it is begun again from the first row: all of it shows one moment, and nothing half is kept.
    """
    with jobs.own_connection(), jobs.apart() as call:
        if (export := keeping.begin(key, at=now())) is None:
            return

        def told(done: int, total: int) -> None:
            if context.should_abort():
                raise JobAborted
            call(keeping.note, key, done, total)

        try:
            with TemporaryFile() as file:
                with jobs.one_moment():
                    write_archive(file, data_files(today=localdate()), today=localdate(), told=told)
                keeping.keep(export, file, at=now())
        except JobAborted:
            raise
        except Exception:
            keeping.fail(export, at=now())
            raise
