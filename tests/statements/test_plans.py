"""What PostgreSQL reads for a client's figures of today: what is open, however much there was before."""

import json
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger.balance import with_balances
from ledger.models import ClientAccount
from ledger.queries import open_items
from statements.elements import Operations, Type
from statements.queries.financial import Asked, Cursor, Looked, elements_after, first_elements, incidents_of
from statements.queries.prepared import ALIKE
from tests.builders import a_client, figures, invoice
from tests.factories import op_under_way

TODAY = date(2026, 3, 16)
SETTLED = 2_500

# Invoices of 100, each paid whole on its day: documents, entries and allocations by the thousand, with every
# rule of the database on.
HISTORY = """
    WITH numbers AS (SELECT n, kind FROM generate_series(1, %(settled)s) n, unnest(ARRAY['invoice', 'payment']) kind),
    documents AS (
        INSERT INTO ledger_document (kind, reference, account_id, day, operation_id)
        SELECT kind, 'H-' || n, %(account)s, date '2024-01-01' + n / 5, %(op)s FROM numbers ORDER BY n, kind
        RETURNING id, kind, day
    ),
    entries AS (
        INSERT INTO ledger_entry (journal_id, document_id, operation_id, day, currency, label)
        SELECT 'AN', id, %(op)s, day, 'EUR', kind FROM documents
        RETURNING id, day, label AS kind
    )
    INSERT INTO ledger_line (entry_id, day, account_id, client_account_id, kind, due, debit, credit)
    SELECT id, day, '411', %(account)s, kind, day, CASE kind WHEN 'invoice' THEN 100 ELSE 0 END,
           CASE kind WHEN 'payment' THEN 100 ELSE 0 END
    FROM entries
    UNION ALL
    SELECT id, day, '890', NULL, '', NULL, CASE kind WHEN 'payment' THEN 100 ELSE 0 END,
           CASE kind WHEN 'invoice' THEN 100 ELSE 0 END
    FROM entries
"""

SETTLEMENT = """
    INSERT INTO ledger_allocation (account_id, debit_id, credit_id, amount, day, debit_day, debit_due, credit_day,
                                   operation_id)
    SELECT d.account_id, d.line_id, c.line_id, 100, d.day, d.day, d.due, c.day, %(op)s
    FROM ledger_openitem d
    JOIN ledger_document df ON df.id = d.document_id AND df.kind = 'invoice' AND df.reference LIKE 'H-%%'
    JOIN ledger_document cf ON cf.kind = 'payment' AND cf.reference = df.reference
    JOIN ledger_openitem c ON c.document_id = cf.id
    WHERE d.account_id = %(account)s
"""


@pytest.fixture
def few_and_many(own_database):
    """Two clients with five invoices open, all late; one of them has had 5,000 documents more."""
    few, many = a_client("FEW"), a_client("MANY")
    with transaction.atomic(), connection.cursor() as cursor:
        names = {"account": many.account.pk, "settled": SETTLED, "op": op_under_way(TODAY).pk}
        cursor.execute(HISTORY, names)
        cursor.execute(SETTLEMENT, names)
    for client in (few, many):
        for rank in range(5):
            invoice(client, date(2026, 1, 5), "10", reference=f"{client.code}-{rank}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return few, many


def touched(node):
    """How many rows every step of a plan has read, kept or not."""
    kept = sum(node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Heap Fetches"))
    return kept * node["Actual Loops"] + sum(map(touched, node.get("Plans", [])))


def rows_touched(query):
    """The same of a query set."""
    (explained,) = json.loads(query.explain(analyze=True, format="json"))
    return touched(explained["Plan"])


def test_a_long_history_costs_the_figures_of_today_no_row(few_and_many):
    few, many = few_and_many
    assert figures(many, TODAY, "unpaid", "overdue") == figures(few, TODAY, "unpaid", "overdue")
    assert figures(many, TODAY, "invoiced")["invoiced"] == 100 * SETTLED + 50

    def query(client):
        return with_balances(ClientAccount.objects.filter(pk=client.account.pk), today=TODAY)

    assert 1 <= rows_touched(query(few)) <= 5, "what is late is told without a look at it"
    assert rows_touched(query(many)) <= rows_touched(query(few))
    invoice(few, TODAY, "10", due=date(2026, 3, 16), reference="TO-COME")
    assert rows_touched(query(few)) > rows_touched(query(many)), "what isn’t due yet is looked at"


def test_a_long_history_costs_the_list_of_what_is_open_no_row(few_and_many):
    few, many = few_and_many

    assert [item.open for item in open_items(many.account)] == [10] * 5
    assert rows_touched(open_items(many.account)) <= rows_touched(open_items(few.account))


def read_of_tables(node):
    """How many rows of tables and their indexes a plan has read, kept or not."""
    own = touched({**node, "Plans": []}) if "Relation Name" in node else 0
    return own + sum(map(read_of_tables, node.get("Plans", [])))


def rows_read(work):
    """The same of every query of some work."""
    asked = []

    def kept(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kept):
        work()
    rows = 0
    with connection.cursor() as cursor:
        for sql, params in asked:
            before, after = ALIKE.split("{}")
            alone = sql.removeprefix(before).removesuffix(after)
            cursor.execute(ALIKE.format(f"EXPLAIN (ANALYZE, FORMAT JSON) {alone}"), params)
            cursor.nextset()
            rows += read_of_tables(cursor.fetchone()[0][0]["Plan"])
    return rows


def looked(client):
    return Looked(client, incidents_of(client.account), TODAY)


PLACES = [Cursor(date(2027, 1, 1), 0), Cursor(date(2025, 1, 1), 0), Cursor(date(2024, 2, 1), 0)]


def test_a_page_of_elements_reads_its_own_wherever_it_is_in_a_long_history(few_and_many):
    _, many = few_and_many

    pages = [elements_after(looked(many), Asked(), place) for place in PLACES]
    rows = [rows_read(lambda place=place: elements_after(looked(many), Asked(), place)) for place in PLACES]

    assert [len(page.elements) for page in pages] == [50] * 3
    assert min(rows) >= 100
    assert max(rows) <= 300  # of 5,005 documents


def test_a_long_history_costs_what_is_to_treat_no_row(few_and_many):
    few, many = few_and_many
    to_treat = Asked(operations=Operations.TO_TREAT)

    assert [len(elements_after(looked(one), to_treat, PLACES[0]).elements) for one in few_and_many] == [5, 5]
    of_few, of_many = (rows_read(lambda one=one: first_elements(looked(one), to_treat)) for one in (few, many))
    assert 5 <= of_many <= of_few


def test_elements_are_counted_by_one_query_and_on_no_following_page(few_and_many):
    _, many = few_and_many

    with CaptureQueriesContext(connection) as queries:
        counters, page = first_elements(looked(many), Asked())
    with CaptureQueriesContext(connection) as following:
        elements_after(looked(many), Asked(), page.more)

    assert [counters.types[one].number for one in (Type.INVOICE, Type.PAYMENT)] == [SETTLED + 5, SETTLED]
    assert sum("late_number" in query["sql"] for query in queries) == 1
    assert not any("late_number" in query["sql"] for query in following)
