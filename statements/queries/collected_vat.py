"""The VAT on what was collected in a period, by rate and nature."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Sum

from invoicing.parts import split_settlement
from invoicing.vat import TaxedAmount
from ledger.balance import CASH_KINDS
from ledger.models import Line
from office.amounts import ZERO
from office.periods import Period
from statements.queries.where import Where, within

# All that was ever set against the invoices and credit notes that cash moved on in a period, or by them: of invoices
# what settles them, of credit notes what they settle or give back. What only moved to other due dates is left out.
MOVES = """
    WITH moved AS MATERIALIZED (
        SELECT d.document_id AS debit_document, d.kind AS debit_kind, c.document_id AS credit_document,
               c.kind AS credit_kind
        FROM ledger_allocation a
        JOIN ledger_openitem d ON d.line_id = a.debit_id JOIN ledger_openitem c ON c.line_id = a.credit_id
        WHERE ({period} OR {detached}) AND a.detached_on IS DISTINCT FROM a.day
          AND (d.kind = ANY(%(cash)s) OR c.kind = ANY(%(cash)s))
    ), told AS MATERIALIZED (
        SELECT o.id, o.kind FROM ledger_document o
        WHERE o.kind = 'invoice' AND o.id IN (SELECT debit_document FROM moved WHERE credit_kind = ANY(%(cash)s))
           OR o.kind = 'credit_note' AND o.id IN (SELECT credit_document FROM moved WHERE debit_kind = ANY(%(cash)s))
    ), moves AS (
        SELECT i.document_id, 1 AS sign, a.id, a.account_id, a.day, a.detached_on, a.amount,
               o.kind, o.line_id AS opposite
        FROM told JOIN ledger_openitem i ON i.document_id = told.id
        JOIN ledger_allocation a ON a.debit_id = i.line_id JOIN ledger_openitem o ON o.line_id = a.credit_id
        WHERE told.kind = 'invoice' AND o.kind <> 'reschedule'
        UNION ALL
        SELECT i.document_id, -1, a.id, a.account_id, a.day, a.detached_on, a.amount, o.kind, o.line_id
        FROM told JOIN ledger_openitem i ON i.document_id = told.id
        JOIN ledger_allocation a ON a.credit_id = i.line_id JOIN ledger_openitem o ON o.line_id = a.debit_id
        WHERE told.kind = 'credit_note'
    )
    SELECT m.document_id, m.sign, m.id, m.day, m.detached_on, m.amount, m.kind, a.currency,
           CASE WHEN m.kind = ANY(%(cash)s) THEN (
               SELECT e.site_id FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id WHERE l.id = m.opposite) END
    FROM moves m JOIN ledger_clientaccount a ON a.id = m.account_id
    WHERE m.detached_on IS DISTINCT FROM m.day
"""
# The invoices and credit notes by nature and rate.
CELLS = """
    SELECT i.document_id, l.nature, l.vat_rate, sum(l.ht), sum(l.vat)
    FROM invoicing_invoice i JOIN invoicing_invoiceline l ON l.invoice_id = i.id
    WHERE i.document_id = ANY(%(documents)s) GROUP BY 1, 2, 3
    UNION ALL
    SELECT c.document_id, l.nature, l.vat_rate, sum(l.ht), sum(l.vat)
    FROM credits_creditnote c JOIN credits_creditnoteline l ON l.credit_note_id = c.id
    WHERE c.document_id = ANY(%(documents)s) GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected at one rate for goods or services. nature, rate: None for what has no rate."""

    currency: str
    nature: str | None
    rate: Decimal | None
    ht: Decimal
    vat: Decimal

    @property
    def ttc(self) -> Decimal:
        """VAT included."""
        return self.ht + self.vat


class _Move(NamedTuple):
    """Something set against an invoice (sign 1) or by a credit note (-1). kind, site: of what stands opposite."""

    document: int
    sign: int
    pk: int
    day: date
    detached_on: date | None
    amount: Decimal
    kind: str
    currency: str
    site: int | None


class _Split:
    """An invoice or credit note by nature and rate, and how much of it is settled so far."""

    __slots__ = ("cells", "keys", "parts", "settled", "total")

    def __init__(self) -> None:
        self.keys: list[tuple[str, Decimal]] = []
        self.cells: list[TaxedAmount] = []
        self.total = self.settled = ZERO
        self.parts: list[TaxedAmount] = []  # of what is settled

    def add(self, nature: str, cell: TaxedAmount) -> None:
        self.keys.append((nature, cell.rate))
        self.cells.append(cell)
        self.parts.append(TaxedAmount(cell.rate, ZERO, ZERO))
        self.total += cell.ttc

    def settle(self, amount: Decimal) -> list[TaxedAmount]:
        before = self.parts
        self.settled = min(max(self.settled + amount, ZERO), self.total)
        self.parts = split_settlement(self.cells, ZERO, self.settled)
        return [after - part for after, part in zip(self.parts, before, strict=True)]


def collected_by_rate(period: Period, where: Where) -> list[Collected]:
    """What payments less refunds and bounces of a period come to, by currency, nature and rate, what has none last.

    What is set against an invoice (of a refund, against a credit note) has its rates from the day it is, until it is
    detached; the rest has none. All of it is what the lines of payments, refunds and incidents of the period come to.
    Source: rules, « VAT on what is collected ».
    """
    moves = _moves(period)
    splits = _splits({move.document for move in moves})
    sums: dict[tuple[str, str, Decimal], list[Decimal]] = {}
    for day, move, amount in _events(moves):
        split = splits.get(move.document)
        if split is None:
            continue
        parts = split.settle(amount)
        if move.kind in CASH_KINDS and day in period and where.has(move.site):
            for key, part in zip(split.keys, parts, strict=True):
                found = sums.setdefault((move.currency, *key), [ZERO, ZERO])
                found[0] += move.sign * part.ht
                found[1] += move.sign * part.vat
    told = [Collected(*key, *amounts) for key, amounts in sorted(sums.items(), key=_place) if any(amounts)]
    cash = _cash(period, where)
    for currency in sorted({row.currency for row in told} | cash.keys()):
        rest = cash.get(currency, ZERO) - sum((row.ttc for row in told if row.currency == currency), ZERO)
        if rest:
            told.append(Collected(currency, None, None, rest, ZERO))
    return told


def _place(row: tuple[tuple[str, str, Decimal], list[Decimal]]) -> tuple[str, str, Decimal]:
    currency, nature, rate = row[0]
    return currency, nature, -rate


def _moves(period: Period) -> list[_Move]:
    params = {"cash": list(CASH_KINDS), "start": period.start, "end": period.end}
    with connection.cursor() as cursor:
        cursor.execute(MOVES.format(period=_during("a.day", period), detached=_during("a.detached_on", period)), params)
        return [_Move._make(row) for row in cursor.fetchall()]


def _during(column: str, period: Period) -> str:
    """The condition on a day, in SQL."""
    bounds = [f"{column} IS NOT NULL"]
    bounds += [f"{column} >= %(start)s"] if period.start else []
    bounds += [f"{column} <= %(end)s"] if period.end else []
    return f"({' AND '.join(bounds)})"


def _events(moves: list[_Move]) -> Iterator[tuple[date, _Move, Decimal]]:
    """What settles, and what takes back, in its order: of a day, detaches first."""
    made = [(move.day, True, move.pk, move.sign, move, move.amount) for move in moves]
    undone = [
        (move.detached_on, False, move.pk, move.sign, move, -move.amount)
        for move in moves
        if move.detached_on is not None
    ]
    for day, _, _, _, move, amount in sorted([*made, *undone], key=lambda event: event[:4]):
        yield day, move, amount


def _splits(documents: Collection[int]) -> dict[int, _Split]:
    found: dict[int, _Split] = {}
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"documents": sorted(documents)})
        for document, nature, rate, ht, vat in cursor.fetchall():
            split = found.get(document)
            if split is None:
                split = found[document] = _Split()
            split.add(nature, TaxedAmount(rate, ht, vat))
    return found


def _cash(period: Period, where: Where) -> dict[str, Decimal]:
    """Encaissé of a period, by currency."""
    lines = Line.objects.filter(within("day", period), where.on("entry__site"), kind__in=CASH_KINDS)
    sums = lines.order_by("client_account__currency").values_list("client_account__currency")
    return dict(sums.annotate(total=Sum(F("credit") - F("debit"))))
