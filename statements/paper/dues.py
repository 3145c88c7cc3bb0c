"""The schedule of dues as a report: what the PDF and the files say."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from invoicing.models import Instalment
from office.amounts import format_number
from office.exports import Cell
from office.periods import Period
from office.templatetags.ui import money
from statements.models import Reminder
from statements.queries import DuesTotal, DuesWanted, due_code, late_days, planned_of
from statements.reports import AMOUNT, CODE, DAY, NAME, STATE, WORD, Column, Report


def due_report(
    wanted: DuesWanted, names: Sequence[str], rows: Iterable[Any], totals: Sequence[DuesTotal], *, today: date
) -> Report:
    """The schedule as it is printed and exported: the columns that are shown, by name, and the totals of all."""
    return Report(
        title="État échéanciers client",
        name=f"echeancier-{today:%Y-%m-%d}",
        scope=_due_scope(wanted),
        columns=[DUE_COLUMNS[name] for name in names],
        rows=(_due_row(record, names, today) for record in rows),
        foot=[_due_foot(total, names) for total in totals],
        notes=[
            f"Total montant à encaisser {money(total.amount, total.currency)}, total montant versé "
            f"{money(total.paid, total.currency)}, solde net dû {money(total.left, total.currency)}."
            for total in totals
        ],
        wide=True,
    )


DUE_COLUMNS = {
    "code": Column("Code", WORD),
    "planned": Column("Date de règlement", DAY),
    "document": Column("Titre / Document", CODE),
    "client": Column("Tiers (client)", NAME),
    "due": Column("Date d’échéance", DAY),
    "shown": Column("Montant", AMOUNT),
    "paid": Column("Versé", STATE),
    "open": Column("Reste dû", AMOUNT),
    "way": Column("Type", WORD),
    "reminder": Column("Mode de relance", WORD),
    "note": Column("Note"),
}


def _due_row(record: Any, names: Sequence[str], today: date) -> list[Cell]:
    planned, client = planned_of(record), record.account.client
    who = f"{client.listed_name} ({record.party.name})" if record.party else client.listed_name
    days = late_days(record, today)
    cells: dict[str, Cell] = {
        "code": due_code(record),
        "planned": record.planned,
        "document": str(record.document),
        "client": f"{client.code} {who}",
        "due": record.due,
        "shown": record.shown,
        "paid": "Oui" if not record.open else f"Non, {days}\u00a0j de retard" if days else "Non",
        "open": record.open,
        "way": record.way,
        "reminder": _reminded(record, planned.get_reminder_display() if planned else ""),
        "note": planned.note if planned else "",
    }
    return [cells[name] for name in names]


def _reminded(record: Any, way: str) -> str:
    """The way of a row's reminders, and its last one."""
    if not record.reminded_on:
        return way
    return f"{way}, {Reminder.Level(record.reminded_level).label.lower()} du {record.reminded_on:%d/%m/%Y}".strip(", ")


def _due_foot(total: DuesTotal, names: Sequence[str]) -> list[Cell]:
    cells: dict[str, Cell] = {"code": "Total", "shown": total.amount, "open": total.left}
    return [cells.get(name) for name in names]


def _due_scope(wanted: DuesWanted) -> list[str]:
    said = [
        f"{'encaissement prévu' if wanted.planned else 'échéance'} {wanted.period}",
        f"établissement\u00a0: {wanted.where}",
    ]
    said += [f"client\u00a0: {wanted.client}"] if wanted.client else []
    said += [f"compte\u00a0: {wanted.bank.label}"] if wanted.bank else []
    said += [f"type\u00a0: {wanted.way}"] if wanted.way else []
    if wanted.paid is not None:
        said.append("versé" if wanted.paid else "non versé")
    return [*said, *narrowed(wanted)]


def narrowed(wanted: DuesWanted) -> list[str]:
    """What only the headings filter by, in words."""
    said = [f"relance\u00a0: {Instalment.Reminder(wanted.reminder).label}"] if wanted.reminder else []
    said += [f"document\u00a0: {wanted.reference}…"] if wanted.reference else []
    said += [f"code\u00a0: ECH-{wanted.code:06d}"] if wanted.code is not None else []
    for label, period in (("échéance", wanted.due), ("règlement", wanted.expected)):
        said += [f"{label} {period}"] if period != Period() else []
    for label, (least, most) in (("montant", wanted.amount), ("reste dû", wanted.left)):
        said += [f"{label} à partir de {format_number(least)}"] if least is not None else []
        said += [f"{label} jusqu’à {format_number(most)}"] if most is not None else []
    return said + ([f"note\u00a0: {wanted.note}"] if wanted.note else [])
