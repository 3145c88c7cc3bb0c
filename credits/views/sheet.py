"""A client's credit notes."""

from django.http import HttpRequest, HttpResponse

from clients.sheet import sheet
from clients.tabs import tab
from credits.queries import credit_notes
from credits.tables import CreditNoteTable
from office.access import role
from office.models import Role
from office.tables import paged


@role(Role.FRONT_DESK)
def client_credit_notes(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    table = paged(CreditNoteTable(credit_notes(page.client, page.on), account=page.client.account), request)
    return tab(request, page, "credits/_client_credit_notes.html", {"table": table}, part="client_credit_notes")
