"""Nouveau règlement: the client, the debts to settle, the form, and its receipt before anything is saved."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from clients.models import Client
from clients.queries import alerts
from invoicing.queries import parties_here
from ledger.models import Operation
from ledger.queries import till_day
from ledger.services import AlreadySubmitted
from office.access import role, user_of
from office.amounts import ZERO, format_amount, format_plain
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.pdf import pdf_response
from office.queries import sites_for
from payments import services
from payments.forms import PaymentForm
from payments.forms.rows import Rows
from payments.queries import open_for_payment

SAVE, SETTLE_ALL, SPREAD = "save", "settle_all", "spread"


@role(Role.FRONT_DESK)
def payment_create(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("client", "").replace("\0", "")
    if not code:
        return render(request, "payments/payment_start.html", {"action": "payment_create"})
    client = _client(code)
    action = request.POST.get("action", SAVE)
    form = _form(request, client, _filled(request, client, action))
    if action == SAVE and form.is_valid() and (op := _take(request, form)):
        return _done(request, form, op)
    return _page(request, form, client, shown_only=action != SAVE)


@role(Role.FRONT_DESK)
@require_POST
def payment_preview(request: HttpRequest) -> HttpResponse:
    """Aperçu PDF: the receipt as it would be; nothing is stored."""
    client = _client(request.GET.get("client", "").replace("\0", ""))
    form = _form(request, client, request.POST)
    if not form.is_valid() and not (form.asks_again and set(form.errors) == {"again"}):
        return _page(request, form, client)
    common = form.common()
    content = services.draft_receipt(
        client=client,
        party=common.party,
        site=common.site,
        methods=form.methods.methods(),
        settles=form.rows.wanted(),
        on=common.on,
        paid_on=common.paid_on,
        note=common.note,
    )
    return pdf_response("brouillon-recu.pdf", content)


@role(Role.FRONT_DESK)
def debts_choose(request: HttpRequest, code: str) -> HttpResponse:
    """Régler: the debts and instalments to settle are chosen, those of one document if `document` names it."""
    client = _client(code)
    debts = [item for item in open_for_payment(client.account) if item.is_debit]
    asked = request.GET.get("document", "")
    context = {
        "client": client,
        "debts": debts,
        "chosen": {item.pk for item in debts if not asked or str(item.document_id) == asked},
        "currency": client.account.currency,
    }
    return render(request, "payments/debts_choose.html", context)


def _client(code: str) -> Client:
    return get_object_or_404(Client.objects.select_related("account", "site"), code=code)


def _filled(request: HttpRequest, client: Client, action: str) -> Mapping[str, Any] | None:
    """What the form is bound to: what was sent, with the amounts that a button fills in."""
    if request.method != "POST" or action not in (SETTLE_ALL, SPREAD):
        return request.POST or None
    data: QueryDict = request.POST.copy()
    rows = Rows(request.POST, account=client.account)
    amounts = _form(request, client, request.POST).methods.amounts()
    if action == SETTLE_ALL:
        fields = rows.settle_all()
        fields["m-0-amount"] = format_plain(sum((form.left for form in rows), ZERO) - sum(amounts[1:], ZERO))
    else:
        fields = rows.spread(sum(amounts, ZERO))
    for name, value in fields.items():
        data[name] = value
    return data


def _form(request: HttpRequest, client: Client, data: Mapping[str, Any] | None) -> PaymentForm:
    user = user_of(request)
    site = user.site or client.site
    return PaymentForm(
        data,
        request.FILES or None,
        client=client,
        by=user,
        today=today(),
        sites=sites_for(site),
        parties=parties_here(client.account),
        chosen=[int(key) for key in request.GET.getlist("item") if key.isdecimal() and len(key) < 19],
        initial={"on": till_day(site, today=today()), "site": site},
    )


def _take(request: HttpRequest, form: PaymentForm) -> Operation | None:
    """Record what a valid form says; None if it was refused, which the form then tells."""
    given = form.cleaned_data
    op = form.operation(request)
    try:
        return services.take_payments(
            client=form.client,
            methods=form.methods.methods(),
            common=form.common(),
            settles=form.rows.wanted(),
            uploads=given["proofs"],
            op=op,
        )
    except AlreadySubmitted as error:
        made = services.documents_of(error.first)
        link = reverse("document", args=[made[0].pk]) if made else reverse("client_payments", args=[form.client.code])
        form.add_error(None, format_html('{} <a href="{}">Voir ce qui a été enregistré</a>.', error.message, link))
    except SoldeError as error:
        form.refuse(error)
    return None


def _done(request: HttpRequest, form: PaymentForm, op: Operation) -> HttpResponse:
    """Say what was recorded, what is to give back, and lead to it."""
    made = services.documents_of(op)
    currency = form.client.account.currency
    names = ", ".join(document.reference for document in made)
    said = f"{names} est enregistré." if len(made) == 1 else f"{names} sont enregistrés."
    if unused := form.methods.total() - form.rows.sums().net:
        said += f" Trop-perçu de {format_amount(unused, currency)}, à utiliser ou à rembourser."
    if form.change > 0:
        said += f" À rendre\u00a0: {format_amount(form.change, currency)}."
    messages.success(request, said)
    return redirect("document", made[0].pk) if len(made) == 1 else redirect("client_payments", form.client.code)


def _page(request: HttpRequest, form: PaymentForm, client: Client, *, shown_only: bool = False) -> HttpResponse:
    """The form; shown_only: filled in or added up, not sent to be saved."""
    total, sums = form.methods.total(), form.rows.sums()
    context = {
        "form": form,
        "client": client,
        "alerts": alerts(client),
        "currency": client.account.currency,
        "total": total,
        "sums": sums,
        "unused": total - sums.net,
        "missing": sums.net - total,
        "shown_only": shown_only,
    }
    return render(request, "payments/payment_form.html", context, status=200 if shown_only else form_status(form))
