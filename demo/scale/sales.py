"""Visits, invoices and credit notes of the crowd, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

from credits.models import CreditNote, CreditNoteLine, CreditNoteTax
from demo.scale.books import Books, Item
from demo.scale.people import Person
from invoicing.models import Instalment, Invoice, InvoiceLine, InvoiceTax, Nature, Visit, VisitLine, VisitSpell
from invoicing.services import Plan
from invoicing.services.invoices import VAT_ACCOUNT
from invoicing.services.visits import REVENUE
from invoicing.vat import DocumentAmounts, QuotedLine, TaxedAmount, by_rate, document_amounts
from ledger.models import Document, Journal, Kind, Operation

RATE = Decimal(20)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Ware:
    """A line of a basket: one unit at a price VAT included."""

    label: str
    price: Decimal
    goods: bool = False

    @property
    def account(self) -> str:
        """Where its revenue is posted."""
        return REVENUE[Nature.GOODS if self.goods else Nature.SERVICE]

    def priced(self, rank: int, items: Mapping[str, int]) -> tuple[int, str, Decimal, Decimal, str, str, int | None]:
        """The columns of its line, as books.PRICED names them. items: the keys of the catalogue's, by name."""
        nature = Nature.GOODS if self.goods else Nature.SERVICE
        return rank, self.label, self.price, RATE, nature.value, self.account, items.get(self.label)


Basket = tuple[Ware, ...]
Sold = tuple[int, Ware, TaxedAmount]  # an invoice's line: its key, what it is of, its amount


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice just issued: what a credit note on it needs, and the items that are open of it."""

    who: Person
    key: int
    lines: Sequence[Sold]
    items: Sequence[Item]


@cache
def amounts_of(basket: Basket) -> DocumentAmounts:
    """A basket's amounts; among so many, few baskets differ."""
    return document_amounts([QuotedLine(ONE, ware.price, RATE) for ware in basket], prices_include_vat=True)


def visit(
    books: Books, who: Person, at: datetime, basket: Basket, *, subject: str = "", invoiced: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """A visit; gives the keys of its lines and of their spells. invoiced: the lines of the invoice that it is on."""
    key, day = books.keys[Visit].take(), at.date()
    op = books.operation(Operation.Kind.VISIT, at, Visit, key)
    kind = Visit.Kind.SALE if all(ware.goods for ware in basket) else Visit.Kind.CONSULTATION
    books.sheets[Visit].add(
        *(key, who.client, who.site, kind.value, day, Visit.Progress.FINISHED.value, subject, op),
    )
    lines = []
    for rank, (ware, taxed) in enumerate(zip(basket, amounts_of(basket).lines, strict=True), start=1):
        line, spell = books.keys[VisitLine].take(), books.keys[VisitSpell].take()
        books.sheets[VisitLine].add(
            line, key, invoiced[rank - 1] if invoiced else None, *ware.priced(rank, books.items)
        )
        books.sheets[VisitSpell].add(spell, line, who.account, day, taxed.ttc)
        lines.append((line, spell))
    return lines


def invoice(
    books: Books, who: Person, at: datetime, basket: Basket, plan: Plan, *, seen: datetime | None, subject: str = ""
) -> Issued:
    """An invoice issued. seen: when the visit was that it is of; None for one typed by hand."""
    key, day, amounts = books.keys[Invoice].take(), at.date(), amounts_of(basket)
    op = books.operation(Operation.Kind.INVOICE, at, Invoice, key)
    delivered = seen.date() if seen else day
    books.sheets[Invoice].add(
        *(key, who.client, who.site, delivered, plan.terms.value, amounts.ht, amounts.vat, amounts.ttc, op)
    )
    lines = [(books.keys[InvoiceLine].take(), *sold) for sold in zip(basket, amounts.lines, strict=True)]
    visited: list[tuple[int, int]] = []
    if seen:
        visited = visit(books, who, seen, basket, subject=subject, invoiced=[line for line, _, _ in lines])
        books.ended += [(spell, day) for _, spell in visited]
    for rank, (line, ware, taxed) in enumerate(lines, start=1):
        of = visited[rank - 1][0] if visited else None
        sums = (taxed.ht, taxed.vat, taxed.ttc, taxed.ttc, ONE)
        books.sheets[InvoiceLine].add(line, key, of, *sums, *ware.priced(rank, books.items))
    for cell in amounts.rates:
        books.sheets[InvoiceTax].add(key, cell.rate, cell.ht, cell.vat)
    document = books.document(Document.Kind.INVOICE, who, day, op)
    entry = books.entry(who, Journal.Kind.SALES, document)
    dues = plan.instalments(amounts.ttc, day)
    items = [books.post_client(who, entry, document, Kind.INVOICE, due=due, debit=amount) for due, amount in dues]
    for account, amount in _revenue(lines):
        books.post(entry, day, account, credit=amount)
    for rank, item in enumerate(items, start=1):
        books.sheets[Instalment].add(key, item.key, rank, item.due, item.open, item.due)
    books.issued.append((key, document.key, day, who.buyer))
    return Issued(who, key, lines, items)


def credit_note(books: Books, who: Person, at: datetime, lines: Sequence[Sold], on: Issued | None) -> Item:
    """A credit note validated. lines: those of the invoice that it credits whole; of a global one, without keys."""
    key, day = books.keys[CreditNote].take(), at.date()
    op = books.operation(Operation.Kind.CREDIT_NOTE, at, CreditNote, key)
    rates = by_rate(taxed for _, _, taxed in lines)
    amounts = DocumentAmounts(tuple(taxed for _, _, taxed in lines), rates)
    books.sheets[CreditNote].add(
        *(key, who.client, who.site, on.key if on else None, amounts.ht, amounts.vat, amounts.ttc, op)
    )
    for rank, (line, ware, taxed) in enumerate(lines, start=1):
        credited = (line, taxed.ht, taxed.vat, taxed.ttc, ONE) if on else (None, taxed.ht, taxed.vat, taxed.ttc, 0)
        books.sheets[CreditNoteLine].add(key, *credited, *ware.priced(rank, books.items))
    for cell in rates:
        books.sheets[CreditNoteTax].add(key, cell.rate, cell.ht, cell.vat)
    document = books.document(Document.Kind.CREDIT_NOTE, who, day, op)
    entry = books.entry(who, Journal.Kind.SALES, document)
    item = books.post_client(who, entry, document, Kind.CREDIT_NOTE, due=day, credit=amounts.ttc)
    for account, amount in _revenue(lines):
        books.post(entry, day, account, debit=amount)
    books.validated.append((key, document.key, day, who.buyer))
    return item


def _revenue(lines: Sequence[Sold]) -> list[tuple[str, Decimal]]:
    """What lines come to by account of revenue, and their VAT."""
    sums: dict[str, Decimal] = {}
    for _, ware, taxed in lines:
        sums[ware.account] = sums.get(ware.account, Decimal(0)) + taxed.ht
    sums[VAT_ACCOUNT] = sum((taxed.vat for _, _, taxed in lines), Decimal(0))
    return sorted(sums.items())
