"""The list of one client's operations, and the schedule of dues."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.tables import AMOUNT, AMOUNT_IN_COLOUR, DocumentTable
from invoicing.models import Instalment
from ledger.models import Kind
from office.addresses import url_of
from office.tables import Picked
from office.templatetags.ui import badge, day, icon, money
from statements.models import Reminder
from statements.queries import due_code, late_days, planned_of
from statements.reminding.queries import told_dues

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


TICK = '<label><input type="checkbox" name="item" value="{}" form="remind" {}> {}</label>'
REMINDED = '{} <span class="soft">{} du {}</span>'
LATE_DAYS = '{} <span class="badge badge--owed">{} {}\u00a0j</span>'


class PickedDues(Picked):
    """Rows of the schedule of dues."""

    def records(self, keys: Sequence[int]) -> list[Any]:
        return told_dues([*keys])


class DueTable(tables.Table):
    """The schedule of dues, by due date. Needs rows of `dues`, with details and reminders.

    today: the day of what is late. HIDEABLE: the columns that a user may hide, `hidden` those that this one does.
    may_tick: whether late rows have a box, which belongs to the form `remind`; ticks: whether it is ticked.
    """

    is_dense = True
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

    def __init__(
        self, rows: Any, *, today: date, hidden: Collection[str] = (), may_tick: bool = False, ticks: bool = False
    ) -> None:
        late = {"class": lambda record: "table__row--late" if late_days(record, today) else ""}
        super().__init__(
            rows, order_by="due", exclude=[name for name in hidden if name in self.HIDEABLE], row_attrs=late
        )
        self.today, self.may_tick, self.ticks = today, may_tick, ticks

    def render_code(self, record: Any) -> SafeString | str:
        code = due_code(record)
        if not (self.may_tick and late_days(record, self.today)):
            return code
        return format_html(TICK, record.pk, SafeString("checked") if self.ticks else "", code)

    def render_planned(self, record: Any) -> SafeString | str:
        return due_cell(record, "planned_on")

    def render_document(self, record: Any) -> SafeString:
        title = "" if record.kind in (Kind.INVOICE, Kind.RESCHEDULE) else record.get_kind_display()
        link = format_html('<a href="{}">{}</a>', url_of("document", record.document_id), record.document)
        return format_html('{} <span class="soft">{}</span>', link, title) if title else link

    def render_client(self, record: Any) -> SafeString:
        client = record.account.client
        who = f" ({record.party.name})" if record.party else ""
        return format_html(
            '<a href="{}">{}</a>{} <span class="soft table__code">{}</span>',
            url_of("client_detail", client.code),
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

    def render_reminder(self, record: Any) -> SafeString | str:
        planned = planned_of(record)
        way = planned.get_reminder_display() if planned else ""
        if not record.reminded_on:
            return way
        how = f"{Reminder.Level(record.reminded_level).label} par {Reminder.Way(record.reminded_by).label.lower()}"
        return format_html(REMINDED, way, how, day(record.reminded_on))

    def render_note(self, record: Any) -> SafeString | str:
        return due_cell(record, "note")


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
