"""Invoices as files, handed out and logged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from invoicing.models import Invoice
from invoicing.services import draft_pdf, print_invoice, print_slip
from office.access import role, user_of
from office.clock import today
from office.models import Role
from office.pdf import pdf_response


@role(Role.FRONT_DESK)
def invoice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    invoice = _invoice(pk)
    if invoice.document_id is None:
        return pdf_response(f"brouillon-{pk}.pdf", draft_pdf(invoice, on=today()))
    file = print_invoice(invoice, by=user_of(request), at=timezone.now())
    return pdf_response(file.name, bytes(file.content))


@role(Role.FRONT_DESK)
def invoice_slip(request: HttpRequest, pk: int) -> HttpResponse:
    invoice = _invoice(pk)
    if invoice.document_id is None:
        raise Http404
    return pdf_response(*print_slip(invoice, by=user_of(request), at=timezone.now()))


def _invoice(pk: int) -> Invoice:
    return get_object_or_404(Invoice.objects.select_related("document", "client__account", "party", "site"), pk=pk)
