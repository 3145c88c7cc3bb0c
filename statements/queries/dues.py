"""L’état échéanciers: what is to be collected, instalment by instalment, over all clients.

A row is an instalment, a debit opening balance or a fee; any other debit is one only for what is open of it.
Source: rules, « The schedule of dues ».
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from clients.queries import meant
from invoicing.models import Instalment
from ledger.models import Allocation, BankAccount, Entry, Kind, OpenItem
from ledger.queries import AMOUNT, NOTHING, only_currency
from office.amounts import ZERO
from office.compiled import Compiled
from office.models import User
from office.periods import Period
from payments.models import PaymentType
from statements.models import HiddenColumns
from statements.queries.where import EVERYWHERE, Where

OTHERS = (Kind.OPENING, Kind.FEE)  # owed whole too, unless they were cancelled
IS_PROMISED = Q(kind=Kind.INVOICE) | Q(kind=Kind.RESCHEDULE)  # nearly all are invoices: one comparison tells
IS_WHOLE = IS_PROMISED | Q(kind__in=OTHERS)
WHOLE = Case(When(IS_WHOLE, then=F("amount")), default=F("open"), output_field=AMOUNT)
PLANNED = Coalesce("instalment__planned_on", "due")
Span: TypeAlias = tuple[Decimal | None, Decimal | None]  # from, to, both included
ANY: Span = (None, None)
EVER = Period()


@dataclass(frozen=True, slots=True)
class DuesWanted:
    """What is asked of the schedule. planned: the period is of the planned date, not of the due date.

    client: words of a name or a code; paid: settled whole or not, None for both; reference: how a document’s begins.
    code: the key of a row; due, expected: its due and planned day; amount, left: its Montant and Reste dû.
    """

    period: Period
    planned: bool = False
    client: str = ""
    bank: BankAccount | None = None
    way: PaymentType | None = None
    where: Where = EVERYWHERE
    paid: bool | None = None
    reminder: str = ""
    reference: str = ""
    code: int | None = None
    due: Period = EVER
    expected: Period = EVER
    amount: Span = ANY
    left: Span = ANY
    note: str = ""


@dataclass(frozen=True, slots=True)
class DuesTotal:
    """What rows come to in one currency, VAT included. paid: what has settled them; left: Reste dû."""

    currency: str
    count: int
    amount: Decimal
    left: Decimal

    @property
    def paid(self) -> Decimal:
        """Total versé."""
        return self.amount - self.left


def dues(wanted: DuesWanted) -> QuerySet[OpenItem]:
    """The rows that are asked for, by due date, without what is told of each (`with_details`)."""
    undone = Entry.objects.filter(Q(reverses__isnull=False) | Q(reversed_by__isnull=False), lines=OuterRef("pk"))
    is_row = IS_PROMISED | Q(open__gt=0) | Q(kind__in=OTHERS) & ~Exists(undone.order_by())
    rows = OpenItem.objects.filter(is_row, is_debit=True).exclude(pk__in=_moved_whole())
    rows = rows.filter(_within(wanted.period, planned=wanted.planned), wanted.where.on("document__site"))
    if wanted.client:
        rows = rows.filter(account__in=meant(wanted.client).order_by().values("account"))
    if wanted.bank:
        rows = rows.filter(instalment__bank=wanted.bank)
    if wanted.way:
        rows = rows.filter(instalment__method=wanted.way.code)
    if wanted.paid is not None:
        rows = rows.filter(open=0) if wanted.paid else rows.filter(open__gt=0)
    if wanted.reminder:
        rows = rows.filter(instalment__reminder=wanted.reminder)
    if wanted.reference:
        rows = rows.filter(document__reference__istartswith=wanted.reference)
    return _narrowed(rows, wanted).order_by("due", "account", "pk")


def _narrowed(rows: QuerySet[OpenItem], wanted: DuesWanted) -> QuerySet[OpenItem]:
    """Rows by what stands in their columns."""
    if wanted.code is not None:
        rows = rows.filter(pk=wanted.code)
    if wanted.note:
        rows = rows.filter(instalment__note__icontains=wanted.note)
    if wanted.amount != ANY:
        rows = rows.alias(amount_shown=_shown())
    if wanted.expected != EVER:
        rows = rows.alias(day_planned=PLANNED)
    spans = {
        "due": (wanted.due.start, wanted.due.end),
        "day_planned": (wanted.expected.start, wanted.expected.end),
        "amount_shown": wanted.amount,
        "open": wanted.left,
    }
    bounds = {f"{name}__gte": least for name, (least, _) in spans.items() if least is not None}
    bounds |= {f"{name}__lte": most for name, (_, most) in spans.items() if most is not None}
    return rows.filter(**bounds)


def with_details(rows: QuerySet[OpenItem]) -> QuerySet[Any]:
    """Rows with what the grid shows: `shown` (the amount), `planned`, `way` and what they belong to."""
    way = PaymentType.objects.filter(code=OuterRef("instalment__method")).values("label")[:1]
    found = rows.select_related("document", "account__client", "party", "instalment__bank")
    return found.annotate(shown=_shown(), planned=PLANNED, way=Subquery(way))


def dues_totals(rows: QuerySet[OpenItem]) -> list[DuesTotal]:
    """What rows come to, by currency: nothing is joined to find it where there is only one."""
    told = {"count": Count("pk"), "whole": Sum(WHOLE), "left": Sum("open")}
    if only := only_currency():
        sum_of_all = rows.order_by().aggregate(**told)
        sums = [(only, *sum_of_all.values())] if sum_of_all["count"] else []
    else:
        sums = sorted(rows.order_by().values_list("account__currency").annotate(**told))
    moved = _moved_of(rows) if _ANY_MOVE().now() else {}
    return [
        DuesTotal(currency, count, amount - moved.get(currency, ZERO), left) for currency, count, amount, left in sums
    ]


def _shown() -> Case:
    """Montant: the amount less what was rescheduled of it, or only what is open of it."""
    moved = _moves().filter(debit=OuterRef("pk")).values("debit").annotate(total=Sum("amount")).values("total")
    return Case(
        When(IS_WHOLE, then=F("amount") - Coalesce(Subquery(moved), NOTHING)),
        default=F("open"),
        output_field=AMOUNT,
    )


def _moved_of(rows: QuerySet[OpenItem]) -> dict[str, Decimal]:
    moves = _moves().filter(debit__in=rows.order_by()).order_by("account__currency")
    return dict(moves.values_list("account__currency").annotate(Sum("amount")))


def _moves() -> QuerySet[Allocation]:
    """What was rescheduled: set against the lines that it was due on."""
    return Allocation.objects.filter(credit__kind=Kind.RESCHEDULE, detached_on=None).order_by()


_ANY_MOVE = Compiled(lambda: _moves().values_list("pk", flat=True)[:1])


def _moved_whole() -> QuerySet[Any, Any]:
    """The items of which nothing is due any more where they stand: all was rescheduled."""
    sums = _moves().values("debit").annotate(total=Sum("amount"))
    return sums.filter(total__gte=F("debit__amount")).values("debit")


def _within(period: Period, *, planned: bool) -> Q:
    found = Q()
    for bound, day in (("gte", period.start), ("lte", period.end)):
        if day is None:
            continue
        by_due = Q(**{f"due__{bound}": day})
        if planned:
            by_due = Q(**{f"instalment__planned_on__{bound}": day}) | Q(instalment__planned_on=None) & by_due
        found &= by_due
    return found


def hidden_columns(user: User, report: str) -> frozenset[str]:
    """The columns of a report that a user hides."""
    found = HiddenColumns.objects.filter(user=user, report=report).values_list("names", flat=True).first()
    return frozenset(found or ())


def late_days(item: OpenItem, today: date) -> int:
    """For how many days a row has been late; 0 for one that isn't."""
    return max((today - item.due).days, 0) if item.open else 0


def due_code(item: OpenItem) -> str:
    """What a row of the schedule is called."""
    return f"ECH-{item.pk:06d}"


def planned_of(item: OpenItem) -> Instalment | None:
    """The instalment of a row; None for an opening balance, a fee, or what is owed for another reason."""
    found: Instalment | None = getattr(item, "instalment", None)
    return found
