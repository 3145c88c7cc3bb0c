"""Cancelling an invoice or a credit note: what that will do is told before."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from credits.forms import CancelCreditForm, CancelInvoiceForm
from credits.models import CreditNote
from credits.queries import claimed_visits, payments_on
from credits.services import cancel_credit_note, cancel_invoice
from invoicing.actions import refusals
from invoicing.models import Invoice
from invoicing.statuses import with_status
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role

HELD = "un règlement de cette facture est dans une caisse clôturée\u00a0: demandez à un comptable de l’annuler"


@role(Role.FRONT_DESK)
def invoice_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Annuler la facture; of one paid in a till that is closed, an accountant's."""
    invoice = _invoice(pk)
    visits = claimed_visits(invoice)
    form = CancelInvoiceForm(request.POST or None, has_visits=bool(visits))
    paid = payments_on(invoice)
    held = "" if user_of(request).may(Role.ACCOUNTANT) or not any(part.is_held for part in paid) else HELD
    if form.is_valid() and not held:  # what its state refuses is told by the service, but to the same form sent twice
        try:
            note = cancel_invoice(invoice=invoice, frees_visits=form.frees_visits, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"La facture {invoice} est annulée par l’avoir {note}.")
            return redirect("document", note.document_id)
    context = {
        "invoice": invoice,
        "client": invoice.client,
        "currency": invoice.client.account.currency,
        "form": form,
        "paid": paid,
        "visits": visits,
        "credits": invoice.ttc.amount - invoice.credited,
        "refused": held or refusals(invoice).get("cancel", ""),
        "back": reverse("document", args=[invoice.document_id])
        if invoice.document_id
        else reverse("invoice_detail", args=[pk]),
    }
    return render(request, "credits/invoice_cancel.html", context, status=422 if form.is_bound else 200)


@role(Role.FRONT_DESK)
def credit_note_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Annuler l’avoir, while nothing of it is used or reserved."""
    found = CreditNote.objects.select_related("client__account", "document", "party", "site")
    note: CreditNote = get_object_or_404(found, pk=pk)
    form = CancelCreditForm(request.POST or None)
    if form.is_valid():
        try:
            invoice = cancel_credit_note(note=note, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"L’avoir {note} est annulé par la facture {invoice}.")
            return redirect("document", invoice.document_id)
    back = (
        reverse("document", args=[note.document_id]) if note.document_id else reverse("credit_note_detail", args=[pk])
    )
    context = {"note": note, "client": note.client, "form": form, "back": back}
    return render(request, "credits/credit_note_cancel.html", context, status=form_status(form))


def _invoice(pk: int) -> Any:
    found = Invoice.objects.select_related("client__account", "document", "party", "site")
    return get_object_or_404(with_status(found, today=today()), pk=pk)
