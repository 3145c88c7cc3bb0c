"""What incidents have left to settle, and the state that follows from it: computed, never stamped.

Source: rules, « Incidents ».
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from ledger.models import Allocation, OpenItem
from office.amounts import ZERO

OPEN, PART_SETTLED, SETTLED, CANCELLED, CLOSED = "open", "part_settled", "settled", "cancelled", "closed"
STATES = {
    OPEN: "Ouvert",
    PART_SETTLED: "Partiellement régularisé",
    SETTLED: "Régularisé",
    CANCELLED: "Annulé",
    CLOSED: "Clos sans règlement",
}


left_now = attrgetter("left")  # what `items_on` has of an item on its day


@dataclass(frozen=True, slots=True)
class LeftPart:
    """What an incident has left to settle of one item: of a document its payment was torn from, or its fee."""

    item: OpenItem
    left: Decimal


@dataclass(frozen=True, slots=True)
class Torn:
    """An incident on one document. operation: that of the bounce; amount: what its payment had settled of it."""

    incident: int
    operation: int
    amount: Decimal


def left_on_document(
    torn: Iterable[Torn], items: Sequence[OpenItem], allocations: Iterable[Allocation], posted_by: dict[int, int]
) -> dict[int, Decimal]:
    """What each incident on a document has left on it, by the incident's key; the newest takes first.

    items: the document's debits, as `items_on` has them of a day; allocations: all on them, detached or not;
    posted_by: the operation of each item.
    """
    allocations = list(allocations)
    rest = sum((left_now(item) for item in items), ZERO)
    found: dict[int, Decimal] = {}
    for one in sorted(torn, key=lambda one: -one.operation):
        posted = sum((item.amount for item in items if posted_by[item.pk] < one.operation), ZERO)
        settled = sum(
            (
                use.amount
                for use in allocations
                if use.operation_id < one.operation
                and (use.detached_by_id is None or use.detached_by_id >= one.operation)
            ),
            ZERO,
        )
        # Just before the bounce what it tore off still stood, so that `before` is what was open then.
        before = posted - settled
        found[one.incident] = min(max(rest - before, ZERO), one.amount)
        rest -= found[one.incident]
    return found


def state_of(*, total: Decimal, left: Decimal, is_cancelled: bool, is_closed: bool) -> str:
    """The state of an incident, a key of STATES. total: what it had to settle at first; left: what it has now."""
    if is_cancelled:
        return CANCELLED
    if left:
        return PART_SETTLED if left < total else OPEN
    return CLOSED if is_closed else SETTLED
