"""The lists of clients and of one client's operations."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from djmoney.money import Money

from ledger.balance import read_balance
from ledger.models import ClientAccount, Document
from office.templatetags.ui import badge, day, money, status_badge

AMOUNT = {name: {"class": "table__amount"} for name in ("th", "td")}

LEFT = '<span><span class="amount amount--{}">{}</span> {}</span>'


class ClientTable(tables.Table):
    """Accounts with their clients and today's figures. Needs rows of `with_balances`."""

    code = tables.Column("Code", accessor="client__code", attrs={"td": {"class": "table__code"}})
    name = tables.Column(
        "Nom",
        accessor="client__name",
        order_by=("client__sort_key", "client__pk"),
        attrs={"td": {"class": "table__party"}},
    )
    balance = tables.Column("Solde", accessor="pk", orderable=False, attrs=AMOUNT)
    status = tables.Column("Statut", accessor="pk", orderable=False)

    def __init__(self, accounts: Any, *, today: date) -> None:
        super().__init__(accounts, order_by="name")
        self.today = today

    def render_name(self, value: str, record: ClientAccount) -> SafeString:
        link = format_html('<a href="{}">{}</a>', reverse("client_detail", args=[record.client.code]), value)
        return format_html("{} {}", link, badge("Passager", "accent")) if record.walk_in else link

    def render_balance(self, record: ClientAccount) -> SafeString:
        return signed(read_balance(record, self.today).balance)

    def render_status(self, record: ClientAccount) -> SafeString:
        return status_badge(read_balance(record, self.today).status)


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


def signed(amount: Money) -> SafeString:
    """A solde in its colour; its sign and words stand beside it."""
    return format_html(
        '<span class="amount amount--{}">{}</span>', "owed" if amount.amount < 0 else "credit", money(amount)
    )


def cancelled(document: Any) -> bool:
    """Whether what a document of `operations` posted was cancelled whole."""
    return bool(document.posted) and not document.amount
