"""Reads of all clients, for lists, and of what a client's account is made of."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Substr
from djmoney.money import Money

from clients.models import Client
from clients.searching import dialled, is_number
from ledger.balance import (
    ANNOTATED,
    UP_TO_DATE,
    Balance,
    balance_from,
    kept_amounts,
    kept_figures,
    kept_standings,
    read_balance,
    with_balances,
)
from ledger.models import ClientAccount, Document
from ledger.queries import AMOUNT, NOTHING, items_on
from office.asking import Question
from office.compiled import Compiled, is_among
from office.folding import fold
from office.prepared import Statement

MANY = 20_000  # accounts

# The kinds of documents that are a client's.
OF_CLIENTS = [kind for kind in Document.Kind.values if kind not in Document.OF_THE_HOUSE]


def next_code() -> int:
    """The number of the next generated code, C-00042."""
    generated = Client.objects.filter(code__regex=r"^C-\d{5,}$")
    last: int | None = generated.aggregate(last=Max(Cast(Substr("code", 3), IntegerField())))["last"]
    return (last or 0) + 1


def found(text: str = "") -> QuerySet[Client]:
    """The clients that bear every word of `text` in code, name, e-mail or phone, archived ones too, by name.

    Case, accents and ligatures don't count, nor how a telephone number is spaced.
    """
    return Client.objects.filter(bears(text)).order_by("sort_key", "pk")


def meant(text: str) -> QuerySet[Client]:
    """The clients that a filter means: the one whose code is `text`, as a list fills it in, or else `bears`."""
    text = text.strip()
    one = Client.objects.filter(code=text)
    return one if one.exists() else Client.objects.filter(bears(text))


def with_figures(clients: QuerySet[Client], *, today: date) -> QuerySet[Client]:
    """Clients with today's figures to sort, filter and add up by: those of `kept_figures`."""
    return clients.annotate(**kept_figures(today=today, account="account__"))


def accounts_with_figures() -> QuerySet[ClientAccount]:
    """All accounts, to be sorted and filtered by the same amounts without their clients."""
    figures = kept_amounts()
    return ClientAccount.objects.alias(outstanding=figures["outstanding"], balance=figures["balance"])


@dataclass(frozen=True, slots=True)
class Totals:
    """What the clients of a list come to, in one currency, VAT included."""

    count: int
    invoiced: Money
    collected: Money
    outstanding: Money
    balance: Money

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.count + other.count,
            self.invoiced + other.invoiced,
            self.collected + other.collected,
            self.outstanding + other.outstanding,
            self.balance + other.balance,
        )


def totals_by_status(rows: QuerySet[Client] | QuerySet[ClientAccount], *, today: date) -> dict[str, dict[str, Totals]]:
    """What clients come to, by today's status, then by currency; in one query, which reads them all.

    rows: the clients, or their accounts, which is the quicker.
    """
    account = "account__" if rows.model is Client else ""
    standings = kept_standings(today=today, account=account)
    facts = {name: ExpressionWrapper(holds, output_field=BooleanField()) for name, holds in standings.items()}
    amounts = {name: Sum(f"{account}{name}") for name in ("invoiced", "collected", "open_debit", "open_credit")}
    all_rows: QuerySet[Any] = rows
    groups = all_rows.order_by().values_list(*facts.values(), f"{account}currency")
    told: dict[str, dict[str, Totals]] = {}
    for *held, currency, count, invoiced, collected, owed, given in groups.annotate(Count("pk"), *amounts.values()):
        status = next((name for name, holds in zip(facts, held, strict=True) if holds), UP_TO_DATE)
        sums = (Money(amount, currency) for amount in (invoiced, collected, owed, given - owed))
        total = Totals(count, *sums)
        of_status = told.setdefault(status, {})
        of_status[currency] = of_status[currency] + total if currency in of_status else total
    return told


_GUESSED = Statement(
    "accounts_guessed", (), "SELECT reltuples FROM pg_class WHERE oid = 'ledger_clientaccount'::regclass"
)


def are_many() -> bool:
    """Whether there are so many accounts that adding them up takes longer than a page, as PostgreSQL guesses."""
    [(guessed,)] = Question(_GUESSED, (), lambda rows: rows).now()
    return bool(guessed >= MANY)


def bears(text: str) -> Q:
    """Whether a client bears the words of `text`, or the telephone number that it is.

    One or two letters begin a word; three stand anywhere in it, which is what the index can look for.
    """
    folded = fold(text)
    if is_number(text):
        return Q(search__contains=folded) | Q(search__contains=dialled(text))
    return has_all(folded.split(), "search", _in_word)


def has_all(words: Iterable[str], field: str, has: Callable[[str, str], Q]) -> Q:
    """Whether a field has every word, in its own way."""
    return reduce(and_, (has(word, field) for word in words), Q())


def starts_word(word: str, field: str = "search") -> Q:
    """Whether a word of a searched field begins with `word`."""
    return Q(**{f"{field}__contains": f" {word}"})


def _in_word(word: str, field: str = "search") -> Q:
    return starts_word(word, field) if len(word) < 3 else Q(**{f"{field}__contains": word})


def balances(clients: Iterable[Client], *, today: date) -> dict[int, Balance]:
    """Today's figures of clients, by their key, in one query."""
    accounts = {client.account_id: client.pk for client in clients}
    if not accounts:
        return {}
    rows = with_balances(ClientAccount.objects.filter(pk__in=accounts), today=today).order_by("pk")
    return {accounts[row.pk]: read_balance(row, today) for row in rows}


def operations(account: ClientAccount, on: date | None = None) -> QuerySet[Document]:
    """The documents of an account, newest first, each with its `amount`, `posted` and `left`.

    amount: what it came to, VAT included, above 0 if the client owes it; posted: the same before
    what cancelled it; left: what is open of it, signed alike. on: a past day, to its end; None for today.
    """
    items = items_on(on).filter(document=OuterRef("pk")).order_by().values("document")
    first = items.filter(line__entry__reverses=None)
    documents = account.documents.select_related("party").annotate(
        amount=_signed(items, F("amount")), posted=_signed(first, F("amount")), left=_signed(items, F("left"))
    )
    return (documents if on is None else documents.filter(day__lte=on)).order_by("-day", "-pk")


def _signed(items: QuerySet[Any, Any], what: F) -> Coalesce:
    """The sum of `what` over items, debits less credits."""
    side = Case(When(is_debit=True, then=Value(1)), default=Value(-1))
    total = items.annotate(total=Sum(what * side, output_field=AMOUNT)).values("total")
    return Coalesce(Subquery(total, output_field=AMOUNT), NOTHING)


@dataclass(frozen=True, slots=True)
class Listed:
    """A client as a list shows it, with today's figures. pk: its account's key."""

    pk: int
    code: str
    name: str
    site: str
    is_archived: bool
    balance: Balance


def listed(accounts: list[int], *, today: date) -> list[Listed]:
    """The clients of accounts, in the order of the keys."""
    found = {row[0]: row for row in _LISTED(accounts=accounts, today=today).now()}
    # A walk-in's figures are by passer-by, which few pages are concerned with.
    balances: dict[int, Balance] = {}
    if walk_ins := [pk for pk, _, walk_in, *_ in found.values() if walk_in]:
        rows = with_balances(ClientAccount.objects.filter(pk__in=walk_ins), today=today)
        balances = {row.pk: read_balance(row, today) for row in rows.order_by()}
    return [_as_listed(found[key], balances, today) for key in accounts if key in found]


def _as_listed(row: Sequence[Any], walk_ins: Mapping[int, Balance], today: date) -> Listed:
    pk, currency, _, code, name, given_name, site, is_archived, *told = row
    balance = walk_ins.get(pk) or balance_from(told, currency, today)
    return Listed(pk, code, f"{name} {given_name}".strip(), site or "", is_archived, balance)


def _listed(accounts: list[int], today: date) -> QuerySet[ClientAccount, Any]:
    rows = with_balances(ClientAccount.objects.filter(is_among("pk", accounts)).order_by(), today=today, walk_ins=False)
    shown = (f"client__{name}" for name in ("code", "name", "given_name", "site__name", "is_archived"))
    return rows.filter(client__isnull=False).values_list("pk", "currency", "walk_in", *shown, *ANNOTATED)


_LISTED = Compiled(_listed, accounts=list, today=date)


def documents_named(text: str) -> list[Document]:
    """The documents whose reference is `text`, in whichever case of letters it was typed."""
    text = text.strip()
    named = Document.objects.filter(kind__in=OF_CLIENTS, reference__in={text, text.upper()})
    return list(named.select_related("account__client").order_by("pk")) if text else []


def clients_by_code(codes: Collection[str]) -> dict[str, Client]:
    """The clients that bear these codes, archived ones too, with their accounts."""
    clients = Client.objects.filter(code__in=codes).select_related("account").order_by("pk")
    return {client.code: client for client in clients}


def opening_days(clients: Collection[Client]) -> dict[int, date]:
    """The day of the opening balance of each client that has one, by the client's key."""
    openings = Document.objects.filter(
        kind=Document.Kind.OPENING, account__client__in=clients, entries__reverses=None, entries__reversed_by=None
    )
    return dict(openings.order_by("day", "pk").values_list("account__client", "day"))
