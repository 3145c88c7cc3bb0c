"""What a day at the desk begins with, over all clients or those of one site, as everything stands today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet, Sum, Value
from djmoney.money import Money

from clients.models import Client
from clients.searching import dialled
from invoicing.queries import waiting_spells
from ledger.balance import OVERDUE, kept_figures, read_balance, with_balances
from ledger.models import BankAccount, ClientAccount, OpenItem, PeriodLock
from office.models import Company, MailServer, Site

# What an installation needs before it is at work.
IDENTITY, SITE, BANK, MAIL, LOCK = "identity", "site", "bank", "mail", "lock"


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a list has, and what they come to in each currency."""

    number: int
    amounts: list[Money]


@dataclass(frozen=True, slots=True)
class LateClient:
    """A client who is late. amount: what is overdue, VAT included; since: the oldest due day; days: since then."""

    client: Client
    amount: Money
    since: date
    days: int

    @property
    def phone_url(self) -> str:
        """What dials the client's number."""
        return f"tel:{dialled(self.client.phone)}"


def to_invoice(site: Site | None) -> Count:
    """The visits with something to invoice, and what it comes to."""
    return _by_currency(waiting_spells(site), number=CountOf("line__visit", distinct=True), amount=Sum("amount"))


def due_today(site: Site | None, *, today: date) -> QuerySet[OpenItem]:
    """What falls due today and isn't settled, by client: what was sold today to be paid at once is among it."""
    items = OpenItem.objects.filter(is_debit=True, due=today, open__gt=0)
    return _of(site, items).order_by("account__client__sort_key", "pk")


def credits_to_use(site: Site | None) -> QuerySet[OpenItem]:
    """The credits with something left, oldest first: credit notes, opening balances, overpayments."""
    return _of(site, OpenItem.objects.filter(is_debit=False, open__gt=0)).order_by("day", "pk")


def how_many(items: QuerySet[OpenItem]) -> Count:
    """How many open items there are, and what is open of them."""
    return _by_currency(items, number=CountOf("pk"), amount=Sum("open"))


def late_clients(site: Site | None, *, today: date, first: int) -> list[LateClient]:
    """The first clients whose status is En retard de paiement, the one that has been late for longest first."""
    rows = with_balances(_late(site, today), today=today).select_related("client").order_by("first_due", "pk")[:first]
    return [
        LateClient(row.client, read_balance(row, today).overdue, row.first_due, (today - row.first_due).days)
        for row in rows
        if row.first_due
    ]


def number_late(site: Site | None, *, today: date) -> int:
    """How many clients have the status En retard de paiement."""
    return _late(site, today).count()


def missing_settings() -> list[str]:
    """What nobody has set up yet, in the order in which it is needed."""
    kept: Iterable[tuple[str, QuerySet[Any]]] = (
        (IDENTITY, Company.objects.exclude(name="")),
        (SITE, Site.objects.filter(is_active=True)),
        (BANK, BankAccount.objects.filter(is_active=True)),
        (MAIL, MailServer.objects.all()),
        (LOCK, PeriodLock.objects.filter(scope=PeriodLock.Scope.BOOKS, through__isnull=False)),
    )
    first, *others = (rows.order_by().values_list(Value(name))[:1] for name, rows in kept)
    found = {name for (name,) in first.union(*others)}
    return [name for name, _ in kept if name not in found]


def _late(site: Site | None, today: date) -> QuerySet[ClientAccount]:
    accounts = ClientAccount.objects.filter(client__isnull=False, first_due__lt=today)
    accounts = accounts if site is None else accounts.filter(client__site=site)
    return accounts.alias(status=kept_figures(today=today)["status"]).filter(status=OVERDUE)


def _of(site: Site | None, items: QuerySet[OpenItem]) -> QuerySet[OpenItem]:
    found = items.select_related("document", "party", "account__client")
    return found if site is None else found.filter(document__site=site)


def _by_currency(rows: QuerySet[Any], **what: Any) -> Count:
    found = list(rows.order_by("account__currency").values("account__currency").annotate(**what))
    amounts = [Money(row["amount"], row["account__currency"]) for row in found]
    return Count(sum(row["number"] for row in found), amounts)
