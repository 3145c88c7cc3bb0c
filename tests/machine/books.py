"""The client accounts as docs/rules.md tells them, in plain Python: whole cents, all counted anew each time.

It knows nothing of Solde's code, keeps no total, and answers for any day from the bare facts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Self

ONE_DAY = timedelta(days=1)
CASH = {"payment", "refund", "incident"}


class Refused(Exception):
    """What Solde must refuse, too."""


def need(holds: object, reason: str) -> None:
    """Refuse unless something holds."""
    if not holds:
        raise Refused(reason)


def half_up(value: Fraction) -> int:
    """Round to whole cents, a half away from zero."""
    return int(abs(value) + Fraction(1, 2)) * (-1 if value < 0 else 1)


@dataclass(frozen=True)
class Priced:
    """A quantity at a price in cents, less a discount in percent, with its VAT rate in percent."""

    quantity: Fraction
    price: int
    rate: Fraction
    discount: Fraction = Fraction(0)

    @property
    def amount(self) -> int:
        return half_up(self.quantity * self.price * (100 - self.discount) / 100)


def total(lines: Iterable[Priced], *, with_vat: bool) -> int:
    """What lines come to VAT included; with_vat: whether their prices hold it already."""
    by_rate: dict[Fraction, int] = defaultdict(int)
    for line in lines:
        by_rate[line.rate] += line.amount
    return sum(by_rate.values()) + sum(0 if with_vat else half_up(ht * rate / 100) for rate, ht in by_rate.items())


@dataclass(frozen=True)
class Client:
    walk_in: bool
    company: bool


@dataclass(frozen=True)
class Item:
    """A debit or credit on an account. reverses: the item that it cancels."""

    client: int
    party: int | None
    document: int
    kind: str
    debit: bool
    day: date
    due: date
    amount: int
    reverses: int | None = None


@dataclass(frozen=True)
class Allocation:
    """It counts from its day until the day of its detach. by: the document that made it."""

    debit: int
    credit: int
    amount: int
    day: date
    by: int | None = None
    detached: date | None = None

    def counts(self, on: date | None) -> bool:
        if on is None:
            return self.detached is None
        return self.day <= on and (self.detached is None or on < self.detached)


@dataclass(frozen=True)
class Reservation:
    credit: int
    amount: int
    live: bool = True


@dataclass(frozen=True)
class VisitLine:
    """claim: the line of the invoice or draft on which it stands; removed: taken out of its visit."""

    visit: int
    priced: Priced
    claim: int | None = None
    removed: bool = False


@dataclass(frozen=True)
class Visit:
    client: int
    party: int | None
    site: int | None
    day: date
    with_vat: bool


@dataclass(frozen=True)
class Spell:
    """When a visit line was to invoice: from `since` until the day before `until`."""

    line: int
    since: date
    until: date | None = None

    def counts(self, on: date | None) -> bool:
        if on is None:
            return self.until is None
        return self.since <= on and (self.until is None or on < self.until)


class Books:
    """Days, items, allocations, spells; and the figures that follow from them.

    Everything is kept by number, in the order in which it was made.
    """

    def __init__(self, today: date) -> None:
        self.today = today
        self.locked = date.min
        self.tills: dict[int | None, date] = {}
        self.newest = 0
        self.clients: dict[int, Client] = {}
        self.parties: dict[int, int] = {}  # party: client
        self.items: dict[int, Item] = {}
        self.allocations: dict[int, Allocation] = {}
        self.reservations: dict[int, Reservation] = {}
        self.visits: dict[int, Visit] = {}
        self.visit_lines: dict[int, VisitLine] = {}
        self.spells: dict[int, Spell] = {}
        self.names: dict[int, frozenset[int]] = {}  # of a credit note's document, the documents that it names

    def copy(self) -> Self:
        """A twin to try something on."""
        twin = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | set):
                setattr(twin, name, value.copy())
        return twin

    def number(self) -> int:
        self.newest += 1
        return self.newest

    def open_client(self, *, walk_in: bool, company: bool) -> int:
        self.clients[key := self.number()] = Client(walk_in, company)
        return key

    def open_party(self, client: int) -> int:
        self.parties[key := self.number()] = client
        return key

    # Days

    def lock(self, through: date) -> None:
        need(through >= self.locked, "the lock date moves forward")
        self.locked = through

    def close_till(self, site: int | None, through: date) -> None:
        need(through >= self.tills.get(site, date.min), "a closing moves forward")
        self.tills[site] = through

    def latest(self, site: int | None = None, *, till: bool = False) -> date:
        """The last day that can be borne: today; for money once its till is closed, tomorrow."""
        return self.today + ONE_DAY if till and self.tills.get(site, date.min) >= self.today else self.today

    def is_open(self, day: date, site: int | None = None, *, till: bool = False) -> bool:
        closed = self.tills.get(site, date.min) if till else date.min
        return max(self.locked, closed) < day <= self.latest(site, till=till)

    def need_open(self, day: date, site: int | None = None, *, till: bool = False) -> None:
        need(self.is_open(day, site, till=till), f"{day} is not open")

    def first_from(self, day: date, site: int | None = None, *, till: bool = False) -> date:
        """A day if it is open, else today, or tomorrow once the till is closed; refused if that isn't either."""
        day = day if self.is_open(day, site, till=till) else self.latest(site, till=till)
        self.need_open(day, site, till=till)
        return day

    # Items and allocations

    def add_item(self, **fields: object) -> int:
        self.items[key := self.number()] = Item(**fields)
        return key

    def of(self, item: int) -> list[int]:
        """The allocations of an item that are not detached."""
        return [k for k, a in self.allocations.items() if a.detached is None and item in (a.debit, a.credit)]

    def lefts(self, on: date | None = None) -> dict[int, int]:
        """What was open of each item posted, at the end of a day; None: of everything posted."""
        lefts = {key: item.amount for key, item in self.items.items() if on is None or item.day <= on}
        for allocation in self.allocations.values():
            if allocation.counts(on):
                lefts[allocation.debit] -= allocation.amount
                lefts[allocation.credit] -= allocation.amount
        return lefts

    def left(self, item: int) -> int:
        return self.items[item].amount - sum(self.allocations[key].amount for key in self.of(item))

    def reserved(self, item: int) -> int:
        return sum(r.amount for r in self.reservations.values() if r.credit == item and r.live)

    def free(self, item: int) -> int:
        """What is open of an item and not reserved."""
        return self.left(item) - self.reserved(item)

    def allocable_from(self, item: int) -> date:
        """Its day, or the last detach on it of an allocation that had counted for a day."""
        counted = [
            a.detached
            for a in self.allocations.values()
            if item in (a.debit, a.credit) and a.detached is not None and a.detached > a.day
        ]
        return max([self.items[item].day, *counted])

    def allocate(self, debit: int, credit: int, amount: int, on: date, by: int | None = None) -> int:
        one, other = self.items[debit], self.items[credit]
        need(one.debit and not other.debit, "a debit with a credit")
        need((one.client, one.party) == (other.client, other.party), "of one client and party")
        need(0 < amount <= min(self.left(debit), self.free(credit)), "as far as both are open")
        day = max(on, self.allocable_from(debit), self.allocable_from(credit))
        need(day > self.locked, "on an open day")
        self.allocations[key := self.number()] = Allocation(debit, credit, amount, day, by)
        return key

    def detach(self, allocations: Iterable[int], on: date) -> None:
        for key in allocations:
            allocation = self.allocations[key]
            day = max(allocation.day, on)
            need(day > self.locked, "detached on an open day")
            self.allocations[key] = replace(allocation, detached=day)

    def reverse(self, item: int, day: date) -> int:
        """Post the other side of an item, and set it against it."""
        need(self.free(item) == self.items[item].amount, "nothing of it is used")
        former = self.items[item]
        mirror = self.add_item(
            client=former.client, party=former.party, document=former.document, kind=former.kind,
            debit=not former.debit, day=day, due=day, amount=former.amount, reverses=item,
        )  # fmt: skip
        debit, credit = (item, mirror) if former.debit else (mirror, item)
        self.allocate(debit, credit, former.amount, day, former.document)
        return mirror

    def is_reversed(self, item: int) -> bool:
        return any(other.reverses == item for other in self.items.values())

    def pairs(self, shares: Mapping[int, int], last: int | None = None) -> dict[tuple[int, int], int]:
        """Pair what is to be used of items: (debit, credit): amount.

        Each credit note with the documents that it names; then credits by day, the payment last, with
        debits by due date.
        """
        rest = dict(shares)
        debits = sorted((k for k in rest if self.items[k].debit), key=lambda k: (self.items[k].due, k))
        credits = sorted((k for k in rest if not self.items[k].debit), key=lambda k: (k == last, self.items[k].day, k))
        found: dict[tuple[int, int], int] = defaultdict(int)
        for by_name in (True, False):
            for credit in credits:
                named = self.names.get(self.items[credit].document, frozenset())
                for debit in debits:
                    if by_name and self.items[debit].document not in named:
                        continue
                    if amount := min(rest[debit], rest[credit]):
                        rest[debit] -= amount
                        rest[credit] -= amount
                        found[debit, credit] += amount
        return dict(found)

    # Figures

    def waiting(self, visit: int, on: date | None = None) -> list[int]:
        """The lines of a visit that were to invoice at the end of a day; None: that are now."""
        lines = {s.line for s in self.spells.values() if s.counts(on)}
        return [key for key in sorted(lines) if self.visit_lines[key].visit == visit]

    def to_invoice(self, client: int, on: date | None = None) -> int:
        """What invoices of the visits' waiting lines would total."""
        by_visit: dict[int, list[Priced]] = defaultdict(list)
        for line in {s.line for s in self.spells.values() if s.counts(on)}:
            by_visit[self.visit_lines[line].visit].append(self.visit_lines[line].priced)
        return sum(
            total(lines, with_vat=self.visits[visit].with_vat)
            for visit, lines in by_visit.items()
            if self.visits[visit].client == client
        )

    def figures(self, on: date | None = None) -> dict[int, dict[str, int | str]]:
        """Every figure of every client at the end of a day; None: today's, which count everything posted."""
        lefts = self.lefts(on)
        return {client: self._figures(client, lefts, on) for client in self.clients}

    def _figures(self, client: int, lefts: Mapping[int, int], on: date | None) -> dict[str, int | str]:
        mine = {k: self.items[k] for k in lefts if self.items[k].client == client}
        owed = sum(lefts[k] for k, item in mine.items() if item.debit)
        credit = sum(lefts[k] for k, item in mine.items() if not item.debit)
        overdue = sum(lefts[k] for k, item in mine.items() if item.debit and item.due < (on or self.today))
        invoiced = sum(
            item.amount * (1 if item.reverses is None else -1)
            for item in mine.values()
            if item.kind in {"invoice", "opening"} and item.debit == (item.reverses is None)
        )
        collected = sum(item.amount * (-1 if item.debit else 1) for item in mine.values() if item.kind in CASH)
        net: dict[int | None, int] = defaultdict(int)  # by party; all of an ordinary client is of none
        for key, item in mine.items():
            net[item.party] += lefts[key] * (1 if item.debit else -1)
        to_pay = sum(max(0, amount) for amount in net.values())
        to_use = sum(max(0, -amount) for amount in net.values())
        to_invoice = self.to_invoice(client, on)
        in_credit = (to_pay == 0 < to_use) if self.clients[client].walk_in else credit > owed
        return {
            "to_invoice": to_invoice,
            "unpaid_invoices": owed,
            "unpaid": owed + to_invoice,
            "credit": credit,
            "balance": credit - owed,
            "to_pay": to_pay,
            "to_use": to_use,
            "overdue": overdue,
            "invoiced": invoiced,
            "collected": collected,
            "outstanding": owed,
            "status": "creditor" if in_credit else "overdue" if overdue else "pending" if owed else "up_to_date",
        }

    def days(self) -> list[date]:
        """Every past day on which anything happened."""
        days = {item.day for item in self.items.values()}
        days |= {item.due + ONE_DAY for item in self.items.values()}
        days |= {d for a in self.allocations.values() for d in (a.day, a.detached) if d}
        days |= {d for s in self.spells.values() for d in (s.since, s.until) if d}
        days |= {day - ONE_DAY for day in days} | {self.today - ONE_DAY}
        return sorted(day for day in days if day < self.today)
