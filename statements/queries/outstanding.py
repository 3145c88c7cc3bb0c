"""Les encours: what all clients owe, by status, who owes most, and month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from clients.models import Client
from clients.queries import Totals, balances, totals_by_status
from ledger.balance import STATUSES, Balance
from ledger.models import ClientAccount
from office.amounts import ZERO

MONTHS = 24
MOST = 20

# What is open of debits changes when one is posted, when a credit is set against one, and when that is detached.
BY_MONTH = """
    SELECT currency, month, sum(amount) FROM (
        SELECT account_id, date_trunc('month', day)::date AS month, amount FROM ledger_openitem WHERE is_debit
        UNION ALL
        SELECT account_id, date_trunc('month', day)::date, -amount FROM ledger_allocation
        UNION ALL
        SELECT account_id, date_trunc('month', detached_on)::date, amount FROM ledger_allocation
        WHERE detached_on IS NOT NULL
    ) moves JOIN ledger_clientaccount a ON a.id = moves.account_id
    GROUP BY currency, month ORDER BY currency, month
"""


@dataclass(frozen=True, slots=True)
class StatusTotal:
    """What the clients of one status come to in one currency."""

    status: str
    total: Totals

    @property
    def label(self) -> str:
        """The status in words."""
        return STATUSES[self.status]


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """What was unpaid at the end of a month, or today in the month under way, VAT included."""

    on: date
    unpaid: Decimal


@dataclass(frozen=True, slots=True)
class Debtor:
    """A client among those that owe most, with its figures."""

    client: Client
    balance: Balance


def outstanding_by_status(*, today: date) -> list[StatusTotal]:
    """All clients by today's status, in the order of the statuses, then by currency."""
    found = totals_by_status(ClientAccount.objects.filter(client__isnull=False), today=today)
    return [StatusTotal(status, total) for status in STATUSES for _, total in sorted(found.get(status, {}).items())]


def who_owe_most(*, today: date, first: int = MOST) -> list[Debtor]:
    """The clients with the most unpaid invoices, the one that owes most first."""
    clients: Any = Client.objects.filter(account__open_debit__gt=0).select_related("account", "site")
    rows = list(clients.order_by("-account__open_debit", "account_id")[:first])
    figures = balances(rows, today=today)
    return [Debtor(client, figures[client.pk]) for client in rows]


def month_ends(*, today: date, months: int = MONTHS) -> dict[str, Sequence[MonthEnd]]:
    """What was unpaid at the end of each of the last months, by currency; the last is today."""
    with connection.cursor() as cursor:
        cursor.execute(BY_MONTH)
        rows = cursor.fetchall()
    changes: dict[str, list[tuple[date, Decimal]]] = {}
    for currency, month, amount in rows:
        changes.setdefault(currency, []).append((month, amount))
    firsts = _firsts(today, months)
    return {currency: _run(found, firsts, today) for currency, found in changes.items()}


def _run(changes: Sequence[tuple[date, Decimal]], firsts: Sequence[date], today: date) -> list[MonthEnd]:
    return [
        MonthEnd(min(_last(first), today), sum((amount for month, amount in changes if month <= first), ZERO))
        for first in firsts
    ]


def _firsts(today: date, months: int) -> list[date]:
    """The first days of so many months, the one of today last."""
    zero_based = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(zero_based - months + 1, zero_based + 1)]


def _last(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
