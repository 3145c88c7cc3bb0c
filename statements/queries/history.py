"""What was done with an invoice or a credit note, act by act."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from credits.models import CreditNote
from invoicing.models import Dispute
from ledger.models import Document, Kind, Operation
from office.amounts import format_amount
from office.models import Event, User
from statements.models import Reminder

PRINTED = {"Facture": "Imprimée", "Facturette": "Facturette imprimée", "Avoir": "Imprimé"}


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, by whom and when; `document`: the one that it led to, if any."""

    at: datetime
    by: str
    what: str
    document: Document | None = None


def history(document: Document, record: Any, items: Iterable[Any]) -> list[Act]:
    """The acts on an invoice or credit note, oldest first.

    record: the invoice (of `invoice_on`) or credit note that the document is. items: the document's, of `items_now`.
    """
    issued = "Validé" if document.kind == Document.Kind.CREDIT_NOTE else "Émise"
    drafted = [_act(record.operation, "Brouillon créé")] if record.operation_id != document.operation_id else []
    acts = [*drafted, _act(document.operation, issued), *_prints(document)]
    acts += _credits(record) if document.kind == Document.Kind.CREDIT_NOTE else _of_invoice(record, items)
    return sorted(acts, key=lambda act: act.at)


def _of_invoice(invoice: Any, items: Iterable[Any]) -> Iterator[Act]:
    disputes = Dispute.objects.filter(invoice=invoice).select_related("operation__user", "ended_by__user")
    for dispute in disputes if invoice.was_disputed else ():
        yield _act(dispute.operation, f"En litige\u00a0: {dispute.reason}")
        if dispute.ended_by:
            yield _act(dispute.ended_by, "Litige levé")
    moves = {item.line.entry_id: item.line.entry for item in items if item.kind == Kind.RESCHEDULE}
    for entry in moves.values():
        yield _act(entry.operation, "Reste dû échelonné")
    yield from dict.fromkeys(_reminder(told) for item in items for told in item.told_reminders)
    notes = CreditNote.objects.filter(Q(invoice=invoice) | Q(reduces=invoice), document__isnull=False).distinct()
    for note in notes.select_related("document__operation__user").order_by("pk"):
        if note.document:
            amount = format_amount(note.ttc.amount, str(note.ttc.currency))
            yield _act(note.document.operation, f"Avoir de {amount}", note.document)


def _reminder(told: Mapping[str, Any]) -> Act:
    """What an item’s reminder was. told: as `items_now` tells it."""
    by = f"{told['first_name'] or ''} {told['last_name'] or ''}".strip() or told["username"] or "Solde"
    how = f"{Reminder.Level(told['level']).label} par {Reminder.Way(told['way']).label.lower()}"
    return Act(datetime.fromisoformat(told["at"]), by, how)


def _credits(note: CreditNote) -> Iterator[Act]:
    if note.cancelled_by and note.cancelled_by.document:
        yield _act(note.cancelled_by.document.operation, "Annulé par la facture", note.cancelled_by.document)


def _prints(document: Document) -> Iterator[Act]:
    """Each time that it was printed, as the event log tells."""
    names = [f"{kind} {document.reference}" for kind in PRINTED]
    prints = Event.objects.filter(kind=Event.Kind.PRINT).annotate(piece=KeyTextTransform("pièce", "detail"))
    for event in prints.filter(piece__in=names).select_related("user").order_by("pk"):
        kind = event.detail["pièce"].split(" ")[0]
        yield Act(event.at, _name(event.user), f"{PRINTED[kind]}, exemplaire {event.detail['exemplaire']}")


def _act(operation: Operation, what: str, document: Document | None = None) -> Act:
    return Act(operation.at, _name(operation.user), what, document)


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.username) if user else "Solde"
