"""The list of one client's operations."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.tables import AMOUNT, AMOUNT_IN_COLOUR
from ledger.models import ClientAccount, Document
from office.templatetags.ui import badge, day, icon, money

LEFT = f"<span>{AMOUNT_IN_COLOUR} {{}}</span>"
BOUNCED = '<span class="amount--owed">{} incident du {}</span>'


class OperationTable(tables.Table):
    """A client's documents, newest first. Needs rows of `operations`."""

    day = tables.Column("Date", attrs={"td": {"class": "table__day"}})
    kind = tables.Column("Nature")
    reference = tables.Column("Référence", attrs={"td": {"class": "table__code"}})
    party = tables.Column("Passager")
    amount = tables.Column("Montant", attrs=AMOUNT)
    left = tables.Column("Reste", attrs=AMOUNT)

    def __init__(self, documents: Any, *, account: ClientAccount) -> None:
        super().__init__(documents, orderable=False, exclude=() if account.walk_in else ("party",))
        self.currency = account.currency

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, value: str, record: Document) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("document", args=[record.pk]), value)

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
