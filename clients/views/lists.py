"""The list of clients, and what is filtered of it as a file."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from clients.filters import ClientFilter
from clients.models import Client
from clients.queries import Totals, balances, documents_named, found, totals_by_status
from clients.tables import ClientTable, PickedClients
from ledger.balance import STATUSES
from office.access import role
from office.clock import today
from office.exports import FORMATS, Cell
from office.forms import form_status
from office.models import Role
from office.tables import ordered, paged
from office.templatetags.ui import Tab

HEADINGS = ("Code", "Client", "Établissement", "Facturé", "Encaissé", "Encours", "Solde", "Devise", "Statut")
BATCH = 1000


@role(Role.FRONT_DESK)
def client_list(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    others = _others(filters)
    summary = totals_by_status(others.qs if others.accounts is None else others.accounts, today=today())
    chosen = filters.chosen_status
    shown = [total for status in summary if chosen in {"", status} for total in summary[status].values()]
    picked = PickedClients(filters.qs, sum(total.count for total in shown), filters.accounts)
    table = paged(ClientTable(picked, today=today()), request)
    table.balances = balances((row.record for row in table.page), today=today())
    context = {
        "filters": filters,
        "table": table,
        "statuses": _statuses(filters, summary),
        "totals": _by_currency(shown),
        "documents": documents_named(filters.text),
        "query": request.GET.urlencode(),
    }
    return render(request, "clients/client_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def client_export(request: HttpRequest, form: str) -> HttpResponseBase:
    filters = _filters(request)
    if form not in FORMATS or not filters.is_valid():
        raise Http404
    table = ordered(ClientTable(filters.qs, today=today()), request.GET)
    keys = list(table.data.data.values_list("pk", flat=True))
    return FORMATS[form](f"clients-{today():%Y-%m-%d}", HEADINGS, _rows(keys))


def _filters(request: HttpRequest) -> ClientFilter:
    return ClientFilter(request.GET, found().select_related("site", "account"), today=today())


def _others(filters: ClientFilter) -> ClientFilter:
    """The same filters but for the status."""
    return ClientFilter({**filters.data.dict(), "status": ""}, filters.queryset, today=filters.today)


def _statuses(filters: ClientFilter, summary: dict[str, dict[str, Totals]]) -> list[Tab]:
    """The quick filters: all, and each status, with how many clients the other filters leave."""
    counts = {status: sum(total.count for total in totals.values()) for status, totals in summary.items()}
    choices = [
        ("", "Tous", sum(counts.values())),
        *((code, label, counts.get(code, 0)) for code, label in STATUSES.items()),
    ]
    chosen = filters.chosen_status
    return [Tab(label, filters.address(status=code), count, current=code == chosen) for code, label, count in choices]


def _by_currency(totals: list[Totals]) -> list[Totals]:
    sums: dict[str, Totals] = {}
    for total in totals:
        currency = str(total.balance.currency)
        sums[currency] = sums[currency] + total if currency in sums else total
    return [sums[currency] for currency in sorted(sums)]


def _rows(keys: list[int]) -> Iterator[list[Cell]]:
    """The rows of an export, read so many at a time."""
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        clients = Client.objects.select_related("site", "account").in_bulk(batch)
        figures = balances(clients.values(), today=today())
        for client in (clients[key] for key in batch if key in clients):
            told = figures[client.pk]
            amounts = [amount.amount for amount in (told.invoiced, told.collected, told.outstanding, told.balance)]
            site = client.site.name if client.site else ""
            yield [client.code, client.listed_name, site, *amounts, client.account.currency, told.status_label]
