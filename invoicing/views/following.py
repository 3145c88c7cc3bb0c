"""What is done with an invoice once it is issued: disputed, rescheduled, drafted again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from invoicing import services
from invoicing.actions import refusals
from invoicing.forms import DisputeForm, EndDisputeForm, PlainDraftForm, RescheduleForm
from invoicing.models import Dispute, Invoice
from invoicing.queries import content_of
from invoicing.services import open_debts
from invoicing.statuses import with_status
from invoicing.terms import add_months
from office.access import role
from office.amounts import ZERO
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role


@role(Role.FRONT_DESK)
def invoice_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft another invoice of the same lines, once it is confirmed."""
    invoice = _invoice(pk)
    form = PlainDraftForm(request.POST or None)
    if form.is_valid():
        try:
            draft = services.duplicate_invoice(invoice=invoice, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Le brouillon est créé\u00a0: vérifiez ses lignes, puis émettez-le.")
            return redirect("invoice_detail", draft.pk)
    return _page(request, "invoicing/invoice_duplicate.html", invoice, form, {"content": content_of(invoice)})


@role(Role.FRONT_DESK)
def invoice_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Mettre en litige; of an invoice that is disputed, lift it."""
    invoice = _invoice(pk)
    form = DisputeForm(request.POST or None)
    if form.is_valid():
        try:
            services.dispute_invoice(
                invoice=invoice, reason=form.cleaned_data["reason"].strip(), op=form.operation(request)
            )
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"La facture {invoice} est en litige\u00a0: lots et relances la laissent.")
            return redirect("document", invoice.document_id)
    return _dispute(request, invoice, form)


@role(Role.FRONT_DESK)
@require_POST
def invoice_dispute_end(request: HttpRequest, pk: int) -> HttpResponse:
    invoice = _invoice(pk)
    form = EndDisputeForm(request.POST)
    if form.is_valid():
        try:
            services.end_dispute(invoice=invoice, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"Le litige de la facture {invoice} est levé.")
            return redirect("document", invoice.document_id)
    return _dispute(request, invoice, DisputeForm(), end=form)


def _dispute(
    request: HttpRequest, invoice: Any, form: DisputeForm, *, end: EndDisputeForm | None = None
) -> HttpResponse:
    dispute = Dispute.objects.filter(invoice=invoice, ended_by=None).select_related("operation__user").first()
    context = {"dispute": dispute, "end": end or EndDisputeForm()}
    return _page(request, "invoicing/invoice_dispute.html", invoice, end or form, {"form": form, **context}, "dispute")


@role(Role.FRONT_DESK)
def invoice_reschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Échelonner le reste dû, seen before it is done: `action=preview` only shows it."""
    invoice = _invoice(pk)
    form = RescheduleForm(request.POST or None, first=add_months(today(), 1))
    debts = open_debts(invoice) if invoice.document_id else []
    left = sum((item.open for item in debts), ZERO)
    dues: list[Any] = []
    if form.is_valid():
        try:
            dues = list(form.instalments(left, today()))
            if request.POST.get("action") != "preview":
                services.reschedule(invoice=invoice, dues=dues, op=form.operation(request))
                messages.success(request, f"Le reste dû de la facture {invoice} est échelonné.")
                return redirect("document", invoice.document_id)
        except SoldeError as error:
            form.refuse(error)
            dues = []
    return _page(
        request,
        "invoicing/invoice_reschedule.html",
        invoice,
        form,
        {"debts": debts, "left": left, "dues": dues},
        "reschedule",
    )


def _page(
    request: HttpRequest, template: str, invoice: Any, form: Any, context: dict[str, Any], action: str = ""
) -> HttpResponse:
    """A page about an action on an invoice. action: the one whose refusal, if any, is told instead of the form."""
    page = {
        "invoice": invoice,
        "client": invoice.client,
        "currency": invoice.client.account.currency,
        "form": form,
        "refused": refusals(invoice).get(action, ""),
        "back": reverse(*_home(invoice)),
    }
    return render(request, template, {**page, **context}, status=form_status(form))


def _home(invoice: Invoice) -> tuple[str, None, list[int]]:
    if invoice.document_id is None:
        return "invoice_detail", None, [invoice.pk]
    return "document", None, [invoice.document_id]


def _invoice(pk: int) -> Any:
    found = Invoice.objects.select_related("client__account", "document", "party", "site")
    return get_object_or_404(with_status(found, today=today()), pk=pk)
