"""What is done once an invoice is issued: its PDF, so that it is there when wanted; and batches, step by step."""

from tempfile import TemporaryFile

from django.db import transaction
from django.utils.timezone import now
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from clients.tasks import queue_mail
from invoicing import services
from invoicing.models import Batch, Invoice
from invoicing.queries import to_print
from invoicing.services import invoice_file
from office import jobs, keeping

AGAIN = RetryStrategy(max_attempts=5, linear_wait=5)  # each time goes on with what is left


@app.task
def keep_invoice(key: int) -> None:
    """Make and keep the PDF of an issued invoice, unless somebody wanted it before; done twice, the first stays."""
    with jobs.own_connection():
        invoice_file(Invoice.objects.select_related("document").get(pk=key), at=now())


@app.task(pass_context=True, retry=AGAIN)
def make_batch(context: JobContext, key: int) -> None:
    """Make the invoices of a batch, step by step; cut off, it goes on with what is left."""
    with jobs.own_connection():
        while services.take_step(key, at=now(), job=queue_file):
            if context.should_abort():
                raise JobAborted


@app.task(retry=AGAIN)
def write_batch_mails(key: int) -> None:
    """Write the e-mails of a batch, step by step."""
    with jobs.own_connection():
        while services.write_mails(key, at=now(), job=queue_mail):
            pass


@app.task(pass_context=True, retry=RetryStrategy(retry_exceptions={JobAborted}, wait=1))
def print_batch(context: JobContext, key: int, batch: int, *, everything: bool) -> None:
    """Join the PDFs of a batch into the file that was asked for."""
    with jobs.own_connection():
        if (export := keeping.begin(key, at=now())) is None:
            return

        def told(done: int, total: int) -> None:
            if context.should_abort():
                raise JobAborted
            keeping.note(key, done, total)

        try:
            with TemporaryFile() as file:
                of = Batch.objects.get(pk=batch)
                items = list(to_print(of, everything=everything))
                files = services.join_pdfs(items, file, at=now(), told=told)
                with transaction.atomic():
                    keeping.keep(export, file, at=now())
                    services.note_printed(of, items, files, by=export.asked_by, at=now())
        except JobAborted:
            raise
        except Exception:
            keeping.fail(export, at=now())
            raise


def queue_file(*, key: int) -> None:
    """Have the PDF of an issued invoice made."""
    jobs.queue(keep_invoice.configure(), key=key)


def queue_batch(*, key: int) -> None:
    """Have the steps of a batch done, by one job at a time."""
    jobs.queue(make_batch.configure(lock=f"invoicing.batch.{key}"), key=key)


def queue_batch_mails(*, key: int) -> None:
    """Have the e-mails of a batch written, by one job at a time."""
    jobs.queue(write_batch_mails.configure(lock=f"invoicing.batch.{key}"), key=key)
