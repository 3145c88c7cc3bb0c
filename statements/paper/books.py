"""The grand livre and the balance of clients as reports."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any, TypeAlias, overload

from django.urls import reverse

from office.amounts import ZERO
from office.exports import Cell
from office.periods import Period
from statements.paper.desk import scope_of
from statements.queries import AccountBook, Where
from statements.reports import AMOUNT, CODE, CURRENCY, DAY, WORD, Column, LeadRow, Linked, Report, RowsMade, TotalRow

Lines: TypeAlias = Callable[[Sequence[AccountBook]], Sequence[AccountBook]]

TOGETHER = 500  # accounts whose lines are fetched at once for a file
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
            Column("Devise", CURRENCY),
        ],
        rows=RowsMade(books, _balance),
        foot=[["Total 411", None, *_amounts(found), currency] for currency, found in _by_currency(books)],
        wide=True,
    )


def _balance(book: AccountBook) -> list[Cell]:
    code = Linked(book.code, reverse("client_extract", args=[book.code]))
    return [code, book.name, *_amounts([book]), book.currency]


class BookRows(Sequence[Sequence[Cell]]):
    """The rows of the grand livre: of each account the balance before, its lines, its total.

    A page fetches the lines of its own accounts alone. lines: gives accounts their lines.
    """

    def __init__(self, balances: Sequence[AccountBook], lines: Lines) -> None:
        self.balances, self.lines = balances, lines
        self.ends = list(accumulate(book.count + 2 for book in balances))

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    @overload
    def __getitem__(self, wanted: int) -> Sequence[Cell]: ...
    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Sequence[Cell]]: ...
    def __getitem__(self, wanted: int | slice) -> Sequence[Any]:
        if not isinstance(wanted, slice):
            return self[wanted : wanted + 1][0]
        start, stop, _ = wanted.indices(len(self))
        first, last = bisect_right(self.ends, start), bisect_left(self.ends, stop) + 1
        before = self.ends[first - 1] if first else 0
        made = list(_lines(self.lines(self.balances[first:last])))
        return made[start - before : stop - before]

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for start in range(0, len(self.balances), TOGETHER):
            yield from _lines(self.lines(self.balances[start : start + TOGETHER]))


def book_report(books: Sequence[AccountBook], lines: Lines, *, period: Period, where: Where, today: date) -> Report:
    """Le grand livre clients: account by account, its lines with their lettrage. lines: gives accounts their lines."""
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
            Column("Devise", CURRENCY),
        ],
        rows=BookRows(books, lines),
        foot=[
            ["Total 411", *[None] * 4, *_sides(found), sum((book.final for book in found), ZERO), currency]
            for currency, found in _by_currency(books)
        ],
        wide=True,
    )


def _lines(books: Iterable[AccountBook]) -> Iterator[Sequence[Cell]]:
    for book in books:
        currency = book.currency
        yield LeadRow([None, None, book.code, f"{book.name}, solde avant", *[None] * 3, book.before, currency])
        for line in book.lines:
            reference = Linked(line.reference, reverse("document", args=[line.document]))
            sides = [line.debit or None, line.credit or None]
            yield [line.day, line.journal, reference, line.label, line.code, *sides, line.balance, currency]
        yield TotalRow([None, None, book.code, "Total", None, *_sides([book]), book.final, currency])


def _by_currency(books: Iterable[AccountBook]) -> list[tuple[str, list[AccountBook]]]:
    found: dict[str, list[AccountBook]] = {}
    for book in books:
        found.setdefault(book.currency, []).append(book)
    return sorted(found.items())


def _sides(books: Sequence[AccountBook]) -> list[Decimal]:
    return [sum((book.debit for book in books), ZERO), sum((book.credit for book in books), ZERO)]


def _amounts(books: Sequence[AccountBook]) -> list[Cell]:
    owing = sum((book.final for book in books if book.final > 0), ZERO)
    having = sum((-book.final for book in books if book.final < 0), ZERO)
    return [sum((book.before for book in books), ZERO), *_sides(books), owing or None, having or None]
