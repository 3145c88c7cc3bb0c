"""What is done once an invoice is issued: its PDF, so that it is there when somebody wants it."""

from django.utils.timezone import now
from procrastinate.contrib.django import app

from invoicing.models import Invoice
from invoicing.services import invoice_file
from office import jobs


@app.task
def keep_invoice(key: int) -> None:
    """Make and keep the PDF of an issued invoice, unless somebody wanted it before; done twice, the first stays."""
    with jobs.own_connection():
        invoice_file(Invoice.objects.select_related("document").get(pk=key), at=now())
