"""What is done with a payment, a refund or an incident once it is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from djmoney.money import Money

from ledger.models import Allocation, Document, Operation
from ledger.queries import till_day
from office.access import role, user_of
from office.amounts import format_plain
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.pdf import pdf_response
from payments import services
from payments.forms import DetachForm, IncidentForm, ReasonForm
from payments.forms.rows import refuse_row
from payments.models import Attachment, Incident, Payment, Refund
from payments.queries import incident_fee, loss_lines, usual_reason
from payments.queries.previews import EntryLine

RELATED = (
    *("document__account__client", "document__operation", "document__site", "document__party"),
    *("client__account", "type", "bank", "site", "entry"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something is undone.

    explains: what will follow; needed: whether a reason must be given; lines: the entry that follows, if it is told.
    """

    title: str
    explains: str
    submit: str
    kind: Operation.Kind
    done: str
    needed: bool = False
    lines: Sequence[EntryLine] = ()


@role(Role.FRONT_DESK)
def payment_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    payment = get_object_or_404(_payments(), pk=pk)
    return pdf_response(*services.print_receipt(payment, by=user_of(request), at=timezone.now()))


@role(Role.FRONT_DESK)
def refund_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    refund = get_object_or_404(_refunds(), pk=pk)
    return pdf_response(*services.print_receipt(refund, by=user_of(request), at=timezone.now()))


@role(Role.FRONT_DESK)
def payment_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    payment = get_object_or_404(_payments(), pk=pk)
    if payment.entry_id is None:
        explains = "Les documents qu’elle avait compensés seront de nouveau ouverts, à la date d’aujourd’hui."
    else:
        explains = "Une écriture inverse est passée\u00a0; les documents qu’il avait réglés sont de nouveau dus."
    question = Question(
        title=f"Annuler {payment}",
        explains=explains,
        submit="Annuler le règlement",
        kind=Operation.Kind.CANCEL_PAYMENT,
        done=f"{payment} est annulé.",
    )
    return _ask(request, payment.document, question, lambda op: services.cancel_payment(payment=payment, op=op))


@role(Role.ACCOUNTANT)
def refund_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    refund = get_object_or_404(_refunds(), pk=pk)
    question = Question(
        title=f"Annuler {refund}",
        explains="Une écriture inverse est passée\u00a0; ce qui avait été rendu est de nouveau disponible.",
        submit="Annuler le remboursement",
        kind=Operation.Kind.CANCEL_REFUND,
        done=f"{refund} est annulé.",
    )
    return _ask(request, refund.document, question, lambda op: services.cancel_refund(refund=refund, op=op))


@role(Role.ACCOUNTANT)
def incident_declare(request: HttpRequest, pk: int) -> HttpResponse:
    payment = get_object_or_404(_payments(), pk=pk)
    known = {
        "on": till_day(payment.site, today=today()),
        "reason": usual_reason(payment),
        "fee": format_plain(incident_fee(today())),
    }
    form = IncidentForm(request.POST or None, initial=known)
    if form.is_valid():
        given = form.cleaned_data
        try:
            incident = services.declare_incident(
                payment=payment,
                reason=Incident.Reason(given["reason"]),
                on=given["on"],
                fee=Money(given["fee"], payment.client.account.currency),
                op=form.operation(request),
            )
        except SoldeError as error:
            field = "on" if error.field == "day" else error.field
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, f"L’incident {incident} est déclaré\u00a0: la somme est de nouveau due.")
            return redirect("document", incident.document_id)
    context = {"form": form, "payment": payment, "client": payment.client}
    return render(request, "payments/incident_declare.html", context, status=form_status(form))


@role(Role.ACCOUNTANT)
def incident_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(_incidents(), pk=pk)
    question = Question(
        title=f"Annuler l’incident {incident}",
        explains=(
            "Le règlement est tenu pour encaissé\u00a0: il règle de nouveau ce qu’il réglait, pour autant que ce soit "
            "encore dû\u00a0; le reste, et ce qui a été payé des frais, devient un trop-perçu."
        ),
        submit="Annuler l’incident",
        kind=Operation.Kind.CANCEL_INCIDENT,
        done=f"L’incident {incident} est annulé.",
    )
    return _ask(request, incident.document, question, lambda op: services.cancel_incident(incident=incident, op=op))


@role(Role.ACCOUNTANT)
def incident_represent(request: HttpRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(_incidents(), pk=pk)
    question = Question(
        title=f"Représenter {incident.payment}",
        explains=(
            "Un nouveau règlement du même montant est enregistré, et règle ce que le premier réglait. Les frais "
            "de l’incident restent dus."
        ),
        submit="Représenter le paiement",
        kind=Operation.Kind.PAYMENT,
        done="Le paiement est représenté.",
    )
    return _ask(request, incident.document, question, lambda op: services.represent_payment(incident=incident, op=op))


@role(Role.ACCOUNTANT)
def incident_close(request: HttpRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(_incidents(), pk=pk)
    question = Question(
        title=f"Clore l’incident {incident} sans règlement",
        explains="Ce qui reste dû de cet incident passe en perte, à la date d’aujourd’hui, par cette écriture\u00a0:",
        submit="Clore sans règlement",
        kind=Operation.Kind.CLOSE_INCIDENT,
        done=f"L’incident {incident} est clos sans règlement.",
        needed=True,
        lines=loss_lines(incident),
    )
    return _ask(request, incident.document, question, lambda op: services.close_incident(incident=incident, op=op))


@role(Role.ACCOUNTANT)
def allocation_detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Détacher une imputation, and ré-imputer: its credit is set on other debts at once."""
    found = Allocation.objects.select_related(
        "account__client", "debit__document", "credit__document", "document__account__client"
    )
    allocation = get_object_or_404(found, pk=pk)
    debit, credit = allocation.debit.document, allocation.credit.document
    form = DetachForm(request.POST or None, allocation=allocation)
    if form.is_valid():
        settles = form.settles()
        try:
            services.reallocate(allocation=allocation, settles=settles, op=form.operation(request))
        except SoldeError as error:
            if not refuse_row(form.rows, error):
                form.add_error(None, error.message)
        else:
            done = "ré-imputé" if settles else "détaché"
            messages.success(request, f"{credit.reference} est {done}\u00a0: il ne règle plus {debit.reference}.")
            return redirect("document", credit.pk)
    context = {
        "form": form,
        "allocation": allocation,
        "debit": debit,
        "credit": credit,
        "client": allocation.account.client,
        "currency": allocation.account.currency,
    }
    return render(request, "payments/allocation_detach.html", context, status=form_status(form))


@role(Role.FRONT_DESK)
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """A supporting document, to be saved rather than shown: what a browser would make of it is nobody's business."""
    found = get_object_or_404(Attachment, pk=pk)
    if not default_storage.exists(found.stored):
        raise Http404
    with default_storage.open(found.stored) as file:
        content = file.read()
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=found.name),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=found.media_type, headers=headers)


def _ask(
    request: HttpRequest, document: Document, question: Question, act: Callable[[Operation], object]
) -> HttpResponse:
    """Ask before something is undone; then do it, and lead to the document."""
    form = ReasonForm(request.POST or None, kind=question.kind, needed=question.needed)
    if form.is_valid():
        try:
            act(form.operation(request))
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, question.done)
            return redirect("document", document.pk)
    context = {
        "form": form,
        "question": question,
        "document": document,
        "client": document.account.client,
        "preview": question.lines,
        "currency": document.account.currency,
    }
    return render(request, "payments/act_confirm.html", context, status=form_status(form))


def _payments() -> QuerySet[Payment]:
    return Payment.objects.select_related(*RELATED)


def _refunds() -> QuerySet[Refund]:
    return Refund.objects.select_related(*RELATED)


def _incidents() -> QuerySet[Incident]:
    return Incident.objects.select_related(
        "document__account__client", "payment__document__account", "payment__client__account", "payment__type"
    )
