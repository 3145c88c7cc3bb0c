"""The lists of clients and of one client's operations."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.models import Client
from ledger.balance import Balance
from ledger.models import ClientAccount, Document
from office.templatetags.ui import badge, day, money, status_badge

AMOUNT = {name: {"class": "table__amount"} for name in ("th", "td")}

AMOUNT_IN_COLOUR = '<span class="amount amount--{}">{}</span>'
LEFT = f"<span>{AMOUNT_IN_COLOUR} {{}}</span>"


class ClientTable(tables.Table):
    """Clients; `balances` are their figures, by key, once the page is known."""

    code = tables.Column("Code", attrs={"td": {"class": "table__code"}})
    name = tables.Column("Nom", order_by=("sort_key", "pk"), attrs={"td": {"class": "table__party"}})
    balance = tables.Column("Solde", accessor="pk", orderable=False, attrs=AMOUNT)
    status = tables.Column("Statut", accessor="pk", orderable=False)

    def __init__(self, clients: QuerySet[Client]) -> None:
        super().__init__(clients, order_by="name")
        self.balances: dict[int, Balance] = {}

    def render_name(self, value: str, record: Client) -> SafeString:
        link = format_html('<a href="{}">{}</a>', reverse("client_detail", args=[record.code]), value)
        walk_in = self.balances[record.pk].walk_in
        return format_html("{} {}", link, badge("Passager", "accent")) if walk_in else link

    def render_balance(self, value: int) -> SafeString:
        amount = self.balances[value].balance
        return format_html(AMOUNT_IN_COLOUR, "owed" if amount.amount < 0 else "credit", money(amount))

    def render_status(self, value: int) -> SafeString:
        return status_badge(self.balances[value].status)


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
        if cancelled(record):
            return format_html("<del>{}</del>", money(record.posted, self.currency))
        return money(value, self.currency)

    def render_left(self, value: Decimal, record: Any) -> SafeString | str:
        if cancelled(record):
            return badge("Annulé")
        if value > 0:
            return format_html(LEFT, "owed", money(value, self.currency), "à régler")
        if value < 0:
            return format_html(LEFT, "credit", money(-value, self.currency), "à utiliser")
        return "soldé" if record.amount else ""


def cancelled(document: Any) -> bool:
    """Whether what a document of `operations` posted was cancelled whole."""
    return bool(document.posted) and not document.amount
