"""Reports that the desk and the treasurer read: walk-in clients in detail, and what is expected."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.urls import reverse

from office.amounts import ZERO, format_amount, format_quantity
from office.exports import Cell
from office.periods import Period
from statements.charts import bar_chart
from statements.queries import Expected, WalkInDocument, Where
from statements.reports import AMOUNT, CODE, COUNT, CURRENCY, DAY, WORD, Column, Linked, Report, TotalRow


def scope_of(period: Period, where: Where) -> list[str]:
    """A period and a site, as the head of a report tells them."""
    return [f"{period}", f"établissement\u00a0: {where}", "montants TTC"]


def walk_in_report(documents: Sequence[WalkInDocument], *, period: Period, where: Where, today: date) -> Report:
    """Every document of passers-by with its lines, day by day, each day added up."""
    found = _by_currency(documents)
    return Report(
        title="Extrait détaillé client passager",
        name=f"clients-passagers-{today:%Y-%m-%d}",
        scope=scope_of(period, where),
        columns=[
            Column("Date", DAY),
            Column("Référence", CODE),
            Column("Passager"),
            Column("Désignation"),
            Column("Quantité", COUNT),
            Column("Montant", AMOUNT),
            Column("Débit", AMOUNT),
            Column("Crédit", AMOUNT),
            Column("Réglé par", WORD),
        ],
        rows=list(_walk_in_rows(documents)),
        foot=[[_total(name, found), *[None] * 5, *_sides(rows), None] for name, rows in found],
        wide=True,
    )


def _walk_in_rows(documents: Iterable[WalkInDocument]) -> Iterator[Sequence[Cell]]:
    for day, found in groupby(documents, key=lambda document: document.day):
        of_day = list(found)
        for one in of_day:
            reference = Linked(one.reference, reverse("document", args=[one.key]))
            sides = [one.debit or None, one.credit or None]
            yield [one.day, reference, one.party, one.kind, None, None, *sides, one.paid]
            for line in one.lines:
                yield [None, None, None, line.label, format_quantity(line.quantity), line.ttc, None, None, None]
        totals = _by_currency(of_day)
        for currency, rows in totals:
            yield TotalRow([day, f"{_total(currency, totals)} du jour", *[None] * 4, *_sides(rows), None])


def _total(currency: str, found: Sequence[object]) -> str:
    return f"Total {currency}" if len(found) > 1 else "Total"


def _by_currency(documents: Iterable[WalkInDocument]) -> list[tuple[str, list[WalkInDocument]]]:
    found: dict[str, list[WalkInDocument]] = {}
    for document in documents:
        found.setdefault(document.currency, []).append(document)
    return sorted(found.items())


def _sides(documents: Iterable[WalkInDocument]) -> list[Decimal]:
    rows = list(documents)
    return [sum((row.debit for row in rows), ZERO), sum((row.credit for row in rows), ZERO)]


def expected_report(rows: Sequence[Expected], *, by_month: bool, where: Where, today: date) -> Report:
    """What is expected by week or month, with what comes to the échéancier and what is on its way."""
    currencies = sorted({row.currency for row in rows})
    totals = {name: [row for row in rows if row.currency == name] for name in currencies}
    return Report(
        title="Encaissements à venir",
        name=f"encaissements-a-venir-{today:%Y-%m-%d}",
        scope=[
            f"situation au {today:%d/%m/%Y}",
            "par mois" if by_month else "par semaine",
            f"établissement\u00a0: {where}",
        ],
        columns=[
            Column("Période"),
            Column("Échéances", COUNT),
            Column("À encaisser", AMOUNT),
            Column("Chèques, traites", COUNT),
            Column("En chemin", AMOUNT),
            Column("Total", AMOUNT),
            Column("Devise", CURRENCY),
        ],
        rows=[_expected_row(_said(row.start, by_month=by_month, today=today), [row]) for row in rows],
        foot=[_expected_row("Total", found) for found in totals.values()],
        notes=[
            f"À encaisser\u00a0: {format_amount(sum((row.dues for row in found), ZERO), currency)}, le solde net dû de "
            "l’échéancier. En chemin\u00a0: les règlements dont la date de paiement est à venir."
            for currency, found in totals.items()
        ],
        drawing=_expected_chart(rows, by_month=by_month) if len(currencies) == 1 and len(rows) > 1 else b"",
        drawing_says="Ce qui est attendu, période par période",
    )


def _expected_chart(rows: Sequence[Expected], *, by_month: bool) -> bytes:
    bars = [(f"{row.start:%m/%Y}" if by_month else f"{row.start:%d/%m/%Y}", row.total) for row in rows[:26]]
    return bar_chart(bars, "Ce qui est attendu, période par période").encode()


def _expected_row(label: str, rows: Sequence[Expected]) -> list[Cell]:
    return [
        label,
        sum(row.count for row in rows),
        sum((row.dues for row in rows), ZERO),
        sum(row.cheques for row in rows),
        sum((row.deferred for row in rows), ZERO),
        sum((row.total for row in rows), ZERO),
        rows[0].currency,
    ]


def _said(start: date, *, by_month: bool, today: date) -> str:
    end = (start + timedelta(days=31)).replace(day=1) if by_month else start + timedelta(days=7)
    said = f"{start:%m/%Y}" if by_month else f"semaine du {start:%d/%m/%Y}"
    return f"{said} (dépassée)" if end <= today else said
