"""The desk of the machine: does each act in Solde and in the model, and compares all that both say."""

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models, transaction
from django.utils import timezone
from djmoney.money import Money
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, invariant

from ledger import verify
from ledger.balance import FIGURES, read_balance, with_balances
from ledger.models import Allocation, ClientAccount, OpenItem, Operation, PeriodLock, Reservation, Series
from ledger.queries import items_on
from ledger.services import AlreadySubmitted
from office.errors import SoldeError
from office.models import Site
from tests.helpers import settle
from tests.machine.books import Refused
from tests.machine.money import Model
from tests.machine.strategies import cents, decimal

START = date(2025, 12, 20)  # the year turns on the way
TEN = time(10)
NEVER_NEGATIVE = {"to_invoice", "unpaid_invoices", "unpaid", "credit", "to_pay", "to_use", "overdue", "invoiced"}


class Asked:
    """A query of Solde's, asked for any day: Django takes longer to write it than PostgreSQL to answer it."""

    def __init__(self, query: Callable[[date, date | None], models.QuerySet]) -> None:
        self.query = query
        self.written: dict[bool, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, today: date, on: date | None) -> tuple[str, list[Any]]:
        """Its SQL and parameters for a day; on: None for today's figures."""
        past = on is not None
        if past not in self.written:
            self.written[past] = self.query(date.min, date.max if past else None).query.sql_with_params()
        sql, parameters = self.written[past]
        days = {date.min: today, date.max: on}
        return sql, [days.get(one, one) for one in parameters]


balances = Asked(lambda today, on: with_balances(ClientAccount.objects.all(), today=today, on=on))
left_of_items = Asked(lambda _, on: items_on(on).values_list("pk", "left"))


class Desk(RuleBasedStateMachine):
    """Acts and compares; what there is to do, the rules of the machine say.

    Each run is a transaction that is rolled back. rows: the key of Solde's row for what bears a number in
    the model (items, allocations and reservations apart: they are bound anew after every step).
    """

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.rows: dict[int, int] = {}
        self.accounts: dict[int, int] = {}  # client: its account's key
        self.currencies: dict[int, str] = {}
        self.bound: dict[int, int] = {}  # item, allocation or reservation: its key
        self.reports: dict[date, object] = {}  # what was told of a day once it was locked
        self.compared: Model | None = None
        self.tick = 0
        site = Site.objects.create(code="S1", name="Établissement")
        Series.objects.create(kind=Series.Kind.INVOICE, site=site, prefix="FS1")
        self.books = Model(START, frozenset({1}))
        self.books.newest = 1
        self.rows[1] = site.pk

    # Acting

    def operation(self, key: UUID, digest: str) -> Operation:
        at = datetime.combine(self.books.today, TEN, timezone.get_default_timezone())
        return Operation(kind=Operation.Kind.PAYMENT, at=at, day=self.books.today, key=key, digest=digest)

    def act(
        self,
        ours: Callable[[Model], int | None],
        theirs: Callable[[Operation], models.Model],
        *,
        backdated: bool = False,
    ) -> int | None:
        """Do one act on both sides; either both refuse, or both do it. Gives its number in the model.

        backdated: whether it may change what was told of a past day, as long as the day is open.
        """
        trial, number, row, key = self.books.copy(), None, None, uuid4()
        done_before = Operation.objects.count()
        refused: Refused | None = None
        error: SoldeError | None = None
        try:
            number = ours(trial)
        except Refused as reason:
            refused = reason
        try:
            row = theirs(self.operation(key, "a"))
            settle()
        except SoldeError as refusal:
            error = refusal
        note(f"  {type(error).__name__}: {error}, {refused}" if error else f"  {number}")
        assert bool(error) == bool(refused), f"Solde: {error!r}; the model: {refused!r}"
        if error:
            assert Operation.objects.count() == done_before, "refused, and yet something stays"
            return None
        self.past_stands(trial, backdated=backdated)
        self.books = trial
        if number is not None and row is not None:
            self.rows[number] = row.pk
        if self.tick % 4 == 0:
            self.submit_again(theirs, row, key)
        return number

    def submit_again(self, theirs: Callable[[Operation], models.Model], row: models.Model, key: UUID) -> None:
        """The same form leads to the first result; with another input, nowhere."""
        assert theirs(self.operation(key, "a")) == row
        settle()
        with suppress(AlreadySubmitted):
            again = theirs(self.operation(key, "b"))
            assert isinstance(again, PeriodLock), "done twice"

    def past_stands(self, after: Model, *, backdated: bool) -> None:
        """What is settled later never changes a report as of a past day."""
        for day in after.days():
            if self.books.figures(day) != after.figures(day):
                assert backdated, f"the figures of {day} changed"
                assert day > self.books.locked, f"the figures of {day}, which is locked, changed"

    def row(self, model: type[models.Model], number: int | None) -> Any:
        """Solde's row, as a view would fetch it."""
        return model._default_manager.get(pk=self.rows[number or 0])

    def site(self, number: int | None) -> Site | None:
        return self.row(Site, number) if number else None

    def money(self, client: int, amount: int) -> Money:
        return Money(decimal(amount, 2), self.currencies[client])

    # Choosing

    def choose(self, n: int, likely: Iterable[int], every: Iterable[int]) -> int:
        """Mostly one of the likely ones, where 0 is the newest; now and then any."""
        found = list(likely) if n < 90 else []
        found = found or list(every)
        return sorted(found, reverse=True)[n % len(found)]

    def day(self, days_ago: int, site: int | None = None, *, till: bool = False) -> date:
        """A day before or after the first on which this can be done now."""
        return self.books.latest(site, till=till) - timedelta(days=days_ago)

    def free(self, *, debit: bool) -> dict[int, int]:
        """What is free of all debits or credits of which something is."""
        found = {key: self.books.free(key) for key, item in self.books.items.items() if item.debit == debit}
        return {key: left for key, left in found.items() if left}

    def purse(self, item: int) -> tuple[int, int | None]:
        """Whose an item is: the client's or, of a walk-in, the passer-by's."""
        return self.books.items[item].client, self.books.items[item].party

    def purses(self, *sides: bool) -> list[tuple[int, int | None]]:
        """Those who have something free on each of these sides (debits: True)."""
        found = [{self.purse(key) for key in self.free(debit=debit)} for debit in sides]
        return sorted(set.intersection(*found), key=str)

    # Comparing

    @invariant()
    def agree(self) -> None:
        self.tick += 1
        self.agree_on_items()
        self.agree_on_allocations()
        self.agree_on_figures(None)
        if self.books is not self.compared and (days := self.books.days()):
            # One day at each step, another each time; all of them at the end.
            self.compared = self.books
            self.agree_on_figures(days[-1 - self.tick % len(days)])

    def agree_on_items(self) -> None:
        names = ("account", "party", "kind", "is_debit", "day", "due", "amount", "open", "reserved", "allocable_from")
        theirs = list(OpenItem.objects.filter(account__in=self.accounts.values()).order_by("pk"))
        told = [tuple(getattr(row, OpenItem._meta.get_field(n).attname) for n in names) for row in theirs]
        lefts = self.books.lefts()
        ours = [
            (
                self.accounts[item.client],
                item.party and self.rows[item.party],
                item.kind,
                item.debit,
                item.day,
                item.due,
                decimal(item.amount, 2),
                decimal(lefts[key], 2),
                decimal(self.books.reserved(key), 2),
                self.books.allocable_from(key),
            )
            for key, item in self.books.items.items()
        ]
        assert told == ours
        self.bound |= {key: row.pk for key, row in zip(self.books.items, theirs, strict=True)}

    def agree_on_allocations(self) -> None:
        made = Allocation.objects.filter(account__in=self.accounts.values())
        theirs = sorted(
            (row.debit_id, row.credit_id, cents(row.amount), row.day, row.detached_on or date.max, row.pk)
            for row in made
        )
        ours = sorted(
            (self.bound[one.debit], self.bound[one.credit], one.amount, one.day, one.detached or date.max, key)
            for key, one in self.books.allocations.items()
        )
        assert [row[:-1] for row in theirs] == [row[:-1] for row in ours]
        self.bound |= {one[-1]: row[-1] for one, row in zip(ours, theirs, strict=True)}
        kept = Reservation.objects.filter(credit__account__in=self.accounts.values()).order_by("pk")
        theirs_kept = [(row.credit_id, cents(row.amount), row.released_by_id is None) for row in kept]
        ours_kept = [(self.bound[r.credit], r.amount, r.live) for r in self.books.reservations.values()]
        assert theirs_kept == ours_kept
        self.bound |= {key: row.pk for key, row in zip(self.books.reservations, kept, strict=True)}

    def agree_on_figures(self, on: date | None) -> None:
        """Every figure of every client, and what is left of every item, at the end of a day."""
        rows = {row.pk: row for row in ClientAccount.objects.raw(*balances(self.books.today, on))}
        ours = self.books.figures(on)
        theirs = {client: self.told(rows[key], on) for client, key in self.accounts.items()}
        assert theirs == ours, f"as of {on or 'now'}"
        for figures in theirs.values():
            assert all(figures[name] >= 0 for name in NEVER_NEGATIVE), f"as of {on or 'now'}: {figures}"
        with connection.cursor() as cursor:
            cursor.execute(*left_of_items(self.books.today, on))
            lefts = {key: cents(left) for key, left in cursor.fetchall()}
        assert lefts == {self.bound[key]: left for key, left in self.books.lefts(on).items()}, f"as of {on or 'now'}"
        assert all(left >= 0 for left in lefts.values())
        if on and on <= self.books.locked:
            assert self.reports.setdefault(on, theirs) == {c: theirs[c] for c in self.reports[on]}

    def told(self, row: ClientAccount, on: date | None) -> dict[str, int | str]:
        balance = read_balance(row, on or self.books.today)
        return {name: cents(getattr(balance, name)) for name in FIGURES} | {"status": balance.status}

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                for day in self.books.days():
                    self.agree_on_figures(day)
                assert not list(verify.faults())
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
