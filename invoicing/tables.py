"""The catalogue, and the lists of one client's visits and invoices."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from djmoney.money import Money

from clients.models import Channel, Client
from clients.tables import AMOUNT, mail_badge
from invoicing.actions import refusals
from invoicing.models import Batch, BatchItem, Invoice, Item, Tariff, Visit
from invoicing.queries import ENDED, LATER, RATE_ENDED, VALID, PricedTariff
from invoicing.statuses import AWAITING, BOUNCED, CANCELLED, DRAFT, LATE, PAID, PART_PAID, STATUSES
from ledger.models import ClientAccount, Party
from office.addresses import url_of
from office.models import User
from office.templatetags.ui import badge, day, icon, money, percent, popmenu

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


def invoice_badge(invoice: Any) -> SafeString:
    """The status of an invoice in a word, with its sign, and whether it is disputed."""
    status = badge(STATUSES[invoice.status], *SIGNS[invoice.status])
    if not invoice.disputed:
        return status
    return format_html("{} {}", status, badge("En litige", "accent", "message-square-warning"))


def invoice_menu(invoice: Any) -> SafeString:
    """What may be done with an invoice, behind a button."""
    about = f"la facture {invoice}" if invoice.document_id else f"le brouillon {invoice.pk}"
    entries = render_to_string("invoicing/_invoice_menu.html", {"invoice": invoice, "why": refusals(invoice)})
    return popmenu(entries, f"Actions sur {about}", anchor=f"invoice-{invoice.pk}")


def whose(client: Client, party: Party | None) -> SafeString:
    """The client of a row, with the passer-by if there is one."""
    who = f" ({party.name})" if party else ""
    return format_html('<a href="{}">{}</a>{}', url_of("client_detail", client.code), client.listed_name, who)


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
        return format_html('<a href="{}">{}</a>', url_of("visit_detail", record.pk), words)

    def render_status(self, record: Any) -> SafeString:
        if record.left:
            return badge("Facturée en partie" if record.invoiced else "À facturer", "late")
        return badge("Facturée", "credit") if record.invoiced else badge("Rien à facturer")

    def render_total(self, record: Any) -> str:
        return money(record.left + record.invoiced, self.currency)

    def render_left(self, value: Decimal, record: Visit) -> str:  # noqa: ARG002  others need the row
        return money(value or None, self.currency)


class WaitingVisitTable(tables.Table):
    """Visits to invoice of all clients. Needs rows of `all_visits_to_invoice`."""

    day = tables.Column("Date", order_by=("day", "pk"), attrs={"td": {"class": "table__day"}})
    kind = tables.Column("Visite", order_by=("kind", "-day", "-pk"))
    client = tables.Column(
        "Client", order_by=("client__sort_key", "-day", "-pk"), attrs={"td": {"class": "table__party"}}
    )
    site = tables.Column("Établissement", order_by=("site__name", "-day", "-pk"), default="")
    progress = tables.Column("Avancement", order_by=("progress", "-day", "-pk"))
    left = tables.Column("À facturer", order_by=("left", "-day", "-pk"), attrs=AMOUNT)

    def __init__(self, visits: Any) -> None:
        super().__init__(visits, order_by="-day")

    def render_day(self, value: date) -> str:
        return day(value)

    def render_kind(self, value: str, record: Visit) -> SafeString:
        words = ", ".join(filter(None, (value, record.subject)))
        return format_html('<a href="{}">{}</a>', url_of("visit_detail", record.pk), words)

    def render_client(self, value: Client, record: Visit) -> SafeString:
        who = f" ({record.party.name})" if record.party else ""
        return format_html('<a href="{}">{}</a>{}', url_of("visits_invoice", value.code), value.listed_name, who)

    def render_left(self, value: Decimal, record: Visit) -> str:
        return money(value, record.client.account.currency)


class InvoiceTable(tables.Table):
    """Invoices, drafts first. Needs rows of `invoices`."""

    day = tables.Column("Date", accessor="document__day", attrs={"td": {"class": "table__day"}}, default="")
    reference = tables.Column("Numéro", accessor="pk", attrs={"td": {"class": "table__code"}})
    party = tables.Column("Passager", default="")
    site = tables.Column("Établissement", default="")
    status = tables.Column("Statut")
    ttc = tables.Column("Total TTC", attrs=AMOUNT)
    left = tables.Column("Reste dû", attrs=AMOUNT)
    credit = tables.Column("Avoir", accessor="pk", attrs={"td": {"class": "table__actions"}})
    actions = tables.Column("Actions", accessor="pk")

    class Meta:
        row_attrs = {"class": lambda record: "table__row--late" if record.status == LATE else ""}

    def __init__(self, invoices: Any, *, account: ClientAccount) -> None:
        super().__init__(invoices, orderable=False, exclude=() if account.walk_in else ("party",))
        self.currency = account.currency

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, record: Invoice) -> SafeString | str:
        if record.document_id is None:
            return format_html('<a href="{}">Brouillon</a>', url_of("invoice_detail", record.pk))
        return format_html('<a href="{}">{}</a>', url_of("document", record.document_id), record)

    def render_status(self, record: Invoice) -> SafeString:
        return invoice_badge(record)

    def render_ttc(self, value: Money, record: Any) -> SafeString | str:
        return format_html("<del>{}</del>", money(value)) if record.status == CANCELLED else money(value)

    def render_left(self, value: Decimal, record: Any) -> str:
        return "" if record.status in (DRAFT, CANCELLED) else money(value, self.currency)

    def render_credit(self, record: Invoice) -> SafeString | str:
        """Le bouton éclair, where something of the invoice can be credited still."""
        if "credit" in refusals(record):
            return ""
        return format_html(
            '<a class="button button--quiet button--icon" href="{}" data-window aria-label="{}">{}</a>',
            url_of("invoice_credit", record.pk),
            f"Avoir sur la facture {record}",
            icon("zap"),
        )

    def render_actions(self, record: Invoice) -> SafeString:
        return invoice_menu(record)


class AllInvoicesTable(InvoiceTable):
    """The invoices of all clients. Needs rows of `all_invoices` with their status."""

    day = tables.Column("Date", order_by=("day", "pk"), attrs={"td": {"class": "table__day"}}, default="")
    reference = tables.Column(
        "Numéro", accessor="pk", order_by=("document__reference", "pk"), attrs={"td": {"class": "table__code"}}
    )
    client = tables.Column(
        "Client", order_by=("client__sort_key", "-day", "-pk"), attrs={"td": {"class": "table__party"}}
    )
    site = tables.Column("Établissement", order_by=("site__name", "-day", "-pk"), default="")
    status = tables.Column("Statut", orderable=False)
    ttc = tables.Column("Total TTC", order_by=("ttc", "pk"), attrs=AMOUNT)
    left = tables.Column("Reste dû", order_by=("left", "pk"), attrs=AMOUNT)
    actions = tables.Column("Actions", accessor="pk", orderable=False)

    class Meta(InvoiceTable.Meta):
        exclude = ("party", "credit")
        sequence = ("day", "reference", "client", "site", "status", "ttc", "left", "actions")

    def __init__(self, invoices: Any) -> None:
        tables.Table.__init__(self, invoices, order_by="-day")

    def render_client(self, value: Client, record: Invoice) -> SafeString:
        return whose(value, record.party)

    def render_left(self, value: Decimal, record: Any) -> str:
        return "" if record.status in (DRAFT, CANCELLED) else money(value, record.client.account.currency)


class AllVisitsTable(VisitTable):
    """The visits of all clients. Needs rows of `all_visits` with their amounts."""

    day = tables.Column("Date", order_by=("day", "pk"), attrs={"td": {"class": "table__day"}})
    kind = tables.Column("Visite", order_by=("kind", "-day", "-pk"))
    client = tables.Column(
        "Client", order_by=("client__sort_key", "-day", "-pk"), attrs={"td": {"class": "table__party"}}
    )
    site = tables.Column("Établissement", order_by=("site__name", "-day", "-pk"), default="")
    progress = tables.Column("Avancement", order_by=("progress", "-day", "-pk"))
    status = tables.Column("Statut", accessor="pk", orderable=False)
    total = tables.Column("Total TTC", accessor="pk", orderable=False, attrs=AMOUNT)
    left = tables.Column("À facturer", order_by=("left", "-day", "-pk"), attrs=AMOUNT)

    class Meta:
        exclude = ("party",)
        sequence = ("day", "kind", "client", "site", "progress", "status", "total", "left")

    def __init__(self, visits: Any) -> None:
        tables.Table.__init__(self, visits, order_by="-day")

    def render_client(self, value: Client, record: Visit) -> SafeString:
        return whose(value, record.party)

    def render_total(self, record: Any) -> str:
        return money(record.left + record.invoiced, record.client.account.currency)

    def render_left(self, value: Decimal, record: Visit) -> str:
        return money(value or None, record.client.account.currency)


class ItemTable(tables.Table):
    """The catalogue. Needs rows of `catalogue`."""

    code = tables.Column("Code", order_by=("code", "pk"), attrs={"td": {"class": "table__code"}})
    name = tables.Column("Article", order_by=("sort_key", "pk"), attrs={"td": {"class": "table__party"}})
    category = tables.Column(
        "Catégorie", order_by=("category__position", "category__name", "sort_key", "pk"), default=""
    )
    kind = tables.Column("Type", order_by=("kind", "sort_key", "pk"))
    price = tables.Column("Prix", accessor="pk", order_by=("now_price", "pk"), attrs=AMOUNT)
    rate = tables.Column("TVA", accessor="now_rate", order_by=("now_rate", "sort_key", "pk"), attrs=AMOUNT, default="")
    tariffs = tables.Column("Tarifs valables", accessor="tariffs_now", order_by=("tariffs_now", "pk"), attrs=AMOUNT)

    def __init__(self, items: Any, *, currency: str) -> None:
        super().__init__(items, order_by="name")
        self.currency = currency

    def render_name(self, record: Item) -> SafeString:
        mark = format_html(" {}", badge("Archivé")) if record.is_archived else ""
        return format_html('<a href="{}">{}</a>{}', url_of("item_detail", record.pk), record.name, mark)

    def render_price(self, record: Any) -> SafeString | str:
        if record.now_price is None:
            return badge("Sans tarif", "late")
        return f"{money(record.now_price, self.currency)} {'TTC' if record.now_includes_vat else 'HT'}"

    def render_rate(self, value: Decimal) -> str:
        return percent(value)


# Whether a tariff may be picked on a day: the word, the tone and the sign.
VALIDITY = {
    VALID: ("Valable", "credit", ""),
    LATER: ("À venir", "accent", "clock"),
    ENDED: ("Terminé", "neutral", "circle-x"),
    RATE_ENDED: ("Taux de TVA échu", "late", ""),
}


class TariffTable(tables.Table):
    """The tariffs of an item. Needs rows of `priced`. may_change: whether to lead to what changes them."""

    name = tables.Column("Tarif", accessor="tariff__name", empty_values=())
    price = tables.Column("Prix", accessor="tariff__price", attrs=AMOUNT)
    rate = tables.Column("TVA", accessor="tariff__vat_rate", attrs=AMOUNT)
    validity = tables.Column("Validité", accessor="tariff__validity")
    state = tables.Column("Statut")
    actions = tables.Column("Actions", accessor="tariff__pk")

    def __init__(self, rows: list[PricedTariff], *, currency: str, may_change: bool) -> None:
        super().__init__(rows, orderable=False, exclude=() if may_change else ("actions",))
        self.currency = currency

    def render_name(self, record: PricedTariff) -> SafeString | str:
        return record.tariff.name or format_html('<span class="soft">{}</span>', "Tarif courant")

    def render_price(self, value: Decimal, record: PricedTariff) -> str:
        return f"{money(value, self.currency)} {record.tariff.basis}"

    def render_rate(self, value: Decimal) -> str:
        return percent(value)

    def render_validity(self, value: str, record: PricedTariff) -> str:
        if record.tariff.valid_to is None and record.state != LATER:
            return f"Depuis le {day(record.tariff.valid_from)}"
        return value.capitalize()

    def render_state(self, value: str) -> SafeString:
        return badge(*VALIDITY[value])

    def render_actions(self, record: PricedTariff) -> SafeString:
        wanted = [("tariff_edit", "Modifier", "pencil")]
        if record.state != ENDED:
            wanted += [("tariff_follow", "Nouveau prix", "calendar-plus"), ("tariff_end", "Terminer", "calendar-x")]
        links = (
            format_html('<li><a href="{}">{}{}</a></li>', url_of(name, record.tariff.pk), icon(sign), label)
            for name, label, sign in wanted
        )
        return popmenu(
            SafeString("".join(links)),
            f"Actions sur le tarif {_called(record.tariff)}",
            anchor=f"tariff-{record.tariff.pk}",
        )


def _called(tariff: Tariff) -> str:
    return f"«\u00a0{tariff.name}\u00a0»" if tariff.name else "courant"


# The tone and the sign of what became of an invoice of a batch.
OUTCOMES = {
    BatchItem.Outcome.PENDING: ("neutral", "clock"),
    BatchItem.Outcome.MADE: ("credit", "circle-check"),
    BatchItem.Outcome.SKIPPED: ("late", "circle-slash"),
}


class BatchItemTable(tables.Table):
    """The invoices of a batch, those it made and those it left, by client. Needs rows of `items_of_batch`."""

    client = tables.Column("Client", attrs={"td": {"class": "table__party"}})
    visits = tables.Column("Visites", accessor="pk", attrs={"td": {"class": "table__text"}})
    outcome = tables.Column("Résultat")
    invoice = tables.Column("Facture", accessor="pk", attrs={"td": {"class": "table__code"}})
    ttc = tables.Column("Total TTC", accessor="invoice__ttc", attrs=AMOUNT, default="")
    handed = tables.Column("Remise au client", accessor="pk")

    def __init__(self, items: Any) -> None:
        super().__init__(items, orderable=False)

    def render_client(self, value: Client, record: BatchItem) -> SafeString:
        who = f" ({record.party.name})" if record.party else ""
        return format_html('<a href="{}">{}</a>{}', url_of("client_detail", value.code), value.listed_name, who)

    def render_visits(self, record: BatchItem) -> SafeString:
        found = sorted(record.visits.all(), key=lambda visit: (visit.day, visit.pk))
        first, last = found[0], found[-1]
        if first == last:
            return format_html('<a href="{}">{}</a>', url_of("visit_detail", first.pk), first)
        when = f"du {day(first.day)} au {day(last.day)}" if first.day < last.day else f"du {day(first.day)}"
        return format_html("{} visites {}", len(found), when)

    def render_outcome(self, value: str, record: BatchItem) -> SafeString:
        sign = badge(value, *OUTCOMES[BatchItem.Outcome(record.outcome)])
        return format_html("{} {}", sign, record.reason) if record.reason else sign

    def render_invoice(self, record: BatchItem) -> SafeString | str:
        if record.invoice is None:
            return ""
        return format_html('<a href="{}">{}</a>', url_of("document", record.invoice.document_id), record.invoice)

    def render_ttc(self, value: Money) -> str:
        return money(value)

    def render_handed(self, record: BatchItem) -> SafeString | str:
        """How it goes to the client, or has gone."""
        if record.invoice is None:
            return ""
        told = []
        if record.mail:
            address = url_of("mail_detail", record.mail.pk)
            told.append(format_html('<a href="{}">{}</a> {}', address, record.mail.recipient, mail_badge(record.mail)))
        elif record.mailing_id and not record.unsent:
            told.append(format_html("{}", "E-mail en préparation"))
        elif record.unsent:
            told.append(badge(record.unsent.capitalize(), "late"))
        if record.printed_at:
            told.append(format_html("imprimée le {}", day(record.printed_at)))
        if told:
            return format_html_join(" ", "{}", ((one,) for one in told))
        return format_html('<span class="soft">{}</span>', HANDED.get(record.client.channel, "Papier, à imprimer"))


HANDED: dict[str, str] = {Channel.EMAIL: "E-mail, à envoyer", Channel.E_INVOICE: "À déposer sur la plateforme"}


class BatchTable(tables.Table):
    """The batches, newest first. Needs rows of `batches`."""

    at = tables.Column("Lancé le", accessor="operation__at", attrs={"td": {"class": "table__day"}})
    user = tables.Column("Par", accessor="operation__user", default="")
    about = tables.Column("Sélection", attrs={"td": {"class": "table__text"}})
    day = tables.Column("Date des factures", attrs={"td": {"class": "table__day"}})
    made = tables.Column("Faites", attrs=AMOUNT)
    skipped = tables.Column("Laissées", attrs=AMOUNT)
    state = tables.Column("État", accessor="pk")

    def __init__(self, batches: Any) -> None:
        super().__init__(batches, orderable=False)

    def render_at(self, value: datetime) -> str:
        return f"{localtime(value):%d/%m/%Y %H:%M}"

    def render_user(self, value: User) -> str:
        return value.get_full_name() or value.username

    def render_about(self, value: str, record: Batch) -> SafeString:
        return format_html('<a href="{}">{}</a>', url_of("batch_detail", record.pk), value)

    def render_day(self, value: date) -> str:
        return day(value)

    def render_state(self, record: Any) -> SafeString:
        if record.ended_at:
            return badge("Terminé", "credit")
        return badge(f"{record.made + record.skipped} sur {record.total}", "neutral", "clock")
