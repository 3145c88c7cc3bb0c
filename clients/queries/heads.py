"""Reads of what stands over the tabs of a client's sheet today, all in one trip to the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from clients.models import Client, Note
from ledger.balance import Balance, balance_of, read_balance, with_balances
from ledger.models import ClientAccount, Kind, OpenItem, Pending
from ledger.queries import items_on, open_items
from office.asking import Question, ask
from office.compiled import Compiled
from office.queries import business, shown_by

# The relations of a client that tabs count, each with the path to the accounting day of its rows.
COUNTED = {
    "visits": "day",
    "invoices": "document__day",
    "credit_notes": "document__day",
    "payments": "document__day",
    "refunds": "document__day",
}


Beside: TypeAlias = Callable[[Client], Sequence[Question[Any]]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many visits wait to be invoiced, and how many credits to be used; `begun`: those used in part."""

    visits: int
    credit_notes: int
    openings: int
    overpayments: int
    begun: int


@dataclass(frozen=True, slots=True)
class Head:
    """What the sheet of a client tells whatever its tab, on today's day.

    counts: how many rows each of COUNTED has. alerts: the notes to be read before anything else. shown: which figures
    the administrator shows.
    """

    client: Client
    balance: Balance
    counts: dict[str, int]
    waiting: Waiting
    alerts: list[str]
    shown: frozenset[str]


def head_of(code: str, *, today: date, beside: Beside | None = None) -> Head | None:
    """The head of the sheet of the client of this code; None if there is none.

    beside: what else is asked of the client in the same trip.
    """
    accounts, owner = _ACCOUNT(code=code, today=today), business()
    ask(accounts, owner)
    if not accounts.answer:
        return None
    account = accounts.answer[0]
    client, balance = _with_balance(account, today)
    counts, visits = _COUNTS(client=client.pk), _VISITS(account=account.pk)
    alerts = _ALERTS(client=client.pk)
    credits = [_CREDITS(account=account.pk)] if account.open_credit else []  # else all that is unpaid is gone through
    ask(counts, visits, alerts, *credits, *(beside(client) if beside else ()))
    return Head(
        client=client,
        balance=balance,
        counts=dict(zip(COUNTED, counts.answer[0], strict=True)),
        waiting=_waiting(visits.answer, credits[0].answer if credits else []),
        alerts=alerts.answer,
        shown=shown_by(owner.answer),
    )


def client_of(code: str) -> Client | None:
    """The client of this code, with its site and its account."""
    return next(iter(_CLIENT(code=code).now()), None)


def figures_of(
    code: str, *, today: date, beside: Beside | None = None
) -> tuple[Client, Balance, dict[str, int]] | None:
    """The same with today's balance, and with how many rows each of COUNTED has. beside: as of `head_of`."""
    accounts = _ACCOUNT(code=code, today=today).now()
    if not accounts:
        return None
    client, balance = _with_balance(accounts[0], today)
    counts = _COUNTS(client=client.pk)
    ask(counts, *(beside(client) if beside else ()))
    return client, balance, dict(zip(COUNTED, counts.answer[0], strict=True))


def counts_of(client: Client, on: date | None = None) -> dict[str, int]:
    """How many rows each of COUNTED has, in one query; drafts count today, on no past day."""
    rows = _counts(client.pk, on) if on else _COUNTS(client=client.pk).now()
    return dict(zip(COUNTED, rows[0], strict=True))


def waiting(account: ClientAccount, on: date | None = None) -> Waiting:
    """Count what an account's amounts are made of. on: a past day, to its end; None for today."""
    runs = Q(until=None) if on is None else Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    visits = _by_source(account.pending.filter(runs))
    return _waiting(list(visits), list(_by_kind(open_items(account, on))))


def alerts(client: Client) -> list[str]:
    """The notes that whoever meets the client should have read."""
    return list(_alerts().filter(client=client))


def _with_balance(account: ClientAccount, today: date) -> tuple[Client, Balance]:
    # A walk-in's figures are by passer-by: planning for that would cost every sheet.
    balance = balance_of(account, today=today) if account.walk_in else read_balance(account, today)
    return account.client, balance


def _alerts() -> QuerySet[Note, str]:
    return Note.objects.filter(is_alert=True).order_by("pk").values_list("text", flat=True)


def _waiting(visits: list[int], credits: list[tuple[str, int, int]]) -> Waiting:
    numbers = {kind: number for kind, number, _ in credits}
    notes, openings = numbers.pop(Kind.CREDIT_NOTE, 0), numbers.pop(Kind.OPENING, 0)
    return Waiting(
        visits=sum(visits),
        credit_notes=notes,
        openings=openings,
        overpayments=sum(numbers.values()),
        begun=sum(begun for *_, begun in credits),
    )


def _by_source(pending: QuerySet[Pending]) -> QuerySet[Pending, int]:
    """How many sources of an account's pending amounts there are; no row where there is none."""
    rows = pending.exclude(amount=0).order_by().values("account")
    return rows.annotate(sources=Count("source", distinct=True)).values_list("sources", flat=True)


def _by_kind(items: QuerySet[OpenItem]) -> QuerySet[OpenItem, tuple[str, int, int]]:
    """Of each kind of credits how many there are, and how many of them are begun."""
    rows = items.filter(is_debit=False).order_by().values("kind")
    return rows.annotate(number=Count("pk"), begun=Count("pk", filter=Q(left__lt=F("amount")))).values_list(
        "kind", "number", "begun"
    )


def _counts(client: int, on: date | None = None) -> QuerySet[Client, tuple[int, ...]]:
    numbers = {f"n_{name}": _number(name, path, on) for name, path in COUNTED.items()}
    found: QuerySet[Client, tuple[int, ...]] = (
        Client.objects.filter(pk=client).order_by().annotate(**numbers).values_list(*numbers)
    )
    return found


def _number(name: str, path: str, on: date | None) -> Coalesce:
    model: Any = Client._meta.get_field(name).related_model
    rows: QuerySet[Any] = model.objects.filter(Q(**{f"{path}__lte": on}) if on else Q(), client=OuterRef("pk"))
    number = rows.order_by().annotate(_one=Value(1)).values("_one").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def _account(code: str, today: date) -> QuerySet[ClientAccount]:
    accounts = ClientAccount.objects.filter(client__code=code).select_related("client__site").order_by()
    return with_balances(accounts, today=today, walk_ins=False)


_CLIENT = Compiled(lambda code: Client.objects.filter(code=code).select_related("account", "site").order_by(), code=str)
_ACCOUNT = Compiled(_account, code=str, today=date)
_COUNTS = Compiled(_counts, client=int)
_VISITS = Compiled(
    lambda account: _by_source(Pending.objects.filter(account=account, until=None)),
    account=int,
)
_CREDITS = Compiled(
    lambda account: _by_kind(items_on(None).filter(Q(left__gt=0), account=account)),
    account=int,
)
_ALERTS = Compiled(lambda client: _alerts().filter(client=client), client=int)
