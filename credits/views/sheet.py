"""A client's credit notes."""

from django.http import HttpRequest, HttpResponse

from clients.sheet import framed
from clients.tabs import tab
from credits.queries import credit_notes
from credits.tables import CreditNoteTable
from office.access import role, user_of
from office.models import Role
from office.tables import paged


@role(Role.FRONT_DESK)
def client_credit_notes(request: HttpRequest, code: str) -> HttpResponse:
    page = framed(request, code)
    rows, seen_by = credit_notes(page.client, page.on), Role(user_of(request).role)
    table = paged(CreditNoteTable(rows, account=page.client.account, role=seen_by), request)
    return tab(request, page, "credits/_client_credit_notes.html", {"table": table}, part="client_credit_notes")
