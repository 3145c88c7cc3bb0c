"""The list of payments and refunds, and what is filtered of it as a file."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ledger.models import Document
from office.access import role, user_of
from office.clock import today
from office.exports import FORMATS, Cell
from office.forms import form_status
from office.models import Role
from office.tables import ordered, paged
from payments.acts import desk_of
from payments.filters import MovementFilter
from payments.queries import all_movements, movement_totals
from payments.tables import AllMovementsTable, movement_of, paid_by, state_of

HEADINGS = (
    *("Référence", "Date de règlement", "Date de paiement", "Code client", "Client", "Passager", "Établissement"),
    *("Moyen", "Compte bancaire", "Référence du paiement", "État", "Montant", "Trop-perçu", "Devise", "Note"),
)


@role(Role.FRONT_DESK)
def payment_list(request: HttpRequest) -> HttpResponse:
    filters = MovementFilter(request.GET, all_movements())
    table = paged(AllMovementsTable(filters.qs, desk=desk_of(user_of(request))), request)
    context = {
        "filters": filters,
        "table": table,
        "totals": movement_totals(filters.qs),
        "query": request.GET.urlencode(),
    }
    return render(request, "payments/payment_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def payment_export(request: HttpRequest, form: str) -> HttpResponseBase:
    filters = MovementFilter(request.GET, all_movements())
    if form not in FORMATS or not filters.is_valid():
        raise Http404
    table = ordered(AllMovementsTable(filters.qs, desk=desk_of(user_of(request))), request.GET)
    return FORMATS[form](f"reglements-{today():%Y-%m-%d}", HEADINGS, _rows(table.data.data))


def _rows(documents: QuerySet[Document]) -> Iterator[list[Cell]]:
    record: Any
    for record in documents.iterator(chunk_size=1000):
        movement, client = movement_of(record), record.account.client
        who = [client.code, client.listed_name, record.party.name if record.party else ""]
        where = [record.site.name if record.site else "", paid_by(record), movement.bank.label if movement.bank else ""]
        amounts = [record.amount, record.left]
        yield [
            *(record.reference, record.day, movement.paid_on, *who, *where, movement.bank_reference),
            *(state_of(record), *amounts, record.account.currency, movement.note),
        ]
