"""What is done with a credit, whichever document it comes from: used on debts, refunded, kept; small differences."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from djmoney.money import Money

from ledger.models import Document, OpenItem, Reservation
from ledger.queries import live_reservations, till_day
from office.access import role, user_of
from office.amounts import format_amount, format_plain
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from payments import services
from payments.forms import RefundForm, ReleaseForm, UseForm, WriteOffForm
from payments.forms.rows import refuse_row
from payments.queries import credit_of, difference_limit, difference_lines
from payments.services import Wanted


@role(Role.FRONT_DESK)
def credit_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Utiliser sur une future échéance, réserver pour la prochaine facture, répartir: `pk` is the credit's document."""
    document, credit = _credit(pk)
    form = UseForm(request.POST or None, credit=credit, by=user_of(request))
    if form.is_valid():
        try:
            services.distribute_credit(
                client=document.account.client,
                credit=credit.pk,
                settles=form.settles(),
                refund=form.refund(),
                reserved=form.cleaned_data["reserved"] or Decimal(0),
                on=today(),
                site=document.site,
                op=form.operation(request),
            )
        except SoldeError as error:
            if not refuse_row(form.rows, error):
                form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"{document.reference} est utilisé comme demandé.")
            return redirect("document", pk)
    reserved = [one for one in live_reservations(document.account, document.party) if one.credit_id == credit.pk]
    context = _shown(document, credit) | {"form": form, "reserved": reserved, "release": ReleaseForm()}
    return render(request, "payments/credit_use.html", context, status=form_status(form))


@role(Role.ACCOUNTANT)
def credit_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Rembourser le trop-perçu, passer l’avoir en remboursement: `pk` is the credit's document."""
    document, credit = _credit(pk)
    currency = document.account.currency
    free = credit.open - credit.reserved
    site = user_of(request).site or document.site
    form = RefundForm(request.POST or None, left=free, on=till_day(site, today=today()))
    if form.is_valid():
        method = form.method()
        try:
            refund = services.record_payment(
                client=document.account.client,
                amount=Money(-method.amount, currency),
                type=method.type,
                bank=method.bank,
                bank_reference=method.reference,
                on=form.cleaned_data["on"],
                settles=[Wanted(credit.pk, -method.amount)],
                party=document.party,
                site=site,
                op=form.operation(request),
            )
        except SoldeError as error:
            field = "on" if error.field == "day" else error.field
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(
                request, f"{refund} est enregistré\u00a0: {format_amount(method.amount, currency)} rendus."
            )
            return redirect("document", refund.document_id)
    return render(
        request, "payments/credit_refund.html", _shown(document, credit) | {"form": form}, status=form_status(form)
    )


@role(Role.ACCOUNTANT)
def write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Solder un petit écart: `pk` is the item that it is left of."""
    found = OpenItem.objects.select_related("document__account__client", "account")
    item: OpenItem = get_object_or_404(found, pk=pk)
    limit = difference_limit(today())
    if not limit:
        raise Http404("Aucun écart ne peut être soldé\u00a0: la limite est de 0,00 dans les paramètres.")
    left = item.open - item.reserved
    form = WriteOffForm(request.POST or None, initial={"amount": format_plain(min(left, limit))})
    amount = left
    if form.is_valid():
        amount = form.cleaned_data["amount"]
        if request.POST.get("action") != "preview":
            try:
                services.write_off(
                    client=item.document.account.client,
                    item=item.pk,
                    amount=Money(amount, item.account.currency),
                    op=form.operation(request),
                )
            except SoldeError as error:
                form.add_error("amount", error.message)
            else:
                messages.success(request, "L’écart est soldé.")
                return redirect("document", item.document_id)
    context = _shown(item.document, item) | {"form": form, "limit": limit}
    context["preview"] = difference_lines(item, min(amount, limit))
    previewed = request.POST.get("action") == "preview"
    return render(request, "payments/write_off.html", context, status=200 if previewed else form_status(form))


@role(Role.FRONT_DESK)
@require_POST
def reservation_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Reprendre ce qui était réservé."""
    found = Reservation.objects.select_related("credit__account", "credit__document")
    reservation: Reservation = get_object_or_404(found, pk=pk)
    form = ReleaseForm(request.POST)
    if form.is_valid():
        try:
            services.take_back(reservation=reservation, op=form.operation(request))
        except SoldeError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "La réservation est levée\u00a0: la somme est de nouveau libre.")
    return redirect("document", reservation.credit.document_id)


def _credit(pk: int) -> tuple[Document, OpenItem]:
    document = get_object_or_404(Document.objects.select_related("account__client__account", "party", "site"), pk=pk)
    credit = credit_of(document)
    if credit is None:
        raise Http404("Ce document n’a rien à utiliser.")
    return document, credit


def _shown(document: Document, item: OpenItem) -> dict[str, object]:
    return {
        "document": document,
        "client": document.account.client,
        "item": item,
        "free": item.open - item.reserved,
        "currency": document.account.currency,
    }
