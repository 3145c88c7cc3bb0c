"""The lists of one client's visits and invoices."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from djmoney.money import Money

from clients.tables import AMOUNT
from invoicing.models import Invoice, Visit
from invoicing.statuses import AWAITING, BOUNCED, CANCELLED, DRAFT, LATE, PAID, PART_PAID, STATUSES
from ledger.models import ClientAccount
from office.templatetags.ui import badge, day, money

# The tone and the sign of each status of an invoice.
SIGNS = {
    DRAFT: ("neutral", "pencil"),
    CANCELLED: ("neutral", "circle-x"),
    BOUNCED: ("owed", "triangle-alert"),
    PAID: ("credit", "circle-check"),
    LATE: ("owed", "clock-alert"),
    PART_PAID: ("late", "circle-dot"),
    AWAITING: ("late", "clock"),
}


def invoice_badge(status: str) -> SafeString:
    """The status of an invoice in a word, with its sign."""
    return badge(STATUSES[status], *SIGNS[status])


class VisitTable(tables.Table):
    """Visits, newest first. Needs rows of `visits`."""

    day = tables.Column("Date", attrs={"td": {"class": "table__day"}})
    kind = tables.Column("Visite")
    party = tables.Column("Passager", default="")
    site = tables.Column("Établissement", default="")
    status = tables.Column("Statut", accessor="pk")
    total = tables.Column("Total TTC", accessor="pk", attrs=AMOUNT)
    left = tables.Column("À facturer", attrs=AMOUNT)

    def __init__(self, visits: Any, *, account: ClientAccount) -> None:
        super().__init__(visits, orderable=False, exclude=() if account.walk_in else ("party",))
        self.currency = account.currency

    def render_day(self, value: date) -> str:
        return day(value)

    def render_kind(self, value: str, record: Visit) -> SafeString:
        words = ", ".join(filter(None, (value, record.subject)))
        return format_html('<a href="{}">{}</a>', reverse("visit_detail", args=[record.pk]), words)

    def render_status(self, record: Any) -> SafeString:
        if record.left:
            return badge("Facturée en partie" if record.invoiced else "À facturer", "late")
        return badge("Facturée", "credit") if record.invoiced else badge("Rien à facturer")

    def render_total(self, record: Any) -> str:
        return money(record.left + record.invoiced, self.currency)

    def render_left(self, value: Decimal) -> str:
        return money(value or None, self.currency)


class InvoiceTable(tables.Table):
    """Invoices, drafts first. Needs rows of `invoices`."""

    day = tables.Column("Date", accessor="document__day", attrs={"td": {"class": "table__day"}}, default="")
    reference = tables.Column("Numéro", accessor="pk", attrs={"td": {"class": "table__code"}})
    party = tables.Column("Passager", default="")
    site = tables.Column("Établissement", default="")
    status = tables.Column("Statut")
    ttc = tables.Column("Total TTC", attrs=AMOUNT)
    left = tables.Column("Reste dû", attrs=AMOUNT)

    class Meta:
        row_attrs = {"class": lambda record: "table__row--late" if record.status == LATE else ""}

    def __init__(self, invoices: Any, *, account: ClientAccount) -> None:
        super().__init__(invoices, orderable=False, exclude=() if account.walk_in else ("party",))
        self.currency = account.currency

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, record: Invoice) -> SafeString | str:
        if record.document_id is None:
            return "Brouillon"
        return format_html('<a href="{}">{}</a>', reverse("document", args=[record.document_id]), record)

    def render_status(self, value: str) -> SafeString:
        return invoice_badge(value)

    def render_ttc(self, value: Money, record: Any) -> SafeString | str:
        return format_html("<del>{}</del>", money(value)) if record.status == CANCELLED else money(value)

    def render_left(self, value: Decimal, record: Any) -> str:
        return "" if record.status in (DRAFT, CANCELLED) else money(value, self.currency)
