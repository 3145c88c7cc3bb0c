"""Relier un client: what a bank transaction is the money of."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from djmoney.money import Money

from clients.models import Client
from clients.queries import alerts, find
from ledger.queries import entries_of, tills_closed_through
from office.access import role, user_of
from office.amounts import format_amount, format_plain
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import sites_for
from payments import services
from payments.forms.linking import BouncedForm, LinkForm, PointForm, UnlinkForm
from payments.forms.rows import Rows
from payments.models import Incident, Payment
from payments.queries import difference_limit, incident_fee, usual_reason
from payments.queries.banking import fee_lines, transactions
from payments.queries.matching import Candidate, bounced, candidates, proposals, recorded

SAVE, SPREAD, SETTLE_ALL = "save", "spread", "settle_all"


@role(Role.ACCOUNTANT)
def bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    """A transaction, with what it is linked to or what it may be, the best proposal first."""
    line = line_of(pk)
    context: dict[str, Any] = {"line": line, "form": UnlinkForm(auto_id=False)}
    if line.linked:
        closed = tills_closed_through()
        kept = [link.document for link in line.linked if link.makes and link.document.account_id is None]
        context["entries"] = entries_of(*kept) if kept else []
        context["stays"] = not any(
            link.makes
            and link.document.account_id is not None
            and link.document.day > closed.get(link.document.site_id, link.document.day.min)
            for link in line.linked
        )
    else:
        context |= {
            "recorded": recorded(line),
            "bounced": bounced(line),
            **proposed(line, request),
        }
    return render(request, "payments/bank_line.html", context)


def proposed(line: Any, request: HttpRequest) -> dict[str, Any]:
    """Whose money a transaction may be, the best proposal first, and the clients that were searched for."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:120]
    return {"candidates": candidates(line, today=today()), "text": text, "found": _found(line, text)}


@role(Role.ACCOUNTANT)
def bank_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Relier un client: the form that makes the payment, what it settles and the difference in one step."""
    line = line_of(pk)
    code = request.GET.get("client", "").replace("\0", "")
    if line.linked or not code:
        return redirect("bank_line", pk)
    client = get_object_or_404(Client.objects.select_related("account", "site"), code=code)
    action = request.POST.get("action", SAVE)
    form = _form(request, line, client, _filled(request, line, client, action))
    if action == SAVE and form.is_valid():
        given = form.cleaned_data
        try:
            services.link_client(
                line=line,
                client=client,
                type=given["type"],
                settles=form.rows.wanted(),
                site=given["site"],
                with_difference=bool(given.get("write_off")),
                op=form.operation(request),
            )
        except SoldeError as error:
            form.refuse(error)
        else:
            messages.success(request, f"L’opération est reliée à {client.full_name}.")
            return redirect("bank_line", pk)
    context = {
        "line": line,
        "client": client,
        "alerts": alerts(client),
        "form": form,
        "currency": client.account.currency,
        "unused": form.unused,
    }
    status = 200 if action != SAVE else form_status(form)
    return render(request, "payments/bank_link.html", context, status=status)


@role(Role.ACCOUNTANT)
@require_POST
def bank_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Pointer: the transaction is what was recorded already; what the bank kept of it is seen before it is posted."""
    line = line_of(pk)
    offered = {int(key) for key in request.POST.getlist("documents") if key.isdecimal() and len(key) < 19}
    form = PointForm(request.POST, offered=offered)
    if not form.is_valid():
        messages.error(request, "Choisissez ce que cette opération est.")
        return redirect("bank_line", pk)
    documents, fee = form.cleaned_data["documents"], form.cleaned_data["fee"] or Decimal(0)
    if fee and request.POST.get("action") == "preview":
        payments = list(Payment.objects.filter(document__in=documents).select_related("client", "document", "type"))
        context = {
            "line": line,
            "form": form,
            "documents": documents,
            "fee": fee,
            "payments": payments,
            "total": sum((payment.amount.amount for payment in payments), Decimal(0)),
            "preview": fee_lines(line, fee),
            "currency": line.currency,
        }
        return render(request, "payments/bank_fee.html", context)
    try:
        services.link_documents(line=line, documents=documents, fee=fee, op=form.operation(request))
    except SoldeError as error:
        messages.error(request, error.message)
    else:
        charge = f" La commission de {format_amount(fee, line.currency)} est passée en charge." if fee else ""
        messages.success(request, f"L’opération est pointée\u00a0: aucun nouveau règlement n’est créé.{charge}")
    return redirect("bank_line", pk)


@role(Role.ACCOUNTANT)
def bank_bounced(request: HttpRequest, pk: int) -> HttpResponse:
    """Déclarer un incident: the transaction is a payment that came back."""
    line = line_of(pk)
    key = request.GET.get("payment", "")
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    found = Payment.objects.select_related("client__account", "document", "site", "type", "entry")
    payment: Payment = get_object_or_404(found, pk=int(key))
    reason = usual_reason(payment) or Incident.Reason.REJECTED_DEBIT
    form = BouncedForm(request.POST or None, initial={"reason": reason, "fee": format_plain(incident_fee(today()))})
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.link_incident(
                line=line,
                payment=payment,
                reason=Incident.Reason(given["reason"]),
                fee=Money(given["fee"], payment.client.account.currency),
                op=form.operation(request),
            )
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"L’incident sur {payment} est déclaré\u00a0: la somme est de nouveau due.")
            return redirect("bank_line", pk)
    context = {"form": form, "line": line, "payment": payment, "client": payment.client}
    return render(request, "payments/bank_bounced.html", context, status=form_status(form))


@role(Role.ACCOUNTANT)
@require_POST
def bank_unlink(request: HttpRequest, pk: int) -> HttpResponse:
    line = line_of(pk)
    form = UnlinkForm(request.POST)
    if form.is_valid():
        try:
            services.unlink(line=line, op=form.operation(request))
        except SoldeError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "L’opération est déliée.")
    return redirect("bank_line", pk)


def _found(line: Any, text: str) -> list[Candidate]:
    """The clients that a text finds, each with what it would settle."""
    if not text:
        return []
    hits = find(text, today=today())
    return proposals(line, [hit.client for hit in (*hits.clients, *hits.near)], today=today())


def line_of(pk: int) -> Any:
    return get_object_or_404(transactions(), pk=pk)


def _form(request: HttpRequest, line: Any, client: Client, data: Mapping[str, Any] | None) -> LinkForm:
    candidate = proposals(line, [client], today=today())[0]
    sites = {item.document.site_id for item in candidate.settled}
    own = user_of(request).site_id or client.site_id
    site = next(iter(sites)) if len(sites) == 1 else own
    return LinkForm(
        data,
        line=line,
        candidate=candidate,
        sites=sites_for(None),
        limit=difference_limit(today()),
        initial={"site": site},
    )


def _filled(request: HttpRequest, line: Any, client: Client, action: str) -> Mapping[str, Any] | None:
    """What the form is bound to: what was sent, with the amounts that a button fills in."""
    if request.method != "POST" or action not in (SETTLE_ALL, SPREAD):
        return request.POST or None
    data: QueryDict = request.POST.copy()
    rows = Rows(request.POST, account=client.account)
    fields = rows.settle_all() if action == SETTLE_ALL else rows.spread(line.amount)
    for name, value in fields.items():
        data[name] = value
    return data
