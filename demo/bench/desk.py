"""What a desk asks for all day: the sheet, the list of clients, the search."""

from functools import partial

from django.db import connection
from django.urls import reverse

from clients.models import Client
from demo.bench.measuring import Goal, NothingToMeasure, Task
from ledger.balance import balance_of
from office.clock import today

# What a desk types, and what it hardly ever does: a letter, a common syllable, a number, typos, whole names.
TEXTS = (
    *("d", "ma", "00", "06", "mar", "com", "gribouile", "rouseau", "qqqqqq"),
    *("rousseau claire", "06 39 98", "2026-42"),
)

SHEET_FLOOR = """
    SELECT sum(open) FILTER (WHERE is_debit), sum(open) FILTER (WHERE NOT is_debit),
           sum(open) FILTER (WHERE is_debit AND due < CURRENT_DATE)
    FROM ledger_openitem WHERE account_id = %s AND open > 0
"""
# The list tells what all clients come to, and how many are late, owe, or have some to spend: one look at each account.
TOTAL = """
    total AS (SELECT currency, count(*), count(*) FILTER (WHERE first_due < CURRENT_DATE),
                     count(*) FILTER (WHERE open_debit > 0), count(*) FILTER (WHERE open_credit > open_debit),
                     sum(invoiced), sum(collected), sum(open_debit), sum(open_credit)
              FROM ledger_clientaccount GROUP BY currency)
"""
LIST_FLOOR = f"""
    WITH picked AS MATERIALIZED (SELECT id, account_id, name FROM clients_client ORDER BY sort_key, id LIMIT 50),
         {TOTAL}
    SELECT * FROM total, picked JOIN ledger_clientaccount a ON a.id = picked.account_id
"""  # noqa: S608 - made of our own words
AMOUNT_FLOOR = f"""
    WITH picked AS MATERIALIZED (
             SELECT id, open_debit FROM ledger_clientaccount ORDER BY {{}} DESC, id DESC LIMIT 50),
         {TOTAL}
    SELECT * FROM total, picked JOIN clients_client c ON c.account_id = picked.id
"""  # noqa: S608 - made of our own words

AMOUNTS = {
    "invoiced": "invoiced",
    "collected": "collected",
    "outstanding": "open_debit",
    "balance": "(open_credit - open_debit)",
}
# RATIO is that of every screen that has a floor.
PAGE, FIRST, RATIO = Goal("sql", 25), Goal("sql", 2), Goal("ratio", 1.5)


def sheet() -> list[Task]:
    """The sheets of the clients with the most documents, and of the newest other; the balance of each."""
    tasks = []
    for client in [*busiest(2), *newest()]:
        account = client.account
        tasks += [
            Task(
                f"balance of {client.code}",
                call=partial(balance_of, account, today=today()),
                floor=SHEET_FLOOR,
                params=(account.pk,),
                goals=(Goal("sql", 1),),
            ),
            Task(
                f"sheet of {client.code}",
                reverse("client_detail", args=[client.code]),
                SHEET_FLOOR,
                (account.pk,),
                goals=(Goal("request", 8), RATIO),
            ),
        ]
    return tasks


def client_list() -> list[Task]:
    """The list of clients: its first page by each column, of those who are late, a far page and the last."""
    address = reverse("client_list")
    last = Client.objects.filter(is_archived=False).count() // 50
    by_amount = [
        Task(
            f"list by {name}",
            f"{address}?sort=-{name}",
            AMOUNT_FLOOR.format(column),
            goals=(FIRST if name == "outstanding" else PAGE, Goal("request", 10), RATIO),
        )
        for name, column in AMOUNTS.items()
    ]
    return [
        Task("list", address, LIST_FLOOR, goals=(PAGE, RATIO)),
        *(
            Task(f"list by {name}", f"{address}?sort={name}", LIST_FLOOR, goals=(PAGE, RATIO))
            for name in ("site", "status")
        ),
        *by_amount,
        Task("list of the late", f"{address}?status=overdue", LIST_FLOOR, goals=(FIRST, RATIO)),
        Task("list, far page", f"{address}?page={max(1, last // 2)}", LIST_FLOOR, goals=(PAGE, RATIO)),
        Task("list, last page", f"{address}?page={max(1, last)}", LIST_FLOOR, goals=(PAGE, RATIO)),
    ]


def search() -> list[Task]:
    """The search, for each of TEXTS."""
    address = reverse("client_search")
    return [Task(f"search « {text} »", f"{address}?q={text}", htmx=True, goals=(Goal("sql", 30),)) for text in TEXTS]


def busiest(count: int) -> list[Client]:
    """The clients with the most documents, most first. Raises NothingToMeasure where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM ledger_document GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s", [count])
        keys = [key for (key,) in cursor.fetchall() if key]
    if not keys:
        raise NothingToMeasure("no document is loaded")
    found = Client.objects.select_related("account").in_bulk(keys, field_name="account_id")
    return [found[key] for key in keys]


def newest() -> list[Client]:
    """The newest client that has a document."""
    others = Client.objects.filter(account__documents__isnull=False).select_related("account")
    return list(others.order_by("-pk")[:1])
