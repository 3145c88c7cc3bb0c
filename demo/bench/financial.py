"""The tab Financier of the clients with the most documents, and of the newest other."""

from functools import partial

from django.urls import reverse

from clients.models import Client
from demo.bench.desk import busiest, newest
from demo.bench.measuring import Task
from office.clock import today
from statements.queries.financial import Asked, Cursor, Looked, elements_after, incidents_of

# What has to be looked at to count the elements of an account: each document, and what is open of it.
FLOOR = """
    SELECT count(*), sum(owed) FROM (
        SELECT d.id, sum(i.open) AS owed
        FROM ledger_document d JOIN ledger_openitem i ON i.document_id = d.id
        WHERE d.account_id = %s GROUP BY d.id) AS counted
"""


def financial() -> list[Task]:
    """Of each client the tab, the elements that follow half-way down its time line, and a search in its articles."""
    return [task for client in [*busiest(2), *newest()] for task in _of(client)]


def _of(client: Client) -> list[Task]:
    address = reverse("client_financial", args=[client.code])
    documents = client.account.documents.order_by("-day", "-pk").values_list("day", "pk")
    half = Cursor(*documents[documents.count() // 2])
    looked = Looked(client, incidents_of(client.account), today())
    return [
        Task(f"financial tab of {client.code}", address, FLOOR, (client.account_id,), htmx=True),
        Task(f"its following page, {client.code}", call=partial(elements_after, looked, Asked(), half)),
        Task(f"its search, {client.code}", f"{address}?type=facture&q=vaccin", htmx=True),
    ]
