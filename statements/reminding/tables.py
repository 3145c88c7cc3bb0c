"""The reminders that were made."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clients.models import Client
from clients.tables import AMOUNT, mail_badge
from office.addresses import url_of
from office.models import User
from office.templatetags.ui import day, money
from statements.models import Reminder


class ReminderTable(tables.Table):
    """Reminders, newest first. Needs rows of `reminders`."""

    day = tables.Column("Date", attrs={"td": {"class": "table__day"}})
    client = tables.Column("Client", attrs={"td": {"class": "table__party"}})
    level = tables.Column("Niveau")
    rows = tables.Column("Échéances", accessor="pk", attrs={"td": {"class": "table__text"}})
    total = tables.Column("Réclamé", attrs=AMOUNT)
    sent = tables.Column("Envoi", accessor="pk")
    user = tables.Column("Par", accessor="operation__user", default="")

    def __init__(self, rows: Any) -> None:
        super().__init__(rows, orderable=False)

    def render_day(self, value: date) -> str:
        return day(value)

    def render_client(self, value: Client, record: Reminder) -> SafeString:
        passer_by = record.buyer.get("name", "")
        who = "" if passer_by == value.full_name else f" ({passer_by})"
        return format_html('<a href="{}">{}</a>{}', url_of("client_detail", value.code), value.listed_name, who)

    def render_rows(self, record: Reminder) -> SafeString:
        found = sorted(record.rows.all(), key=lambda row: (row.item.due, row.pk))
        links = ((url_of("document", row.item.document_id), row.item.document) for row in found)
        return format_html_join(", ", '<a href="{}">{}</a>', links)

    def render_total(self, value: Decimal, record: Reminder) -> str:
        return money(value, record.currency)

    def render_sent(self, record: Reminder) -> SafeString:
        letter = format_html('<a href="{}" target="_blank">Lettre</a>', url_of("reminder_pdf", record.pk))
        if record.way == Reminder.Way.LETTER:
            return letter
        if record.mail is None:
            return format_html("{}, e-mail à {} en préparation", letter, record.recipient)
        address = url_of("mail_detail", record.mail.pk)
        return format_html(
            '{}, <a href="{}">{}</a> {}', letter, address, record.mail.recipient, mail_badge(record.mail)
        )

    def render_user(self, value: User) -> str:
        return value.get_full_name() or value.username
