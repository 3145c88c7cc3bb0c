"""The VAT on what was collected, and the journal of sales, as reports."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from invoicing.models import Nature
from office.amounts import ZERO, format_amount, format_quantity
from office.exports import Cell
from office.periods import Period
from statements.charts import bar_chart
from statements.queries import Collected, Sales, Where
from statements.reports import AMOUNT, CURRENCY, WORD, Column, Report

SALES_LABELS = {
    "rate": "Taux de TVA",
    "month": "Mois",
    "site": "Établissement",
    "category": "Catégorie",
    "item": "Article",
    "nature": "Nature",
    "account": "Compte de produit",
    "label": "Désignation",
}
BARS, LETTERS = 24, 26
AMOUNTS = [Column("HT", AMOUNT), Column("TVA", AMOUNT), Column("TTC", AMOUNT)]


def collected_report(rows: Sequence[Collected], *, period: Period, where: Where, today: date) -> Report:
    """What was collected by nature and rate, what has no rate last."""
    currencies = sorted({row.currency for row in rows})
    return Report(
        title="Encaissements par taux de TVA",
        name=f"encaissements-tva-{today:%Y-%m-%d}",
        scope=[f"{period}", f"établissement\u00a0: {where}"],
        columns=[Column("Nature"), Column("Taux", WORD), *AMOUNTS, Column("Devise", CURRENCY)],
        rows=[
            [
                Nature(row.nature).label if row.nature else "Sans taux\u00a0: trop-perçus, acomptes, frais, reprises",
                _percent(row.rate),
                row.ht if row.rate is not None else None,
                row.vat if row.rate is not None else None,
                row.ttc,
                row.currency,
            ]
            for row in rows
        ],
        foot=[_total([row for row in rows if row.currency == currency], currency) for currency in currencies],
        notes=["Le total TTC est ce que disent les règlements, moins les remboursements et les rejets, de la période."],
    )


def _total(rows: Sequence[Collected], currency: str) -> list[Cell]:
    rated = [row for row in rows if row.rate is not None]
    sums = [sum((row.ht for row in rated), ZERO), sum((row.vat for row in rated), ZERO)]
    return ["Total", None, *sums, sum((row.ttc for row in rows), ZERO), currency]


def sales_report(
    rows: Sequence[Sales],
    accounts: dict[str, tuple[Decimal, Decimal]],
    *,
    by: str,
    period: Period,
    where: Where,
    today: date,
) -> Report:
    """The sales under each heading, and whether they are what accounts 70 and 44571 say."""
    about = f"{SALES_LABELS[by][0].lower()}{SALES_LABELS[by][1:]}"
    totals = {currency: [row for row in rows if row.currency == currency] for currency in sorted(accounts)}
    return Report(
        title="Journal des ventes",
        name=f"ventes-{today:%Y-%m-%d}",
        scope=[
            f"{period}",
            f"établissement\u00a0: {where}",
            f"par {about}",
            "avoirs déduits",
        ],
        columns=[Column(SALES_LABELS[by]), *AMOUNTS, Column("Devise", CURRENCY)],
        rows=[[_said(by, row.label), row.ht, row.vat, row.ttc, row.currency] for row in rows],
        foot=[["Total", *_sums(found), currency] for currency, found in totals.items()],
        notes=[_tie(_sums(found), accounts[currency], currency) for currency, found in totals.items()],
        drawing=_sales_chart(rows, by).encode() if len(totals) == 1 and len(rows) > 1 else b"",
        drawing_says=f"Chiffre d’affaires HT par {about}",
    )


def _sales_chart(rows: Sequence[Sales], by: str) -> str:
    """The turnover under each heading as bars: the largest, and what the others come to."""
    shown = sorted(rows, key=lambda row: -abs(row.ht))[:BARS] if len(rows) > BARS else rows
    bars = [(_short(_said(by, row.label)), row.ht) for row in rows if row in shown]
    if others := len(rows) - len(bars):
        bars.append((f"{others} autres", sum((row.ht for row in rows if row not in shown), ZERO)))
    return bar_chart(bars, f"Chiffre d’affaires HT par {SALES_LABELS[by].lower()}, avoirs déduits")


def _short(label: str) -> str:
    """A label as there is room for it beside a bar."""
    first = label.splitlines()[0] if label else ""
    return first if len(first) <= LETTERS else f"{first[: LETTERS - 1].rstrip()}…"


def _sums(rows: Sequence[Sales]) -> list[Decimal]:
    ht, vat = (sum((getattr(row, name) for row in rows), ZERO) for name in ("ht", "vat"))
    return [ht, vat, ht + vat]


def _tie(sums: Sequence[Decimal], accounts: tuple[Decimal, Decimal], currency: str) -> str:
    sold, vat = (format_amount(amount, currency) for amount in accounts)
    if tuple(sums[:2]) == accounts:
        return f"Égal aux comptes 70 ({sold}) et 44571 ({vat}), au centime."
    return f"Les comptes disent autre chose\u00a0: 70 {sold}, 44571 {vat}."


def _said(by: str, label: object) -> str:
    match by, label:
        case "rate", Decimal():
            return _percent(label)
        case "month", date() | datetime():
            return f"{label:%m/%Y}"
        case "nature", str():
            return Nature(label).label
        case "site", None:
            return "Sans établissement"
        case "category", None:
            return "Sans catégorie"
        case "item", None:
            return "Lignes libres, hors catalogue"
        case "item", (code, name):
            return f"{name} ({code})"
    return str(label)


def _percent(rate: Decimal | None) -> str:
    return "" if rate is None else f"{format_quantity(rate)}\u00a0%"
