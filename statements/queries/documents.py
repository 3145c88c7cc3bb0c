"""What a document posted, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from credits.models import CreditNote
from invoicing.models import Dispute, Instalment, Invoice
from invoicing.statuses import with_status
from ledger.models import Allocation, Document, Kind, OpenItem
from ledger.queries import items_on
from payments.models import Incident, Payment, PaymentType, Refund
from payments.queries import Told, is_bound, told_incidents
from statements.models import Reminded

REMINDED = {
    "at": "reminder__operation__at",
    "first_name": "reminder__operation__user__first_name",
    "last_name": "reminder__operation__user__last_name",
    "username": "reminder__operation__user__username",
    "level": "reminder__level",
    "way": "reminder__way",
}


def items_now(document: Document) -> list[Any]:
    """The items of a document as they are today, each with its `left`, in the order they were posted.

    told_reminders: of each, what its reminders were, told by REMINDED.
    """
    told = Reminded.objects.filter(item=OuterRef("pk")).order_by("pk").values(told=JSONObject(**REMINDED))
    items: QuerySet[Any] = items_on(None).annotate(told_reminders=ArraySubquery(told))
    items = items.filter(document=document).select_related("line__entry__operation__user")
    return list(items.order_by("pk"))


@dataclass(frozen=True, slots=True)
class Settlement:
    """An allocation. is_bound: it binds a document to what cancels it, and can't be detached."""

    allocation: Allocation
    is_bound: bool


def settlements(document: Document, items: Iterable[OpenItem]) -> list[Settlement]:
    """What was set against a document's items or by it, detached or not, oldest first; not what moved to other days."""
    keys = [item.pk for item in items]
    ours = Q(debit__in=keys) | Q(credit__in=keys) | Q(document=document)
    related = ("debit__document", "credit__document", "detached_by", "debit__line__entry", "credit__line__entry")
    allocations = Allocation.objects.filter(ours).exclude(credit__kind=Kind.RESCHEDULE).select_related(*related)
    return [Settlement(one, is_bound(one)) for one in allocations.order_by("day", "pk")]


def invoice_on(document: Document, *, today: date) -> Any:
    """The invoice that a document is, with its `left`, its `status` and whether it `was_disputed`; or None."""
    if document.kind != Document.Kind.INVOICE:
        return None
    found = Invoice.objects.filter(document=document).select_related("document", "client__account", "operation__user")
    was_disputed = Exists(Dispute.objects.filter(invoice=OuterRef("pk")))
    return with_status(found, today=today).annotate(was_disputed=was_disputed).order_by("pk").first()


def instalments_of(invoice: Invoice) -> QuerySet[Instalment]:
    """The instalments of an invoice in their order, each with what is `left` of it, VAT included, what of it was
    `moved` to others by rescheduling, and the `way` in which it is to be paid, if somebody said so."""
    items: QuerySet[Any] = items_on(None).filter(pk=OuterRef("item"))
    way = PaymentType.objects.filter(code=OuterRef("method")).values("label")[:1]
    found = invoice.instalments.select_related("bank").order_by("rank")
    moves = Allocation.objects.filter(debit=OuterRef("item"), credit__kind=Kind.RESCHEDULE, detached_by=None)
    moved = moves.order_by().values("debit").annotate(total=Sum("amount")).values("total")
    return found.annotate(left=Subquery(items.values("left")[:1]), moved=Subquery(moved), way=Subquery(way))


def movement_of(document: Document) -> Payment | Refund | None:
    """The payment or refund that a document is."""
    found: Payment | Refund | None = None
    if document.kind == Document.Kind.PAYMENT:
        found = Payment.objects.filter(document=document).select_related("type").first()
    elif document.kind == Document.Kind.REFUND:
        found = Refund.objects.filter(document=document).select_related("type").first()
    if found is not None:
        found.document = document
    return found


def incident_of(document: Document) -> Told | None:
    """The incident that a document is, as it stands."""
    if document.kind != Document.Kind.INCIDENT:
        return None
    found = Incident.objects.select_related("payment__document", "payment__client", "document").get(document=document)
    return told_incidents([found])[found.pk]


@dataclass(frozen=True, slots=True)
class Print:
    """A file that a document is printed as: the name of its page, the key of its record, what it is."""

    url_name: str
    pk: int
    label: str
    icon: str


def prints_of(document: Document, invoice: Invoice | None) -> list[Print]:
    """What a document is printed as; nothing for what is none of our invoices or credit notes.

    invoice: the one that it is, if it is one.
    """
    if invoice is not None:
        return [
            Print("invoice_pdf", invoice.pk, "Imprimer la facture", "printer"),
            Print("invoice_slip", invoice.pk, "Imprimer la facturette", "receipt-text"),
        ]
    if document.kind != Document.Kind.CREDIT_NOTE:
        return []
    notes = CreditNote.objects.filter(document=document).values_list("pk", flat=True)
    return [Print("credit_note_pdf", pk, "Imprimer l’avoir", "printer") for pk in notes]
