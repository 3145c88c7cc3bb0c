"""Reads for reminders: what of some late rows can be asked for, of whom and how, and why the rest is left alone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from clients.models import Channel, Client
from clients.queries import address_by_client
from invoicing.models import Dispute, Instalment
from ledger.models import OpenItem, Operation, Party
from office.amounts import ZERO
from office.compiled import Compiled, is_among
from statements.models import Reminded, Reminder
from statements.queries import with_details

Level, Way = Reminder.Level, Reminder.Way

NOT_LATE = "n’est pas en retard"
NO_REMINDER = "mode de relance\u00a0: aucune"
BY_PHONE = "mode de relance\u00a0: téléphone"
DISPUTED = "en litige"
TODAY = "déjà relancée aujourd’hui"
NO_EMAIL = "aucune adresse e-mail"
NO_STREET = "aucune adresse postale"


@dataclass(slots=True)
class Asked:
    """A reminder that would be made: the rows of one client, or of a passer-by, and how it goes to it."""

    client: Client
    party: Party | None
    way: str
    level: int
    address: str = ""
    items: list[Any] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What it asks for, VAT included."""
        return sum((item.open for item in self.items), ZERO)


@dataclass(frozen=True, slots=True)
class Plan:
    """The reminders that would be made of some rows, by the client's name, and why each other row is left alone."""

    asked: Sequence[Asked]
    left: Sequence[tuple[Any, str]]


def plan_of(keys: Iterable[int], *, way: str, level: int | None, on: date) -> Plan:
    """What reminders of some rows of the échéancier would be.

    way: how, or empty for what each row says. level: how firm, or None for the one after the row's last, which is never
    the mise en demeure. Source: rules, « Relances ».
    """
    rows: Any = OpenItem.objects.filter(pk__in=list(keys), is_debit=True)
    items = list(rows.select_related("document", "account__client", "party", "instalment").order_by("due", "pk"))
    disputed, last, today = _disputed(items), _levels(items), _reminded_on(items, on)
    emails = address_by_client({item.account.client for item in items})
    clients = {item.account.client.pk for item in items}
    has_city = ~Q(city="") | Q(addresses__city__gt="")
    streets = set(Client.objects.filter(has_city, pk__in=clients).values_list("pk", flat=True))
    groups: dict[tuple[int, int | None, str], Asked] = {}
    left: list[tuple[Any, str]] = []
    for item in items:
        client = item.account.client
        how = way or _way(item)
        reason = _kept_out(item, on, disputed, today) or (BY_PHONE if how == Instalment.Reminder.PHONE else "")
        reason = reason or _unreachable(item, how, emails, streets)
        if reason:
            left.append((item, reason))
            continue
        firm = level or min(last.get(item.pk, 0) + 1, Level.SECOND)
        key = client.pk, item.party_id, how
        group = groups.setdefault(key, Asked(client, item.party, how, firm, emails.get(client.pk, "")))
        group.level = max(group.level, firm)  # of one client's rows, the firmest holds
        group.items.append(item)
    return Plan(sorted(groups.values(), key=lambda one: (one.client.sort_key, one.client.pk)), left)


def _kept_out(item: Any, on: date, disputed: Collection[int], today: Collection[int]) -> str:
    planned = _instalment(item)
    if not item.open or item.due >= on:
        return NOT_LATE
    if item.document_id in disputed:
        return DISPUTED
    if planned and planned.reminder == Instalment.Reminder.NONE:
        return NO_REMINDER
    return TODAY if item.pk in today else ""


def _unreachable(item: Any, how: str, emails: Collection[int], streets: Collection[int]) -> str:
    if how == Way.EMAIL:
        return "" if item.account.client.pk in emails and item.party is None else NO_EMAIL
    reachable = bool(item.party.address) if item.party else item.account.client.pk in streets
    return "" if reachable else NO_STREET


def _instalment(item: Any) -> Instalment | None:
    found: Instalment | None = getattr(item, "instalment", None)
    return found


def _way(item: Any) -> str:
    """How a row says that it is reminded of; one that is no instalment goes by its client's channel."""
    planned = _instalment(item)
    if planned:
        return planned.reminder
    return Way.EMAIL if item.account.client.channel == Channel.EMAIL else Way.LETTER


def _disputed(items: Iterable[Any]) -> set[int]:
    documents = {item.document_id for item in items}
    live = Dispute.objects.filter(invoice__document__in=documents, ended_by=None)
    return set(live.values_list("invoice__document", flat=True))


def _levels(items: Iterable[Any]) -> dict[int, int]:
    """The firmest reminder of each row, by its key."""
    rows = Reminded.objects.filter(item__in=[item.pk for item in items]).order_by().values_list("item")
    return dict(rows.annotate(Max("reminder__level")))


def _reminded_on(items: Iterable[Any], day: date) -> set[int]:
    rows = Reminded.objects.filter(item__in=[item.pk for item in items], reminder__day=day)
    return set(rows.values_list("item", flat=True))


def with_reminders(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of the échéancier with their last reminder: `reminded_on`, `reminded_level`, `reminded_by`."""
    last = Reminded.objects.filter(item=OuterRef("pk")).order_by("-pk")
    told = {"reminded_on": "reminder__day", "reminded_level": "reminder__level", "reminded_by": "reminder__way"}
    found: QuerySet[Any] = rows.annotate(**{name: Subquery(last.values(what)[:1]) for name, what in told.items()})
    return found


def told_dues(items: list[int]) -> list[Any]:
    """The rows of these items, in their order, with details and reminders. items: their keys."""
    found = {row.pk: row for row in _TOLD(items=items).now()}
    return [found[key] for key in items if key in found]


_TOLD = Compiled(
    lambda items: with_reminders(with_details(OpenItem.objects.filter(is_among("pk", items)).order_by())), items=list
)


def reminders(*, client: Client | None = None, operation: Operation | None = None) -> QuerySet[Reminder]:
    """The reminders, newest first: of all clients or one, or those of one operation by the client's name."""
    found = Reminder.objects.select_related("client", "mail", "operation__user")
    found = found.filter(client=client) if client else found
    if operation:
        return found.filter(operation=operation).order_by("client__sort_key", "pk")
    return found.prefetch_related("rows__item__document").order_by("-pk")


def rows_of(reminder: Reminder) -> list[Any]:
    """The rows that a reminder names, by due date, each with its item and document."""
    found = reminder.rows.select_related("item__document", "item__account")
    return list(found.annotate(due=F("item__due")).order_by("due", "pk"))
