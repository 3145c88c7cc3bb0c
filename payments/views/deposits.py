"""Chèques et traites: what is in hand, what was handed to the bank, and the slip that goes with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from ledger.models import Operation
from ledger.queries import default_bank, entries_of
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.pdf import pdf_response
from payments import services
from payments.forms import DepositForm, ReasonForm
from payments.models import Deposit
from payments.queries import depositable, deposits, in_hand, sum_of, types_in_hand
from payments.queries.banking import bank_line_of

SHOWN = 30  # deposits
TICKED = 500  # payments in hand that can be ticked at once


@role(Role.ACCOUNTANT)
def cheque_list(request: HttpRequest) -> HttpResponse:
    """What is in hand; ticked, it is handed to the bank. What is due by now is ticked at first, one type's."""
    types, day = list(types_in_hand()), today()
    wanted = request.GET.get("type") or (types[0].pk if types else "")
    held = in_hand().filter(type=wanted)
    keys = list(held.values_list("pk", flat=True)[:TICKED])  # of many, only those that are shown are read whole
    shown = list(in_hand().filter(pk__in=keys))
    count, total = sum_of(held)
    due = [payment.pk for payment in shown if payment.paid_on <= day]
    form = DepositForm(
        request.POST or None,
        payments=depositable(),  # those that are gone are told by the service, but for the same form sent twice
        initial={"payments": due, "on": day, "bank": default_bank()},
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            deposit = services.deposit_payments(
                payments=list(given["payments"]),
                bank=given["bank"],
                on=given["on"],
                site=user_of(request).site,
                op=form.operation(request),
            )
        except SoldeError as error:
            field = "on" if error.field == "day" else error.field
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, f"La remise {deposit} est enregistrée.")
            return redirect("deposit_detail", deposit.pk)
    context = {
        "form": form,
        "shown": shown,
        "types": types,
        "wanted": wanted,
        "today": day,
        "count": count,
        "left_out": f"{len(shown)} sur {count}, les premiers à encaisser\u00a0: les autres suivront leur remise."
        if count > len(shown)
        else "",
        "total": total,
        "deposits": deposits()[:SHOWN],
    }
    return render(request, "payments/cheque_list.html", context, status=form_status(form))


@role(Role.ACCOUNTANT)
def deposit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    deposit = get_object_or_404(deposits(), pk=pk)
    lines = deposit.lines.select_related("payment__client", "payment__document").order_by("pk")
    context = {
        "deposit": deposit,
        "lines": lines,
        "entries": entries_of(deposit.document),
        "bank_line": bank_line_of(deposit.document),
    }
    return render(request, "payments/deposit_detail.html", context)


@role(Role.ACCOUNTANT)
def deposit_slip(request: HttpRequest, pk: int) -> HttpResponse:
    deposit = get_object_or_404(Deposit.objects.select_related("document__site", "bank", "type"), pk=pk)
    return pdf_response(*services.print_deposit(deposit, by=user_of(request), at=timezone.now()))


@role(Role.ACCOUNTANT)
def deposit_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    deposit = get_object_or_404(Deposit.objects.select_related("document", "entry__journal"), pk=pk)
    form = ReasonForm(request.POST or None, kind=Operation.Kind.CANCEL_DEPOSIT)
    if form.is_valid():
        try:
            services.cancel_deposit(deposit=deposit, op=form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"La remise {deposit} est annulée\u00a0: ses règlements sont de nouveau en main.")
            return redirect("cheque_list")
    return render(request, "payments/deposit_cancel.html", {"form": form, "deposit": deposit}, status=form_status(form))
