"""The windows of a client's figures, and the page of a document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from clients.sheet import Sheet, sheet
from invoicing.queries import visits_to_invoice
from ledger.models import Document
from office.access import role, user_of
from office.models import Role
from office.windows import window
from statements import queries


@role(Role.FRONT_DESK)
def client_balance(request: HttpRequest, code: str) -> HttpResponse:
    return _detailed_balance(request, sheet(request, code), "balance")


@role(Role.FRONT_DESK)
def client_unpaid(request: HttpRequest, code: str) -> HttpResponse:
    return _detailed_balance(request, sheet(request, code), "unpaid")


def _detailed_balance(request: HttpRequest, page: Sheet, figure: str) -> HttpResponse:
    """Le solde client détaillé, which adds up to the figure that was clicked."""
    context = {
        "sheet": page,
        "figure": figure,
        "open": queries.open_account(page.client.account, today=page.form.today, on=page.on),
        "visits": list(visits_to_invoice(page.client, page.on)),
    }
    title = page.client.name
    return window(request, "statements/_detailed_balance.html", context, title=title, status=page.status)


@role(Role.FRONT_DESK)
def client_credits(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    context = {"sheet": page, "groups": queries.open_credits(page.client.account, page.on)}
    title = page.client.name
    return window(request, "statements/_credits.html", context, title=title, status=page.status)


@role(Role.FRONT_DESK)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Document.objects.select_related("account__client", "party", "site"), pk=pk)
    items = queries.items_now(found)
    context = {
        "document": found,
        "client": found.account.client,
        "items": items,
        "settlements": queries.settlements(found, items),
        "visits": queries.visits_of(found),
        "movement": queries.movement_of(found),
        "incident": queries.incident_of(found),
        "entries": queries.entries_of(found) if user_of(request).may(Role.ACCOUNTANT) else None,
    }
    return render(request, "statements/document.html", context)
