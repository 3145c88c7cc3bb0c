"""The list of clients."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clients.filters import ClientFilter
from clients.queries import balances, documents_named, found
from clients.tables import ClientTable
from office.access import role
from office.clock import today
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
