"""The tab Financier of the clients with the most documents, and of the newest other."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse

from clients.models import Client
from demo.bench.desk import RATIO, busiest, newest
from demo.bench.measuring import Goal, Task
from office.clock import today
from statements.queries.financial import Asked, Cursor, Looked, incidents_of
from statements.queries.financial.reading import parameters_of, read

# The elements that stand, counted and added up by kind, and overdue invoices by themselves: all but what was cancelled
# and what cancelled it. Of an account without incidents that is what the counters of current operations say.
COUNTERS_FLOOR = """
    WITH gone AS (
        SELECT document_id FROM payments_payment WHERE client_id = %(client)s AND cancelled_by_id IS NOT NULL
        UNION ALL
        SELECT document_id FROM payments_refund WHERE client_id = %(client)s AND cancelled_by_id IS NOT NULL
        UNION ALL
        SELECT n.document_id FROM credits_creditnote n JOIN ledger_document d ON d.id = n.document_id
        JOIN ledger_operation o ON o.id = d.operation_id
        WHERE n.client_id = %(client)s AND (n.cancelled_by_id IS NOT NULL OR o.kind = 'cancel_invoice')
        UNION ALL
        SELECT v.document_id FROM credits_creditnote n JOIN invoicing_invoice v ON v.id = n.invoice_id
        WHERE n.client_id = %(client)s AND n.document_id IS NOT NULL AND n.cancelled_by_id IS NULL
        GROUP BY v.id HAVING sum(n.ttc) >= v.ttc
    ), document AS MATERIALIZED (
        SELECT id, kind FROM ledger_document
        WHERE account_id = %(account)s AND id NOT IN (SELECT document_id FROM gone)
    )
    SELECT kind, count(*), NULL::numeric FROM document GROUP BY kind
    UNION ALL
    SELECT d.kind, NULL, sum(CASE WHEN i.is_debit THEN i.amount ELSE -i.amount END)
    FROM document d JOIN ledger_openitem i ON i.document_id = d.id WHERE i.account_id = %(account)s GROUP BY d.kind
    UNION ALL
    SELECT 'late', count(*), sum(late) FROM (
        SELECT sum(i.open) AS late FROM document d JOIN ledger_openitem i ON i.document_id = d.id
        WHERE i.account_id = %(account)s AND d.kind = 'invoice' AND i.is_debit AND i.open > 0 AND i.due < CURRENT_DATE
        GROUP BY d.id
    ) s
"""
# The client with the totals of its account, what isn't due yet of it, its incidents, the counts of the other tabs.
HEAD_FLOOR = """
    SELECT c.name, c.email, c.phone, a.* FROM clients_client c JOIN ledger_clientaccount a ON a.id = c.account_id
    WHERE c.account_id = %(account)s;
    SELECT sum(open) FROM ledger_openitem
    WHERE account_id = %(account)s AND open > 0 AND is_debit AND due >= CURRENT_DATE;
    SELECT i.* FROM ledger_document d JOIN payments_incident i ON i.document_id = d.id
    WHERE d.account_id = %(account)s AND d.kind = 'incident';
    SELECT (SELECT count(*) FROM invoicing_visit WHERE client_id = c.id),
           (SELECT count(*) FROM invoicing_invoice WHERE client_id = c.id),
           (SELECT count(*) FROM credits_creditnote WHERE client_id = c.id),
           (SELECT count(*) FROM payments_payment WHERE client_id = c.id),
           (SELECT count(*) FROM payments_refund WHERE client_id = c.id)
    FROM clients_client c WHERE c.account_id = %(account)s
"""
# The first page of its documents with what is open of each.
PAGE_FLOOR = """
    SELECT d.id, d.kind, d.day, d.reference, p.type_id, sum(i.amount), sum(i.open), min(i.due)
    FROM (
        SELECT id, kind, day, reference FROM ledger_document WHERE account_id = %(account)s
        ORDER BY day DESC, id DESC LIMIT 51
    ) d
    LEFT JOIN ledger_openitem i ON i.document_id = d.id LEFT JOIN payments_payment p ON p.document_id = d.id
    GROUP BY d.id, d.kind, d.day, d.reference, p.type_id ORDER BY d.day DESC, d.id DESC
"""
# No page looks at more than its own elements; those of a large account are counted apart from its first.
WHOLE, AS_LITTLE = Goal("sql", 50), Goal("beside", 1.5)
ELEMENTS = 10  # as many as a small account has


def financial() -> list[Task]:
    """Of each client the tab, its counters, the elements that follow half-way down its time line, and a search in its
    articles."""
    little = newest()
    return [task for client in [*busiest(2), *little] for task in _of(client, little[0])]


def _of(client: Client, little: Client) -> list[Task]:
    address = reverse("client_financial", args=[client.code])
    documents = client.account.documents.order_by("-day", "-pk").values_list("day", "pk")
    half = Cursor(*documents[documents.count() // 2])
    params = {"account": client.account_id, "client": client.pk}
    return [
        Task(
            f"financial tab of {client.code}",
            address,
            f"{HEAD_FLOOR}; {PAGE_FLOOR}",
            params,
            htmx=True,
            goals=(WHOLE, RATIO),
        ),
        Task(
            f"its counters, {client.code}",
            f"{address}?compteurs=oui",
            f"{HEAD_FLOOR}; {COUNTERS_FLOOR}",
            params,
            htmx=True,
            target="counters",
            goals=(WHOLE, RATIO),
        ),
        Task(
            f"{ELEMENTS} following elements, {client.code}",
            call=_following(client, half),
            beside=_following(little, Cursor(today() + timedelta(days=2), 0)),
            goals=() if client == little else (AS_LITTLE,),
        ),
        Task(f"its search, {client.code}", f"{address}?type=facture&q=vaccin", htmx=True),
    ]


def _following(client: Client, after: Cursor) -> Callable[[], object]:
    """What is read for so many elements that follow a place, incidents of the account known."""
    looked = Looked(client, incidents_of(client.account), today())
    return lambda: read(parameters_of(looked, Asked()), ELEMENTS, after)
