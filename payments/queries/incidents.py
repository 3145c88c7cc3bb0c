"""Incidents as they stand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from ledger.models import Allocation, OpenItem, Operation
from ledger.queries import items_on
from office.amounts import ZERO
from payments.incidents import LeftPart, Torn, left_now, left_on_document, state_of
from payments.models import Incident, Payment
from payments.queries.previews import EntryLine, preview_lines


@dataclass(frozen=True, slots=True)
class Told:
    """An incident as it stands. total: what it had to settle at first, its fee included; left: what it has now.

    on: a past day, to its end; None for today.
    """

    incident: Incident
    total: Decimal
    parts: tuple[LeftPart, ...]
    on: date | None = None

    @property
    def left(self) -> Decimal:
        """What is left to settle."""
        return sum((part.left for part in self.parts), ZERO)

    @property
    def state(self) -> str:
        """Its state, a key of payments.incidents.STATES."""
        one = self.incident
        return state_of(
            total=self.total,
            left=self.left,
            is_cancelled=_is_done(one, "cancelled_by", self.on),
            is_closed=_is_done(one, "closed_by", self.on),
        )


def left_of(incident: Incident) -> list[LeftPart]:
    """What an incident has left to settle, by due date."""
    return list(told_incidents([incident])[incident.pk].parts)


LOSSES = "654"


def loss_lines(incident: Incident) -> list[EntryLine]:
    """The entry that would write off what an incident has left; nothing of one that has nothing."""
    left = sum((part.left for part in left_of(incident)), ZERO)
    return preview_lines(debit=LOSSES, credit="411", amount=left) if left else []


def usual_reason(payment: Payment) -> Incident.Reason | None:
    """Why a payment of its type most often bounces."""
    reasons = {"cheque": Incident.Reason.UNFUNDED_CHEQUE, "direct_debit": Incident.Reason.REJECTED_DEBIT}
    return reasons.get(payment.type_id or "")


def told_incidents(incidents: Sequence[Incident], on: date | None = None) -> dict[int, Told]:
    """Incidents as they stand, by their keys. What is cancelled has nothing left.

    on: a past day, to its end, on which they had happened; None for today.
    """
    keys = [incident.pk for incident in incidents]
    through = Incident.detached.through.objects
    wanted = through.filter(incident__in=keys).values("allocation__debit__document")
    torn: dict[int, dict[int, Torn]] = defaultdict(dict)
    totals: dict[int, Decimal] = defaultdict(Decimal)
    rows = through.filter(allocation__debit__document__in=wanted).order_by("pk")
    for row in rows.select_related("allocation__debit", "incident__document", "incident__cancelled_by"):
        incident, allocation = row.incident, row.allocation
        if incident.pk in keys:
            totals[incident.pk] += allocation.amount
        if not _is_done(incident, "cancelled_by", on) and (on is None or incident.document.day <= on):
            of = torn[allocation.debit.document_id]
            before = of[incident.pk].amount if incident.pk in of else ZERO
            of[incident.pk] = Torn(incident.pk, incident.document.operation_id, before + allocation.amount)
    found: dict[int, list[LeftPart]] = defaultdict(list)
    fees = {one.fee_entry_id: one.pk for one in incidents if one.fee_entry_id and not _is_done(one, "cancelled_by", on)}
    debits: dict[int, list[OpenItem]] = defaultdict(list)
    for item in _debits_of(list(torn), list(fees), on):
        if item.document_id in torn:
            debits[item.document_id].append(item)
        if item.line.entry_id in fees:
            key = fees[item.line.entry_id]
            totals[key] += item.amount
            if left := left_now(item):
                found[key].append(LeftPart(item, left))
    uses: dict[int, list[Allocation]] = defaultdict(list)
    for use in Allocation.objects.filter(debit__document__in=list(torn)).select_related("debit").order_by("pk"):
        uses[use.debit.document_id].append(use)
    for document, items in debits.items():
        posted_by = {item.pk: item.line.entry.operation_id for item in items}
        for key, left in left_on_document(torn[document].values(), items, uses[document], posted_by).items():
            found[key] += _over_items(items, left)
    return {
        one.pk: Told(
            one, totals[one.pk], tuple(sorted(found[one.pk], key=lambda part: (part.item.due, part.item.pk))), on
        )
        for one in incidents
    }


def _is_done(incident: Incident, act: str, on: date | None) -> bool:
    """Whether an incident was cancelled (`act` « cancelled_by ») or closed, on or before the day.

    Of today only its key is looked at: the operation itself isn't asked for.
    """
    if on is None or getattr(incident, f"{act}_id") is None:
        return getattr(incident, f"{act}_id") is not None
    operation: Operation = getattr(incident, act)
    return operation.day <= on


def _debits_of(documents: list[int], entries: list[int], on: date | None) -> QuerySet[OpenItem]:
    """The debits of documents, and those of the entries of fees."""
    ours = Q(document__in=documents) | Q(line__entry__in=entries)
    items = items_on(on).filter(ours, is_debit=True).order_by("due", "pk")
    return items.select_related("document", "account", "party", "line__entry")


def _over_items(items: Iterable[OpenItem], left: Decimal) -> list[LeftPart]:
    """What is left on a document, by its instalments, the oldest due first."""
    parts = []
    for item in items:
        if taken := min(left, left_now(item)):
            parts.append(LeftPart(item, taken))
            left -= taken
    return parts
