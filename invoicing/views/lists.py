"""Ventes: the visits and the invoices of all clients, as files too, and where a new one begins."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from clients.queries import found
from invoicing.filters import AllInvoicesFilter, AllVisitsFilter, SalesFilter
from invoicing.forms import ClientForm
from invoicing.queries import (
    EMPTY,
    INVOICED,
    VISIT_STATES,
    WAITING,
    all_invoices,
    all_visits,
    sums,
    sums_waiting,
    with_amounts,
    with_collected,
)
from invoicing.statuses import STATUSES, with_status
from invoicing.tables import AllInvoicesTable, AllVisitsTable
from office.access import role
from office.clock import today
from office.exports import FORMATS, Cell
from office.forms import form_status
from office.models import Role
from office.tables import Picked, ordered, paged
from office.templatetags.ui import Tab

INVOICE_HEADINGS = (
    *("Numéro", "Date", "Échéance", "Code", "Client", "Passager", "Établissement", "Statut", "En litige"),
    *("Total HT", "TVA", "Facturé", "Encaissé", "Avoirs et autres", "Reste dû", "Devise"),
)
VISIT_HEADINGS = (
    *("Date", "Nature", "Pour", "Code", "Client", "Passager", "Établissement", "Avancement", "Statut"),
    *("Total TTC", "À facturer", "Devise"),
)
OFFERED = 20  # clients, where a sale begins


@role(Role.FRONT_DESK)
def invoice_list(request: HttpRequest) -> HttpResponse:
    filters = AllInvoicesFilter(request.GET, all_invoices(), today=today())
    count = filters.qs.order_by().count()
    table = paged(AllInvoicesTable(Picked(with_status(filters.qs, today=today()), count)), request)
    context = {
        "filters": filters,
        "table": table,
        "statuses": _tabs(filters, STATUSES, count),
        "totals": sums(filters.qs, whole=not filters.is_set),
        "query": request.GET.urlencode(),
    }
    return render(request, "invoicing/invoice_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def invoice_export(request: HttpRequest, form: str) -> HttpResponseBase:
    filters = AllInvoicesFilter(request.GET, all_invoices(), today=today())
    if form not in FORMATS or not filters.is_valid():
        raise Http404
    table = ordered(AllInvoicesTable(with_collected(with_status(filters.qs, today=today()))), request.GET)
    return FORMATS[form](f"factures-{today():%Y-%m-%d}", INVOICE_HEADINGS, _invoice_rows(table.data.data))


@role(Role.FRONT_DESK)
def visit_list(request: HttpRequest) -> HttpResponse:
    filters = AllVisitsFilter(request.GET, all_visits())
    count = filters.qs.order_by().count()
    table = paged(AllVisitsTable(Picked(with_amounts(filters.qs), count)), request)
    context = {
        "filters": filters,
        "table": table,
        "statuses": _tabs(filters, VISIT_STATES, count),
        "totals": sums_waiting(filters.qs, whole=not filters.is_set),
        "query": request.GET.urlencode(),
    }
    return render(request, "invoicing/visit_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def visit_export(request: HttpRequest, form: str) -> HttpResponseBase:
    filters = AllVisitsFilter(request.GET, all_visits())
    if form not in FORMATS or not filters.is_valid():
        raise Http404
    table = ordered(AllVisitsTable(with_amounts(filters.qs)), request.GET)
    return FORMATS[form](f"visites-{today():%Y-%m-%d}", VISIT_HEADINGS, _visit_rows(table.data.data))


@role(Role.FRONT_DESK)
def sale_begin(request: HttpRequest, what: str) -> HttpResponse:
    """For whom a new visit or invoice is: a client to be found, the passers-by offered first."""
    form = ClientForm(request.GET)
    clients = found(form.text).filter(is_archived=False).select_related("account")
    if not form.text:
        clients = clients.filter(account__walk_in=True)
    context = {"what": what, "form": form, "clients": list(clients[: OFFERED + 1]), "most": OFFERED}
    return render(request, "invoicing/sale_begin.html", context, status=form_status(form))


def _tabs(filters: SalesFilter, labels: dict[str, str], count: int) -> list[Tab]:
    """The quick filters: all, and each status; how many rows there are of the one that is chosen."""
    chosen = filters.chosen_status
    return [
        Tab(label, filters.address(status=code), count if code == chosen else None, current=code == chosen)
        for code, label in {"": "Toutes", **labels}.items()
    ]


def _invoice_rows(invoices: Any) -> Iterator[list[Cell]]:
    for row in invoices.iterator(chunk_size=1000):
        other = row.ttc.amount - row.collected - row.left if row.document_id else None
        amounts = [row.ht.amount, row.vat.amount, row.ttc.amount, row.collected if row.document_id else None, other]
        yield [
            *(str(row), row.day, row.due, row.client.code, row.client.listed_name),
            *(part.name if part else "" for part in (row.party, row.site)),
            *(STATUSES[row.status], "oui" if row.disputed else "", *amounts),
            row.left if row.document_id else None,
            row.client.account.currency,
        ]


def _state(visit: Any) -> str:
    """The state of a row with its amounts, in a word."""
    return VISIT_STATES[WAITING if visit.left else INVOICED if visit.invoiced else EMPTY]


def _visit_rows(visits: Any) -> Iterator[list[Cell]]:
    for row in visits.iterator(chunk_size=1000):
        yield [
            *(row.day, row.get_kind_display(), row.subject, row.client.code, row.client.listed_name),
            *(part.name if part else "" for part in (row.party, row.site)),
            *(row.get_progress_display(), _state(row), row.left + row.invoiced, row.left),
            row.client.account.currency,
        ]
