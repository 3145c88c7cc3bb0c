"""The list of one client's operations."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.tables import AMOUNT, AMOUNT_IN_COLOUR, DocumentTable
from office.templatetags.ui import badge, day, icon, money

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
