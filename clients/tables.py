"""The list of clients."""

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clients.models import Client
from ledger.balance import Balance
from office.templatetags.ui import badge, money, status_badge

AMOUNT = {name: {"class": "table__amount"} for name in ("th", "td")}

AMOUNT_IN_COLOUR = '<span class="amount amount--{}">{}</span>'


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
