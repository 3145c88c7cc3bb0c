"""The list of one client's operations, and the schedule of dues."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.tables import AMOUNT, AMOUNT_IN_COLOUR, DocumentTable
from invoicing.models import Instalment
from ledger.models import Kind
from office.exports import Cell
from office.templatetags.ui import badge, day, icon, money
from statements.queries import DuesTotal, DuesWanted, late_days
from statements.reports import AMOUNT as AMOUNT_COLUMN
from statements.reports import CODE, DAY, WORD, Column, Report

LEFT = f"<span>{AMOUNT_IN_COLOUR} {{}}</span>"
BOUNCED = '<span class="amount--owed">{} incident du {}</span>'


class OperationTable(DocumentTable):
    """A client's documents, newest first. Needs rows of `operations`."""

    kind = tables.Column("Nature")
    amount = tables.Column("Montant", attrs=AMOUNT)
    left = tables.Column("Reste", attrs=AMOUNT)

    class Meta:
        sequence = ("day", "kind", "...")

    def render_amount(self, value: Decimal, record: Any) -> SafeString | str:
        if _cancelled(record):
            return format_html("<del>{}</del>", money(record.posted, self.currency))
        if record.bounced_on:
            return format_html("<del>{}</del>", money(value, self.currency))
        return money(value, self.currency)

    def render_left(self, value: Decimal, record: Any) -> SafeString | str:
        if _cancelled(record):
            return badge("Annulé")
        if record.bounced_on:
            return format_html(BOUNCED, icon("triangle-alert"), day(record.bounced_on))
        if value > 0:
            return format_html(LEFT, "owed", money(value, self.currency), "à régler")
        if value < 0:
            return format_html(LEFT, "credit", money(-value, self.currency), "à utiliser")
        return "soldé" if record.amount else ""


def _cancelled(document: Any) -> bool:
    """Whether what a document of `operations` did was cancelled whole."""
    return document.undone or (bool(document.posted) and not document.amount)


LATE_DAYS = '{} <span class="badge badge--owed">{} {}\u00a0j</span>'


class DueTable(tables.Table):
    """The schedule of dues, by due date. Needs rows of `dues` with their details. today: the day of what is late.

    HIDEABLE: the columns that a user may hide, `hidden` those that this one does.
    """

    HIDEABLE = {"open": "Reste dû", "reminder": "Mode de relance", "note": "Note"}

    code = tables.Column("Code", "pk", order_by="pk", attrs={"td": {"class": "table__code"}})
    planned = tables.Column("Date de règlement", order_by=("planned", "pk"), attrs={"td": {"class": "table__day"}})
    document = tables.Column(
        "Titre / Document", order_by=("document__reference", "pk"), attrs={"td": {"class": "table__code"}}
    )
    client = tables.Column(
        "Tiers (client)",
        "account",
        order_by=("account__client__sort_key", "pk"),
        attrs={"td": {"class": "table__party"}},
    )
    due = tables.Column("Date d’échéance", order_by=("due", "account", "pk"), attrs={"td": {"class": "table__day"}})
    shown = tables.Column("Montant", order_by=("shown", "pk"), attrs=AMOUNT)
    paid = tables.Column("Versé", "pk", order_by=("open", "pk"))
    open = tables.Column("Reste dû", order_by=("open", "pk"), attrs=AMOUNT)
    way = tables.Column("Type", order_by=("way", "pk"), default="")
    reminder = tables.Column("Mode de relance", "pk", order_by=("instalment__reminder", "pk"))
    note = tables.Column("Note", "pk", order_by=("instalment__note", "pk"))

    def __init__(self, rows: Any, *, today: date, hidden: Collection[str] = ()) -> None:
        late = {"class": lambda record: "table__row--late" if late_days(record, today) else ""}
        super().__init__(
            rows, order_by="due", exclude=[name for name in hidden if name in self.HIDEABLE], row_attrs=late
        )
        self.today = today

    def render_code(self, record: Any) -> str:
        return due_code(record)

    def render_planned(self, record: Any) -> SafeString | str:
        return due_cell(record, "planned_on")

    def render_document(self, record: Any) -> SafeString:
        title = "" if record.kind in (Kind.INVOICE, Kind.RESCHEDULE) else record.get_kind_display()
        link = format_html('<a href="{}">{}</a>', reverse("document", args=[record.document_id]), record.document)
        return format_html('{} <span class="soft">{}</span>', link, title) if title else link

    def render_client(self, record: Any) -> SafeString:
        client = record.account.client
        who = f" ({record.party.name})" if record.party else ""
        return format_html(
            '<a href="{}">{}</a>{} <span class="soft">{}</span>',
            reverse("client_detail", args=[client.code]),
            client.listed_name,
            who,
            client.code,
        )

    def render_due(self, value: date, record: Any) -> SafeString | str:
        days = late_days(record, self.today)
        sign = icon("triangle-alert", "en retard de")
        return format_html(LATE_DAYS, day(value), sign, days) if days else day(value)

    def render_shown(self, value: Decimal, record: Any) -> str:
        return money(value, record.account.currency)

    def render_paid(self, record: Any) -> SafeString:
        return badge("Non", "late") if record.open else badge("Oui", "credit")

    def render_open(self, value: Decimal, record: Any) -> str:
        return money(value, record.account.currency)

    def render_reminder(self, record: Any) -> str:
        planned = planned_of(record)
        return planned.get_reminder_display() if planned else ""

    def render_note(self, record: Any) -> SafeString | str:
        return due_cell(record, "note")


def due_code(item: Any) -> str:
    """What a row of the schedule is called."""
    return f"ECH-{item.pk:06d}"


def planned_of(item: Any) -> Instalment | None:
    """The instalment of a row; None for an opening balance, a fee, or what is owed for another reason."""
    found: Instalment | None = getattr(item, "instalment", None)
    return found


def due_cell(item: Any, name: str) -> SafeString | str:
    """What a cell that is edited in its place says, with the link that edits it. name: planned_on or note."""
    instalment = planned_of(item)
    if instalment is None:
        return day(item.due) if name == "planned_on" else ""
    return editable_cell(instalment, name)


def editable_cell(instalment: Instalment, name: str) -> SafeString:
    """The same of an instalment."""
    told = day(instalment.planned_on or instalment.due) if name == "planned_on" else instalment.note
    return render_to_string("statements/_due_cell.html", {"instalment": instalment, "name": name, "told": told})


def due_report(wanted: DuesWanted, table: DueTable, totals: Sequence[DuesTotal], *, today: date) -> Report:
    """The schedule as it is printed and exported: the rows and columns that are shown, and the totals of all."""
    columns = [DUE_COLUMNS[column.name] for column in table.columns]
    names = [column.name for column in table.columns]
    return Report(
        title="État échéanciers client",
        name=f"echeancier-{today:%Y-%m-%d}",
        scope=_due_scope(wanted),
        columns=columns,
        rows=(_due_row(record, names, today) for record in table.data.data.iterator(chunk_size=1000)),
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
    "client": Column("Tiers (client)"),
    "due": Column("Date d’échéance", DAY),
    "shown": Column("Montant", AMOUNT_COLUMN),
    "paid": Column("Versé", WORD),
    "open": Column("Reste dû", AMOUNT_COLUMN),
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
        "reminder": planned.get_reminder_display() if planned else "",
        "note": planned.note if planned else "",
    }
    return [cells[name] for name in names]


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
    if wanted.reminder:
        said.append(f"relance\u00a0: {Instalment.Reminder(wanted.reminder).label}")
    return [*said, f"document\u00a0: {wanted.reference}…"] if wanted.reference else said
