"""The list of one client's credit notes."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from djmoney.money import Money

from clients.tables import AMOUNT
from credits.models import CreditNote
from ledger.models import ClientAccount
from office.templatetags.ui import badge, day, icon, money, popmenu


class CreditNoteTable(tables.Table):
    """Credit notes, drafts first. Needs rows of `credit_notes`."""

    day = tables.Column("Date", attrs={"td": {"class": "table__day"}}, default="")
    reference = tables.Column("Numéro", accessor="document", attrs={"td": {"class": "table__code"}}, empty_values=())
    party = tables.Column("Passager", default="")
    invoice = tables.Column("Sur la facture", attrs={"td": {"class": "table__code"}}, default="global")
    status = tables.Column("Statut", accessor="pk")
    ttc = tables.Column("Montant TTC", attrs=AMOUNT)
    left = tables.Column("Reste à utiliser", attrs=AMOUNT)
    actions = tables.Column("Actions", accessor="pk")

    def __init__(self, notes: Any, *, account: ClientAccount) -> None:
        super().__init__(notes, orderable=False, exclude=() if account.walk_in else ("party",))
        self.currency = account.currency

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, record: CreditNote) -> SafeString | str:
        if record.document_id is None:
            return format_html('<a href="{}">Brouillon</a>', reverse("credit_note_detail", args=[record.pk]))
        return format_html('<a href="{}">{}</a>', reverse("document", args=[record.document_id]), record)

    def render_invoice(self, value: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("document", args=[value.document_id]), value)

    def render_status(self, record: Any) -> SafeString:
        if record.document_id is None:
            return badge("Brouillon", "neutral", "pencil")
        if record.undone:
            return badge("Annulé")
        if not record.left:
            return badge("Utilisé", "neutral", "check")
        return badge("À utiliser" if record.left == record.ttc.amount else "Utilisé en partie", "credit")

    def render_ttc(self, value: Money) -> str:
        return money(value)

    def render_left(self, value: Decimal, record: CreditNote) -> str:
        return "" if record.document_id is None else money(value, self.currency)

    def render_actions(self, record: CreditNote) -> SafeString | str:
        if record.document_id is None:
            return ""
        link = format_html(
            '<li><a href="{}" target="_blank">{}Imprimer l’avoir</a></li>',
            reverse("credit_note_pdf", args=[record.pk]),
            icon("printer"),
        )
        return popmenu(link, f"Actions sur l’avoir {record}", anchor=f"credit-note-{record.pk}")
