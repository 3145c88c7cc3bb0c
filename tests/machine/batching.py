"""What the machine does with credits as a whole: one put to several uses at once, many settled by batch."""

from hypothesis.stateful import precondition

from clients.models import Client
from payments.models import Payment, PaymentType, Refund, SettlingBatch
from payments.services import Method, Wanted, ask_settling, distribute_credit, settle_step
from tests.machine.books import need
from tests.machine.money import Model
from tests.machine.paying import picks
from tests.machine.settling import Settling
from tests.machine.strategies import decimal, doing, part_of, share, which


class Batching(Settling):
    @precondition(lambda self: self.free(debit=False))
    @doing(n=which, debits=picks, refunded=share, kept=share)
    def puts_a_credit_to_several_uses(self, n: int, debits: list, refunded: str, kept: str) -> None:
        """Répartir: on debts, back to the client, for the next invoice; now and then more than there is."""
        credit = self.choose(n, self.free(debit=False), self.books.items)
        item, free = self.books.items[credit], self.books.free(credit)
        used: dict[int, int] = {}
        mine = {k: left for k, left in self.free(debit=True).items() if self.purse(k) == self.purse(credit)}
        for at, much in debits[: len(mine)]:
            key = sorted(mine)[at % len(mine)]
            if key not in used and (amount := min(part_of(mine[key], much), free - sum(used.values()))) > 0:
                used[key] = amount
        rest = free - sum(used.values())
        refund = part_of(rest, refunded) if n % 2 else 0
        reserved = part_of(rest - refund, kept) if n % 3 else 0
        made: dict[str, int] = {}
        on = self.day(0, till=True)

        def ours(books: Model) -> None:
            need(not item.debit, "a credit")
            need(0 < sum(used.values()) + refund + reserved <= books.free(credit), "as far as it goes")
            if used:
                day = max(books.today, item.day)
                made["set_off"] = books.pay(item.client, 0, day, {credit: -sum(used.values()), **used})
            if refund:
                made["refund"] = books.pay(item.client, -refund, on, {credit: -refund}, party=item.party)
            if reserved:
                books.reserve(credit, reserved)

        newest = Payment.objects.count(), Refund.objects.count()
        self.act(
            ours,
            lambda op: distribute_credit(
                client=self.row(Client, item.client),
                credit=self.bound[credit],
                settles=[Wanted(self.bound[key], decimal(amount, 2)) for key, amount in used.items()],
                refund=Method(decimal(refund, 2), PaymentType.objects.get(pk="transfer")) if refund else None,
                reserved=decimal(reserved, 2),
                on=on,
                op=op,
            ),
        )
        if (Payment.objects.count(), Refund.objects.count()) != newest:
            for name, model in (("set_off", Payment), ("refund", Refund)):
                if name in made:
                    self.rows[made[name]] = model.objects.latest("pk").pk

    def settleable(self) -> list[int]:
        """Credit notes of which something is left and free."""
        return [key for key, one in self.books.notes.items() if one.item and self.books.free(one.item)]

    @precondition(lambda self: self.settleable() and self.books.today > self.books.locked)
    @doing(n=which, m=which)
    def settles_credit_notes_by_batch(self, n: int, m: int) -> None:
        """Solder les avoirs: two of them, each with what its client or passer-by owes."""
        chosen = {self.choose(which_one, self.settleable(), self.books.notes) for which_one in (n, m)}
        items = [self.books.notes[key].item for key in sorted(chosen)]
        credits = [key for key in items if key and self.books.free(key)]

        def ours(books: Model) -> None:
            need(credits, "something to settle")
            for purse in {self.purse(key) for key in credits}:
                shares = {key: books.free(key) for key in credits if self.purse(key) == purse}
                owed = {k: left for k, left in books.lefts().items() if left and books.items[k].debit}
                shares |= {key: left for key, left in owed.items() if self.purse(key) == purse}
                for (debit, credit), amount in books.pairs(shares).items():
                    books.allocate(debit, credit, amount, books.today)

        def theirs(op: object) -> SettlingBatch:
            batch = ask_settling(credits=[self.bound[key] for key in credits], op=op)
            while not batch.is_done:
                batch = settle_step(batch.pk)
            return batch

        self.act(ours, theirs)
