"""Ventes > Avoirs: the credit notes of all clients, as files too."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from credits.filters import AllCreditNotesFilter
from credits.queries import all_credit_notes, sums
from credits.statuses import STATUSES, with_left
from credits.tables import AllCreditNotesTable
from office.access import role, user_of
from office.clock import today
from office.exports import FORMATS, Cell
from office.forms import form_status
from office.models import Role
from office.tables import Picked, ordered, paged
from office.templatetags.ui import Tab

HEADINGS = (
    *("Numéro", "Date", "Code", "Client", "Passager", "Établissement", "Sur la facture", "Statut"),
    *("Total HT", "TVA", "Montant TTC", "Reste à utiliser", "Devise"),
)


@role(Role.FRONT_DESK)
def credit_note_list(request: HttpRequest) -> HttpResponse:
    filters = AllCreditNotesFilter(request.GET, all_credit_notes())
    count, chosen = filters.qs.order_by().count(), filters.chosen_status
    table = paged(_table(request, Picked(with_left(filters.qs), count)), request)
    tabs = [
        Tab(label, filters.address(status=code), count if code == chosen else None, current=code == chosen)
        for code, label in {"": "Tous", **STATUSES}.items()
    ]
    context = {
        "filters": filters,
        "table": table,
        "statuses": tabs,
        "totals": sums(filters.qs),
        "query": request.GET.urlencode(),
    }
    return render(request, "credits/credit_note_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def credit_note_export(request: HttpRequest, form: str) -> HttpResponseBase:
    filters = AllCreditNotesFilter(request.GET, all_credit_notes())
    if form not in FORMATS or not filters.is_valid():
        raise Http404
    table = ordered(_table(request, with_left(filters.qs)), request.GET)
    return FORMATS[form](f"avoirs-{today():%Y-%m-%d}", HEADINGS, _rows(table.data.data))


def _table(request: HttpRequest, notes: Any) -> AllCreditNotesTable:
    return AllCreditNotesTable(notes, role=Role(user_of(request).role))


def _rows(notes: Any) -> Iterator[list[Cell]]:
    for row in notes.iterator(chunk_size=1000):
        yield [
            *(str(row), row.day, row.client.code, row.client.listed_name),
            *(part.name if part else "" for part in (row.party, row.site)),
            *(str(row.invoice) if row.invoice else "global", STATUSES[row.status]),
            *(row.ht.amount, row.vat.amount, row.ttc.amount, row.left if row.document_id else None),
            row.client.account.currency,
        ]
