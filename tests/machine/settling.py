"""What the machine sets, takes back and undoes by hand, and how its days end."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from clients.models import Client
from ledger.models import Allocation, PeriodLock, Reservation
from ledger.services import shut
from payments.models import Incident, Payment, Refund
from payments.services import (
    allocate_by_hand,
    cancel_incident,
    cancel_payment,
    cancel_refund,
    declare_incident,
    detach_allocation,
    reserve_credit,
    take_back,
)
from tests.machine.paying import Paying
from tests.machine.strategies import ago, decimal, doing, part_of, share, sites, which


class Settling(Paying):
    @precondition(lambda self: self.purses(True, False))
    @doing(d=which, n=which, much=share)
    def allocates_by_hand(self, d: int, n: int, much: str) -> None:
        debits, credits, purses = self.free(debit=True), self.free(debit=False), self.purses(True, False)
        credit = self.choose(n, [key for key in credits if self.purse(key) in purses], self.books.items)
        debit = self.choose(d, [key for key in debits if self.purse(key) == self.purse(credit)], self.books.items)
        client = self.books.items[credit].client
        amount = part_of(min(debits.get(debit, 0), credits.get(credit, 0)), much)
        self.act(
            lambda books: books.allocate_by_hand(client, debit, credit, amount),
            lambda op: allocate_by_hand(
                client=self.row(Client, client),
                debit=self.bound[debit],
                credit=self.bound[credit],
                amount=decimal(amount, 2),
                op=op,
            ),
        )

    @precondition(lambda self: self.books.allocations)
    @doing(n=which)
    def detaches(self, n: int) -> None:
        live = [key for key, one in self.books.allocations.items() if one.detached is None]
        allocation = self.choose(n, filter(self.books.detachable, live), self.books.allocations)
        self.act(
            lambda books: books.detach_one(allocation),
            lambda op: detach_allocation(allocation=Allocation.objects.get(pk=self.bound[allocation]), op=op),
        )

    @precondition(lambda self: self.free(debit=False))
    @doing(c=which, n=which, much=share)
    def reserves(self, c: int, n: int, much: str) -> None:
        credit = self.choose(n, self.free(debit=False), self.books.items)
        client = self.books.items[credit].client if c < 90 else self.client(c)
        amount = part_of(self.books.free(credit), much)
        self.act(
            lambda books: books.reserve_by_hand(client, credit, amount),
            lambda op: reserve_credit(
                client=self.row(Client, client), credit=self.bound[credit], amount=self.money(client, amount), op=op
            ),
        )

    @precondition(lambda self: any(one.live for one in self.books.reservations.values()))
    @doing(n=which)
    def takes_back(self, n: int) -> None:
        live = [key for key, one in self.books.reservations.items() if one.live]
        number = self.choose(n, live, self.books.reservations)
        self.act(
            lambda books: books.take_back(number),
            lambda op: take_back(reservation=Reservation.objects.get(pk=self.bound[number]), op=op),
        )

    # Undoing

    def cancellable(self) -> list[int]:
        """Payments, refunds and set-offs that stand, and that no closing holds."""
        tills, movements = self.books.tills, self.books.movements.items()
        return [key for key, one in movements if not one.cancelled and one.day > tills.get(one.site, date.min)]

    @precondition(lambda self: self.cancellable())
    @doing(n=which, on=st.sampled_from([None] * 10 + [0, 0, 1, 5]))
    def cancels_movement(self, n: int, on: int | None) -> None:
        document = self.choose(n, self.cancellable(), self.books.movements)
        one = self.books.movements[document]
        day = None if on is None else self.books.today - timedelta(days=on)

        def theirs(op):
            if one.amount < 0:
                return cancel_refund(refund=self.row(Refund, document), on=day, op=op)
            return cancel_payment(payment=self.row(Payment, document), on=day, op=op)

        self.act(lambda books: books.cancel_movement(document, day), theirs, backdated=one.amount != 0)

    def bounceable(self) -> list[int]:
        """Payments that stand, of a day that is past or closed."""
        bounced = {one.payment for one in self.books.incidents.values() if not one.cancelled}
        return [
            key
            for key, one in self.books.movements.items()
            if one.amount > 0 and not one.cancelled and key not in bounced
            and (one.day < self.books.today or one.day <= self.books.tills.get(one.site, date.min))
        ]  # fmt: skip

    @precondition(lambda self: self.bounceable())
    @doing(n=which, days=ago, fee=st.sampled_from([0, 1500, 1]))
    def declares_incident(self, n: int, days: int, fee: int) -> None:
        payments = [key for key, one in self.books.movements.items() if one.amount >= 0]
        payment = self.choose(n, self.bounceable(), payments)
        one = self.books.movements[payment]
        on = self.day(days, one.site, till=True)
        self.act(
            lambda books: books.declare(payment, on, fee),
            lambda op: declare_incident(
                payment=self.row(Payment, payment),
                reason=Incident.Reason.UNFUNDED_CHEQUE,
                on=on,
                fee=self.money(one.client, fee),
                op=op,
            ),
            backdated=on < self.books.today,
        )

    @precondition(lambda self: any(not one.cancelled for one in self.books.incidents.values()))
    @doing(n=which)
    def cancels_incident(self, n: int) -> None:
        live = [key for key, one in self.books.incidents.items() if not one.cancelled]
        incident = self.choose(n, live, self.books.incidents)
        self.act(
            lambda books: books.cancel_incident(incident),
            lambda op: cancel_incident(incident=self.row(Incident, incident), op=op),
            backdated=True,
        )

    # The end of a day

    @doing(
        closed=st.sampled_from([None, None, None, 0, 0, 1, 4]),
        site=sites,
        locked=st.sampled_from([None] * 9 + [0, 1, 3, 8, 20]),
        days=st.sampled_from([0, 0, 1, 1, 1, 2, 5, 12]),
    )
    def ends_day(self, closed: int | None, site: int, locked: int | None, days: int) -> None:
        """Close a till, lock the books, each up to some days ago; go home or not."""
        if closed is not None:
            till = self.books.today - timedelta(days=closed)
            self.act(
                lambda books: books.close_till(site or None, till),
                lambda _: shut(PeriodLock.Scope.TILL, till, site=self.site(site)),
            )
        if locked is not None:
            through = self.books.today - timedelta(days=locked)
            self.act(lambda books: books.lock(through), lambda _: shut(PeriodLock.Scope.BOOKS, through))
        self.books.today += timedelta(days=days)
