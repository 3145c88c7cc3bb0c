"""What the machine does at the desk with credit notes."""

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from clients.models import Client
from credits import services
from credits.models import CreditNote, CreditNoteTax
from credits.services import (
    cancel_credit_note,
    cancel_invoice,
    draft_amount_credit,
    draft_credit,
    draft_global_credit,
    validate_credit_note,
)
from credits.services.validating import SETTLE_SETTING
from invoicing.models import Invoice, InvoiceLine, InvoiceTax
from office.models import DatedSetting
from tests.machine.billing import Billing
from tests.machine.books import Priced
from tests.machine.notes import Credited
from tests.machine.strategies import cents, decimal, doing, lines, new_line, part_of, share, sites, which


class Crediting(Billing):
    @precondition(lambda self: self.creditable())
    @doing(
        n=which,
        chosen=st.lists(st.tuples(which, st.sampled_from(["units", "amount", "both"]), share), max_size=3),
        frees=st.booleans(),
    )
    def drafts_credit(self, n: int, chosen: list[tuple[int, str, str]], *, frees: bool) -> None:
        self.draft_credit(self.choose(n, self.creditable(), self.books.invoices), chosen, frees=frees)

    def creditable(self) -> list[int]:
        """The invoices of which something is left to credit."""
        return [key for key in self.issued() if self.books.creditable_total(key)]

    def draft_credit(self, invoice: int, chosen: list[tuple[int, str, str]], *, frees: bool) -> int | None:
        """chosen: of lines, what and how much; nothing for all."""
        every = [key for key in self.books.lines_of(invoice) if self.rows.get(key)]
        parts = [self.credited(every[n % len(every)], how, much) for n, how, much in chosen] if every else []
        if sum(n for n, _, _ in chosen) % 10:
            parts = list({part.line: part for part in parts}.values())  # mostly each line once
        return self.draft_parts(invoice, parts, frees=frees)

    def draft_parts(self, invoice: int, parts: list[Credited], *, frees: bool) -> int | None:
        return self.act(
            lambda books: books.draft_credit(invoice, parts or None, frees=frees),
            lambda op: draft_credit(
                invoice=self.row(Invoice, invoice),
                chosen=[
                    services.Credited(
                        self.row(InvoiceLine, part.line),
                        decimal(part.quantity),
                        None if part.ttc is None else decimal(part.ttc, 2),
                    )
                    for part in parts
                ]
                or None,
                frees_visits=frees,
                op=op,
            ),
        )

    def credited(self, line: int, how: str, much: str) -> Credited:
        sign = -1 if self.books.invoice_lines[line].priced.quantity < 0 else 1
        units = abs(self.books.creditable_quantity(line))
        wanted = {"whole": units, "half": units / 2, "cent": Fraction(1, 4), "over": units + 1}[much]
        amount = part_of(abs(self.books.creditable(line)), much)
        return Credited(
            line, Fraction(0) if how == "amount" else wanted * sign, None if how == "units" else amount * sign
        )

    @precondition(lambda self: self.creditable())
    @doing(n=which, much=share)
    def drafts_amount_credit(self, n: int, much: str) -> None:
        invoice = self.choose(n, self.creditable(), self.books.invoices)
        amount = part_of(self.books.creditable_total(invoice), much)
        client = self.books.invoices[invoice].client
        number = self.act(
            lambda books: books.draft_amount(invoice, amount),
            lambda op: draft_amount_credit(
                invoice=self.row(Invoice, invoice), amount=self.money(client, amount), op=op
            ),
        )
        if number:
            self.read_parts(number, amount)

    def read_parts(self, number: int, amount: int) -> None:
        """How an amount falls on lines, parts.py's own tests tell; here, that the parts add up within them."""
        of = {self.rows[line]: line for line in self.books.invoice_lines if line in self.rows}
        rows = self.row(CreditNote, number).lines.order_by("position", "pk")
        parts = [Credited(of[row.invoice_line_id], ttc=cents(row.ttc)) for row in rows]
        assert sum(part.ttc or 0 for part in parts) == amount
        self.books.set_parts(number, parts)

    @doing(
        c=which, p=which, site=sites, basket=lines, with_vat=st.booleans(), contract=st.booleans(),
        reduced=st.lists(which, max_size=2),
    )  # fmt: skip
    def drafts_global_credit(
        self, c: int, p: int, site: int, basket: list[Priced], reduced: list[int], *, with_vat: bool, contract: bool
    ) -> None:
        self.draft_global(c, p, site, basket, reduced, with_vat=with_vat, contract=contract)

    def draft_global(
        self, c: int, p: int, site: int, basket: list[Priced], reduced: list[int], *, with_vat: bool, contract: bool
    ) -> int | None:
        client = self.client(c)
        party = self.party(client, p)
        likely = [k for k in self.issued() if (i := self.books.invoices[k]).client == client and i.party == party]
        every = self.books.invoices
        reduces = list(dict.fromkeys(self.choose(n, likely, every) for n in reduced)) if every else []
        return self.act(
            lambda books: books.draft_global(
                client, party, site or None, basket, reduces, with_vat=with_vat, contract=contract
            ),
            lambda op: draft_global_credit(
                client=self.row(Client, client),
                party=self.party_row(party),
                site=self.site(site),
                lines=[new_line(line) for line in basket],
                reduces=[self.row(Invoice, key) for key in reduces],
                contract="C-1" if contract else "",
                period=(self.books.today, self.books.today) if contract else None,
                prices_include_vat=with_vat,
                op=op,
            ),
        )

    def waiting(self) -> list[int]:
        return [key for key, one in self.books.notes.items() if one.document is None]

    @precondition(lambda self: self.waiting())
    @doing(n=which)
    def validates_credit_note(self, n: int) -> None:
        self.validate(self.choose(n, self.waiting(), self.books.notes))

    def validate(self, number: int) -> None:
        self.act(
            lambda books: books.validate(number),
            lambda op: validate_credit_note(note=self.row(CreditNote, number), op=op),
        )
        self.credits_fit(self.books.notes[number].invoice)

    @precondition(lambda self: self.creditable())
    @doing(n=which, chosen=st.lists(st.tuples(which, st.just("amount"), share), max_size=2), frees=st.booleans())
    def credits(self, n: int, chosen: list[tuple[int, str, str]], *, frees: bool) -> None:
        draft = self.draft_credit(self.choose(n, self.creditable(), self.issued()), chosen, frees=frees)
        if draft:
            self.validate(draft)

    @precondition(lambda self: self.dissociable())
    @doing(n=which)
    def dissociates(self, n: int) -> None:
        """Credit all that is left of one line, so that the visit's is to invoice again."""
        line = self.choose(n, self.dissociable(), self.dissociable())
        part = Credited(line, ttc=self.books.creditable(line))
        draft = self.draft_parts(self.books.invoice_lines[line].invoice, [part], frees=True)
        if draft:
            self.validate(draft)

    def dissociable(self) -> list[int]:
        lines = self.books.invoice_lines
        return [key for key, line in lines.items() if line.visit_line and self.books.creditable(key)]

    @doing(c=which, p=which, price=st.integers(100, 20000))
    def credits_globally(self, c: int, p: int, price: int) -> None:
        basket = [Priced(Fraction(1), price, Fraction(20))]
        draft = self.draft_global(c, p, 0, basket, [], with_vat=True, contract=True)
        if draft:
            self.validate(draft)

    @precondition(lambda self: self.creditable())
    @doing(n=which, frees=st.booleans())
    def cancels_invoice(self, n: int, *, frees: bool) -> None:
        invoice = self.choose(n, self.creditable(), self.books.invoices)
        self.act(
            lambda books: books.cancel_invoice(invoice, frees=frees),
            lambda op: cancel_invoice(invoice=self.row(Invoice, invoice), frees_visits=frees, op=op),
        )
        self.credits_fit(invoice)

    @precondition(lambda self: self.books.notes)
    @doing(n=which)
    def cancels_credit_note(self, n: int) -> None:
        standing = {key: one for key, one in self.books.notes.items() if one.document and not one.cancelled}
        unused = [key for key, one in standing.items() if one.item and self.books.free(one.item) == one.amount]
        number = self.choose(n, unused or standing, self.books.notes)
        self.act(
            lambda books: books.cancel_note(number),
            lambda op: cancel_credit_note(note=self.row(CreditNote, number), op=op),
        )
        self.credits_fit(self.books.notes[number].invoice)

    def credits_fit(self, invoice: int | None) -> None:
        """HT and VAT of the credit notes on an invoice never exceed its own; of all of it they are its very figures."""
        if not invoice or not self.books.creditable_lines(invoice):
            return
        standing = CreditNoteTax.objects.filter(credit_note__invoice=self.rows[invoice])
        standing = standing.exclude(credit_note__document=None).filter(credit_note__cancelled_by=None)
        credited: dict[object, list[int]] = {}
        for tax in standing:
            sums = credited.setdefault(tax.rate, [0, 0])
            sums[0] += cents(tax.ht)
            sums[1] += cents(tax.vat)
        own = InvoiceTax.objects.filter(invoice=self.rows[invoice])
        sold = {tax.rate: [cents(tax.ht), cents(tax.vat)] for tax in own}
        if not self.books.creditable_total(invoice):
            assert {rate: sums for rate, sums in credited.items() if any(sums)} == {
                rate: sums for rate, sums in sold.items() if any(sums)
            }
        elif all(self.books.invoice_lines[key].priced.quantity > 0 for key in self.books.lines_of(invoice)):
            for rate, sums in credited.items():
                assert all(0 <= part <= whole for part, whole in zip(sums, sold[rate], strict=True))

    @doing(on=st.booleans())
    def sets_automatic_settlement(self, *, on: bool) -> None:
        DatedSetting.objects.update_or_create(name=SETTLE_SETTING, valid_from=self.books.today, defaults={"value": on})
        self.books.settles_at_validation = on
