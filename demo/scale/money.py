"""Payments of the crowd, and credits set against debts, as rows."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from demo.scale.books import Books, Filed, Item
from demo.scale.people import Person
from ledger.models import Document, Kind, Operation
from payments.models import Payment


def payment(
    books: Books,
    who: Person,
    at: datetime,
    amount: Decimal,
    *,
    by: str,
    settles: Sequence[tuple[Item, Decimal]],
    reference: str = "",
) -> Item:
    """A payment that settles so much of each debt. Gives its item, of which an overpayment stays open."""
    key, day = books.keys[Payment].take(), at.date()
    document = _filed(books, who, at, key)
    journal, account = books.types[by]
    entry = books.entry(who, journal, document)
    item = books.post_client(who, entry, document, Kind.PAYMENT, due=day, credit=amount)
    books.post(entry, day, account, debit=amount)
    for debit, part in settles:
        books.allocate(who, debit, item, part, document)
    books.sheets[Payment].add(key, who.client, document.key, who.site, by, amount, day, reference, entry)
    return item


def set_off(books: Books, who: Person, at: datetime, credit: Item, settles: Sequence[tuple[Item, Decimal]]) -> None:
    """A credit set by hand against debts: a payment of 0.00, without an entry."""
    key = books.keys[Payment].take()
    document = _filed(books, who, at, key)
    for debit, part in settles:
        books.allocate(who, debit, credit, part, document)
    books.sheets[Payment].add(
        *(key, who.client, document.key, who.site, None, Decimal(0), at.date(), "", None),
    )


def _filed(books: Books, who: Person, at: datetime, key: int) -> Filed:
    op = books.operation(Operation.Kind.PAYMENT, at, Payment, key)
    return books.document(Document.Kind.PAYMENT, who, at.date(), op)


def shares(debts: Sequence[Item], amount: Decimal) -> list[tuple[Item, Decimal]]:
    """How much an amount settles of each debt, the first ones first."""
    settled = []
    for debt in debts:
        part = min(debt.open, amount)
        if part > 0:
            settled.append((debt, part))
            amount -= part
    return settled
