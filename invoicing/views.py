"""A client's visits to invoice, and the page of a visit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from clients.lookups import alerts
from clients.sheet import sheet
from invoicing.models import Visit
from invoicing.queries import basket, visits_to_invoice
from office.access import role
from office.models import Role
from office.windows import window


@role(Role.FRONT_DESK)
def client_to_invoice(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    context = {"sheet": page, "visits": list(visits_to_invoice(page.client, page.on))}
    return window(request, "invoicing/_to_invoice.html", context, title=page.client.name, status=page.status)


@role(Role.FRONT_DESK)
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(Visit.objects.select_related("client__account", "party", "site"), pk=pk)
    context = {"visit": visit, "basket": basket(visit), "alerts": alerts(visit.client)}
    return render(request, "invoicing/visit_detail.html", context)
