"""The list of one client's payments and refunds."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.tables import AMOUNT
from ledger.models import ClientAccount, Document
from office.templatetags.ui import badge, day, money


class MovementTable(tables.Table):
    """Payments and refunds, newest first. Needs rows of `movements`."""

    day = tables.Column("Date", attrs={"td": {"class": "table__day"}})
    reference = tables.Column("Référence", attrs={"td": {"class": "table__code"}})
    party = tables.Column("Passager")
    type = tables.Column("Moyen", accessor="pk")
    status = tables.Column("Statut", accessor="pk")
    amount = tables.Column("Montant", attrs=AMOUNT)
    left = tables.Column("Trop-perçu", attrs=AMOUNT)

    def __init__(self, documents: Any, *, account: ClientAccount) -> None:
        super().__init__(documents, orderable=False, exclude=() if account.walk_in else ("party",))
        self.currency = account.currency

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, value: str, record: Document) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("document", args=[record.pk]), value)

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
