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

BALANCE_FLOOR = """
    SELECT a.*, CASE WHEN a.first_due < CURRENT_DATE THEN a.open_debit - coalesce((
               SELECT sum(open) FROM ledger_openitem
               WHERE account_id = a.id AND is_debit AND open > 0 AND due >= CURRENT_DATE), 0) END
    FROM ledger_clientaccount a WHERE a.id = %s
"""
# What the sheet shows, each thing looked at once: the client with its site and its account, what is late, what its
# amounts are made of, what its tabs count, its alerts, which amounts are shown; the page of documents beneath.
SHEET_FLOOR = """
    WITH who AS MATERIALIZED (
        SELECT c.id, c.code, c.title, c.given_name, c.name, c.email, c.phone, c.nature, c.is_archived, c.account_id,
               s.name AS site, a.currency, a.walk_in, a.open_debit, a.open_credit, a.to_invoice, a.first_due
        FROM clients_client c JOIN ledger_clientaccount a ON a.id = c.account_id
        LEFT JOIN office_site s ON s.id = c.site_id WHERE c.code = %(code)s
    ), waiting AS (
        SELECT count(*) FILTER (WHERE kind = 'credit_note') AS notes,
               count(*) FILTER (WHERE kind = 'opening') AS openings,
               count(*) AS credits, count(*) FILTER (WHERE open < amount) AS begun
        FROM ledger_openitem WHERE account_id = (SELECT account_id FROM who WHERE open_credit > 0)
              AND open > 0 AND NOT is_debit
    ), late AS (
        SELECT CASE WHEN first_due < CURRENT_DATE THEN open_debit - coalesce((
                   SELECT sum(open) FROM ledger_openitem
                   WHERE account_id = who.account_id AND is_debit AND open > 0 AND due >= CURRENT_DATE), 0) END AS late
        FROM who
    )
    SELECT who.*, waiting.*, late.late, o.shows_balance, o.shows_unpaid, o.shows_to_invoice,
           (SELECT count(DISTINCT l.visit_id) FROM invoicing_visitspell p JOIN invoicing_visitline l ON l.id = p.line_id
            WHERE p.account_id = who.account_id AND p.until IS NULL AND p.amount <> 0),
           (SELECT count(*) FROM invoicing_visit WHERE client_id = who.id),
           (SELECT count(*) FROM invoicing_invoice WHERE client_id = who.id),
           (SELECT count(*) FROM credits_creditnote WHERE client_id = who.id),
           (SELECT count(*) FROM payments_payment WHERE client_id = who.id),
           (SELECT count(*) FROM payments_refund WHERE client_id = who.id),
           (SELECT array_agg(text ORDER BY id) FROM clients_note WHERE client_id = who.id AND is_alert),
           (SELECT count(*) FROM ledger_document WHERE account_id = who.account_id)
    FROM who, waiting, late, office_company o WHERE o.id = 1;
    SELECT d.*, m.amount, m.remains, i.day, (
               SELECT name FROM ledger_party WHERE id = d.party_id), p.cancelled_by_id, n.cancelled_by_id,
           CASE WHEN d.kind = 'refund' THEN (SELECT cancelled_by_id FROM payments_refund WHERE document_id = d.id) END,
           CASE WHEN d.kind = 'incident' THEN
               (SELECT cancelled_by_id FROM payments_incident WHERE document_id = d.id) END
    FROM (
        SELECT id, kind, reference, day, party_id FROM ledger_document
        WHERE account_id = %(account)s ORDER BY day DESC, id DESC LIMIT 50
    ) AS d
    LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS amount,
               sum(CASE WHEN is_debit THEN open ELSE -open END) AS remains
        FROM ledger_openitem WHERE document_id = d.id
    ) AS m ON TRUE
    LEFT JOIN payments_payment p ON p.document_id = d.id
    LEFT JOIN credits_creditnote n ON n.document_id = d.id
    LEFT JOIN LATERAL (
        SELECT own.day FROM payments_incident x JOIN ledger_document own ON own.id = x.document_id
        WHERE x.payment_id = p.id AND x.cancelled_by_id IS NULL LIMIT 1
    ) AS i ON TRUE
    ORDER BY d.day DESC, d.id DESC
"""
# What a page of the list shows of its clients: their names, sites and accounts, and what is late of each:
# what it owes but for what isn't due yet, of which there is less.
LISTED = """
    SELECT c.id, c.code, c.title, c.given_name, c.name, c.nature, c.is_archived, s.name, a.*,
           CASE WHEN a.first_due < CURRENT_DATE THEN a.open_debit - coalesce((
               SELECT sum(open) FROM ledger_openitem
               WHERE account_id = a.id AND is_debit AND open > 0 AND due >= CURRENT_DATE), 0) END
    FROM picked JOIN ledger_clientaccount a ON a.id = picked.account JOIN clients_client c ON c.account_id = a.id
    LEFT JOIN office_site s ON s.id = c.site_id
"""
BY_NAME = "SELECT account_id AS account FROM clients_client WHERE NOT is_archived ORDER BY sort_key, id"
LATE = """
    SELECT c.account_id AS account FROM clients_client c JOIN ledger_clientaccount a ON a.id = c.account_id
    WHERE NOT c.is_archived AND a.first_due < CURRENT_DATE AND a.open_credit <= a.open_debit
    ORDER BY c.sort_key, c.id
"""
# Of the first site, and of the first status: those who have something to spend.
BY_PART = {
    "site": """
        SELECT account_id AS account FROM clients_client
        WHERE NOT is_archived AND site_id = (SELECT id FROM office_site ORDER BY name, id LIMIT 1) ORDER BY sort_key, id
    """,
    "status": """
        SELECT c.account_id AS account FROM clients_client c JOIN ledger_clientaccount a ON a.id = c.account_id
        WHERE NOT c.is_archived AND a.open_credit > a.open_debit ORDER BY c.sort_key, c.id
    """,
}
BY_AMOUNT = """
    SELECT id AS account FROM ledger_clientaccount a
    WHERE NOT EXISTS (SELECT FROM clients_client WHERE account_id = a.id AND is_archived) ORDER BY {} DESC, id DESC
"""
# What all clients come to, and how many are late, owe, or have some to spend: one look at each account.
TOTALS_FLOOR = """
    SELECT currency, count(*), count(*) FILTER (WHERE first_due < CURRENT_DATE),
           count(*) FILTER (WHERE open_debit > 0), count(*) FILTER (WHERE open_credit > open_debit),
           sum(invoiced), sum(collected), sum(open_debit), sum(open_credit)
    FROM ledger_clientaccount GROUP BY currency
"""


def picked(accounts: str, start: int = 0) -> str:
    """The least that fetches a page of the list: its accounts first, then what is shown of them."""
    return f"WITH picked AS MATERIALIZED ({accounts} LIMIT 50 OFFSET {start}) {LISTED}"


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
                floor=BALANCE_FLOOR,
                params=(account.pk,),
                goals=(Goal("sql", 1),),
            ),
            Task(
                f"sheet of {client.code}",
                reverse("client_detail", args=[client.code]),
                SHEET_FLOOR,
                {"code": client.code, "account": account.pk},
                goals=(Goal("request", 8), RATIO),
            ),
        ]
    return tasks


def client_list() -> list[Task]:
    """The list of clients: its first page by each column, of those who are late, a far page and the last; its totals.

    A list of so many goes ahead of its totals, which it fetches by themselves.
    """
    address = reverse("client_list")
    last = Client.objects.filter(is_archived=False).count() // 50
    far = max(1, last // 2)
    by_amount = [
        Task(
            f"list by {name}",
            f"{address}?sort=-{name}",
            picked(BY_AMOUNT.format(column)),
            goals=(FIRST if name == "outstanding" else PAGE, Goal("request", 10), RATIO),
        )
        for name, column in AMOUNTS.items()
    ]
    return [
        Task("list", address, picked(BY_NAME), goals=(PAGE, RATIO)),
        *(
            Task(f"list by {name}", f"{address}?sort={name}", picked(part), goals=(PAGE, RATIO))
            for name, part in BY_PART.items()
        ),
        *by_amount,
        Task("list of the late", f"{address}?status=overdue", picked(LATE), goals=(FIRST, RATIO)),
        Task("list, far page", f"{address}?page={far}", picked(BY_NAME, 50 * (far - 1)), goals=(PAGE, RATIO)),
        Task(
            "list, last page",
            f"{address}?page={max(1, last)}",
            picked(BY_NAME, 50 * (max(1, last) - 1)),
            goals=(PAGE, RATIO),
        ),
        Task("list, its totals", f"{address}?totaux=oui", TOTALS_FLOOR, htmx=True, target="totaux", goals=(RATIO,)),
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
