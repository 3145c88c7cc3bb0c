"""The encours as a report: what the PDF and the files say."""

from collections.abc import Mapping, Sequence
from datetime import date

from office.amounts import NO_BREAK, format_count, format_number
from office.templatetags.ui import money
from statements.charts import column_chart
from statements.queries import Debtor, MonthEnd, StatusTotal
from statements.reports import AMOUNT, CODE, CURRENCY, Column, Report


def evolution_chart(ends: Sequence[MonthEnd], currency: str) -> str:
    """What was unpaid at the end of each month, as columns."""
    says = f"Factures impayées à la fin de chaque mois, en {currency}"
    return column_chart([(f"{end.on:%m/%Y}", end.unpaid) for end in ends], says)


def outstanding_report(
    debtors: Sequence[Debtor], totals: Sequence[StatusTotal], months: Mapping[str, Sequence[MonthEnd]], *, day: date
) -> Report:
    """Who owes most, and below it what each status comes to."""
    main = next(iter(months), "")
    return Report(
        title="Encours clients",
        name=f"encours-{day:%Y-%m-%d}",
        scope=[f"situation au {day:%d/%m/%Y}", _most(len(debtors)), "montants TTC"],
        columns=[
            Column("Code", CODE),
            Column("Client"),
            Column("Statut"),
            *(Column(label, AMOUNT) for label in ("Facturé", "Encaissé", "Encours", "En retard", "Solde")),
            Column("Devise", CURRENCY),
        ],
        rows=[
            [
                one.client.code,
                one.client.listed_name,
                one.balance.status_label,
                one.balance.invoiced.amount,
                one.balance.collected.amount,
                one.balance.outstanding.amount,
                one.balance.overdue.amount,
                one.balance.balance.amount,
                one.client.account.currency,
            ]
            for one in debtors
        ],
        notes=[
            f"{one.label}\u00a0: {_counted(one.total.count)}, facturé {money(one.total.invoiced)}, "
            f"encaissé {money(one.total.collected)}, "
            f"encours {money(one.total.outstanding)}, solde {money(one.total.balance)}."
            for one in totals
        ]
        + [_told(ends, currency) for currency, ends in months.items()],
        wide=True,
        drawing=evolution_chart(months[main], main).encode() if len(months) == 1 else b"",
        drawing_says="Factures impayées à la fin de chaque mois.",
    )


def _told(ends: Sequence[MonthEnd], currency: str) -> str:
    told = ", ".join(f"{end.on:%m/%Y} {format_number(end.unpaid)}".replace(" ", NO_BREAK) for end in ends)
    return f"Factures impayées à la fin de chaque mois, en {currency}\u00a0: {told}."


def _counted(count: int) -> str:
    return f"{format_count(count)} client{'s' if count > 1 else ''}"


def _most(count: int) -> str:
    return f"les {_counted(count)} qui doivent le plus" if count > 1 else "qui doit le plus"
