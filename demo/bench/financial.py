"""The tab Financier of the clients with the most documents, and of the newest other."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse

from clients.models import Client
from demo.bench.desk import RATIO, busiest, newest
from demo.bench.measuring import Goal, Task
from office.clock import today
from statements.queries.financial import Asked, Cursor, Looked, elements_after, incidents_of

# The least that adds up all elements of an account: each of its documents and items once.
FLOOR = """
    SELECT d.kind, count(*), sum(s.net), sum(s.owed), sum(s.late)
    FROM ledger_document d
    LEFT JOIN (
        SELECT document_id, sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS net, sum(open) AS owed,
               sum(open) FILTER (WHERE is_debit AND due < CURRENT_DATE) AS late
        FROM ledger_openitem WHERE account_id = %(account)s GROUP BY document_id) AS s ON s.document_id = d.id
    WHERE d.account_id = %(account)s GROUP BY d.kind
"""
# The first page of a large account counts all its elements; no other page looks at more than its own.
WHOLE, AS_LITTLE = Goal("sql", 50), Goal("beside", 1.5)


def financial() -> list[Task]:
    """Of each client the tab, the elements that follow half-way down its time line, and a search in its articles."""
    little = newest()
    return [task for client in [*busiest(2), *little] for task in _of(client, little[0])]


def _of(client: Client, little: Client) -> list[Task]:
    address = reverse("client_financial", args=[client.code])
    documents = client.account.documents.order_by("-day", "-pk").values_list("day", "pk")
    half = Cursor(*documents[documents.count() // 2])
    return [
        Task(
            f"financial tab of {client.code}",
            address,
            FLOOR,
            {"account": client.account_id},
            htmx=True,
            goals=(WHOLE, RATIO),
        ),
        Task(
            f"its following page, {client.code}",
            call=_following(client, half),
            beside=_following(little, Cursor(today() + timedelta(days=2), 0)),
            goals=() if client == little else (AS_LITTLE,),
        ),
        Task(f"its search, {client.code}", f"{address}?type=facture&q=vaccin", htmx=True),
    ]


def _following(client: Client, after: Cursor) -> Callable[[], object]:
    """What is done for the elements that follow a place, incidents of the account included."""
    return lambda: elements_after(Looked(client, incidents_of(client.account), today()), Asked(), after)
