"""What the balance costs the database: one query for any number of clients, no more rows for more documents."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection

from ledger.balance import read_balance, with_balances
from ledger.models import ClientAccount
from ledger.queries import open_items
from tests.factories import account, invoice_entry, op_under_way

DAY = date(2026, 3, 2)
TODAY = date(2026, 6, 1)

BULK = """
    WITH document AS (
        INSERT INTO ledger_document (kind, reference, account_id, day, operation_id)
        SELECT 'invoice', 'B' || n, %(account)s, %(day)s, %(op)s FROM generate_series(1, %(count)s) n RETURNING id
    ), entry AS (
        INSERT INTO ledger_entry (journal_id, document_id, operation_id, day, currency, label)
        SELECT 'VE', id, %(op)s, %(day)s, 'EUR', 'Facture' FROM document RETURNING id
    )
    SELECT array_agg(id) FROM entry
"""
LINES = """
    INSERT INTO ledger_line (entry_id, day, account_id, client_account_id, kind, due, debit, credit)
    SELECT e, %(day)s, '411', %(account)s, 'invoice', %(day)s, 10, 0 FROM unnest(%(entries)s) e
    UNION ALL SELECT e, %(day)s, '411', %(account)s, 'payment', %(day)s, 0, 10 FROM unnest(%(entries)s) e
"""
SETTLED = """
    INSERT INTO ledger_allocation
        (account_id, debit_id, credit_id, amount, day, debit_day, debit_due, credit_day, operation_id)
    SELECT d.account_id, d.line_id, c.line_id, 10, %(day)s, d.day, d.due, c.day, %(op)s
    FROM ledger_openitem d JOIN ledger_openitem c ON c.document_id = d.document_id AND NOT c.is_debit
    WHERE d.account_id = %(account)s AND d.is_debit
"""


@pytest.mark.django_db
@pytest.mark.parametrize("on", [None, DAY], ids=["today", "a past day"])
@pytest.mark.parametrize("clients", [1, 50, 500])
def test_balances_of_any_number_of_clients_are_one_query(clients, on, django_assert_num_queries):
    ClientAccount.objects.bulk_create(ClientAccount() for _ in range(clients))

    with django_assert_num_queries(1):
        rows = [
            read_balance(row, on or TODAY) for row in with_balances(ClientAccount.objects.all(), today=TODAY, on=on)
        ]

    assert len(rows) == clients


@pytest.mark.django_db
def test_a_client_with_5000_documents_touches_no_more_rows_than_one_with_5():
    small, large = account(), account()
    _settle_invoices(large, 5_000)
    for client in (small, large):
        for _ in range(5):
            invoice_entry(client, "10.00", DAY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_openitem, ledger_allocation, ledger_clientaccount, ledger_line")

    touched = {client.pk: _rows_touched(client) for client in (small, large)}

    assert large.documents.count() == 5_005
    assert touched[large.pk] <= touched[small.pk]


def _settle_invoices(client: ClientAccount, count: int) -> None:
    """Invoices of 10.00, each paid at once, posted in bulk under the same rules of the database."""
    values: dict[str, Any] = {"account": client.pk, "day": DAY, "op": op_under_way(DAY).pk, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(BULK, values)
        values["entries"] = cursor.fetchone()[0]
        cursor.execute(LINES, values)
        cursor.execute(SETTLED, values)


def _rows_touched(client: ClientAccount) -> int:
    """The rows that a sheet's balance and its open items read or filter out, by the plans that ran."""
    one = ClientAccount.objects.filter(pk=client.pk)
    queries = [with_balances(one, today=TODAY), open_items(client)]
    plans = [json.loads(query.explain(analyze=True, format="json"))[0]["Plan"] for query in queries]
    return sum(_touched(node) for plan in plans for node in _nodes(plan))


def _touched(node: dict[str, Any]) -> int:
    filtered = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return round((node["Actual Rows"] + filtered) * node["Actual Loops"])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)
