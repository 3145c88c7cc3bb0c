"""What the machine does at the desk with clients, visits and invoices."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from clients.models import Client
from clients.services import Details, open_client, set_opening_balance
from invoicing.models import Invoice, InvoiceLine, Visit
from invoicing.services import change_visit, draft_lines, draft_visits, issue_invoice, record_visit
from ledger.models import Party
from tests.machine.books import Priced
from tests.machine.desk import Desk
from tests.machine.strategies import Promise, ago, cents, doing, lines, new_line, promises, sites, which


class Billing(Desk):
    @precondition(lambda self: len(self.books.clients) < 3)
    @doing(kind=st.sampled_from(["person", "company", "walk_in"]), currency=st.sampled_from(["EUR", "EUR", "CHF"]))
    def opens_client(self, kind: str, currency: str) -> None:
        self.new_client(walk_in=kind == "walk_in", company=kind == "company", currency=currency)

    def new_client(self, *, walk_in: bool, company: bool, currency: str) -> None:
        number = self.books.open_client(walk_in=walk_in, company=company)
        nature = Client.Nature.COMPANY if company else Client.Nature.PERSON
        client = open_client(Details("Client", nature=nature, walk_in=walk_in, currency=currency))
        self.rows[number], self.accounts[number], self.currencies[number] = client.pk, client.account_id, currency

    def client(self, n: int) -> int:
        return list(self.books.clients)[n % len(self.books.clients)]

    def party(self, client: int, n: int) -> int | None:
        """For a walk-in, a passer-by already there or a new one; now and then none, which is refused."""
        if not self.books.clients[client].walk_in or n > 95:
            return None
        known = [party for party, of in self.books.parties.items() if of == client]
        if known and n % 3:
            return known[n % len(known)]
        number = self.books.open_party(client)
        self.rows[number] = Party.objects.create(account_id=self.accounts[client], name=f"Passant {number}").pk
        return number

    def party_row(self, number: int | None) -> Party | None:
        return self.row(Party, number) if number else None

    @doing(c=which, p=which, amount=st.integers(-9999, 9999), days=ago, due=st.integers(-40, 40))
    def sets_opening_balance(self, c: int, p: int, amount: int, days: int, due: int) -> None:
        client = self.client(c)
        party = self.party(client, p)
        on = self.day(days)
        self.act(
            lambda books: books.set_opening(client, party, amount, on, on + timedelta(days=due)),
            lambda op: set_opening_balance(
                client=self.row(Client, client),
                party=self.party_row(party),
                amount=self.money(client, amount),
                on=on,
                due=on + timedelta(days=due),
                op=op,
            ),
            backdated=True,
        )

    # Visits

    @doing(c=which, p=which, site=sites, days=ago, basket=lines, with_vat=st.booleans())
    def records_visit(self, c: int, p: int, site: int, days: int, basket: list[Priced], *, with_vat: bool) -> None:
        self.visit(c, p, site, days, basket, with_vat=with_vat)

    def visit(self, c: int, p: int, site: int, days: int, basket: list[Priced], *, with_vat: bool) -> int | None:
        client = self.client(c)
        party = self.party(client, p)
        day = self.day(days)
        return self.act(
            lambda books: books.record_visit(client, party, site or None, day, basket, with_vat=with_vat),
            lambda op: record_visit(
                client=self.row(Client, client),
                party=self.party_row(party),
                site=self.site(site),
                day=day,
                lines=[new_line(line) for line in basket],
                prices_include_vat=with_vat,
                op=op,
            ),
            backdated=days > 0,
        )

    @precondition(lambda self: self.books.visits)
    @doing(n=which, basket=st.one_of(lines, st.just([])))
    def changes_visit(self, n: int, basket: list[Priced]) -> None:
        visit = self.choose(n, [k for k in self.books.visits if self.books.waiting(k)], self.books.visits)
        self.act(
            lambda books: books.change_visit(visit, basket),
            lambda op: change_visit(visit=self.row(Visit, visit), lines=[new_line(line) for line in basket], op=op),
        )

    def undrafted(self, visit: int) -> bool:
        return any(self.books.visit_lines[key].claim is None for key in self.books.waiting(visit))

    @precondition(lambda self: self.books.visits)
    @doing(ns=st.lists(which, min_size=1, max_size=2))
    def drafts_visits(self, ns: list[int]) -> None:
        likely = [key for key in self.books.visits if self.undrafted(key)]
        self.draft_of(list(dict.fromkeys(self.choose(n, likely, self.books.visits) for n in ns)))

    def draft_of(self, visits: list[int]) -> int | None:
        return self.act(
            lambda books: books.draft_visits(visits),
            lambda op: draft_visits(visits=[self.row(Visit, visit) for visit in visits], op=op),
        )

    @doing(c=which, p=which, basket=lines, days=ago, with_vat=st.booleans(), late=ago, promise=promises)
    def bills_visit(
        self, c: int, p: int, basket: list[Priced], days: int, late: int, promise: Promise, *, with_vat: bool
    ) -> None:
        """A visit, and its invoice at once."""
        visit = self.visit(c, p, 0, days, basket, with_vat=with_vat)
        draft = self.draft_of([visit]) if visit else None
        if draft:
            self.issue(draft, late, promise)

    # Invoices

    @doing(c=which, p=which, site=sites, basket=lines, with_vat=st.booleans())
    def drafts_lines(self, c: int, p: int, site: int, basket: list[Priced], *, with_vat: bool) -> None:
        self.draft(c, p, site, basket, with_vat=with_vat)

    def draft(self, c: int, p: int, site: int, basket: list[Priced], *, with_vat: bool) -> int | None:
        client = self.client(c)
        party = self.party(client, p)
        return self.act(
            lambda books: books.draft_lines(client, party, site or None, basket, with_vat=with_vat),
            lambda op: draft_lines(
                client=self.row(Client, client),
                party=self.party_row(party),
                site=self.site(site),
                lines=[new_line(line) for line in basket],
                prices_include_vat=with_vat,
                op=op,
            ),
        )

    def drafts(self) -> list[int]:
        return [key for key, one in self.books.invoices.items() if one.document is None]

    def issued(self) -> list[int]:
        return [key for key, one in self.books.invoices.items() if one.document]

    @precondition(lambda self: self.drafts())
    @doing(n=which, days=ago, promise=promises, taken_over=st.integers(0, 20))
    def issues_invoice(self, n: int, days: int, promise: Promise, taken_over: int) -> None:
        """By our number, or by that of another program, which is of no series."""
        reference = f"REPRISE-{taken_over}" if taken_over < 5 else ""
        self.issue(self.choose(n, self.drafts(), self.books.invoices), days, promise, reference)

    def issue(self, invoice: int, days: int, promise: Promise, reference: str = "") -> None:
        on, amount = self.day(days), self.books.invoice_total(invoice)
        self.act(
            lambda books: books.issue(invoice, on, promise.instalments(amount, on), reference),
            lambda op: issue_invoice(
                invoice=self.row(Invoice, invoice), on=on, plan=promise.plan(amount, on), reference=reference, op=op
            ),
            backdated=days > 0,
        )
        self.read_lines(invoice)

    def read_lines(self, invoice: int) -> None:
        """Which line of an issued invoice bears a cent of rounding, vat.py's own tests tell; here, that all add up."""
        if not (numbers := self.books.lines_of(invoice)):  # one that cancels a credit note: the model keeps none of it
            return
        rows = InvoiceLine.objects.filter(invoice=self.rows[invoice]).order_by("position", "pk")
        self.rows |= {number: row.pk for number, row in zip(numbers, rows, strict=True)}
        if self.books.invoices[invoice].document is None:
            return
        amounts = {number: cents(row.ttc) for number, row in zip(numbers, rows, strict=True)}
        assert sum(amounts.values()) == self.books.invoice_total(invoice)
        self.books.set_amounts(amounts)

    @doing(c=which, p=which, site=sites, basket=lines, days=ago, promise=promises)
    def sells(self, c: int, p: int, site: int, basket: list[Priced], days: int, promise: Promise) -> None:
        self.sell(c, p, site, basket, days, promise)

    def sell(self, c: int, p: int, site: int, basket: list[Priced], days: int, promise: Promise) -> None:
        draft = self.draft(c, p, site, basket, with_vat=True)
        if draft:
            self.issue(draft, days, promise)
