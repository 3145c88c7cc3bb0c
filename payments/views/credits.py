"""Utiliser un avoir on an invoice; solder les avoirs, many at once."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST
from djmoney.money import Money

from credits.queries import named_documents
from invoicing.actions import refusals
from invoicing.models import Invoice
from invoicing.statuses import with_status
from ledger.models import OpenItem
from office import jobs
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.tables import ROWS
from payments import services, tasks
from payments.filters import SettleableFilter
from payments.forms import SettleForm, UndoSettlingForm, UseCreditForm
from payments.models import SettlingBatch
from payments.queries import made_by, open_for_payment, settleable, settlings


@role(Role.FRONT_DESK)
def invoice_use_credit(request: HttpRequest, pk: int) -> HttpResponse:
    """Utiliser un avoir: the one that names the invoice is chosen already, and as much of it as the invoice takes."""
    found = Invoice.objects.select_related("client__account", "document", "party", "site")
    invoice: Any = get_object_or_404(with_status(found, today=today()), pk=pk)
    credits, currency = _credits_for(invoice), invoice.client.account.currency
    form = UseCreditForm(request.POST or None, credits=credits, left=invoice.left, currency=currency)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.use_item(
                credit=given["credit"],
                invoice=invoice,
                amount=Money(given["amount"], currency),
                op=form.operation(request),
            )
        except SoldeError as error:
            form.add_error("amount" if error.field == "amount" else None, error.message)
        else:
            messages.success(request, f"L’avoir est utilisé sur la facture {invoice}.")
            return redirect("document", invoice.document_id)
    context = {
        "invoice": invoice,
        "client": invoice.client,
        "currency": currency,
        "form": form,
        "credits": credits,
        "refused": refusals(invoice).get("use_credit", ""),
        "back": reverse("document", args=[invoice.document_id])
        if invoice.document_id
        else reverse("invoice_detail", args=[pk]),
    }
    return render(request, "payments/invoice_use_credit.html", context, status=form_status(form))


def _credits_for(invoice: Any) -> list[OpenItem]:
    """What the client of an invoice, or its passer-by, has to use: first what names the invoice, then the oldest."""
    items = [item for item in open_for_payment(invoice.client.account) if not item.is_debit]
    items = [item for item in items if item.party_id == invoice.party_id]
    named = named_documents(items)
    return sorted(items, key=lambda item: (invoice.document_id not in named.get(item.pk, ()), item.day, item.pk))


@role(Role.ACCOUNTANT)
def credits_settle(request: HttpRequest) -> HttpResponse:
    """Solder les avoirs: tick, Générer. More than fifty are done by a job."""
    filters = SettleableFilter(request.GET, settleable())
    keys = list(filters.qs.values_list("item", flat=True))
    form = SettleForm(request.POST or None, items=keys)
    if form.is_valid():
        try:
            batch = services.ask_settling(credits=form.chosen, op=form.operation(request))
        except SoldeError as error:
            form.add_error("credits", error.message)
        else:
            _begin(batch)
            return redirect("settling_detail", batch.pk)
    page = Paginator(filters.qs, ROWS).get_page(request.GET.get("page"))
    batches = SettlingBatch.objects.select_related("operation__user").order_by("-pk")[:5]
    context = {
        "filters": filters,
        "form": form,
        "page": page,
        "rows": settlings(page.object_list),
        "batches": list(batches),
    }
    return render(request, "payments/credits_settle.html", context, status=form_status(form))


def _begin(batch: SettlingBatch) -> None:
    """Do a batch: at once if it is small, else by a job. Sent twice, what is done stays done."""
    if batch.total > services.AT_ONCE:
        tasks.settle_credits.defer(key=batch.pk)
        return
    while not batch.is_done:
        batch = services.settle_step(batch.pk)


@role(Role.ACCOUNTANT)
def settling_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _settling(request, _batch(pk), UndoSettlingForm())


@role(Role.ACCOUNTANT)
@require_POST
def settling_undo(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(pk)
    form = UndoSettlingForm(request.POST)
    if form.is_valid():
        try:
            services.undo_settling(batch=batch, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Le lot est annulé\u00a0: ses avoirs sont de nouveau disponibles.")
            return redirect("settling_detail", pk)
    return _settling(request, batch, form)


def _settling(request: HttpRequest, batch: SettlingBatch, form: UndoSettlingForm) -> HttpResponse:
    made = made_by(batch)
    context = {
        "batch": batch,
        "form": form,
        "made": made,
        "credits": len({one.credit_id for one in made}),
        "is_waiting": not batch.is_done and not jobs.is_worker_running(now()),
        "may_undo": user_of(request).may(Role.ACCOUNTANT) and batch.is_done and batch.undone_by_id is None,
    }
    return render(request, "payments/settling_detail.html", context, status=form_status(form))


def _batch(pk: int) -> SettlingBatch:
    return get_object_or_404(SettlingBatch.objects.select_related("operation__user", "undone_by__user"), pk=pk)
