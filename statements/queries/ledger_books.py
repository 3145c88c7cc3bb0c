"""Le grand livre and la balance clients: account 411 client by client, with the codes of what is set off.

Lettrage: within an account, a group is what live allocations join; a group that is settled has a code in capitals,
one that isn't has it in small letters. Codes go AAA, AAB … by the first line of each group.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from clients.models import Client
from ledger.models import Allocation, Line
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
    """A client's account in the grand livre. before: the balance before the period; count: its lines in the period."""

    account: int
    code: str
    name: str
    currency: str
    before: Decimal
    debit: Decimal
    credit: Decimal
    count: int
    lines: tuple[BookLine, ...] = ()

    @property
    def final(self) -> Decimal:
        """The balance at the end of the period."""
        return self.before + self.debit - self.credit


# Among 100,000 accounts it counts to look at lines in their index alone, and to fetch of clients only what is told.
BALANCES = """
    SELECT s.account, c.code, trim(c.name || ' ' || c.given_name), a.currency, s.before, s.debit, s.credit, s.count
    FROM (
        SELECT l.client_account_id AS account,
               coalesce(sum(l.debit - l.credit) FILTER (WHERE l.day < %(start)s), 0) AS before,
               coalesce(sum(l.debit) FILTER (WHERE l.day >= %(start)s), 0) AS debit,
               coalesce(sum(l.credit) FILTER (WHERE l.day >= %(start)s), 0) AS credit,
               count(*) FILTER (WHERE l.day >= %(start)s) AS count
        FROM ledger_line l {site} WHERE l.client_account_id IS NOT NULL AND l.day <= %(end)s {among} GROUP BY 1
    ) s
    JOIN ledger_clientaccount a ON a.id = s.account
    JOIN clients_client c ON c.account_id = s.account
    WHERE s.before <> 0 OR s.debit <> 0 OR s.credit <> 0
    ORDER BY c.sort_key, c.id
"""


def account_balances(period: Period, where: Where, clients: QuerySet[Client] | None = None) -> list[AccountBook]:
    """La balance clients: of each account its balance before, its movements, its balance after; those with any.

    clients: only these; None for all.
    """
    site = ""
    if not where.is_everywhere:
        is_there = "e.site_id IS NULL" if where.nowhere else "e.site_id = %(site)s"
        site = f"JOIN ledger_entry e ON e.id = l.entry_id AND {is_there}"
    params = {
        "start": period.start or date.min,
        "end": period.end or date.max,
        "site": where.site.pk if where.site else None,
        "accounts": [] if clients is None else list(clients.order_by().values_list("account", flat=True)),
    }
    among = "" if clients is None else "AND l.client_account_id = ANY(%(accounts)s)"
    with connection.cursor() as cursor:
        cursor.execute(BALANCES.format(site=site, among=among), params)
        return [AccountBook(*row) for row in cursor.fetchall()]


def account_books(period: Period, where: Where, balances: Sequence[AccountBook] | None = None) -> list[AccountBook]:
    """Le grand livre: accounts with their lines. balances: of which accounts, as `account_balances` has them."""
    books = account_balances(period, where) if balances is None else balances
    accounts = [book.account for book in books]
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
    return [_book(book, of.get(book.account, []), codes) for book in books]


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
    return replace(book, lines=tuple(lines))


def _lines(period: Period, where: Where) -> Any:
    lines = Line.objects.filter(where.on("entry__site"), client_account__isnull=False)
    return lines.filter(day__lte=period.end) if period.end else lines
