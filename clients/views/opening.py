"""The opening balance of a client, by hand: set, changed, removed, with its history."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from clients import services
from clients.forms import CREDIT, OWED, OpeningForm, RemoveOpeningForm
from clients.models import Client
from clients.queries import Opening, openings
from office.access import role
from office.amounts import format_plain
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role


@role(Role.ACCOUNTANT)
def client_opening(request: HttpRequest, code: str) -> HttpResponse:
    client = _client(code)
    rows = openings(client.account)
    form = OpeningForm(request.POST or None, initial=_known(rows))
    if form.is_valid() and not client.account.walk_in:
        try:
            amount, day, due = form.money(client.account.currency), form.cleaned_data["day"], form.due_day
            services.set_opening_balance(client=client, amount=amount, on=day, due=due, op=form.operation(request))
        except SoldeError as error:
            form.add_error(error.field or "amount", error.message)
        else:
            messages.success(request, "Le solde à nouveau est enregistré.")
            return redirect("client_opening", code)
    context = {"client": client, "form": form, "rows": rows, "live": _live(rows), "removal": RemoveOpeningForm()}
    status = 422 if request.method == "POST" else form_status(form)
    return render(request, "clients/client_opening.html", context, status=status)


@role(Role.ACCOUNTANT)
def client_opening_remove(request: HttpRequest, code: str) -> HttpResponse:
    client = _client(code)
    rows = openings(client.account)
    form = RemoveOpeningForm(request.POST or None)
    if form.is_valid():
        try:
            services.remove_opening_balance(client=client, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Le solde à nouveau est retiré.")
            return redirect("client_opening", code)
    context = {"client": client, "form": form, "live": _live(rows)}
    status = 422 if request.method == "POST" else form_status(form)
    return render(request, "clients/client_opening_remove.html", context, status=status)


def _live(rows: list[Opening]) -> Opening | None:
    return next((row for row in rows if row.is_live), None)


def _known(rows: list[Opening]) -> dict[str, Any]:
    """What the form shows of the balance that is set."""
    live = _live(rows)
    if live is None:
        return {}
    side = OWED if live.amount > 0 else CREDIT
    return {
        "side": side,
        "amount": format_plain(abs(live.amount)),
        "day": live.day,
        "due": live.due if live.amount > 0 else None,
    }


def _client(code: str) -> Client:
    return get_object_or_404(Client.objects.select_related("account"), code=code)
