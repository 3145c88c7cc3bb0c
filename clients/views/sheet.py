"""A client's sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clients.cards import cards
from clients.queries import operations, waiting
from clients.sheet import sheet
from clients.tables import OperationTable
from office.access import role
from office.models import Role
from office.tables import paged


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
