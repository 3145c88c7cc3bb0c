"""The lists of payments and refunds, one client's and all; and that of bank transactions."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clients.models import Client
from clients.tables import AMOUNT, DocumentTable
from ledger.models import ClientAccount, Document
from office.addresses import url_of
from office.templatetags.ui import badge, day, icon, money, popmenu
from payments.acts import Desk, movement_acts
from payments.incidents import CANCELLED, CLOSED, OPEN, PART_SETTLED, SETTLED, STATES
from payments.models import BankTransaction, Payment, Refund
from payments.queries import Told

# The tone and the sign of each state of an incident.
INCIDENT_SIGNS = {
    OPEN: ("owed", "triangle-alert"),
    PART_SETTLED: ("late", "circle-dot"),
    SETTLED: ("credit", "circle-check"),
    CANCELLED: ("neutral", "circle-x"),
    CLOSED: ("neutral", "circle-off"),
}


def incident_badge(told: Told) -> SafeString:
    """The state of an incident in a word, with its sign."""
    return badge(STATES[told.state], *INCIDENT_SIGNS[told.state])


def movement_of(record: Any) -> Payment | Refund:
    """The payment or refund that a row of `movements` is of."""
    movement: Payment | Refund = record.payments if record.kind == Document.Kind.PAYMENT else record.refunds
    return movement


def paid_by(record: Any) -> str:
    """How a payment or refund was paid."""
    movement = movement_of(record)
    label = movement.type.label if movement.type else "Compensation"
    return label if record.kind == Document.Kind.PAYMENT else f"{label}, remboursement"


def state_of(record: Any) -> str:
    """What became of a payment or refund, in words."""
    if record.undone:
        return "Annulé"
    if record.bounced_on:
        return f"Incident du {day(record.bounced_on)}"
    if record.left:
        return "Trop-perçu à utiliser"
    return "Remboursé" if record.amount < 0 else "Imputé"


class MovementColumns(tables.Table):
    """What all lists of payments tell of each. desk: who looks at it."""

    desk: Desk

    type = tables.Column("Moyen", accessor="pk")
    status = tables.Column("Statut", accessor="pk")
    amount = tables.Column("Montant", attrs=AMOUNT)
    left = tables.Column("Trop-perçu", attrs=AMOUNT)
    actions = tables.Column("Actions", accessor="pk")

    def render_type(self, record: Any) -> str:
        return f"{paid_by(record)} {movement_of(record).bank_reference}".strip()

    def render_status(self, record: Any) -> SafeString | str:
        words = state_of(record)
        if record.undone:
            return badge(words)
        if record.bounced_on:
            return badge(words, "owed")
        return badge(words, "credit") if record.left else words

    def render_amount(self, value: Decimal, record: Any) -> SafeString | str:
        amount = money(value, self.currency_of(record))
        return format_html("<del>{}</del>", amount) if record.undone or record.bounced_on else amount

    def render_left(self, value: Decimal, record: Any) -> str:
        return money(value or None, self.currency_of(record))

    def render_actions(self, record: Any) -> SafeString:
        entries = render_to_string("components/acts.html", {"acts": movement_acts(record, self.desk)})
        return popmenu(entries, f"Actions sur {record.reference}", anchor=f"document-{record.pk}")

    def currency_of(self, record: Any) -> str:
        """The currency of a row."""
        raise NotImplementedError


class MovementTable(MovementColumns, DocumentTable):
    """One client's payments and refunds, newest first. Needs rows of `movements`."""

    class Meta:
        sequence = ("day", "reference", "party", "...")

    def __init__(self, documents: Any, *, account: ClientAccount, desk: Desk) -> None:
        super().__init__(documents, account=account)
        self.desk = desk

    def currency_of(self, record: Any) -> str:  # noqa: ARG002 - all of one account
        return self.currency


class AllMovementsTable(MovementColumns):
    """All payments and refunds. Needs rows of `all_movements`."""

    day = tables.Column("Date", order_by=("day", "pk"), attrs={"td": {"class": "table__day"}})
    reference = tables.Column("Référence", order_by=("reference", "pk"), attrs={"td": {"class": "table__code"}})
    client = tables.Column(
        "Client",
        accessor="account__client",
        order_by=("account__client__sort_key", "-day", "-pk"),
        attrs={"td": {"class": "table__party"}},
    )
    site = tables.Column("Établissement", order_by=("site__name", "-day", "-pk"), default="")

    class Meta:
        sequence = ("day", "reference", "client", "site", "type", "status", "amount", "actions")
        exclude = ("left",)  # told by the status, so that the actions are seen

    def __init__(self, documents: Any, *, desk: Desk) -> None:
        super().__init__(documents, order_by="-day")
        self.desk = desk
        for name in ("type", "status", "actions"):
            self.columns[name].column.orderable = False

    def currency_of(self, record: Any) -> str:
        currency: str = record.account.currency
        return currency

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, value: str, record: Document) -> SafeString:
        return format_html('<a href="{}">{}</a>', url_of("document", record.pk), value)

    def render_status(self, record: Any) -> SafeString | str:
        if record.left and not record.undone and not record.bounced_on:
            return badge(f"Trop-perçu {money(record.left, self.currency_of(record))}", "credit")
        return super().render_status(record)

    def render_client(self, value: Client, record: Document) -> SafeString:
        who = f" ({record.party.name})" if record.party else ""
        return format_html('<a href="{}">{}</a>{}', url_of("client_payments", value.code), value.listed_name, who)


def label_badges(labels: Any) -> SafeString:
    """Labels, each with its colour."""
    return format_html_join(" ", "{}", ((badge(label.name, label.tone, "tag"),) for label in labels))


def linked_to(line: Any) -> SafeString:
    """What a transaction is linked to: its documents, of whom."""
    links = [
        format_html('<a href="{}">{}</a>', url_of("document", link.document_id), link.document.reference)
        for link in line.linked[:3]
    ]
    said = format_html_join(", ", "{}", ((link,) for link in links))
    more = len(line.linked) - len(links)
    return format_html("{} et {} autre{}", said, more, "s" if more > 1 else "") if more else said


class BankTable(tables.Table):
    """Bank transactions. Needs rows of `transactions`."""

    day = tables.Column("Date", order_by=("day", "pk"), attrs={"td": {"class": "table__day"}})
    label = tables.Column("Libellé", order_by=("label", "-day", "-pk"), attrs={"td": {"class": "table__text"}})
    bank = tables.Column("Compte", accessor="bank__label", order_by=("bank__label", "-day", "-pk"))
    labels = tables.Column("Labels", accessor="pk", orderable=False)
    amount = tables.Column("Montant", order_by=("amount", "-day", "-pk"), attrs=AMOUNT)
    linked = tables.Column("Reliée à", accessor="pk", orderable=False)

    def __init__(self, lines: Any) -> None:
        super().__init__(lines, order_by="-day")

    def render_day(self, value: date) -> str:
        return day(value)

    def render_label(self, value: str, record: BankTransaction) -> SafeString:
        more = " ".join(filter(None, (record.party, record.detail, record.reference)))[:120]
        return format_html(
            '<a href="{}">{}</a> <span class="soft">{}</span>',
            url_of("bank_line", record.pk),
            value,
            more[:120],
        )

    def render_labels(self, record: BankTransaction) -> SafeString:
        return label_badges(record.labels.all())

    def render_amount(self, value: Decimal, record: BankTransaction) -> str:
        return money(value, record.currency)

    def render_linked(self, record: Any) -> SafeString:
        if record.linked:
            return linked_to(record)
        return format_html(
            '<a href="{}">{} Relier<span class="visually-hidden"> {}</span></a>',
            url_of("bank_line", record.pk),
            icon("link"),
            record.label,
        )
