"""Figures of past days, however things were settled, detached and set again: a recount from the rows, day by day.

Acts come in any order of accounting days, as a desk that catches up writes them. A long round:

    PAST_DAYS=1000 .venv/bin/pytest tests/ledger/test_past_days.py
"""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import queries, services, verify
from ledger.balance import balance_of
from ledger.models import Allocation, ClientAccount, Line, OpenItem, Party, PeriodLock, Reservation
from ledger.services import NothingLeft, PeriodClosed, UsedElsewhere
from tests.factories import (
    account,
    allocate,
    credit_note_entry,
    detach,
    invoice_entry,
    op_under_way,
    party,
    payment_entry,
    refund_entry,
    reverse,
)
from tests.helpers import settle

FIRST = date(2026, 1, 1)
LENGTH = 12
DAYS = [FIRST + timedelta(days=n) for n in range(LENGTH + 2)]  # once the till is closed, money bears tomorrow
ENTRIES = {
    "invoice": invoice_entry,
    "refund": refund_entry,
    "payment": payment_entry,
    "credit_note": credit_note_entry,
}
EXAMPLES = int(os.environ.get("PAST_DAYS", "10"))


@dataclass(frozen=True)
class Act:
    """What a desk does: the days are counted back from the day on which it is done."""

    kind: str
    which: int
    other: int
    amount: int
    back: int
    wait: int


@dataclass
class Desk:
    """Does acts, one after the other, on one account."""

    client: ClientAccount
    parties: list[Party | None]
    today: date = FIRST
    items: list[OpenItem] = field(default_factory=list)
    locked: date = FIRST - timedelta(days=1)

    def does(self, act: Act) -> date | None:
        """Answers the accounting day from which figures may have changed, if the act was possible."""
        self.today = min(self.today + timedelta(days=act.wait), DAYS[LENGTH - 1])
        on = max(FIRST, self.today - timedelta(days=act.back))
        try:
            return self.posts(act, on) if act.kind in ENTRIES else getattr(self, act.kind)(act, on)
        except PeriodClosed:
            return None

    def locks(self, _act: Act, on: date) -> date:
        self.locked = max(self.locked, on)
        services.shut(PeriodLock.Scope.BOOKS, self.locked)
        return DAYS[-1]

    def closes(self, _act: Act, _on: date) -> date:
        services.shut(PeriodLock.Scope.TILL, self.today)
        return DAYS[-1]

    def posts(self, act: Act, on: date) -> date:
        money = act.kind in ("payment", "refund")
        on = services.open_days(op_under_way(self.today), till=money).first_from(on)
        fields = {"today": self.today, "party": self.parties[act.other % len(self.parties)]}
        if act.kind == "invoice":
            fields["due"] = on + timedelta(days=act.other)
        self.items.append(ENTRIES[act.kind](self.client, act.amount, on, **fields))
        return on

    def allocates(self, act: Act, on: date) -> date | None:
        debits, credits = ([item for item in self.items if item.is_debit == side] for side in (True, False))
        if not debits or not credits:
            return None
        debit, credit = debits[act.which % len(debits)], credits[act.other % len(credits)]
        if debit.party_id != credit.party_id:
            return None
        try:
            made = allocate(debit, credit, act.amount, on, op=op_under_way(self.today))
        except NothingLeft:
            return None
        freed = [
            one.detached_on
            for item in (debit, credit)
            for one in Allocation.objects.filter(**{"debit" if item.is_debit else "credit": item})
            if one.detached_on and one.detached_on > one.day
        ]
        assert made.day == max([on, debit.day, credit.day, *freed])
        return on

    def detaches(self, act: Act, on: date) -> date | None:
        live = list(Allocation.objects.filter(detached_by=None).order_by("pk"))
        if not live:
            return None
        allocation = live[act.which % len(live)]
        on = services.open_days(op_under_way(self.today)).unlocked_from(on)
        detach(allocation, on, op=op_under_way(self.today))
        allocation.refresh_from_db()
        assert allocation.detached_on == max(on, allocation.day)
        return on

    def reverses(self, act: Act, on: date) -> date | None:
        if not self.items:
            return None
        item = self.items[act.which % len(self.items)]
        item.refresh_from_db()
        days = services.open_days(op_under_way(self.today), till=item.kind in ("payment", "refund"))
        day = days.first_from(max(on, item.allocable_from))
        try:
            reverse(item, day, op=op_under_way(self.today))
        except (UsedElsewhere, services.AlreadyReversed):
            return None
        return day

    def reserves(self, act: Act, _on: date) -> date | None:
        free = [item for item in queries.open_items(self.client) if not item.is_debit and item.open > item.reserved]
        if not free:
            return None
        services.reserve(free[act.which % len(free)], Decimal("0.01"), op=op_under_way(self.today))
        return DAYS[-1]

    def releases(self, _act: Act, _on: date) -> date:
        services.release(list(Reservation.objects.filter(released_by=None)), op=op_under_way(self.today))
        return DAYS[-1]


def recount(client: ClientAccount) -> dict[date, dict]:
    """The figures of every day from the lines and allocations alone; as said, not as kept."""
    lines = list(Line.objects.filter(client_account=client).select_related("entry"))
    allocations = list(Allocation.objects.filter(account=client))
    return {day: count(lines, allocations, day) for day in DAYS}


def count(lines: list[Line], allocations: list[Allocation], on: date) -> dict:
    settled: dict[int, Decimal] = defaultdict(Decimal)
    for allocation in allocations:
        if allocation.day <= on and (allocation.detached_on is None or allocation.detached_on > on):
            settled[allocation.debit_id] += allocation.amount
            settled[allocation.credit_id] += allocation.amount
    lines = [line for line in lines if line.day <= on]
    left = {line.pk: line.debit + line.credit - settled.pop(line.pk, Decimal(0)) for line in lines}
    assert not settled, "an allocation counts before one of its lines"
    assert all(amount >= 0 for amount in left.values()), "an item is settled beyond its amount"
    nets: dict[int | None, Decimal] = defaultdict(Decimal)
    for line in lines:
        nets[line.party_id] += left[line.pk] if line.debit else -left[line.pk]
    return {
        "left": {key: amount for key, amount in left.items() if amount},
        "unpaid_invoices": sum(left[line.pk] for line in lines if line.debit),
        "credit": sum(left[line.pk] for line in lines if line.credit),
        "overdue": sum(left[line.pk] for line in lines if line.debit and line.due < on),
        "invoiced": sum(
            -line.credit if line.entry.reverses_id else line.debit for line in lines if line.kind == "invoice"
        ),
        "collected": sum(line.credit - line.debit for line in lines if line.kind in ("payment", "refund")),
        "to_pay": sum(max(net, Decimal(0)) for net in nets.values()),
        "to_use": sum(max(-net, Decimal(0)) for net in nets.values()),
    }


def told(client: ClientAccount, today: date, on: date | None) -> dict:
    """The same figures as the ledger tells them."""
    balance = balance_of(client, today=today, on=on)
    names = ("unpaid_invoices", "credit", "overdue", "invoiced", "collected", "to_pay", "to_use")
    return {
        "left": {item.pk: item.left for item in queries.open_items(client, on=on)},
        **{name: getattr(balance, name).amount for name in names},
    }


KINDS = [
    *ENTRIES,
    "allocates",
    "allocates",
    "allocates",
    "detaches",
    "detaches",
    "reverses",
    "reserves",
    "releases",
    "closes",
    "locks",
]
ACTS = st.builds(
    Act,
    kind=st.sampled_from(KINDS),
    which=st.integers(0, 5),
    other=st.integers(0, 5),
    amount=st.integers(1, 4),
    back=st.integers(0, 5),
    wait=st.integers(0, 3),
)


@pytest.mark.parametrize("walk_in", [False, True], ids=["one client", "passers-by"])
def test_every_past_day_is_as_a_recount_of_the_rows(db, walk_in):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="PAST_DAYS" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(ACTS, min_size=4, max_size=25), st.sets(st.sampled_from(DAYS), min_size=3, max_size=4))
    def run(acts: list[Act], days: set[date]) -> None:
        with transaction.atomic():
            client = account(walk_in=walk_in)
            desk = Desk(client, [party(account=client), party(account=client)] if walk_in else [None])
            after = recount(client)
            for act in acts:
                before, locked = after, desk.locked
                changed_from = desk.does(act)
                after = recount(client)
                for day in DAYS:
                    if changed_from is None or day < changed_from or day <= locked:
                        assert after[day] == before[day], "a past day has changed"
            settle()
            for day in days:
                assert told(client, desk.today, day) == after[day]
            now = told(client, desk.today, None)
            assert now == after[DAYS[-1]] | {"overdue": now["overdue"]}
            assert list(verify.faults()) == []
            transaction.set_rollback(True)

    run()
