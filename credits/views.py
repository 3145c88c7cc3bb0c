"""A client's credit notes, and each as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from clients.sheet import sheet
from clients.tabs import tab
from credits.models import CreditNote
from credits.queries import credit_notes
from credits.services import print_credit_note
from credits.tables import CreditNoteTable
from office.access import role, user_of
from office.models import Role
from office.pdf import pdf_response
from office.tables import paged


@role(Role.FRONT_DESK)
def client_credit_notes(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    table = paged(CreditNoteTable(credit_notes(page.client, page.on), account=page.client.account), request)
    return tab(request, page, "credits/_client_credit_notes.html", {"table": table}, part="client_credit_notes")


@role(Role.FRONT_DESK)
def credit_note_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    note: CreditNote = get_object_or_404(CreditNote.objects.select_related("document"), pk=pk)
    if note.document_id is None:
        raise Http404
    file = print_credit_note(note, by=user_of(request), at=timezone.now())
    return pdf_response(file.name, bytes(file.content))
