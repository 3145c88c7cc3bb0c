"""What stands behind an element once it is unfolded, as of the day: its lines, its instalments, what settled what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import Q

from credits.models import CreditNoteLine
from invoicing.models import InvoiceLine
from ledger.models import Allocation, Document, Kind, OpenItem, Operation
from ledger.queries import items_on
from office.amounts import ZERO
from payments.queries import Told
from statements.queries.financial.asking import Looked

CANCELLING = {
    Operation.Kind.CANCEL_PAYMENT,
    Operation.Kind.EDIT_PAYMENT,
    Operation.Kind.CANCEL_REFUND,
    Operation.Kind.CANCEL_INVOICE,
}
left_of = attrgetter("left")


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of a document on a day, VAT included. left: what is open of it."""

    day: date
    amount: Decimal
    left: Decimal
    is_late: bool


@dataclass(frozen=True, slots=True)
class Use:
    """What was set against a document, or what it was set against. through: the set-off that did it, if one did.

    undone: the day on which it was detached, if it was by then; what by: whether an incident did, or what cancelled it.
    """

    day: date
    document: Document
    amount: Decimal
    through: Document | None
    undone: date | None = None
    by_incident: bool = False
    by_cancelling: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """An element unfolded. parts: what an incident has left to settle."""

    lines: Sequence[Any]
    dues: Sequence[Due]
    uses: Sequence[Use]
    incident: Told | None


def detail_of(document: Document, looked: Looked) -> Detail:
    """What is behind a document of a client, as of the day that is looked at."""
    items = list(items_on(looked.on).filter(document=document).select_related("line__entry").order_by("due", "pk"))
    uses = _uses(document, items, looked.on)
    incident = next((one for one in looked.incidents.told if one.incident.document_id == document.pk), None)
    dues = [] if incident else _dues(items, uses, looked.on or looked.today)
    moved = [one for one in uses if one.credit.kind == Kind.RESCHEDULE]
    told = [_told(one, document, items, looked.on) for one in uses if one not in moved]
    if incident is not None:
        told = [*told, *_torn(incident)]
    return Detail(_lines(document), dues, [one for one in told if one.document.pk != document.pk], incident)


def _lines(document: Document) -> list[Any]:
    lines: Any = None
    if document.kind == Document.Kind.INVOICE:
        lines = InvoiceLine.objects.filter(invoice__document=document)
    elif document.kind == Document.Kind.CREDIT_NOTE:
        lines = CreditNoteLine.objects.filter(credit_note__document=document)
    return list(lines.order_by("position", "pk")) if lines is not None else []


def _uses(document: Document, items: Iterable[OpenItem], on: date | None) -> list[Allocation]:
    keys = [item.pk for item in items]
    ours = Q(debit__in=keys) | Q(credit__in=keys) | Q(document=document)
    related = ("debit__document", "credit__document", "document", "detached_by")
    found = Allocation.objects.filter(ours if on is None else ours & Q(day__lte=on)).select_related(*related)
    return list(found.order_by("day", "pk"))


def _dues(items: Iterable[OpenItem], uses: Iterable[Allocation], day: date) -> list[Due]:
    """The debits of a document but for reversals, less what was moved to other days."""
    moved: dict[int, Decimal] = {}
    for one in uses:
        if one.credit.kind == Kind.RESCHEDULE and one.detached_by_id is None:
            moved[one.debit_id] = moved.get(one.debit_id, ZERO) + one.amount
    found = []
    for item in items:
        amount = item.amount - moved.get(item.pk, ZERO)
        if item.is_debit and item.line.entry.reverses_id is None and amount:
            left = left_of(item)
            found.append(Due(item.due, amount, left, is_late=bool(left) and item.due < day))
    return found


def _told(one: Allocation, document: Document, items: Sequence[OpenItem], on: date | None) -> Use:
    keys = {item.pk for item in items}
    # A set-off has no item: what it settled is told from the debt's side.
    other = one.credit.document if one.debit_id in keys else one.debit.document
    through = one.document if one.document_id not in (None, document.pk, other.pk) else None
    undone = one.detached_on if one.detached_on and (on is None or one.detached_on <= on) else None
    by = one.detached_by.kind if undone and one.detached_by else ""
    return Use(
        one.day,
        other,
        one.amount,
        through,
        undone,
        by_incident=by == Operation.Kind.INCIDENT,
        by_cancelling=by in CANCELLING,
    )


def _torn(incident: Told) -> list[Use]:
    """The documents that the payment of an incident was torn from."""
    bounced = incident.incident
    found = bounced.detached.select_related("debit__document").order_by("pk")
    return [Use(one.day, one.debit.document, one.amount, None, bounced.document.day, by_incident=True) for one in found]
