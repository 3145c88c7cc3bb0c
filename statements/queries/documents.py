"""What a document posted, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from credits.models import CreditNote
from invoicing.models import Instalment, Invoice
from invoicing.statuses import with_status
from ledger.models import Allocation, Document, Entry, Kind, Line, OpenItem
from ledger.queries import items_on
from payments.models import Incident, Payment, PaymentType, Refund


def items_now(document: Document) -> list[OpenItem]:
    """The items of a document as they are today, each with its `left`, in the order they were posted."""
    items = items_on(None).filter(document=document).select_related("line__entry__operation__user")
    return list(items.order_by("pk"))


def settlements(document: Document, items: Iterable[OpenItem]) -> list[Allocation]:
    """What was set against a document's items or by it, detached or not, oldest first; not what moved to other days."""
    keys = [item.pk for item in items]
    ours = Q(debit__in=keys) | Q(credit__in=keys) | Q(document=document)
    allocations = (
        Allocation.objects.filter(ours)
        .exclude(credit__kind=Kind.RESCHEDULE)
        .select_related("debit__document", "credit__document", "detached_by")
    )
    return list(allocations.order_by("day", "pk"))


def entries_of(document: Document) -> list[Entry]:
    """The entries of a document with their lines and seals, oldest first."""
    lines = Prefetch("lines", Line.objects.select_related("account").order_by("pk"))
    entries = Entry.objects.filter(document=document).select_related("journal", "seal").prefetch_related(lines)
    return list(entries.order_by("pk"))


def invoice_on(document: Document, *, today: date) -> Any:
    """The invoice that a document is, with its `left` and `status`; None for any other document."""
    if document.kind != Document.Kind.INVOICE:
        return None
    found = Invoice.objects.filter(document=document).select_related("document", "client__account", "operation__user")
    return with_status(found, today=today).order_by("pk").first()


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
    if document.kind == Document.Kind.PAYMENT:
        return Payment.objects.filter(document=document).select_related("type").first()
    if document.kind == Document.Kind.REFUND:
        return Refund.objects.filter(document=document).select_related("type").first()
    return None


def incident_of(document: Document) -> Incident | None:
    """The incident that a document is."""
    incidents = Incident.objects.select_related("payment__document")
    return incidents.filter(document=document).first() if document.kind == Document.Kind.INCIDENT else None


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
