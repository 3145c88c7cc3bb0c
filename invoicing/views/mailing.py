"""An invoice sent to its client by e-mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from clients.sending import Parcel, send_page
from invoicing.models import Invoice
from invoicing.queries import e_document
from invoicing.services import LETTER, file_name, invoice_file, letter_values
from office.access import role
from office.models import Role


@role(Role.FRONT_DESK)
def invoice_mail(request: HttpRequest, pk: int) -> HttpResponse:
    found = Invoice.objects.select_related("document__account", "client__account", "party", "site")
    invoice: Invoice = get_object_or_404(found, pk=pk)
    if invoice.document is None:
        raise Http404
    parcel = Parcel(
        title=f"Facture {invoice}",
        client=invoice.client,
        letter=LETTER,
        values=letter_values(invoice),
        attached=file_name(e_document(invoice)),
        attached_url=reverse("invoice_pdf", args=[pk]),
        make=lambda: [invoice_file(invoice, at=timezone.now())],
        back=reverse("document", args=[invoice.document_id]),
        document=invoice.document,
    )
    return send_page(request, parcel)
