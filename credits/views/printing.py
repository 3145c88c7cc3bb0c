"""Credit notes as files, handed out and logged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from credits.models import CreditNote
from credits.services import print_credit_note
from office.access import role, user_of
from office.models import Role
from office.pdf import pdf_response


@role(Role.FRONT_DESK)
def credit_note_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    note: CreditNote = get_object_or_404(CreditNote.objects.select_related("document"), pk=pk)
    if note.document_id is None:
        raise Http404
    file = print_credit_note(note, by=user_of(request), at=timezone.now())
    return pdf_response(file.name, bytes(file.content))
