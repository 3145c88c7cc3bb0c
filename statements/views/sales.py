"""The VAT on what was collected, and the journal of sales."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from office.access import role
from office.models import Role
from statements.views.tabular import table_export, table_page


@role(Role.ACCOUNTANT)
def collected_vat(request: HttpRequest) -> HttpResponse:
    return table_page(request, "collected_vat")


@role(Role.ACCOUNTANT)
def collected_vat_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, "collected_vat", form)


@role(Role.ACCOUNTANT)
def sales_journal(request: HttpRequest) -> HttpResponse:
    return table_page(request, "sales_journal")


@role(Role.ACCOUNTANT)
def sales_journal_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, "sales_journal", form)
