"""The grand livre and the balance of clients as reports."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse

from office.amounts import ZERO
from office.exports import Cell
from office.periods import Period
from statements.paper.desk import scope_of
from statements.queries import AccountBook, Where
from statements.reports import AMOUNT, CODE, DAY, WORD, Column, Linked, Report, TotalRow

BALANCE = ("Solde avant", "Débit", "Crédit", "Solde débiteur", "Solde créditeur")


def balance_report(books: Sequence[AccountBook], *, period: Period, where: Where, today: date) -> Report:
    """La balance clients: an account a row."""
    return Report(
        title="Balance clients",
        name=f"balance-clients-{today:%Y-%m-%d}",
        scope=scope_of(period, where),
        columns=[
            Column("Compte", CODE),
            Column("Client"),
            *(
                Column(label, AMOUNT)
                for label in ("Solde avant", "Débit", "Crédit", "Solde débiteur", "Solde créditeur")
            ),
            Column("Devise", WORD),
        ],
        rows=[
            [
                Linked(book.client.code, reverse("client_extract", args=[book.client.code])),
                book.client.listed_name,
                *_amounts([book]),
                book.client.account.currency,
            ]
            for book in books
        ],
        foot=[["Total 411", None, *_amounts(found), currency] for currency, found in _by_currency(books)],
        wide=True,
    )


def book_report(books: Sequence[AccountBook], *, period: Period, where: Where, today: date) -> Report:
    """Le grand livre clients: account by account, its lines with their lettrage."""
    return Report(
        title="Grand livre clients",
        name=f"grand-livre-clients-{today:%Y-%m-%d}",
        scope=[*scope_of(period, where), "lettrage en minuscules\u00a0: soldé en partie"],
        columns=[
            Column("Date", DAY),
            Column("Journal", WORD),
            Column("Pièce", CODE),
            Column("Libellé"),
            Column("Lettrage", WORD),
            Column("Débit", AMOUNT),
            Column("Crédit", AMOUNT),
            Column("Solde", AMOUNT),
            Column("Devise", WORD),
        ],
        rows=list(_lines(books)),
        foot=[
            ["Total 411", *[None] * 4, *_sides(found), sum((book.final for book in found), ZERO), currency]
            for currency, found in _by_currency(books)
        ],
        wide=True,
    )


def _lines(books: Iterable[AccountBook]) -> Iterator[Sequence[Cell]]:
    for book in books:
        client, currency = book.client, book.client.account.currency
        yield TotalRow(
            [None, None, client.code, f"{client.listed_name}, solde avant", *[None] * 3, book.before, currency]
        )
        for line in book.lines:
            reference = Linked(line.reference, reverse("document", args=[line.document]))
            sides = [line.debit or None, line.credit or None]
            yield [line.day, line.journal, reference, line.label, line.code, *sides, line.balance, currency]
        yield TotalRow([None, None, client.code, "Total", None, *_sides([book]), book.final, currency])


def _by_currency(books: Iterable[AccountBook]) -> list[tuple[str, list[AccountBook]]]:
    found: dict[str, list[AccountBook]] = {}
    for book in books:
        found.setdefault(book.client.account.currency, []).append(book)
    return sorted(found.items())


def _sides(books: Sequence[AccountBook]) -> list[Decimal]:
    return [sum((book.debit for book in books), ZERO), sum((book.credit for book in books), ZERO)]


def _amounts(books: Sequence[AccountBook]) -> list[Cell]:
    owing = sum((book.final for book in books if book.final > 0), ZERO)
    having = sum((-book.final for book in books if book.final < 0), ZERO)
    return [sum((book.before for book in books), ZERO), *_sides(books), owing or None, having or None]
