"""A client's visits and invoices, what is to invoice, and the page of a visit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from clients.queries import alerts
from clients.sheet import sheet, window_of
from clients.tabs import tab
from invoicing.models import Visit
from invoicing.queries import basket, invoices, visits, visits_to_invoice
from invoicing.tables import InvoiceTable, VisitTable
from office.access import role
from office.models import Role
from office.tables import paged
from office.windows import window


@role(Role.FRONT_DESK)
def client_to_invoice(request: HttpRequest, code: str) -> HttpResponse:
    page = window_of(request, code, "to_invoice")
    context = {"sheet": page, "visits": list(visits_to_invoice(page.client, page.on))}
    return window(request, "invoicing/_to_invoice.html", context, title=page.client.name, status=page.status)


@role(Role.FRONT_DESK)
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(Visit.objects.select_related("client__account", "party", "site"), pk=pk)
    context = {"visit": visit, "basket": basket(visit), "alerts": alerts(visit.client)}
    return render(request, "invoicing/visit_detail.html", context)


@role(Role.FRONT_DESK)
def client_visits(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    table = paged(VisitTable(visits(page.client, page.on), account=page.client.account), request)
    return tab(request, page, "invoicing/_client_visits.html", {"table": table}, part="client_visits")


@role(Role.FRONT_DESK)
def client_invoices(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    rows = invoices(page.client, today=page.form.today, on=page.on)
    table = paged(InvoiceTable(rows, account=page.client.account), request)
    return tab(request, page, "invoicing/_client_invoices.html", {"table": table}, part="client_invoices")
