"""The list of one client's payments and refunds."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.tables import AMOUNT, DocumentTable
from ledger.models import Document
from office.templatetags.ui import badge, day, money


class MovementTable(DocumentTable):
    """Payments and refunds, newest first. Needs rows of `movements`."""

    type = tables.Column("Moyen", accessor="pk")
    status = tables.Column("Statut", accessor="pk")
    amount = tables.Column("Montant", attrs=AMOUNT)
    left = tables.Column("Trop-perçu", attrs=AMOUNT)

    def render_type(self, record: Any) -> str:
        is_payment = record.kind == Document.Kind.PAYMENT
        movement = record.payments if is_payment else record.refunds
        label = f"{movement.type}" if movement.type else "Compensation"
        return " ".join(filter(None, (label if is_payment else f"{label}, remboursement", movement.bank_reference)))

    def render_status(self, record: Any) -> SafeString | str:
        if record.undone:
            return badge("Annulé")
        if record.bounced_on:
            return badge(f"Incident du {day(record.bounced_on)}", "owed")
        if record.left:
            return badge("Trop-perçu à utiliser", "credit")
        return "Remboursé" if record.amount < 0 else "Imputé"

    def render_amount(self, value: Decimal, record: Any) -> SafeString | str:
        amount = money(value, self.currency)
        return format_html("<del>{}</del>", amount) if record.undone or record.bounced_on else amount

    def render_left(self, value: Decimal) -> str:
        return money(value or None, self.currency)
