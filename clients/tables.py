"""The list of clients."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from html import escape
from typing import Any

import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from clients.models import Client, Mail
from clients.queries import Listed, listed, with_figures
from ledger.balance import STATUSES, has_status
from ledger.models import ClientAccount, Document
from office.addresses import url_of, urls_of
from office.models import Site
from office.tables import Picked
from office.templatetags.ui import badge, day, money, status_badge

AMOUNT = {name: {"class": "table__amount"} for name in ("th", "td")}

AMOUNT_IN_COLOUR = '<span class="amount amount--{}">{}</span>'


Ordered = tuple[QuerySet[Client], bool]  # and whether it was ordered here


class DocumentTable(tables.Table):
    """Documents of one client, newest first: what all such lists begin with. The passer-by only on a walk-in's."""

    day = tables.Column("Date", attrs={"td": {"class": "table__day"}})
    reference = tables.Column("Référence", attrs={"td": {"class": "table__code"}})
    party = tables.Column("Passager")

    def __init__(self, documents: Any, *, account: ClientAccount) -> None:
        super().__init__(documents, orderable=False, exclude=() if account.walk_in else ("party",))
        self.currency = account.currency
        self.address = urls_of("document")

    def render_day(self, value: date) -> str:
        return day(value)

    def render_reference(self, value: str, record: Document) -> SafeString:
        return SafeString(f'<a href="{escape(self.address(record.pk))}">{escape(value)}</a>')


class PickedClients(Picked):
    """Clients of a long list; those of a page come as `Listed`, with their figures.

    A page by an amount is picked among their accounts, where these alone decide what it is; one by site or status, site
    after site or status after status, each by name.

    accounts: gives those of the clients, or None if more than their figures decides. amount: what they are in the order
    of. parts: what they fall into, in their order, if they are in the order of that; whole: all of them in that order.
    """

    key = "account_id"
    amount = ""
    whole: Callable[[], QuerySet[Client]] | None = None

    def __init__(
        self,
        clients: QuerySet[Client],
        total: int | Callable[[], int],
        accounts: Callable[[], QuerySet[ClientAccount] | None],
        *,
        today: date,
    ) -> None:
        super().__init__(clients, total)
        self._accounts = accounts
        self.today = today
        self.parts: list[Callable[[], Q]] = []
        self.order: tuple[str, ...] = ()

    @cached_property
    def accounts(self) -> QuerySet[ClientAccount] | None:
        """The accounts of the clients, or None if more than their figures decides."""
        return self._accounts()

    def keys(self) -> tuple[QuerySet[Any, Any], str]:
        if self.parts and self.whole:
            return self.whole().values_list(self.key, flat=True), self.key
        if not self.amount or self.accounts is None:
            return super().keys()
        order = (self.amount, "-pk" if self.amount.startswith("-") else "pk")
        return self.accounts.order_by(*order).values_list("pk", flat=True), "pk"

    def groups(self) -> Sequence[Callable[[], QuerySet[Any, Any]]]:
        if not self.parts:
            return super().groups()
        return [partial(self._part, part) for part in self.parts]

    def _part(self, part: Callable[[], Q]) -> Any:
        return self.data.filter(part()).order_by(*self.order).values_list(self.key, flat=True)

    def fall_into(
        self, parts: Iterable[Callable[[], Q]], whole: Callable[[], QuerySet[Client]], *, descending: bool
    ) -> None:
        """Tell what the clients fall into, in rising order; within a part they stand by name."""
        self.amount, self.whole = "", whole
        self.parts, self.order = [*parts], ("-sort_key", "-pk") if descending else ("sort_key", "pk")
        if descending:
            self.parts.reverse()

    def records(self, keys: Sequence[int]) -> list[Listed]:
        return listed([*keys], today=self.today)


class ClientTable(tables.Table):
    """Clients with figures. What is shown are `Listed` ones; others can be put in order.

    status: the one that all of them have, if they were chosen by it.
    """

    code = tables.Column(visible=False)  # stands beside the name; one may still sort by it
    name = tables.Column(
        "Client", order_by=("sort_key", "pk"), empty_values=(), attrs={"td": {"class": "table__party"}}
    )
    site = tables.Column("Établissement", default="")
    invoiced = tables.Column("Facturé", "pk", empty_values=(), attrs=AMOUNT)
    collected = tables.Column("Encaissé", "pk", empty_values=(), attrs=AMOUNT)
    outstanding = tables.Column("Encours", "pk", empty_values=(), attrs=AMOUNT)
    balance = tables.Column("Solde", "pk", empty_values=(), attrs=AMOUNT)
    status = tables.Column("Statut", "pk", empty_values=())

    def __init__(self, clients: QuerySet[Client] | PickedClients, *, today: date, status: str = "") -> None:
        super().__init__(clients, order_by="name")
        self.today = today
        self.chosen = status
        self.address = urls_of("client_detail")

    # django-tables2 calls these for the columns of their names.
    def order_invoiced(self, clients: QuerySet[Client], descending: bool) -> Ordered:  # noqa: FBT001
        return self._by_amount(clients, "invoiced", descending=descending)

    def order_collected(self, clients: QuerySet[Client], descending: bool) -> Ordered:  # noqa: FBT001
        return self._by_amount(clients, "collected", descending=descending)

    def order_outstanding(self, clients: QuerySet[Client], descending: bool) -> Ordered:  # noqa: FBT001
        return self._by_amount(clients, "outstanding", descending=descending)

    def order_balance(self, clients: QuerySet[Client], descending: bool) -> Ordered:  # noqa: FBT001
        return self._by_amount(clients, "balance", descending=descending)

    def order_site(self, clients: QuerySet[Client], descending: bool) -> Ordered:  # noqa: FBT001
        names = [f"-{name}" if descending else name for name in ("site__name", "sort_key", "pk")]
        if not isinstance(self.data, PickedClients):
            return clients.order_by(*names), True
        sites: dict[str, list[int]] = {}
        for key, name in Site.objects.order_by("name", "pk").values_list("pk", "name"):
            sites.setdefault(name, []).append(key)
        parts = [*(partial(Q, site__in=keys) for keys in sites.values()), partial(Q, site=None)]
        self.data.fall_into(parts, lambda: clients.order_by(*names), descending=descending)
        return clients, True

    def order_status(self, clients: QuerySet[Client], descending: bool) -> Ordered:  # noqa: FBT001
        names = [f"-{name}" if descending else name for name in ("status", "sort_key", "pk")]

        def whole() -> QuerySet[Client]:
            return with_figures(clients, today=self.today).order_by(*names)

        if not isinstance(self.data, PickedClients):
            return whole(), True
        statuses = [self.chosen] if self.chosen else sorted(STATUSES)
        parts = [partial(has_status, status, today=self.today, account="account__") for status in statuses]
        self.data.fall_into(parts, whole, descending=descending)
        return clients, True

    def _by_amount(self, clients: QuerySet[Client], name: str, *, descending: bool) -> Ordered:
        if isinstance(self.data, PickedClients):
            self.data.amount, self.data.parts = f"-{name}" if descending else name, []
            if self.data.accounts is not None:  # which are in order then
                return clients, True
        order = (f"-{name}", "-account_id") if descending else (name, "account_id")
        return with_figures(clients, today=self.today).order_by(*order), True

    def render_name(self, record: Listed) -> SafeString:
        address, name, code = map(escape, (self.address(record.code), record.name, record.code))
        marks = f" {badge('Passager', 'accent')}" if record.balance.walk_in else ""
        marks += f" {badge('Archivé')}" if record.is_archived else ""
        return SafeString(f'<a href="{address}">{name}</a> <span class="soft">{code}</span>{marks}')

    def render_invoiced(self, record: Listed) -> str:
        return money(record.balance.invoiced)

    def render_collected(self, record: Listed) -> str:
        return money(record.balance.collected)

    def render_outstanding(self, record: Listed) -> str:
        return money(record.balance.outstanding)

    def render_balance(self, record: Listed) -> SafeString:
        amount = record.balance.balance
        return SafeString(AMOUNT_IN_COLOUR.format("owed" if amount.amount < 0 else "credit", money(amount)))

    def render_status(self, record: Listed) -> SafeString:
        return status_badge(record.balance.status)


# The tone and the sign of each state of an e-mail.
MAIL_SIGNS = {
    Mail.State.WAITING: ("neutral", "clock"),
    Mail.State.SENDING: ("neutral", "send"),
    Mail.State.SENT: ("credit", "circle-check"),
    Mail.State.RETRYING: ("late", "rotate-cw"),
    Mail.State.FAILED: ("owed", "circle-x"),
    Mail.State.UNCERTAIN: ("owed", "circle-question-mark"),
}


def mail_badge(mail: Mail) -> SafeString:
    """The state of an e-mail in a word, with its sign."""
    state = Mail.State(mail.state)
    return badge(state.label, *MAIL_SIGNS[state])


class MailTable(tables.Table):
    """E-mails, newest first. Needs rows of `mails`."""

    at = tables.Column("Demandé le", accessor="operation__at", attrs={"td": {"class": "table__day"}})
    client = tables.Column("Client", accessor="account__client", attrs={"td": {"class": "table__party"}})
    kind = tables.Column("Nature")
    recipient = tables.Column("Destinataire")
    subject = tables.Column("Objet", attrs={"td": {"class": "table__text"}})
    state = tables.Column("État")

    def __init__(self, mails: Any, *, exclude: tuple[str, ...] = ()) -> None:
        super().__init__(mails, orderable=False, exclude=exclude)

    def render_at(self, value: datetime) -> str:
        return f"{localtime(value):%d/%m/%Y %H:%M}"

    def render_client(self, value: Client) -> SafeString:
        return format_html('<a href="{}">{}</a>', url_of("client_detail", value.code), value.listed_name)

    def render_subject(self, value: str, record: Mail) -> SafeString:
        return format_html('<a href="{}">{}</a>', url_of("mail_detail", record.pk), value)

    def render_state(self, record: Mail) -> SafeString:
        newer = getattr(record, "followed_by", None)
        again = format_html(' <a href="{}">renvoyé</a>', url_of("mail_detail", newer.pk)) if newer else ""
        return format_html("{}{}", mail_badge(record), again)
