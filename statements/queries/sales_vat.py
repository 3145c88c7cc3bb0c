"""The VAT of a period: of what was collected, by rate and nature; and the sales, as their journal has them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth

from credits.models import CreditNoteLine
from invoicing.models import InvoiceLine
from invoicing.parts import split_settlement
from invoicing.vat import TaxedAmount
from ledger.balance import CASH_KINDS
from ledger.models import Allocation, Document, Kind, Line, OpenItem
from office.amounts import ZERO
from office.periods import Period
from statements.queries.where import Where

INVOICED, CREDITED = Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE
CELL = ("nature", "vat_rate")


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


@dataclass(slots=True)
class _Split:
    """An invoice or credit note by nature and rate, and how much of it is settled so far."""

    keys: list[tuple[str, Decimal]]
    cells: list[TaxedAmount]
    settled: Decimal = ZERO

    def settle(self, amount: Decimal) -> list[TaxedAmount]:
        total = sum((cell.ttc for cell in self.cells), ZERO)
        before, self.settled = self.settled, min(max(self.settled + amount, ZERO), total)
        return split_settlement(self.cells, before, self.settled)


def collected_by_rate(period: Period, where: Where) -> list[Collected]:
    """What payments less refunds and bounces of a period come to, by currency, nature and rate, what has none last.

    What is set against an invoice (of a refund, against a credit note) has its rates from the day it is, until it is
    detached; the rest has none. All of it is what the lines of payments, refunds and incidents of the period come to.
    Source: rules, « VAT on what is collected ».
    """
    rows = _of_cash(Q(_within("day", period)) | Q(_within("detached_on", period)))
    documents = {_own(row)[0] for row in rows}
    splits = _splits(documents)
    sums: dict[tuple[str, str, Decimal], list[Decimal]] = {}
    for day, row, amount in _events(_allocations(documents)):
        for document, sign, cash_kind, site in _sides(row):
            if document not in splits:
                continue
            parts = splits[document].settle(amount)
            if cash_kind in CASH_KINDS and day in period and where.has(site):
                for key, part in zip(splits[document].keys, parts, strict=True):
                    found = sums.setdefault((row["account__currency"], *key), [ZERO, ZERO])
                    found[0] += sign * part.ht
                    found[1] += sign * part.vat
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


_FIELDS = (
    *("pk", "day", "detached_on", "amount", "account__currency"),
    *("debit__kind", "debit__document", "debit__document__kind", "debit__line__entry__site"),
    *("credit__kind", "credit__document", "credit__document__kind", "credit__line__entry__site"),
)


def _of_cash(when: Q) -> list[dict[str, Any]]:
    paid = Q(credit__kind__in=CASH_KINDS, debit__document__kind=INVOICED)
    returned = Q(debit__kind__in=CASH_KINDS, credit__document__kind=CREDITED)
    found = Allocation.objects.filter(when, paid | returned).exclude(detached_on=F("day"))
    return list(found.order_by("pk").values(*_FIELDS))


def _allocations(documents: Iterable[int]) -> list[dict[str, Any]]:
    """All that was ever set against documents or by them, but for what only moved to other due dates."""
    items = OpenItem.objects.filter(document__in=list(documents)).order_by("pk")
    keys = list(items.values_list("pk", flat=True))
    found: dict[int, dict[str, Any]] = {}
    for side in ("debit", "credit"):  # one after the other: of either at once, all allocations would be looked at
        rows = Allocation.objects.filter(**{f"{side}__in": keys}).exclude(detached_on=F("day"))
        rows = rows.exclude(credit__kind=Kind.RESCHEDULE).order_by("pk")
        found |= {row["pk"]: row for row in rows.values(*_FIELDS)}
    return [found[key] for key in sorted(found)]


def _events(rows: Iterable[dict[str, Any]]) -> list[tuple[date, dict[str, Any], Decimal]]:
    """What settles, and what takes back, in its order: of a day, detaches first."""
    found = []
    for row in rows:
        found.append((row["day"], True, row["pk"], row, row["amount"]))
        if row["detached_on"]:
            found.append((row["detached_on"], False, row["pk"], row, -row["amount"]))
    return [(day, row, amount) for day, _, _, row, amount in sorted(found, key=lambda event: event[:3])]


def _sides(row: dict[str, Any]) -> list[tuple[int, int, str, int | None]]:
    """The invoice and the credit note of an allocation: key, sign of cash, kind and site of what stands opposite."""
    found = []
    if row["debit__document__kind"] == INVOICED:
        found.append((row["debit__document"], 1, row["credit__kind"], row["credit__line__entry__site"]))
    if row["credit__document__kind"] == CREDITED:
        found.append((row["credit__document"], -1, row["debit__kind"], row["debit__line__entry__site"]))
    return found


def _own(row: dict[str, Any]) -> tuple[int, int, str, int | None]:
    return next(side for side in _sides(row) if side[2] in CASH_KINDS)


def _splits(documents: Iterable[int]) -> dict[int, _Split]:
    keys = list(documents)
    rows: list[Any] = [
        *_cells(InvoiceLine.objects.filter(invoice__document__in=keys), "invoice__document"),
        *_cells(CreditNoteLine.objects.filter(credit_note__document__in=keys), "credit_note__document"),
    ]
    found: dict[int, _Split] = {}
    for document, nature, rate, ht, vat in rows:
        split = found.setdefault(document, _Split([], []))
        split.keys.append((nature, rate))
        split.cells.append(TaxedAmount(rate, ht, vat))
    return found


def _cells(lines: Any, document: str) -> Any:
    found = lines.order_by(document, *CELL).values_list(document, *CELL)
    return found.annotate(sum_ht=Sum("ht"), sum_vat=Sum("vat"))


def _cash(period: Period, where: Where) -> dict[str, Decimal]:
    """Encaissé of a period, by currency."""
    lines = Line.objects.filter(_within("day", period), where.on("entry__site"), kind__in=CASH_KINDS)
    sums = lines.order_by("client_account__currency").values_list("client_account__currency")
    return dict(sums.annotate(total=Sum(F("credit") - F("debit"))))


def _within(field: str, period: Period) -> Q:
    found = Q(**{f"{field}__isnull": False})
    found &= Q(**{f"{field}__gte": period.start}) if period.start else Q()
    return found & (Q(**{f"{field}__lte": period.end}) if period.end else Q())


@dataclass(frozen=True, slots=True)
class Sales:
    """Sales of one currency under one heading, credit notes deducted."""

    currency: str
    label: Any
    ht: Decimal
    vat: Decimal

    @property
    def ttc(self) -> Decimal:
        """VAT included."""
        return self.ht + self.vat


# What sales can be told by, and where a line of an invoice or credit note says it. Those of LARGEST_FIRST, which can be
# many, go by turnover, the others by name.
SALES_BY = {
    "rate": ("vat_rate",),
    "month": ("month",),
    "site": ("{}__site__name",),
    "category": ("item__category__name",),
    "item": ("item__code", "item__name"),
    "nature": ("nature",),
    "account": ("account",),
    "label": ("label",),
}
LARGEST_FIRST = frozenset({"category", "item", "label"})


def sales(period: Period, where: Where, by: str) -> list[Sales]:
    """The sales of a period by one of SALES_BY: our own invoices less credit notes, by accounting day.

    What was taken over from another program is none of ours: its sales were booked there. The item of a line is that
    of its issue, the category the one that the item has today.
    """
    sums: dict[tuple[str, Any], list[Decimal]] = {}
    for model, of, sign in ((InvoiceLine, "invoice", 1), (CreditNoteLine, "credit_note", -1)):
        lines: Any = model._default_manager.filter(
            _within(f"{of}__document__day", period),
            where.on(f"{of}__document__site"),
            **{f"{of}__document__series__isnull": False},
        )
        lines = lines.annotate(month=TruncMonth(f"{of}__document__day"))
        names = [f"{of}__client__account__currency", *(name.format(of) for name in SALES_BY[by])]
        rows = lines.order_by(*names).values_list(*names)
        for name, *told, ht, vat in rows.annotate(sum_ht=Sum("ht"), sum_vat=Sum("vat")):
            found = sums.setdefault((name, told[0] if len(told) == 1 or told[0] is None else tuple(told)), [ZERO, ZERO])
            found[0] += sign * ht
            found[1] += sign * vat
    told = [Sales(*key, *amounts) for key, amounts in sums.items()]
    if by in LARGEST_FIRST:
        return sorted(told, key=lambda row: (row.currency, -row.ht, str(row.label)))
    numbered = by == "rate"
    return sorted(told, key=lambda row: (row.currency, row.label if numbered else str(row.label or "")))


def sales_accounts(period: Period, where: Where) -> dict[str, tuple[Decimal, Decimal]]:
    """What accounts 70x and 44571 say of a period, by currency: credits less debits."""
    lines = Line.objects.filter(_within("day", period), where.on("entry__site"), entry__document__series__isnull=False)
    net = F("credit") - F("debit")
    sums = lines.order_by("entry__currency").values_list("entry__currency")
    found = sums.annotate(
        sales=Sum(net, filter=Q(account__code__startswith="70")),
        vat=Sum(net, filter=Q(account__code__startswith="44571")),
    )
    return {currency: (sold or ZERO, vat or ZERO) for currency, sold, vat in found}
