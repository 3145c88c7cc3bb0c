"""The list of clients, and what is filtered of it as a file."""

from collections.abc import Iterator
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from clients.filters import ClientFilter
from clients.models import Client
from clients.queries import Totals, are_many, balances, documents_named, found, totals_by_status
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
TOTALS = "totaux"  # the element that the totals stand in, and what asks for them


class Sums:
    """What the clients of a list come to by status, added up once it is asked for."""

    def __init__(self, filters: ClientFilter) -> None:
        self.filters = filters

    @cached_property
    def by_status(self) -> dict[str, dict[str, Totals]]:
        """Of those whom the filters but for the status leave."""
        others = _others(self.filters)
        return totals_by_status(others.qs if others.accounts is None else others.accounts, today=today())

    @property
    def shown(self) -> list[Totals]:
        """Of the clients that are listed."""
        chosen = self.filters.chosen_status
        return [
            total for status in self.by_status if chosen in {"", status} for total in self.by_status[status].values()
        ]

    @property
    def count(self) -> int:
        """How many are listed."""
        return sum(total.count for total in self.shown)


@role(Role.FRONT_DESK)
def client_list(request: HttpRequest) -> HttpResponse:
    filters = _filters(request)
    sums = Sums(filters)
    if HtmxDetails(request).target == TOTALS:
        return _totals(request, sums)
    # Where adding all up takes longer than a page, the page goes ahead, and fetches its totals.
    is_ahead = are_many() and not request.GET.get(TOTALS)
    clients = PickedClients(
        filters.qs, (lambda: sums.count) if is_ahead else sums.count, lambda: filters.accounts, today=today()
    )
    table = paged(ClientTable(clients, today=today(), status=filters.chosen_status), request)
    context = {
        "filters": filters,
        "table": table,
        "documents": documents_named(filters.text),
        "query": request.GET.urlencode(),
        "totals_address": f"?{_with_totals(request)}" if is_ahead else "",
        "statuses": _statuses(filters, None if is_ahead else sums),
        "totals": [] if is_ahead else _by_currency(sums.shown),
    }
    response = render(request, "clients/client_list.html", context, status=form_status(filters.form))
    patch_vary_headers(response, ["HX-Target"])
    return response


def _totals(request: HttpRequest, sums: Sums) -> HttpResponse:
    """What a list that went ahead fetches: its totals, and how many clients there are of each status."""
    context = {
        "totals": _by_currency(sums.shown),
        "count": sums.count,
        "statuses": _statuses(sums.filters, sums),
        "filters": sums.filters,
    }
    response = render(request, "clients/_client_sums.html", context, status=form_status(sums.filters.form))
    patch_vary_headers(response, ["HX-Target"])
    return response


def _with_totals(request: HttpRequest) -> str:
    """The address of the same page with its totals."""
    query = request.GET.copy()
    query[TOTALS] = "oui"
    return query.urlencode()


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


def _statuses(filters: ClientFilter, sums: Sums | None) -> list[Tab]:
    """The quick filters: all, and each status, with how many clients the other filters leave; or None to tell later."""
    counts: dict[str, int] = {}
    for status, totals in sums.by_status.items() if sums else ():
        counts[status] = sum(total.count for total in totals.values())
        counts[""] = counts.get("", 0) + counts[status]
    chosen = filters.chosen_status
    return [
        Tab(
            label,
            filters.address(status=code),
            counts.get(code, 0) if sums else None,
            current=code == chosen,
            name=code or "all",
            is_counted_later=sums is None,
        )
        for code, label in (("", "Tous"), *STATUSES.items())
    ]


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
