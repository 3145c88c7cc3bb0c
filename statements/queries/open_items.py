"""What a client's figures are made of: what is owed, and what there is to use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter

from django.db.models import Q

from invoicing.models import InvoiceLine, Visit
from ledger.models import Allocation, ClientAccount, Kind, OpenItem
from ledger.queries import open_items
from office.amounts import ZERO

left_of = attrgetter("left")

# The sorts of credits, in the order they are shown; what is neither of the first two is an overpayment.
CREDIT_NOTES, OPENINGS, OVERPAYMENTS = "Avoirs", "Soldes à nouveau", "Trop-perçus"
SORTS = {Kind.CREDIT_NOTE: CREDIT_NOTES, Kind.OPENING: OPENINGS}


@dataclass(frozen=True, slots=True)
class Row:
    """An open item on a day. left: what is open of it; uses: what was set against it, where that is asked.

    visits: those that an invoice is of.
    """

    item: OpenItem
    left: Decimal
    is_late: bool = False
    uses: Sequence[Allocation] = ()
    visits: Sequence[Visit] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Open items of one sort."""

    label: str
    rows: list[Row] = field(default_factory=list)

    @property
    def left(self) -> Decimal:
        """What is open of them together."""
        return sum((row.left for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """What is open of an account on a day: what is owed, and each sort of credit that there is."""

    debts: Group
    credits: list[Group]


def open_account(account: ClientAccount, *, today: date, on: date | None = None) -> OpenAccount:
    """What a client's unpaid invoices and available credit are made of, by due date.

    on: a past day, to its end; None for today.
    """
    items = list(open_items(account, on).select_related("document", "party"))
    visits = _visits(item.document_id for item in items if item.kind == Kind.INVOICE)
    rows = [
        Row(
            item,
            left_of(item),
            is_late=item.is_debit and item.due < (on or today),
            visits=visits.get(item.document_id, ()),
        )
        for item in items
    ]
    return OpenAccount(
        Group("Factures impayées", [row for row in rows if row.item.is_debit]),
        _by_sort(row for row in rows if not row.item.is_debit),
    )


def open_credits(account: ClientAccount, on: date | None = None) -> list[Group]:
    """The credits with something left on a day, by sort, each with what was used of it and where."""
    items = list(open_items(account, on).filter(is_debit=False).select_related("document", "party"))
    uses: dict[int, list[Allocation]] = {item.pk: [] for item in items}
    counted = Q(detached_on=None) if on is None else Q(day__lte=on) & (Q(detached_on=None) | Q(detached_on__gt=on))
    allocations = Allocation.objects.filter(counted, credit__in=uses).select_related("debit__document")
    for allocation in allocations.order_by("day", "pk"):
        uses[allocation.credit_id].append(allocation)
    return _by_sort(Row(item, left_of(item), uses=uses[item.pk]) for item in items)


def _visits(documents: Iterable[int]) -> dict[int, list[Visit]]:
    """The visits that invoices are of, oldest first, by the document of the invoice."""
    lines = InvoiceLine.objects.filter(invoice__document__in=set(documents), visit_line__isnull=False)
    lines = lines.select_related("visit_line__visit", "invoice").order_by("visit_line__visit__day", "pk")
    found: dict[int, list[Visit]] = {}
    for line in lines:
        if line.visit_line and line.invoice.document_id:
            visits = found.setdefault(line.invoice.document_id, [])
            if line.visit_line.visit not in visits:
                visits.append(line.visit_line.visit)
    return found


def _by_sort(credits: Iterable[Row]) -> list[Group]:
    groups = {label: Group(label) for label in (CREDIT_NOTES, OPENINGS, OVERPAYMENTS)}
    for row in credits:
        groups[SORTS.get(Kind(row.item.kind), OVERPAYMENTS)].rows.append(row)
    return [group for group in groups.values() if group.rows]
