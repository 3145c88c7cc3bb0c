"""Credit notes as files, handed out and logged."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from credits.models import CreditNote
from credits.services import draft_credit_pdf, print_credit_note
from office.access import role, user_of
from office.clock import today
from office.models import Role
from office.pdf import pdf_response


@role(Role.FRONT_DESK)
def credit_note_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    notes = CreditNote.objects.select_related("document", "client__account", "party", "site", "invoice")
    note: CreditNote = get_object_or_404(notes, pk=pk)
    if note.document_id is None:
        return pdf_response(f"brouillon-avoir-{pk}.pdf", draft_credit_pdf(note, on=today()))
    file = print_credit_note(note, by=user_of(request), at=timezone.now())
    return pdf_response(file.name, bytes(file.content))
