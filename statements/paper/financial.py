"""The tab Financier on paper."""

from collections.abc import Sequence
from datetime import date

from clients.models import Client
from office.amounts import NO_BREAK
from office.exports import Cell
from statements.paper.curve import curve_chart
from statements.queries import Curve
from statements.queries.financial import Element
from statements.reports import AMOUNT, CODE, DAY, NAME, WORD, Column, Report, Struck
from statements.standing import Indicator

COLUMNS = (
    Column("Date", DAY),
    Column("Nature", WORD),
    Column("Pièce", CODE),
    Column("Détail"),
    Column("État", NAME),
    Column("Montant", AMOUNT),
    Column("Reste", AMOUNT),
)


def financial_report(
    client: Client,
    elements: Sequence[Element],
    curve: Curve,
    *,
    says: str,
    filtered: Sequence[str],
    figures: Sequence[Indicator],
    counters: Sequence[Indicator],
    day: date,
) -> Report:
    """What the tab shows: how the client stands, the balance over time, and the elements that the filters leave.

    says: the sentence on how the client stands; filtered: the filters in words; day: as of which.
    """
    return Report(
        title=f"Situation financière de {client.full_name}",
        name=f"financier-{client.code}-{day:%Y-%m-%d}",
        scope=[f"client {client.code}", f"situation au {day:%d/%m/%Y}", *filtered, "montants TTC"],
        columns=COLUMNS,
        rows=[_row(element) for element in elements],
        wide=True,
        lead=[says, " · ".join(_told(one) for one in figures)],
        notes=[" · ".join(_told(one) for one in counters)],
        drawing=curve_chart(curve, client.account.currency).encode() if curve.steps else b"",
        drawing_says="Le solde du client dans le temps",
    )


def _row(element: Element) -> list[Cell]:
    bounced = f", incident du {element.bounced_on:%d/%m/%Y}" if element.bounced_on and element.is_struck else ""
    return [
        element.day,
        element.sort.label,
        element.reference,
        element.told,
        f"{element.state.label}{bounced}",
        Struck(element.amount) if element.is_struck else element.amount,
        element.rest or None,
    ]


def _told(one: Indicator) -> str:
    hint = f" ({one.hint})" if one.hint else ""
    alert = f". {one.alert.text[:-1]}" if one.alert else ""
    return f"{one.label}{NO_BREAK}: {one.amount}{hint}{alert}"
