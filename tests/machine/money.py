"""Payments, refunds and incidents of the model, opening balances, and what is settled by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tests.machine.books import need
from tests.machine.notes import Notes


@dataclass(frozen=True)
class Movement:
    """A payment (above 0), refund (below 0) or set-off (0) by its document."""

    client: int
    party: int | None
    site: int | None
    day: date
    amount: int
    item: int | None = None
    cancelled: bool = False


@dataclass(frozen=True)
class Incident:
    payment: int
    item: int
    fee: int | None
    detached: tuple[int, ...]
    cancelled: bool = False


class Model(Notes):
    def __init__(self, today: date, sites_with_series: frozenset[int] = frozenset()) -> None:
        super().__init__(today, sites_with_series)
        self.movements: dict[int, Movement] = {}  # by document
        self.incidents: dict[int, Incident] = {}

    def set_opening(self, client: int, party: int | None, amount: int, on: date, due: date) -> None:
        need(amount, "an amount")
        self.need_open(on)
        self._need_party(client, party)
        for key, item in list(self.items.items()):
            mine = (item.kind, item.client, item.party, item.reverses) == ("opening", client, party, None)
            if mine and not self.is_reversed(key):
                self.reverse(key, self.first_from(self.allocable_from(key)))
        self.add_item(
            client=client, party=party, document=self.number(), kind="opening", debit=amount > 0,
            day=on, due=due if amount > 0 else on, amount=abs(amount),
        )  # fmt: skip

    # Money in and out

    def pay(
        self, client: int, amount: int, on: date, settles: Mapping[int, int], *,
        party: int | None = None, site: int | None = None, reference: str = "",
    ) -> int:  # fmt: skip
        """settles: above 0 of a debit, below 0 of a credit, by item."""
        settles = {key: wanted for key, wanted in settles.items() if wanted}
        need(all(self.items[key].client == client for key in settles), "items of this client")
        need(all((wanted > 0) == self.items[key].debit for key, wanted in settles.items()), "of the right sign")
        need(all(abs(wanted) <= self.free(key) for key, wanted in settles.items()), "no more than is free")
        party = party or next((self.items[key].party for key in settles if self.items[key].party), None)
        need(all(self.items[key].party == party for key in settles), "items of one party")
        self._need_party(client, party)
        rest = amount - sum(settles.values())
        need(amount or settles, "something")
        need(rest == 0 if amount <= 0 else 0 <= rest <= amount, "enough, and no credit left over")
        if amount:
            self.need_open(on, site, till=True)
        else:
            latest = max([self.today, *(self.items[key].day for key in settles)])
            need(self.locked < on <= latest, "a set-off bears today, or tomorrow if one of its lines does")
        kind = "payment" if amount >= 0 else "refund"
        if reference:
            need((kind, reference) not in self.references, "a reference is taken once")
            self.references.add((kind, reference))
        document, item = self.number(), None
        shares = {key: abs(wanted) for key, wanted in settles.items()}
        if amount:
            item = self.add_item(
                client=client, party=party, document=document, kind=kind, debit=amount < 0,
                day=on, due=on, amount=abs(amount),
            )  # fmt: skip
            shares[item] = abs(amount)
        for (debit, credit), part in self.pairs(shares, last=item).items():
            self.allocate(debit, credit, part, on, document)
        self.movements[document] = Movement(client, party, site, on, amount, item)
        return document

    def issue_and_pay(self, invoice: int, on: date, instalments: list[tuple[date, int]]) -> int | None:
        """The money bears the invoice's day while its till is open, else today or tomorrow; gives its document."""
        self.issue(invoice, on, instalments)
        one = self.invoices[invoice]
        lefts = {k: left for k, left in self.lefts().items() if left and self.items[k].document == one.document}
        if not lefts:
            return None
        day = self.first_from(on, one.site, till=True)
        return self.pay(one.client, sum(lefts.values()), day, lefts, party=one.party, site=one.site)

    def use_credit(self, note: int, invoice: int, amount: int, on: date) -> int:
        credit, one = self.notes[note], self.invoices[invoice]
        need(credit.item and one.document, "a validated credit note, an issued invoice")
        assert credit.item
        lefts = {k: self.left(k) for k, item in self.items.items() if item.document == one.document and item.debit}
        need(0 < amount <= min(self.free(credit.item), sum(lefts.values())), "as far as both go")
        settles, rest = {credit.item: -amount}, amount
        for key in sorted(lefts, key=lambda k: (self.items[k].due, k)):
            settles[key] = min(rest, lefts[key])
            rest -= settles[key]
        return self.pay(credit.client, 0, on, settles, site=one.site)

    def cancel_movement(self, document: int, on: date | None = None) -> None:
        one = self.movements[document]
        need(not one.cancelled, "cancelled once")
        need(not any(i.payment == document and not i.cancelled for i in self.incidents.values()), "no incident")
        need(one.day > self.tills.get(one.site, date.min), "its till is open")
        own = [k for k, a in self.allocations.items() if a.by == document and a.detached is None]
        if one.item is None:
            need(self.today > self.locked, "a detach bears today")
            self.detach(own, self.today)
        else:
            need(all(self.allocations[k].by == document for k in self.of(one.item)), "nothing else uses it")
            earliest = self.allocable_from(one.item)
            day = on or self.first_from(earliest, one.site, till=True)
            self.need_open(day, one.site, till=True)
            need(day >= earliest, "not before what it reverses")
            self.detach(own, day)
            self.reverse(one.item, day)
        self.movements[document] = replace(one, cancelled=True)

    # Incidents

    def declare(self, payment: int, on: date, fee: int) -> int:
        one = self.movements[payment]
        need(one.amount > 0 and not one.cancelled, "a payment that stands")
        need(not any(i.payment == payment and not i.cancelled for i in self.incidents.values()), "one incident")
        need(one.day < self.today or one.day <= self.tills.get(one.site, date.min), "its day is past or closed")
        self.need_open(on, one.site, till=True)
        need(on >= one.day, "not before the payment")
        need(fee >= 0, "a fee of 0 or more")
        assert one.item
        for key, reservation in self.reservations.items():
            if reservation.credit == one.item:
                self.reservations[key] = replace(reservation, live=False)
        detached = self.of(one.item)
        self.detach(detached, on)
        document = self.number()
        common = {"client": one.client, "party": one.party, "document": document, "debit": True, "day": on, "due": on}
        item = self.add_item(**common, kind="incident", amount=self.items[one.item].amount)
        self.allocate(item, one.item, self.items[one.item].amount, on, document)
        charged = self.add_item(**common, kind="fee", amount=fee) if fee else None
        self.incidents[key := self.number()] = Incident(payment, item, charged, tuple(detached))
        return key

    def cancel_incident(self, incident: int) -> None:
        one = self.incidents[incident]
        need(not one.cancelled, "cancelled once")
        payment = self.movements[one.payment]
        assert payment.item
        for item in filter(None, (one.item, one.fee)):
            day = self.first_from(self.allocable_from(item), payment.site, till=True)
            self.detach(self.of(item), day)
            self.reverse(item, day)
        self.incidents[incident] = replace(one, cancelled=True)
        for key in one.detached:
            former = self.allocations[key]
            if former.by in self.movements and self.movements[former.by].cancelled:
                continue
            if back := min(former.amount, self.left(former.debit), self.left(payment.item)):
                self.allocate(former.debit, payment.item, back, self.today, former.by)

    # By hand

    def detach_one(self, allocation: int) -> None:
        one = self.allocations[allocation]
        need(one.detached is None, "detached once")
        need(self.detachable(allocation), "not what cancels from what it cancels")
        self.need_open(self.today)
        self.detach([allocation], self.today)

    def detachable(self, allocation: int) -> bool:
        """Whether it sets no document against what cancels it, and no payment against its incident."""
        one = self.allocations[allocation]
        debit, credit = self.items[one.debit], self.items[one.credit]
        return debit.reverses != one.credit and credit.reverses != one.debit and debit.kind != "incident"

    def allocate_by_hand(self, client: int, debit: int, credit: int, amount: int) -> int:
        need(self.items[debit].client == self.items[credit].client == client, "items of this client")
        source = self.items[credit].document
        own = source in self.movements and self.movements[source].amount > 0
        return self.allocate(debit, credit, amount, self.today, source if own else None)
