"""A receipt sent to its client by e-mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from clients.sending import Parcel, send_page
from office.access import role
from office.models import Role
from payments.models import Payment, Refund
from payments.services import LETTER, letter_values, receipt_file

ABOUT = ("document__account", "document__party", "client__account")


@role(Role.FRONT_DESK)
def payment_mail(request: HttpRequest, pk: int) -> HttpResponse:
    payment: Payment = get_object_or_404(Payment.objects.select_related(*ABOUT), pk=pk)
    return _send(request, payment, reverse("payment_receipt", args=[pk]))


@role(Role.FRONT_DESK)
def refund_mail(request: HttpRequest, pk: int) -> HttpResponse:
    refund: Refund = get_object_or_404(Refund.objects.select_related(*ABOUT), pk=pk)
    return _send(request, refund, reverse("refund_receipt", args=[pk]))


def _send(request: HttpRequest, movement: Payment | Refund, pdf: str) -> HttpResponse:
    parcel = Parcel(
        title=f"Reçu {movement}",
        client=movement.client,
        letter=LETTER,
        values=letter_values(movement),
        attached=f"recu-{movement}.pdf",
        attached_url=pdf,
        make=lambda: [receipt_file(movement, at=timezone.now())],
        back=reverse("document", args=[movement.document_id]),
        document=movement.document,
    )
    return send_page(request, parcel)
