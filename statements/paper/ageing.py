"""The aged balance as a report: what the PDF and the files say."""

from collections.abc import Sequence
from datetime import date

from office.amounts import format_amount
from office.exports import Cell
from statements.charts import bar_chart
from statements.queries import Aged, AgedClient, AgedTotal, Where, age_labels
from statements.reports import AMOUNT, CODE, CURRENCY, Column, Report

TITLE = "Balance âgée"


def aged_scope(day: date, where: Where) -> list[str]:
    """What the balance shows."""
    return [f"situation au {day:%d/%m/%Y}", f"établissement\u00a0: {where}", "montants TTC"]


def tie(total: AgedTotal) -> str:
    """Whether the total is what account 411 says, in words."""
    amount = format_amount(total.ages.total, total.currency)
    if total.ledger is None:
        return f"Total {amount}\u00a0: le rapprochement avec le compte 411 se fait sur tous les établissements."
    if not total.gap:
        return f"Total {amount}\u00a0: égal au compte 411, au centime."
    ledger = format_amount(total.ledger, total.currency)
    return f"Total {amount}, alors que le compte 411 dit {ledger}\u00a0: lancez la vérification du journal."


def aged_chart(total: AgedTotal, limits: Sequence[int], day: date) -> str:
    """The classes as bars."""
    bars = list(zip(age_labels(limits), total.ages.cells, strict=True))
    return bar_chart(bars, f"Ce qui reste ouvert au {day:%d/%m/%Y}, par ancienneté, en {total.currency}")


def aged_report(
    rows: Sequence[AgedClient], totals: Sequence[AgedTotal], *, limits: Sequence[int], day: date, where: Where
) -> Report:
    """The aged balance: a row a client, the totals by currency."""
    columns = [Column("Code", CODE), Column("Client")]
    columns += [Column(label, AMOUNT) for label in (*age_labels(limits), "Total")]
    several = len(totals) > 1
    return Report(
        title=TITLE,
        name=f"balance-agee-{day:%Y-%m-%d}",
        scope=aged_scope(day, where),
        columns=[*columns, Column("Devise", CURRENCY)] if several else columns,
        rows=[
            [
                row.client.code,
                row.client.listed_name,
                *_cells(row.ages, row.client.account.currency if several else ""),
            ]
            for row in rows
        ],
        foot=[["Total", None, *_cells(total.ages, total.currency if several else "")] for total in totals],
        notes=[tie(total) for total in totals],
        wide=True,
        drawing=aged_chart(totals[0], limits, day).encode() if len(totals) == 1 else b"",
        drawing_says="Ce qui reste ouvert, par ancienneté\u00a0: les montants de la ligne Total.",
    )


def _cells(ages: Aged, currency: str) -> list[Cell]:
    cells: list[Cell] = [*ages.cells, ages.total]
    return [*cells, currency] if currency else cells
