"""The frame of a client's sheet: its head, its four amounts, and the tab that an app fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.cache import patch_vary_headers

from clients.cards import cards
from clients.sheet import Sheet, is_alone
from office.templatetags.ui import Tab


@dataclass(frozen=True, slots=True)
class Part:
    """A tab of the sheet. url_name: of the view that fills it, in whichever app.

    counts: the relations of a client that its count adds up, of COUNTED.
    """

    label: str
    url_name: str
    counts: tuple[str, ...] = ()


PARTS = (
    Part("Opérations", "client_detail"),
    Part("Financier", "client_financial"),
    Part("Visites", "client_visits", ("visits",)),
    Part("Factures", "client_invoices", ("invoices",)),
    Part("Avoirs", "client_credit_notes", ("credit_notes",)),
    Part("Règlements", "client_payments", ("payments", "refunds")),
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
    status = page.status if status is None else status
    parts = {**context, "sheet": page, "fragment": fragment, "tabs": tabs(page, part)}
    if is_alone(request):
        response = render(request, "clients/_tab.html", parts, status=status)
    else:
        figures = cards(page.balance, page.waiting, page.address, page.shown)
        response = render(request, "clients/client_detail.html", {**parts, "cards": figures}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def tabs(page: Sheet, current: str) -> list[Tab]:
    """The tabs of a client on the day that is shown, each with how many rows wait behind it."""
    found = []
    for part in PARTS:
        try:
            url = page.address(part.url_name)
        except NoReverseMatch:  # the app that owns it isn't there: clients stands below it and asks for nothing else
            continue
        count = sum(page.counts[name] for name in part.counts) if part.counts else None
        found.append(Tab(part.label, url, count, current=part.url_name == current, name=part.url_name))
    return found
