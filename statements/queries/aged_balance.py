"""La balance âgée: what every client owes by age, on any day, and whether it is what account 411 says.

Rolled back from today's open amounts like every past figure. Source: rules, « A past day », « The aged balance ».
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from clients.models import Client
from ledger.models import ClientAccount, Line
from ledger.queries import only_currency
from office.amounts import ZERO
from office.queries import setting
from statements.queries.ageing import LIMITS, Aged
from statements.queries.where import EVERYWHERE, Where

AGEING = "ageing.limits"
NAME = "c.sort_key"  # the order by the clients' names

# What is open of an item on a day: what is open today, what was set against it since, less what was detached since.
OPEN_TODAY = """
    SELECT i.account_id, i.is_debit, i.due, i.open AS amount
    FROM ledger_openitem i {of_item} WHERE i.open > 0 {before} {at}
"""
SINCE = """
    UNION ALL
    SELECT a.account_id, {is_debit}, a.debit_due, a.amount * {sign}
    FROM ledger_allocation a {of_side} WHERE {when} AND a.{side}_day <= %(on)s {at}
"""
MADE = "a.detached_on IS NULL AND a.day > %(on)s"
FREED = "a.detached_on > %(on)s AND a.day <= %(on)s"


@dataclass(frozen=True, slots=True)
class AgedClient:
    """What a client owes by age, in its account's currency."""

    client: Client
    ages: Aged


@dataclass(frozen=True, slots=True)
class AgedTotal:
    """What all clients come to in one currency.

    ledger: what account 411 says of the same day; None for one site, whose items others may have settled.
    """

    currency: str
    count: int
    ages: Aged
    ledger: Decimal | None

    @property
    def gap(self) -> Decimal:
        """What differs from account 411: nothing."""
        return ZERO if self.ledger is None else self.ages.total - self.ledger


def ageing_limits(on: date) -> tuple[int, ...]:
    """The last day of each class of days late, as set in Paramètres for a day."""
    said = setting(AGEING, on)
    return tuple(int(limit) for limit in said.split(",")) if said else LIMITS


def aged_balance(
    *,
    today: date,
    on: date | None = None,
    where: Where = EVERYWHERE,
    limits: Sequence[int] = LIMITS,
    order: str = "name",
    rows: slice | None = None,
) -> tuple[list[AgedClient], list[AgedTotal]]:
    """The aged balance of all clients with something open: the rows asked for, and the totals of all, by currency.

    on: a past day, to its end; None for today, which counts everything posted. order: a name of `aged_orders`, after
    « - » the other way round. rows: those of a page; None for all.
    """
    day, classes = on or today, len(limits) + 1
    columns = _classes(limits)
    names = ["not_due", *(f"late_{rank}" for rank in range(classes)), "credits"]
    chosen, descending = order.removeprefix("-"), order.startswith("-")
    by, way = aged_orders(limits).get(chosen, NAME), "DESC" if descending else "ASC"
    sums, only = ", ".join(f"sum({name})" for name in names), only_currency()
    some = " OR ".join(f"{what} <> 0" for what in columns)  # today, whatever is open makes one of them
    if only:
        summed = f"SELECT NULL::bigint AS account_id, %(currency)s, count(*), {sums} FROM shown HAVING count(*) > 0"  # noqa: S608
    else:
        summed = f"""
            SELECT NULL::bigint AS account_id, a.currency, count(*), {sums}
            FROM shown s JOIN ledger_clientaccount a ON a.id = s.account_id GROUP BY a.currency
        """  # noqa: S608 - made of our own names
    statement = f"""
        WITH moves AS ({_moves(on, where)}),
        shown AS MATERIALIZED (
            SELECT account_id, {", ".join(f"{what} AS {name}" for name, what in zip(names, columns, strict=True))}
            FROM moves GROUP BY account_id {f"HAVING {some}" if on else ""}
        ),
        page AS ({_page(by, way, rows)})
        {summed}
        UNION ALL
        SELECT account_id, '', row_number() OVER (), {", ".join(names)} FROM page
    """  # noqa: S608 - made of our own names
    with connection.cursor() as cursor:
        cursor.execute(statement, {"on": day, "site": where.site.pk if where.site else None, "currency": only})
        found = cursor.fetchall()
    accounts = sorted((row for row in found if row[0] is not None), key=lambda row: row[2])
    clients = _clients([row[0] for row in accounts])
    told = [AgedClient(clients[row[0]], _aged(row[3:])) for row in accounts]
    ledger = receivable(on=on) if where.is_everywhere else {}
    sums_of = {row[1]: row for row in found if row[0] is None}
    currencies = sorted(sums_of.keys() | {name for name, amount in ledger.items() if amount})
    nothing = (None, "", 0, *[ZERO] * (classes + 2))
    totals = [
        AgedTotal(currency, row[2], _aged(row[3:]), ledger.get(currency, ZERO) if where.is_everywhere else None)
        for currency in currencies
        for row in [sums_of.get(currency, nothing)]
    ]
    return told, totals


def _page(by: str, way: str, rows: slice | None) -> str:
    """The SQL of the rows that are asked for, in their order. Of a page no more clients are looked up than have to be:
    by name, in their order until there are enough; by a figure, those of which it is as far up as the page's last."""
    ordered = f"ORDER BY {by} {way}, {NAME}, c.id"
    everyone = "SELECT s.* FROM shown s JOIN clients_client c ON c.account_id = s.account_id"
    if rows is None:
        return f"{everyone} {ordered}"
    start, stop = int(rows.start or 0), int(rows.stop)
    limit = f"LIMIT {stop - start} OFFSET {start}"
    if by != NAME:
        last = f"(SELECT {by} FROM shown s ORDER BY 1 {way} OFFSET {max(stop - 1, 0)} LIMIT 1)"  # noqa: S608
        compared = f"{by} {'>=' if way == 'DESC' else '<='} {last}"
        return f"{everyone} WHERE coalesce({compared}, TRUE) {ordered} {limit}"
    return f"""
        SELECT s.* FROM (
            SELECT c.account_id, c.sort_key, c.id FROM clients_client c
            WHERE (c.account_id IN (SELECT account_id FROM shown)) IS TRUE {ordered} {limit}
        ) c JOIN shown s ON s.account_id = c.account_id {ordered}
    """  # noqa: S608 - made of our own names


def aged_orders(limits: Sequence[int]) -> dict[str, str]:
    """What the rows can be ordered by, and the expression of each."""
    classes = {f"late_{rank}": f"s.late_{rank}" for rank in range(len(limits) + 1)}
    owed = " + ".join(["s.not_due", *classes.values()])
    return {
        "name": NAME,
        "not_due": "s.not_due",
        **classes,
        "credits": "s.credits",
        "total": f"{owed} - s.credits",
    }


def receivable(*, on: date | None = None) -> dict[str, Decimal]:
    """What account 411 says, by currency: the debits less the credits posted up to a day."""
    if on is None:
        accounts = ClientAccount.objects.order_by().values_list("currency")
        return dict(accounts.annotate(total=Sum(F("debit") - F("credit"))))
    lines = Line.objects.filter(client_account__isnull=False, day__lte=on).order_by()
    if only := only_currency():
        total = lines.aggregate(total=Sum(F("debit") - F("credit")))["total"]
        return {} if total is None else {only: total}
    return dict(lines.values_list("client_account__currency").annotate(total=Sum(F("debit") - F("credit"))))


def _moves(on: date | None, where: Where) -> str:
    """The SQL of what is open of each item, in parts that add up."""
    at, joins = "", dict.fromkeys(("of_item", "debit", "credit"), "")
    if not where.is_everywhere:
        at = "AND e.site_id IS NULL" if where.nowhere else "AND e.site_id = %(site)s"
        entry = "JOIN ledger_line l ON l.id = {key} JOIN ledger_entry e ON e.id = l.entry_id"
        keys = {"of_item": "i.line_id", "debit": "a.debit_id", "credit": "a.credit_id"}
        joins = {name: entry.format(key=key) for name, key in keys.items()}
    parts = [OPEN_TODAY.format(of_item=joins["of_item"], before="AND i.day <= %(on)s" if on else "", at=at)]
    if on:
        parts += [
            SINCE.format(
                is_debit="TRUE" if side == "debit" else "FALSE",
                sign=sign,
                of_side=joins[side],
                when=when,
                side=side,
                at=at,
            )
            for when, sign in ((MADE, 1), (FREED, -1))
            for side in ("debit", "credit")
        ]
    return "".join(parts)


def _classes(limits: Sequence[int]) -> list[str]:
    """The SQL of each class: not due, each span of days late, the credits."""
    starts, ends = [1, *(limit + 1 for limit in limits)], [*limits, None]
    late = [
        f"due <= %(on)s::date - {int(start)}" + ("" if end is None else f" AND due >= %(on)s::date - {int(end)}")
        for start, end in zip(starts, ends, strict=True)
    ]
    debits = [f"is_debit AND {when}" for when in ("due >= %(on)s::date", *late)]
    return [f"coalesce(sum(amount) FILTER (WHERE {when}), 0)" for when in (*debits, "NOT is_debit")]


def _aged(amounts: Sequence[Decimal]) -> Aged:
    not_due, *late, credits = amounts
    return Aged(not_due, tuple(late), credits)


def _clients(accounts: Sequence[int]) -> dict[int, Any]:
    found = Client.objects.filter(account__in=accounts).select_related("account", "site").order_by("pk")
    return {client.account_id: client for client in found}
