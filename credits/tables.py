"""The lists of credit notes: one client's, and all."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from djmoney.money import Money

from clients.models import Client
from clients.tables import AMOUNT
from credits.acts import note_acts
from credits.models import CreditNote
from credits.statuses import CANCELLED, DRAFT, PART_USED, STATUSES, TO_USE, USED
from invoicing.tables import whose
from ledger.models import ClientAccount
from office.addresses import url_of
from office.models import Role
from office.templatetags.ui import badge, day, money, popmenu

# The tone and the sign of each status.
SIGNS = {
    DRAFT: ("neutral", "pencil"),
    CANCELLED: ("neutral", "circle-x"),
    USED: ("neutral", "check"),
    PART_USED: ("credit", "circle-dot"),
    TO_USE: ("credit", ""),
}


def note_badge(note: Any) -> SafeString:
    """The status of a credit note in a word, with its sign, and whether some of it is reserved."""
    status = badge(STATUSES[note.status], *SIGNS[note.status])
    return format_html("{} {}", status, badge("Réservé", "accent", "bookmark")) if note.reserved else status


class CreditNoteTable(tables.Table):
    """A client's credit notes, drafts first. Needs rows of `credit_notes`. role: of who looks at it."""

    day = tables.Column("Date", attrs={"td": {"class": "table__day"}}, default="")
    reference = tables.Column("Numéro", accessor="pk", attrs={"td": {"class": "table__code"}})
    party = tables.Column("Passager", default="")
    invoice = tables.Column("Sur la facture", attrs={"td": {"class": "table__code"}}, default="global")
    status = tables.Column("Statut")
    ttc = tables.Column("Montant TTC", attrs=AMOUNT)
    left = tables.Column("Reste à utiliser", attrs=AMOUNT)
    actions = tables.Column("Actions", accessor="pk")

    def __init__(self, notes: Any, *, account: ClientAccount, role: Role) -> None:
        super().__init__(notes, orderable=False, exclude=() if account.walk_in else ("party",))
        self.role = role

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, record: CreditNote) -> SafeString:
        if record.document_id is None:
            return format_html('<a href="{}">Brouillon</a>', url_of("credit_note_detail", record.pk))
        return format_html('<a href="{}">{}</a>', url_of("document", record.document_id), record)

    def render_invoice(self, value: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', url_of("document", value.document_id), value)

    def render_status(self, record: Any) -> SafeString:
        return note_badge(record)

    def render_ttc(self, value: Money, record: Any) -> SafeString | str:
        return format_html("<del>{}</del>", money(value)) if record.status == CANCELLED else money(value)

    def render_left(self, value: Decimal, record: Any) -> str:
        return "" if record.status == DRAFT else money(value, str(record.ttc.currency))

    def render_actions(self, record: CreditNote) -> SafeString:
        about = f"l’avoir {record}" if record.document_id else f"le brouillon {record.pk}"
        entries = render_to_string("components/acts.html", {"acts": note_acts(record, self.role)})
        return popmenu(entries, f"Actions sur {about}", anchor=f"credit-note-{record.pk}")


class AllCreditNotesTable(CreditNoteTable):
    """The credit notes of all clients. Needs rows of `all_credit_notes` with what is left."""

    day = tables.Column("Date", order_by=("day", "pk"), attrs={"td": {"class": "table__day"}}, default="")
    reference = tables.Column(
        "Numéro", accessor="pk", order_by=("document__reference", "pk"), attrs={"td": {"class": "table__code"}}
    )
    client = tables.Column(
        "Client", order_by=("client__sort_key", "-day", "-pk"), attrs={"td": {"class": "table__party"}}
    )
    invoice = tables.Column("Sur la facture", attrs={"td": {"class": "table__code"}}, default="global", orderable=False)
    status = tables.Column("Statut", orderable=False)
    ttc = tables.Column("Montant TTC", order_by=("ttc", "pk"), attrs=AMOUNT)
    left = tables.Column("Reste à utiliser", order_by=("left", "pk"), attrs=AMOUNT)
    actions = tables.Column("Actions", accessor="pk", orderable=False)

    class Meta:
        exclude = ("party",)
        sequence = ("day", "reference", "client", "invoice", "status", "ttc", "left", "actions")

    def __init__(self, notes: Any, *, role: Role) -> None:
        tables.Table.__init__(self, notes, order_by="-day")
        self.role = role

    def render_client(self, value: Client, record: CreditNote) -> SafeString:
        return whose(value, record.party)
