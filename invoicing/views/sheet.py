"""A client's visits and invoices, and what is to invoice."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from clients.sheet import Sheet, framed, sheet, window_of
from clients.tabs import tab
from invoicing.queries import invoices, issued_invoices, visits, visits_to_invoice
from invoicing.statuses import STATUSES
from invoicing.tables import InvoiceTable, VisitTable
from office.access import role
from office.exports import FORMATS, Cell
from office.models import Role
from office.tables import paged
from office.windows import window

INVOICE_HEADINGS = (
    *("Numéro", "Date", "Échéance", "Passager", "Établissement", "Statut", "Total HT", "TVA"),
    *("Facturé", "Encaissé", "Avoirs et autres", "Reste dû", "Devise"),
)


@role(Role.FRONT_DESK)
def client_to_invoice(request: HttpRequest, code: str) -> HttpResponse:
    page = window_of(request, code, "to_invoice")
    context = {"sheet": page, "visits": list(visits_to_invoice(page.client, page.on))}
    return window(request, "invoicing/_to_invoice.html", context, title=page.client.full_name, status=page.status)


@role(Role.FRONT_DESK)
def client_visits(request: HttpRequest, code: str) -> HttpResponse:
    page = framed(request, code)
    table = paged(VisitTable(visits(page.client, page.on), account=page.client.account), request)
    return tab(request, page, "invoicing/_client_visits.html", {"table": table}, part="client_visits")


@role(Role.FRONT_DESK)
def client_invoices(request: HttpRequest, code: str) -> HttpResponse:
    page = framed(request, code)
    rows = invoices(page.client, today=page.form.today, on=page.on)
    table = paged(InvoiceTable(rows, account=page.client.account), request)
    return tab(request, page, "invoicing/_client_invoices.html", {"table": table}, part="client_invoices")


@role(Role.FRONT_DESK)
def client_invoices_export(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    page = sheet(request, code)
    if form not in FORMATS or page.form.errors:
        raise Http404
    return FORMATS[form](
        f"factures-{code.replace('/', '-')}-{page.day:%Y-%m-%d}", INVOICE_HEADINGS, _invoice_rows(page)
    )


def _invoice_rows(page: Sheet) -> Iterator[list[Cell]]:
    """The rows of an export. No total: what the administrator hides is nowhere in it."""
    found: QuerySet[Any] = issued_invoices(page.client, today=page.form.today, on=page.on)
    for row in found.iterator(chunk_size=1000):
        names = [part.name if part else "" for part in (row.party, row.site)]
        other = row.ttc.amount - row.collected - row.left
        amounts = [row.ht.amount, row.vat.amount, row.ttc.amount, row.collected, other, row.left]
        yield [
            str(row),
            row.document.day,
            row.due,
            *names,
            STATUSES[row.status],
            *amounts,
            page.client.account.currency,
        ]
