"""Statements that are planned once for each connection."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from statements.queries.prepared import prepared_rows

pytestmark = pytest.mark.django_db

SQL = "SELECT %(word)s AS word, %(first)s + %(second)s AS total, %(word)s || '!' AS cry"
TYPES = {"first": "integer", "second": "integer", "word": "text"}


def test_rows_come_by_name_with_each_parameter_where_it_is_named():
    found = prepared_rows("said", SQL, TYPES, {"word": "l’été", "second": 40, "first": 2, "unasked": None})

    assert found == [{"word": "l’été", "total": 42, "cry": "l’été!"}]


def test_a_statement_is_prepared_once_for_its_connection_even_in_what_is_undone():
    with transaction.atomic():
        prepared_rows("undone", SQL, TYPES, {"word": "a", "first": 1, "second": 1})
        transaction.set_rollback(True)

    with CaptureQueriesContext(connection) as asked:
        again = prepared_rows("undone", SQL, TYPES, {"word": "b", "first": 1, "second": 2})

    [query] = asked.captured_queries
    assert "; EXECUTE undone (" in query["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("auto",)
    assert again == [{"word": "b", "total": 3, "cry": "b!"}]
