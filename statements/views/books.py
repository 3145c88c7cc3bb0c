"""The grand livre and the balance of clients."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from office.access import role
from office.models import Role
from statements.views.tabular import table_export, table_page


@role(Role.ACCOUNTANT)
def client_balances(request: HttpRequest) -> HttpResponse:
    return table_page(request, "client_balances")


@role(Role.ACCOUNTANT)
def client_balances_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, "client_balances", form)


@role(Role.ACCOUNTANT)
def client_books(request: HttpRequest) -> HttpResponse:
    return table_page(request, "client_books")


@role(Role.ACCOUNTANT)
def client_books_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, "client_books", form)
