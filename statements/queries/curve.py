"""A client's balance over time, and what moved it: the figures of the curve on the tab Financier."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from ledger.models import ClientAccount, Kind, Line
from office.amounts import ZERO

MARKED = (Kind.INVOICE, Kind.PAYMENT, Kind.INCIDENT)
ROWS = 40  # of the table, before its days are put together into months, then into years


@dataclass(slots=True)
class Step:
    """A day on which a balance moved. marks: how many documents of each kind were posted on it."""

    on: date
    balance: Decimal
    marks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A row of the curve's table: a day, a month or a year. balance: at its end; label: as it is read."""

    label: str
    invoices: int
    payments: int
    incidents: int
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Curve:
    """A balance over days, VAT included, in the account's currency: below 0 the client owes.

    since, until: its first and its last day; before: the balance as the first day begins; steps: by day.
    """

    since: date
    until: date
    before: Decimal
    steps: Sequence[Step]

    @property
    def after(self) -> Decimal:
        """The balance at the end of the last day."""
        return self.steps[-1].balance if self.steps else self.before

    def days_of(self, kind: str) -> list[date]:
        """The days on which documents of a kind were posted."""
        return [step.on for step in self.steps if step.marks.get(kind)]

    @property
    def stretches(self) -> list[Stretch]:
        """The rows of its table: the days on which it moved, or its months or years if these are too many."""
        by_day, by_month, by_year = (_put_together(self.steps, how) for how in ("%d/%m/%Y", "%m/%Y", "%Y"))
        return next((rows for rows in (by_day, by_month) if len(rows) <= ROWS), by_year)


def curve(account: ClientAccount, *, until: date, since: date | None = None) -> Curve:
    """The balance of an account from a day to another, to its end; from the first movement if none is said.

    It is, on each day, the balance that `balance_of` tells of the day. What a reversal takes back counts from the
    reversal's own day on, and marks nothing.
    """
    lines: Any = Line.objects.filter(client_account=account, day__lte=until)
    posted = Count("entry__document", filter=Q(entry__reverses=None), distinct=True)
    rows = lines.values("day", "kind").annotate(change=Sum(F("credit") - F("debit")), number=posted)
    before = ZERO
    steps: list[Step] = []
    for day, kind, change, number in rows.order_by("day", "kind").values_list("day", "kind", "change", "number"):
        if since and day < since:
            before += change
            continue
        if not steps or steps[-1].on != day:
            steps.append(Step(day, steps[-1].balance if steps else before))
        steps[-1].balance += change
        if kind in MARKED and number:
            steps[-1].marks[kind] = number
    return Curve(since or (steps[0].on if steps else until), until, before, steps)


def _put_together(steps: Sequence[Step], how: str) -> list[Stretch]:
    """The steps by what strftime makes of their days."""
    balances: dict[str, Decimal] = {}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for step in steps:
        label = f"{step.on:{how}}"
        balances[label] = step.balance
        for kind, number in step.marks.items():
            counts[label][kind] += number
    return [
        Stretch(
            label,
            invoices=counts[label][Kind.INVOICE],
            payments=counts[label][Kind.PAYMENT],
            incidents=counts[label][Kind.INCIDENT],
            balance=balance,
        )
        for label, balance in balances.items()
    ]
