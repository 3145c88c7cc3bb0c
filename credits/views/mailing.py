"""A credit note sent to its client by e-mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from clients.sending import Parcel, send_page
from credits.e_documents import e_credit_note
from credits.models import CreditNote
from credits.services import LETTER, credit_note_file, letter_values
from invoicing.services import file_name
from office.access import role
from office.models import Role


@role(Role.FRONT_DESK)
def credit_note_mail(request: HttpRequest, pk: int) -> HttpResponse:
    found = CreditNote.objects.select_related("document__account", "client__account", "party", "site")
    note: CreditNote = get_object_or_404(found, pk=pk)
    if note.document is None:
        raise Http404
    parcel = Parcel(
        title=f"Avoir {note}",
        client=note.client,
        letter=LETTER,
        values=letter_values(note),
        attached=file_name(e_credit_note(note)),
        attached_url=reverse("credit_note_pdf", args=[pk]),
        make=lambda: [credit_note_file(note, at=timezone.now())],
        back=reverse("document", args=[note.document_id]),
        document=note.document,
    )
    return send_page(request, parcel)
