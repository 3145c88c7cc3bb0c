"""The list of clients, a client's sheet, a new client."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clients import services
from clients.cards import cards
from clients.filters import ClientFilter
from clients.forms import ClientForm
from clients.queries import balances, documents_named, found, operations, waiting
from clients.sheet import sheet
from clients.tables import ClientTable, OperationTable
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.tables import paged


@role(Role.FRONT_DESK)
def client_list(request: HttpRequest) -> HttpResponse:
    filters = ClientFilter(request.GET, found())
    table = paged(ClientTable(filters.qs), request)
    table.balances = balances((row.record for row in table.page), today=today())
    context = {"filters": filters, "table": table, "documents": documents_named(filters.text)}
    return render(request, "clients/client_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def client_detail(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    account = page.client.account
    context = {
        "sheet": page,
        "cards": cards(page.balance, waiting(account, page.on), page.address),
        "table": paged(OperationTable(operations(account, page.on), account=account), request),
    }
    return render(request, "clients/client_detail.html", context, status=page.status)


@role(Role.FRONT_DESK)
def client_create(request: HttpRequest) -> HttpResponse:
    form = ClientForm(request.POST or None, initial={"site": user_of(request).site_id})
    if form.is_valid():
        try:
            client = services.register_client(details=form.details(), op=form.operation(request))
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Le client {client.name} est ouvert, sous le code {client.code}.")
            return redirect("client_detail", client.code)
    return render(request, "clients/client_create.html", {"form": form}, status=form_status(form))
