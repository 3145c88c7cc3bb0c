"""What a line editor finds in the catalogue while one types; a page of it without script."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from invoicing.forms import TariffSearchForm, typed_price, typed_rate
from invoicing.models import Item, Tariff
from invoicing.queries import MOST_FOUND, tariffs_found
from invoicing.services import price_of
from office.access import role
from office.clock import today
from office.forms import form_status
from office.models import Role
from office.queries import company


@dataclass(frozen=True, slots=True)
class Offer:
    """A tariff with its unit price in the basis that was asked for, to be read and as a line's fields hold them."""

    tariff: Tariff
    unit_price: Decimal

    @property
    def typed_price(self) -> str:
        return typed_price(self.unit_price)

    @property
    def typed_rate(self) -> str:
        return typed_rate(self.tariff.vat_rate)


@role(Role.FRONT_DESK)
def catalogue_search(request: HttpRequest) -> HttpResponse:
    """Answer the options for a line's search box; without htmx, a page to read."""
    form = TariffSearchForm({"on": today().isoformat(), **request.GET.dict()})
    includes_vat, groups = company().prices_include_vat, []
    if form.is_valid():
        asked = form.cleaned_data
        includes_vat = includes_vat if asked["ttc"] is None else asked["ttc"]
        groups = _offers(asked["q"], asked["on"] or today(), asked["kind"], includes_vat=includes_vat)
    count = sum(len(offers) for _, offers in groups)
    context = {"form": form, "groups": groups, "count": count, "is_cut": count >= MOST_FOUND, "ttc": includes_vat}
    context |= {"text": form.cleaned_data.get("q", ""), "currency": company().currency}
    page = "invoicing/_tariffs_found.html" if HtmxDetails(request) else "invoicing/tariff_search.html"
    return render(request, page, context, status=form_status(form))


def _offers(text: str, on: date, kind: str, *, includes_vat: bool) -> list[tuple[Item, list[Offer]]]:
    return [
        (found.item, [Offer(tariff, price_of(tariff, prices_include_vat=includes_vat)) for tariff in found.tariffs])
        for found in tariffs_found(text, on, kind=kind)
    ]
