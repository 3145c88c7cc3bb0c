"""The sales of a period, as their journal has them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth

from credits.models import CreditNoteLine
from invoicing.models import InvoiceLine
from ledger.models import Line
from office.amounts import ZERO
from office.periods import Period
from statements.queries.where import Where, within


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
            within(f"{of}__document__day", period),
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
    lines = Line.objects.filter(within("day", period), where.on("entry__site"), entry__document__series__isnull=False)
    net = F("credit") - F("debit")
    sums = lines.order_by("entry__currency").values_list("entry__currency")
    found = sums.annotate(
        sales=Sum(net, filter=Q(account__code__startswith="70")),
        vat=Sum(net, filter=Q(account__code__startswith="44571")),
    )
    return {currency: (sold or ZERO, vat or ZERO) for currency, sold, vat in found}
