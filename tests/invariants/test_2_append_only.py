"""Invariant 2: entries, lines and seals are inserted once; nothing that was posted is changed or removed."""

from contextlib import nullcontext
from datetime import date

import pgtrigger
import pytest
from django.db import ProgrammingError, transaction

from ledger.models import Allocation, ClientAccount, Entry, Line, Operation, Reservation, Series
from ledger.services import release, reserve
from tests.factories import account, allocate, detach, invoice_entry, op_under_way, party, payment_entry
from tests.helpers import copy_in, execute, insert, refused, settle
from tests.invariants.raw import raw_line

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN20 = date(2026, 1, 20)

# Each table, a change of it, the rule against that, and the rule against removing a row.
CHANGES = [
    ("ledger_document", "day = day + 1", "ledger_2_document_unchanged", "ledger_2_document_unchanged"),
    ("ledger_document", "reference = 'X'", "ledger_2_document_unchanged", "ledger_2_document_unchanged"),
    ("ledger_entry", "day = day + 1", "ledger_2_entry_unchanged", "ledger_2_entry_unchanged"),
    ("ledger_entry", "label = 'X'", "ledger_2_entry_unchanged", "ledger_2_entry_unchanged"),
    ("ledger_line", "debit = debit + 1", "ledger_2_line_unchanged", "ledger_2_line_unchanged"),
    ("ledger_line", "due = due + 1", "ledger_2_line_unchanged", "ledger_2_line_unchanged"),
    ("ledger_seal", "hash = ''", "ledger_2_seal_unchanged", "ledger_2_seal_unchanged"),
    ("ledger_seal", "rank = rank + 1000", "ledger_2_seal_unchanged", "ledger_2_seal_unchanged"),
    ("ledger_allocation", "amount = 1", "ledger_2_allocation_unchanged", "ledger_2_allocation_kept"),
    ("ledger_allocation", "day = day - 1", "ledger_2_allocation_unchanged", "ledger_2_allocation_kept"),
    ("ledger_reservation", "amount = 1", "ledger_2_reservation_unchanged", "ledger_2_reservation_kept"),
    ("ledger_operation", "day = day - 1", "ledger_2_operation_unchanged", "ledger_2_operation_kept"),
    ("ledger_operation", "user_id = NULL", "ledger_2_operation_unchanged", "ledger_2_operation_kept"),
    ("ledger_openitem", "open = 0", "ledger_7_items_kept", "ledger_7_items_kept"),
    ("ledger_clientaccount", "debit = 0", "ledger_7_totals_kept", "ledger_7_account_kept"),
    ("ledger_party", "account_id = account_id + 1", "ledger_3_party_fixed", "ledger_3_party_kept"),
    ("ledger_journal", "head_hash = ''", "ledger_6_head_is_last_seal", "ledger_6_journal_kept"),
    ("ledger_journal", "code = code || 'X'", "ledger_6_head_is_last_seal", "ledger_6_journal_kept"),
    ("ledger_series", "prefix = 'X'", "ledger_4_series_fixed", "ledger_4_series_kept"),
    ("ledger_periodlock", "through = through - 1", "ledger_5_lock_moves_forward", "ledger_5_lock_kept"),
    ("ledger_generalaccount", "is_receivable = NOT is_receivable", "ledger_3_receivable_fixed", "ledger_3_chart_kept"),
]
TABLES = sorted({(table, removing) for table, _, _, removing in CHANGES})

# django-pgtrigger has a setting that switches its triggers off: not ours.
WAYS = [nullcontext, pgtrigger.ignore]


@pytest.fixture
def books(db):
    """A row in every table: an invoice of 100.00, a payment of 80.00, 30.00 set off and 20.00 reserved."""
    client = account()
    party()
    invoice = invoice_entry(client, "100.00", JAN5, ours=True)
    payment = payment_entry(client, "80.00", JAN5)
    allocate(invoice, payment, "30.00", JAN10)
    reserve(payment, 20, op=op_under_way(JAN10))
    execute("UPDATE ledger_periodlock SET through = '2025-12-31'")
    settle()
    return invoice


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("table", "change", "rule", "_removing"), CHANGES)
def test_a_row_is_not_updated(books, table, change, rule, _removing, way):
    with way(), refused(rule):
        execute(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("table", "rule"), TABLES)
def test_a_row_is_not_deleted(books, table, rule, way):
    with way(), refused(rule):
        execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("table", "rule"), TABLES)
def test_a_table_is_not_emptied(books, table, rule, way):
    with way(), refused(rule if table == "ledger_openitem" else rule.removesuffix("_kept")):
        execute(f"TRUNCATE {table} CASCADE")


def test_every_table_of_the_ledger_is_attacked():
    tables = {model._meta.db_table for model in Line._meta.apps.get_app_config("ledger").get_models()}
    settings = {"ledger_bankaccount"}
    views = {"ledger_pending"}

    assert tables - settings - views == {table for table, _ in TABLES}


def test_the_role_of_the_application_may_not_switch_triggers_off_for_its_session(db):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute("SET session_replication_role = replica")


def test_an_entry_is_not_overwritten_by_an_upsert(books):
    with refused("ledger_2_entry_unchanged"):
        execute(
            "INSERT INTO ledger_entry (id, journal_id, document_id, operation_id, day, currency, label)"
            " SELECT id, journal_id, document_id, operation_id, day, currency, label FROM ledger_entry"
            " ON CONFLICT (id) DO UPDATE SET label = 'X'"
        )


def test_a_line_is_not_overwritten_by_a_merge(books):
    with refused("ledger_2_line_unchanged"):
        execute(
            "MERGE INTO ledger_line l USING ledger_line s ON s.id = l.id"
            " WHEN MATCHED THEN UPDATE SET debit = s.credit, credit = s.debit"
        )


def test_an_open_item_is_not_overwritten_through_its_allocations(books):
    with refused("ledger_7_items_kept"):
        execute("UPDATE ledger_openitem i SET open = i.amount FROM ledger_allocation a WHERE a.debit_id = i.line_id")


def test_a_row_is_not_changed_by_the_orm(books):
    with refused("ledger_2_line_unchanged"):
        Line.objects.update(debit=0)
    with refused("ledger_2_entry_unchanged"):
        Entry.objects.all()._raw_delete("default")


def test_a_sealed_entry_takes_no_more_lines(books):
    with refused("ledger_2_sealed_entry_full"):
        entry = books.line.entry_id
        insert("ledger_line", **raw_line(entry, books, debit="5.00"))


def test_a_sealed_entry_takes_no_more_lines_by_copy(books):
    with refused("ledger_2_sealed_entry_full"):
        entry = books.line.entry_id
        copy_in("ledger_line", raw_line(entry, books, debit="5.00"), raw_line(entry, books, credit="5.00"))


def test_a_seal_is_not_moved_to_another_entry(books):
    with refused("ledger_2_seal_unchanged"):
        execute("UPDATE ledger_seal SET entry_id = entry_id + 1000000")


def test_an_allocation_is_detached_once(books):
    allocation = Allocation.objects.get()
    detach(allocation, JAN20)

    with refused("ledger_2_allocation_unchanged"):
        execute("UPDATE ledger_allocation SET detached_by_id = %s", op_under_way(JAN20).pk)
    with refused("ledger_2_allocation_unchanged"):
        execute("UPDATE ledger_allocation SET detached_on = detached_on + 1")


def test_a_detached_allocation_is_not_set_again(books):
    detach(Allocation.objects.get(), JAN20)

    with refused("ledger_2_allocation_unchanged"):
        execute("UPDATE ledger_allocation SET detached_by_id = NULL, detached_on = NULL")


def test_a_detach_changes_nothing_else(books):
    with refused("ledger_2_allocation_unchanged"):
        execute(
            "UPDATE ledger_allocation SET detached_by_id = operation_id, detached_on = day, amount = amount - 1",
        )


def test_a_reservation_is_released_once(books):
    reservation = Reservation.objects.get()
    release([reservation], op=op_under_way(JAN20))

    with refused("ledger_2_reservation_unchanged"):
        execute("UPDATE ledger_reservation SET released_by_id = %s", op_under_way(JAN20).pk)
    with refused("ledger_2_reservation_unchanged"):
        execute("UPDATE ledger_reservation SET released_by_id = NULL")


def test_an_operation_takes_its_result_once(books):
    operation = op_under_way(JAN5)
    Operation.objects.filter(pk=operation.pk).update(result_model="ledger.document", result_id=1)

    with refused("ledger_2_operation_unchanged"):
        Operation.objects.filter(pk=operation.pk).update(result_id=2)
    with refused("ledger_2_operation_unchanged"):
        Operation.objects.filter(pk=operation.pk).update(result_id=None)


def test_an_account_in_use_keeps_its_currency_and_nature(books):
    with refused("ledger_3_account_fixed"):
        ClientAccount.objects.filter(pk=books.account_id).update(currency="CHF")
    with refused("ledger_3_account_fixed"):
        ClientAccount.objects.filter(pk=books.account_id).update(walk_in=True)


def test_an_account_without_lines_may_change_its_currency(db):
    client = account()

    ClientAccount.objects.filter(pk=client.pk).update(currency="CHF")

    client.refresh_from_db()
    assert client.currency == "CHF"


def test_a_series_without_documents_may_change_its_prefix(db):
    Series.objects.filter(kind="invoice").update(prefix="F")

    assert Series.objects.get(kind="invoice").reference(2026, 42) == "F-2026-00042"
