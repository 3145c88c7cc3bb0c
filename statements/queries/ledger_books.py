"""Le grand livre and la balance clients: account 411 client by client, with the codes of what is set off.

Lettrage: within an account, a group is what live allocations join; a group that is settled has a code in capitals,
one that isn't has it in small letters. Codes go AAA, AAB … by the first line of each group.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from clients.models import Client
from ledger.models import Allocation, Line
from office.amounts import ZERO
from office.periods import Period
from statements.queries.where import Where

LETTERS = 26


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of the grand livre. code: of its lettrage, if it is set off. balance: the running one of its account."""

    day: date
    journal: str
    document: int
    reference: str
    label: str
    debit: Decimal
    credit: Decimal
    balance: Decimal
    code: str


@dataclass(frozen=True, slots=True)
class AccountBook:
    """A client's account in the grand livre. before: the balance before the period."""

    client: Client
    before: Decimal
    debit: Decimal
    credit: Decimal
    lines: tuple[BookLine, ...] = ()

    @property
    def final(self) -> Decimal:
        """The balance at the end of the period."""
        return self.before + self.debit - self.credit


def account_balances(period: Period, where: Where) -> list[AccountBook]:
    """La balance clients: of each account its balance before, its movements, its balance after; those with any."""
    lines = _lines(period, where)
    is_before = Q(day__lt=period.start) if period.start else Q(pk=None)
    sums = lines.order_by("client_account").values_list("client_account")
    rows = sums.annotate(
        before=Sum(F("debit") - F("credit"), filter=is_before),
        debits=Sum("debit", filter=~is_before),
        credits=Sum("credit", filter=~is_before),
    )
    found = {key: (before or ZERO, debit or ZERO, credit or ZERO) for key, before, debit, credit in rows}
    clients = Client.objects.filter(account__in=found).select_related("account").order_by("sort_key", "pk")
    return [AccountBook(client, *found[client.account_id]) for client in clients if any(found[client.account_id])]


def account_books(period: Period, where: Where, clients: Iterable[Client] | None = None) -> list[AccountBook]:
    """Le grand livre: the same accounts with their lines. clients: only these; None for all."""
    keys = None if clients is None else {client.pk for client in clients}
    books = [book for book in account_balances(period, where) if keys is None or book.client.pk in keys]
    accounts = {book.client.account_id for book in books}
    lines = _lines(period, where).filter(client_account__in=accounts)
    lines = lines.filter(day__gte=period.start) if period.start else lines
    rows = list(
        lines.order_by("day", "entry", "pk").values(
            *("pk", "day", "client_account", "debit", "credit", "entry__label", "entry__journal"),
            *("entry__document", "entry__document__reference"),
        )
    )
    codes = lettrage(accounts)
    of: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["client_account"], []).append(row)
    return [_book(book, of.get(book.client.account_id, []), codes) for book in books]


def lettrage(accounts: Iterable[int]) -> dict[int, str]:
    """The code of each line of accounts that is set off, by the line's key."""
    found = Allocation.objects.filter(account__in=list(accounts), detached_on=None).order_by("pk")
    rows = list(found.values_list("account", "debit", "debit__open", "credit", "credit__open"))
    groups = _groups((debit, credit) for _, debit, _, credit, _ in rows)
    account_of = {key: account for account, debit, _, credit, _ in rows for key in (debit, credit)}
    whole = {key: left for _, *items in rows for key, left in (items[:2], items[2:])}
    ranks: dict[int, int] = {}
    codes: dict[int, str] = {}
    for first in sorted(groups):
        account = account_of[first]
        rank = ranks.get(account, 0)
        ranks[account] = rank + 1
        code = _code(rank)
        settled = not any(whole[key] for key in groups[first])
        codes |= dict.fromkeys(groups[first], code if settled else code.lower())
    return codes


def _groups(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """What pairs join, by the lowest key of each group."""
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    groups: dict[int, set[int]] = {}
    for key in parent:
        groups.setdefault(root(key), set()).add(key)
    return groups


def _code(rank: int) -> str:
    """AAA, AAB … ZZZ, AAAA …"""
    letters = ""
    while rank or len(letters) < 3:
        rank, letter = divmod(rank, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _book(book: AccountBook, rows: Iterable[Mapping[str, Any]], codes: Mapping[int, str]) -> AccountBook:
    balance = book.before
    lines = []
    for row in rows:
        balance += row["debit"] - row["credit"]
        lines.append(
            BookLine(
                day=row["day"],
                journal=row["entry__journal"],
                document=row["entry__document"],
                reference=row["entry__document__reference"],
                label=row["entry__label"],
                debit=row["debit"],
                credit=row["credit"],
                balance=balance,
                code=codes.get(row["pk"], ""),
            )
        )
    return AccountBook(book.client, book.before, book.debit, book.credit, tuple(lines))


def _lines(period: Period, where: Where) -> Any:
    lines = Line.objects.filter(where.on("entry__site"), client_account__isnull=False)
    return lines.filter(day__lte=period.end) if period.end else lines
