"""What the machine does at the desk with money, and what no form would let it."""

from fractions import Fraction
from typing import Any

from djmoney.money import Money
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition

from clients.models import Client
from clients.services import Details, open_client
from credits.models import CreditNote
from invoicing.models import Invoice
from ledger.models import Operation
from payments.models import Payment, PaymentType
from payments.services import Wanted, issue_and_pay, record_payment, use_credit
from tests.machine.books import Priced, need
from tests.machine.crediting import Crediting
from tests.machine.strategies import Promise, ago, decimal, doing, part_of, promises, share, sites, which

picks = st.lists(st.tuples(which, share), max_size=3)


class Paying(Crediting):
    @initialize(walk_in=st.booleans())
    def opens_the_desk(self, *, walk_in: bool) -> None:
        """A client or a passer-by who owes 100 and has paid 50 too much."""
        self.new_client(walk_in=walk_in, company=False, currency="EUR")
        self.sell(0, 0, 0, [Priced(Fraction(1), 10000, Fraction(20))], 0, Promise())
        self.pay(self.client(0), 5000, {}, party=self.party(self.client(0), 1))

    def picked(
        self, c: int, debits: list[tuple[int, str]], credits: list[tuple[int, str]]
    ) -> tuple[int, dict[int, int]]:
        """A client, and signed amounts of items by item; now and then of several passers-by, which is refused."""
        purses = self.purses(*[True][: len(debits)], *[False][: len(credits)])
        client, party = purses[c % len(purses)]
        settles = {}
        for sign, wanted in ((1, debits), (-1, credits)):
            free = self.free(debit=sign > 0)
            mine = [k for k in free if self.purse(k) == (client, party) or (c > 95 and self.purse(k)[0] == client)]
            for n, much in wanted[: len(mine)]:
                key = mine.pop(-1 - n % len(mine))
                settles[key] = sign * part_of(free[key], much)
        return client, settles

    def pay(self, client: int, amount: int, settles: dict[int, int], **details: object) -> None:
        """details: party, site, days ago, reference, turned (the rows in another order)."""
        party, site, days = details.get("party"), details.get("site") or None, details.get("days", 0)
        reference = details.get("reference", "")
        on = self.day(days, site, till=bool(amount))
        rows = [Wanted(self.bound[key], decimal(wanted, 2)) for key, wanted in settles.items()]
        if details.get("turned"):
            rows.reverse()
        self.act(
            lambda books: books.pay(client, amount, on, settles, party=party, site=site, reference=reference),
            lambda op: record_payment(
                client=self.row(Client, client),
                amount=self.money(client, amount),
                on=on,
                type=PaymentType.objects.get(pk="card") if amount else None,
                settles=rows,
                party=self.party_row(party),
                site=self.site(site),
                reference=reference,
                op=op,
            ),
            backdated=on < self.books.today,
        )

    @precondition(lambda self: self.purses(True, False))
    @doing(
        c=which, debits=picks, credits=picks, over=st.sampled_from([0, 0, 0, 500, -1]), site=sites, days=ago,
        turned=st.booleans(),
    )  # fmt: skip
    def settles(self, c: int, debits: list, credits: list, over: int, **details: object) -> None:
        """A règlement of any sign, of what is picked and a little more or less."""
        client, settles = self.picked(c, debits, credits) if debits or credits else (self.client(c), {})
        self.pay(client, sum(settles.values()) + over, settles, **details)

    @doing(c=which, p=which, amount=st.integers(1, 9999), site=sites, days=ago, number=st.integers(0, 9))
    def takes_money(self, c: int, p: int, amount: int, number: int, **details: object) -> None:
        """An overpayment alone, of our own or taken over from another program."""
        client = self.client(c)
        reference = f"REG-{number}" if number < 3 else ""
        self.pay(client, amount, {}, party=self.party(client, p), reference=reference, **details)

    @precondition(lambda self: self.purses(True))
    @doing(c=which, debits=picks, site=sites, days=ago)
    def collects(self, c: int, debits: list, **details: object) -> None:
        client, settles = self.picked(c, [*debits, (0, "whole")], [])
        self.pay(client, sum(settles.values()), settles, **details)

    @precondition(lambda self: self.purses(True, False))
    @doing(c=which, debits=picks, credits=picks, site=sites, days=ago, turned=st.booleans())
    def sets_off(self, c: int, debits: list, credits: list, **details: object) -> None:
        client, settles = self.picked(c, [*debits, (0, "whole")], [*credits, (0, "whole")])
        over = sum(settles.values())
        for key in sorted(settles):
            if settles[key] * over > 0:  # take less of the side that has more
                cut = min(abs(settles[key]), abs(over)) * (1 if over > 0 else -1)
                settles[key] -= cut
                over -= cut
        self.pay(client, 0, settles, **details)

    @precondition(lambda self: self.purses(False))
    @doing(c=which, credits=picks, site=sites, days=ago)
    def refunds(self, c: int, credits: list, **details: object) -> None:
        client, settles = self.picked(c, [], [*credits, (0, "whole")])
        self.pay(client, sum(settles.values()), settles, **details)

    @precondition(lambda self: self.drafts())
    @doing(n=which, days=ago, promise=promises)
    def issues_and_takes_money(self, n: int, days: int, promise: Promise) -> None:
        invoice = self.choose(n, self.drafts(), self.books.invoices)
        on, amount = self.day(days), self.books.invoice_total(invoice)
        money = {}

        def ours(books):
            money["document"] = books.issue_and_pay(invoice, on, promise.instalments(amount, on))

        self.act(
            ours,
            lambda op: issue_and_pay(
                invoice=self.row(Invoice, invoice),
                type=PaymentType.objects.get(pk="cash"),
                on=on,
                plan=promise.plan(amount, on),
                op=op,
            ),
            backdated=days > 0,
        )
        self.read_lines(invoice)
        if money.get("document") in self.books.movements:
            self.rows[money["document"]] = Payment.objects.latest("pk").pk

    def usable(self) -> dict[tuple[int, int], int]:
        """Credit notes with invoices of the same client or passer-by, and how much of the one the other could take."""
        lefts = self.books.lefts()
        owed = {key: sum(lefts[k] for k in self.books.debits_of(key)) for key in self.issued()}
        return {
            (number, invoice): min(left, self.books.free(one.item))
            for number, one in self.books.notes.items()
            for invoice, left in owed.items()
            if one.item and left and self.books.free(one.item)
            and (one.client, one.party) == (self.books.invoices[invoice].client, self.books.invoices[invoice].party)
        }  # fmt: skip

    @precondition(lambda self: self.usable())
    @doing(n=which, i=which, much=share, days=ago)
    def uses_credit(self, n: int, i: int, much: str, days: int) -> None:
        usable, notes = self.usable(), self.books.notes
        credit = self.choose(n, [number for number, _ in usable], notes)
        invoice = self.choose(i, [one for number, one in usable if number == credit], self.books.invoices)
        amount, on = part_of(usable.get((credit, invoice), 0), much), self.day(days)
        self.act(
            lambda books: books.use_credit(credit, invoice, amount, on),
            lambda op: use_credit(
                credit=self.row(CreditNote, credit),
                invoice=self.row(Invoice, invoice),
                amount=self.money(notes[credit].client, amount),
                on=on,
                op=op,
            ),
            backdated=on < self.books.today,
        )

    @precondition(lambda self: self.books.items)
    @doing(
        n=which,
        c=which,
        attempt=st.sampled_from(
            ["foreign", "unknown", "wrong sign", "twice", "currency", "no type", "nothing", "code"]
        ),
    )
    def attempts_what_no_form_offers(self, n: int, c: int, attempt: str) -> None:
        item = self.choose(n, self.books.lefts(), self.books.items)
        client = self.books.items[item].client
        sign = 1 if self.books.items[item].debit else -1
        wanted = [Wanted(self.bound[item], decimal(sign, 2))]
        amount, type_code = self.money(client, sign), "card"
        if attempt == "foreign":
            client = self.client(c)
            amount = self.money(client, sign)
            if client == self.books.items[item].client:
                return
        elif attempt == "unknown":
            wanted = [Wanted(0, decimal(1, 2))]
        elif attempt == "wrong sign":
            wanted, amount = [Wanted(self.bound[item], decimal(-sign, 2))], self.money(client, -sign)
        elif attempt == "twice":
            wanted, amount = wanted * 2, self.money(client, 2 * sign)
        elif attempt == "currency":
            amount = Money(decimal(sign, 2), "USD")
        elif attempt == "no type":
            type_code = ""
        elif attempt == "nothing":
            wanted, amount = [], self.money(client, 0)
        row = self.row(Client, client)

        def theirs(op: Operation) -> Any:
            if attempt == "code":
                return open_client(Details("Homonyme", code=row.code))
            return record_payment(
                client=row,
                amount=amount,
                on=self.day(0, till=True),
                type=PaymentType.objects.get(pk=type_code) if type_code else None,
                settles=wanted,
                op=op,
            )

        self.act(lambda _: need(None, attempt), theirs)
