"""Invariant 1: an entry has lines, and its debits equal its credits at commit; a line has one of the two."""

from datetime import date

import pgtrigger
import pytest
from django.db import transaction

from ledger.models import Document, Entry, Journal, Kind
from ledger.services import Part
from tests.factories import account, invoice_entry, op_under_way, posted
from tests.helpers import copy_in, execute, insert, refused, settle
from tests.invariants.raw import raw_client_line, raw_entry, raw_line

JAN5 = date(2026, 1, 5)


@pytest.fixture
def invoice(db):
    """An invoice of 100.00, posted and sealed, whose document the attacks post to."""
    item = invoice_entry(account(), "100.00", JAN5)
    settle()
    return item


@pytest.fixture
def op(invoice):
    return op_under_way(JAN5)


def test_an_entry_without_lines_is_refused(invoice, op):
    with refused("ledger_1_entry_has_lines"):
        raw_entry(invoice, op)
        settle()


def test_an_entry_without_lines_is_refused_at_once_where_constraints_are_immediate(invoice, op):
    with refused("ledger_1_entry_has_lines"):
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        raw_entry(invoice, op)


@pytest.mark.parametrize(
    ("debit", "credit"), [("100.00", "99.99"), ("99.99", "100.00"), ("0.01", "0.02"), ("9999999999.99", "0.01")]
)
def test_an_entry_out_of_balance_is_refused(invoice, op, debit, credit):
    with refused("ledger_1_entry_balanced"):
        entry = raw_entry(invoice, op)
        insert("ledger_line", **raw_client_line(entry, invoice, debit=debit))
        insert("ledger_line", **raw_line(entry, invoice, credit=credit))
        settle()


def test_an_entry_of_one_line_is_refused(invoice, op):
    with refused("ledger_1_entry_balanced"):
        insert("ledger_line", **raw_line(raw_entry(invoice, op), invoice, debit="5.00"))
        settle()


def test_two_entries_off_by_opposite_amounts_are_refused(invoice, op):
    with refused("ledger_1_entry_balanced"):
        first, second = raw_entry(invoice, op), raw_entry(invoice, op)
        insert("ledger_line", **raw_line(first, invoice, debit="5.00"))
        insert("ledger_line", **raw_line(second, invoice, credit="5.00"))
        settle()


def test_an_entry_out_of_balance_is_refused_among_balanced_ones(invoice, op):
    with refused("ledger_1_entry_balanced"):
        invoice_entry(invoice.account, "50.00", JAN5)
        insert("ledger_line", **raw_line(raw_entry(invoice, op), invoice, debit="5.00"))
        invoice_entry(invoice.account, "50.00", JAN5)
        settle()


def test_an_entry_out_of_balance_is_refused_when_copied_in(invoice, op):
    with refused("ledger_1_entry_balanced"):
        entry = raw_entry(invoice, op)
        copy_in("ledger_line", raw_line(entry, invoice, debit="100.00"), raw_line(entry, invoice, credit="100.01"))
        settle()


def test_a_balanced_entry_is_taken_when_copied_in(invoice, op):
    entry = raw_entry(invoice, op)

    copy_in("ledger_line", raw_line(entry, invoice, debit="100.00"), raw_line(entry, invoice, credit="100.00"))
    settle()

    assert Entry.objects.get(pk=entry).seal.rank == 2


@pytest.mark.parametrize(
    ("debit", "credit"),
    [
        ("5.00", "5.00"),
        ("0", "0"),
        ("-5.00", "0"),
        ("0", "-5.00"),
        ("-5.00", "5.00"),
        ("NaN", "0"),
        ("0", "NaN"),
        ("NaN", "NaN"),
        ("10000000000.00", "0"),
    ],
)
def test_a_line_without_exactly_one_positive_side_is_refused(invoice, op, debit, credit):
    with refused("ledger_1_debit_or_credit"):
        insert("ledger_line", **raw_line(raw_entry(invoice, op), invoice, debit=debit, credit=credit))


def test_a_line_with_both_sides_is_refused_when_copied_in(invoice, op):
    with refused("ledger_1_debit_or_credit"):
        copy_in("ledger_line", raw_line(raw_entry(invoice, op), invoice, debit="5.00", credit="5.00"))


def test_an_entry_out_of_balance_is_refused_by_the_service(invoice):
    with refused("ledger_1_entry_balanced"):
        posted(invoice.account, Document.Kind.PAYMENT, [Part("512", debit=5)], JAN5, journal=Journal.Kind.BANK)
        settle()


def test_triggers_cannot_be_ignored_by_a_setting(invoice, op):
    with pgtrigger.ignore(), refused("ledger_1_entry_balanced"):
        insert("ledger_line", **raw_line(raw_entry(invoice, op), invoice, debit="5.00"))
        settle()


def test_the_commit_itself_refuses_and_nothing_stays(own_database):
    client = account()
    parts = [Part("411", debit=5, kind=Kind.INVOICE), Part("706", credit=4)]

    with refused("ledger_1_entry_balanced"), transaction.atomic():
        posted(client, Document.Kind.INVOICE, parts, JAN5, journal=Journal.Kind.SALES, reference="F1")

    client.refresh_from_db()
    assert not Entry.objects.exists()
    assert (client.debit, client.open_debit) == (0, 0)
