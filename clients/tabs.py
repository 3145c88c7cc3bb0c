"""The frame of a client's sheet: its head, its four amounts, and the tab that an app fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from clients.cards import cards
from clients.models import Client
from clients.queries import waiting
from clients.sheet import Sheet
from office.queries import shown_balances
from office.templatetags.ui import Tab


@dataclass(frozen=True, slots=True)
class Part:
    """A tab of the sheet. url_name: of the view that fills it, in whichever app.

    counts: the relations of a client that its count adds up, each with the path to the accounting day of its rows.
    """

    label: str
    url_name: str
    counts: Mapping[str, str] | None = None


WHOLE = "page"  # the element that holds all of a page but the menu

PARTS = (
    Part("Opérations", "client_detail"),
    Part("Financier", "client_financial"),
    Part("Visites", "client_visits", {"visits": "day"}),
    Part("Factures", "client_invoices", {"invoices": "document__day"}),
    Part("Avoirs", "client_credit_notes", {"credit_notes": "document__day"}),
    Part("Règlements", "client_payments", {"payments": "document__day", "refunds": "document__day"}),
    Part("Coordonnées", "client_contacts"),
)


def tab(
    request: HttpRequest,
    page: Sheet,
    fragment: str,
    context: Mapping[str, Any],
    *,
    part: str,
    status: int | None = None,
) -> HttpResponse:
    """Answer a tab of the sheet: its fragment alone for htmx, else the whole sheet with that tab open.

    fragment: the template of what stands in the tab; it is given `sheet` and `context`. part: the URL name.
    status: by default that of the day in the address. A page that was changed in place is fetched whole by htmx too.
    """
    htmx = HtmxDetails(request)
    alone = bool(htmx) and not htmx.history_restore_request and htmx.target != WHOLE
    status = page.status if status is None else status
    parts = {**context, "sheet": page, "fragment": fragment, "tabs": tabs(page, part)}
    if alone:
        response = render(request, "clients/_tab.html", parts, status=status)
    else:
        figures = cards(page.balance, waiting(page.client.account, page.on), page.address, shown_balances())
        response = render(request, "clients/client_detail.html", {**parts, "cards": figures}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def tabs(page: Sheet, current: str) -> list[Tab]:
    """The tabs of a client on the day that is shown, each with how many rows wait behind it."""
    counts = _counts(page.client, page.on)
    found = []
    for part in PARTS:
        try:
            url = page.address(part.url_name)
        except NoReverseMatch:  # the app that owns it isn't there: clients stands below it and asks for nothing else
            continue
        count = sum(counts[name] for name in part.counts) if part.counts else None
        found.append(Tab(part.label, url, count, current=part.url_name == current, name=part.url_name))
    return found


def _counts(client: Client, on: date | None) -> dict[str, int]:
    """How many rows each relation of a client has, in one query; drafts count today, on no past day."""
    relations = {name: path for part in PARTS for name, path in (part.counts or {}).items()}
    numbers = {f"n_{name}": _number(name, path, on) for name, path in relations.items()}
    row = Client.objects.filter(pk=client.pk).annotate(**numbers).values_list(*numbers).get()
    return dict(zip(relations, row, strict=True))


def _number(name: str, path: str, on: date | None) -> Coalesce:
    model: Any = Client._meta.get_field(name).related_model
    rows: QuerySet[Any] = model.objects.filter(Q(**{f"{path}__lte": on}) if on else Q(), client=OuterRef("pk"))
    number = rows.order_by().values("client").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
