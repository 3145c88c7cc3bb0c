"""Invariant 3: an allocation joins a debit and a credit of one client and party, and takes no more than is open."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from threading import Barrier, BrokenBarrierError

import pgtrigger
import pytest
from django.db import IntegrityError, OperationalError, transaction

from ledger import queries, services
from ledger.models import Allocation, ClientAccount, Document, Journal, Kind, OpenItem
from ledger.pairing import Pair
from ledger.services import NothingLeft, Part, reserve
from tests.factories import (
    account,
    allocate,
    credit_note_entry,
    detach,
    invoice_entry,
    op_under_way,
    party,
    payment_entry,
    posted,
)
from tests.helpers import copy_in, execute, insert, refused, run_together, settle
from tests.invariants.raw import raw_allocation, raw_client_line, raw_document, raw_entry, raw_line, unused

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN20 = date(2026, 1, 20)
FEB10 = date(2026, 2, 10)


@pytest.fixture
def invoice(db):
    """An invoice of 100.00 of 5 January, due on 10 February."""
    return invoice_entry(account(), "100.00", JAN5, FEB10)


@pytest.fixture
def payment(invoice):
    """A payment of 70.00 of 10 January by the same client."""
    return payment_entry(invoice.account, "70.00", JAN10)


@pytest.fixture
def op(db):
    return op_under_way(JAN20)


def left(item: OpenItem) -> Decimal:
    item.refresh_from_db()
    return item.open


def test_the_open_amounts_follow_an_allocation(invoice, payment, op):
    insert("ledger_allocation", **raw_allocation(invoice, payment, op, "45.00"))

    assert (left(invoice), left(payment)) == (Decimal("55.00"), Decimal("25.00"))


def test_the_open_amounts_come_back_with_a_detach(invoice, payment, op):
    allocation = insert("ledger_allocation", **raw_allocation(invoice, payment, op, "45.00"))

    execute(
        "UPDATE ledger_allocation SET detached_by_id = %s, detached_on = %s WHERE id = %s", op.pk, JAN20, allocation
    )

    assert (left(invoice), left(payment)) == (Decimal("100.00"), Decimal("70.00"))


# Who is joined


def test_two_debits_are_not_joined(invoice, op):
    other = invoice_entry(invoice.account, "50.00", JAN5)

    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, other, op, "10.00"))


def test_two_credits_are_not_joined(payment, op):
    other = credit_note_entry(payment.account, "50.00", JAN5)

    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(other, payment, op, "10.00"))


def test_a_credit_is_not_set_against_a_debit_the_wrong_way_round(invoice, payment, op):
    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(payment, invoice, op, "10.00"))


def test_an_item_is_not_set_against_itself(invoice, op):
    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, invoice, op, "10.00"))


@pytest.mark.parametrize("holder", ["debit", "credit"])
def test_items_of_two_clients_are_not_joined(invoice, op, holder):
    stranger = payment_entry(account(), "70.00", JAN10)
    claimed = {"debit": invoice, "credit": stranger}[holder].account_id

    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, stranger, op, "10.00", account_id=claimed))


def test_an_allocation_does_not_name_a_third_account(invoice, payment, op):
    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "10.00", account_id=account().pk))


def test_items_of_two_currencies_are_not_joined(invoice, op):
    francs = payment_entry(account(currency="CHF"), "70.00", JAN10)

    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, francs, op, "10.00"))


def test_items_of_two_passers_by_are_not_joined(op):
    dupont = party(name="Dupont")
    martin = party(name="Martin", account=dupont.account)
    invoice = invoice_entry(dupont.account, "30.00", JAN5, party=dupont)
    credit = credit_note_entry(dupont.account, "50.00", JAN5, party=martin)

    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, credit, op, "10.00"))


def test_items_of_one_passer_by_are_joined(op):
    dupont = party(name="Dupont")
    invoice = invoice_entry(dupont.account, "30.00", JAN5, party=dupont)
    credit = credit_note_entry(dupont.account, "50.00", JAN5, party=dupont)

    insert("ledger_allocation", **raw_allocation(invoice, credit, op, "30.00"))

    assert (left(invoice), left(credit)) == (0, Decimal("20.00"))


@pytest.mark.parametrize("copy", ["debit_day", "debit_due", "credit_day"])
def test_the_days_of_the_items_are_not_miscopied(invoice, payment, op, copy):
    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "10.00", **{copy: JAN20}))


def test_an_allocation_is_not_born_detached(invoice, payment, op):
    with refused("ledger_3_allocation_joins"):
        insert(
            "ledger_allocation",
            **raw_allocation(invoice, payment, op, "10.00", detached_by_id=op.pk, detached_on=JAN20),
        )


@pytest.mark.parametrize("missing", ["debit", "credit"])
def test_an_allocation_does_not_come_before_its_item(invoice, payment, op, missing):
    item = {"debit": invoice, "credit": payment}[missing]
    key = unused("ledger_line")

    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "10.00", **{f"{missing}_id": key}))
        entry = raw_entry(item, op)
        side, opposite = ("debit", "credit") if item.is_debit else ("credit", "debit")
        insert("ledger_line", **raw_client_line(entry, item, **{side: "10.00"}), id=key)
        insert("ledger_line", **raw_line(entry, item, **{opposite: "10.00"}))
        settle()


def test_an_allocation_does_not_come_before_its_operation(invoice, payment, op):
    key = unused("ledger_operation")

    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "10.00", operation_id=key, day=FEB10))
        execute(
            "INSERT INTO ledger_operation (id, kind, at, day, reason, digest, result_model)"
            " SELECT %s, kind, at, day, reason, digest, result_model FROM ledger_operation WHERE id = %s",
            key,
            op.pk,
        )
        settle()


# How much


@pytest.mark.parametrize("amount", ["0", "-10.00", "NaN"])
def test_an_allocation_is_positive(invoice, payment, op, amount):
    rule = "ledger_3_open_within_amount" if amount == "NaN" else "ledger_3_allocation_positive"

    with refused(rule):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, amount))


def test_an_allocation_takes_no_more_than_the_debit_has_open(invoice, op):
    payment = payment_entry(invoice.account, "500.00", JAN10)

    with refused("ledger_3_open_within_amount"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "100.01"))


def test_an_allocation_takes_no_more_than_the_credit_has_open(invoice, payment, op):
    with refused("ledger_3_open_within_amount"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "70.01"))


def test_two_allocations_of_one_statement_take_no_more_than_is_open(invoice, payment, op):
    half = raw_allocation(invoice, payment, op, "35.01")
    columns, marks = ", ".join(half), ", ".join(["%s"] * len(half))

    with refused("ledger_3_open_within_amount"):
        execute(
            f"INSERT INTO ledger_allocation ({columns}) VALUES ({marks}), ({marks})", *half.values(), *half.values()
        )


def test_allocations_copied_in_take_no_more_than_is_open(invoice, payment, op):
    with refused("ledger_3_open_within_amount"):
        copy_in("ledger_allocation", *[raw_allocation(invoice, payment, op, "35.01")] * 2)


def test_allocations_copied_in_are_counted(invoice, payment, op):
    copy_in("ledger_allocation", *[raw_allocation(invoice, payment, op, "35.00")] * 2)

    assert (left(invoice), left(payment)) == (Decimal("30.00"), 0)


def test_an_allocation_takes_no_more_than_is_open_with_triggers_ignored(invoice, payment, op):
    with pgtrigger.ignore(), refused("ledger_3_open_within_amount"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "70.01"))


def test_an_allocation_takes_nothing_of_what_is_reserved(invoice, payment, op):
    reserve(payment, Decimal("50.00"), op=op)

    with refused("ledger_3_reserved_within_open"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "20.01"))


@pytest.mark.parametrize("change", ["open = amount", "open = 0", "allocable_from = day", "reserved = 1"])
def test_open_amounts_are_not_typed(invoice, payment, op, change):
    insert("ledger_allocation", **raw_allocation(invoice, payment, op, "45.00"))

    with refused("ledger_7_items_kept"):
        execute(f"UPDATE ledger_openitem SET {change} WHERE line_id = %s", payment.pk)


def test_an_open_item_is_not_typed(invoice):
    with refused("ledger_7_items_kept"):
        execute(
            "INSERT INTO ledger_openitem SELECT (jsonb_populate_record(i, jsonb_build_object('line_id', %s))).*"
            " FROM ledger_openitem i WHERE line_id = %s",
            unused("ledger_line"),
            invoice.pk,
        )


# From when


def test_an_allocation_does_not_bear_a_day_before_its_lines(invoice, payment, op):
    with refused("ledger_3_allocation_day"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "10.00", day=date(2026, 1, 9)))


def test_an_allocation_does_not_bear_a_day_before_the_last_detach(invoice, payment, op):
    detach(allocate(invoice, payment, "70.00", JAN10), JAN20)

    with refused("ledger_3_allocation_day"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "10.00", day=date(2026, 1, 19)))


def test_a_detach_of_the_same_day_never_counted(invoice, payment, op):
    detach(allocate(invoice, payment, "70.00", JAN20), JAN20)

    insert("ledger_allocation", **raw_allocation(invoice, payment, op, "70.00", day=JAN10))

    assert left(payment) == 0


def test_an_allocation_is_not_of_a_day_to_come(invoice, payment, op):
    with refused("ledger_3_allocation_joins"):
        insert("ledger_allocation", **raw_allocation(invoice, payment, op, "10.00", day=date(2026, 1, 21)))


def test_a_detach_is_not_before_the_allocation(invoice, payment, op):
    allocation = allocate(invoice, payment, "70.00", JAN20)

    with refused("ledger_3_detach_whole"):
        execute(
            "UPDATE ledger_allocation SET detached_by_id = %s, detached_on = %s WHERE id = %s",
            op.pk,
            JAN10,
            allocation.pk,
        )


def test_a_detach_has_a_day_and_an_operation(invoice, payment, op):
    allocation = allocate(invoice, payment, "70.00", JAN20)

    with refused("ledger_3_detach_whole"):
        execute("UPDATE ledger_allocation SET detached_by_id = %s WHERE id = %s", op.pk, allocation.pk)
    with refused("ledger_2_allocation_unchanged"):
        execute("UPDATE ledger_allocation SET detached_on = %s WHERE id = %s", JAN20, allocation.pk)


# Lines of a client


@pytest.mark.parametrize(
    "columns",
    [
        {"account_id": "706"},
        {"client_account_id": None, "kind": "", "due": None},
        {"day": JAN10},
    ],
    ids=["not on 411", "on 411 without client", "of another day"],
)
def test_a_line_agrees_with_its_account_and_entry(invoice, op, columns):
    with refused("ledger_3_lines_of_entry"):
        entry = raw_entry(invoice, op)
        insert("ledger_line", **raw_client_line(entry, invoice, debit="10.00", **columns))


@pytest.mark.parametrize("columns", [{"kind": ""}, {"kind": "gift"}, {"due": None}])
def test_a_client_line_has_a_kind_and_a_due_date(invoice, op, columns):
    with refused("ledger_3_client_line_whole"):
        entry = raw_entry(invoice, op)
        insert("ledger_line", **raw_client_line(entry, invoice, debit="10.00", **columns))


@pytest.mark.parametrize("columns", [{"kind": "invoice"}, {"due": JAN5}])
def test_another_line_has_none(invoice, op, columns):
    with refused("ledger_3_client_line_whole"):
        entry = raw_entry(invoice, op)
        insert("ledger_line", **raw_line(entry, invoice, debit="10.00", **columns))


def test_a_client_line_is_of_the_client_of_its_document(invoice, op):
    with refused("ledger_3_lines_of_entry"):
        entry = raw_entry(invoice, op)
        insert("ledger_line", **raw_client_line(entry, invoice, debit="10.00", client_account_id=account().pk))


def test_a_client_line_is_in_the_currency_of_its_account(invoice, op):
    with refused("ledger_3_lines_of_entry"):
        entry = raw_entry(invoice, op, currency="CHF")
        insert("ledger_line", **raw_client_line(entry, invoice, debit="10.00"))


def test_a_client_line_names_a_passer_by_on_a_walk_in_account_and_there_alone(invoice, op):
    dupont = party()
    sale = invoice_entry(dupont.account, "30.00", JAN5, party=dupont)

    with refused("ledger_3_lines_of_entry"):
        insert("ledger_line", **raw_client_line(raw_entry(sale, op), sale, debit="10.00", party_id=None))
    with refused("ledger_3_lines_of_entry"):
        insert("ledger_line", **raw_client_line(raw_entry(invoice, op), invoice, debit="10.00", party_id=dupont.pk))


def test_a_client_line_names_the_passer_by_of_its_document(op):
    dupont = party(name="Dupont")
    martin = party(name="Martin", account=dupont.account)
    sale = invoice_entry(dupont.account, "30.00", JAN5, party=dupont)

    with refused("ledger_3_lines_of_entry"):
        insert("ledger_line", **raw_client_line(raw_entry(sale, op), sale, debit="10.00", party_id=martin.pk))


def test_a_client_line_names_no_passer_by_of_another_account(op):
    dupont, elsewhere = party(), party()
    sale = invoice_entry(dupont.account, "30.00", JAN5, party=dupont)
    taken_over = {"reference": "F-X", "series_id": None, "year": None, "number": None}
    document = insert("ledger_document", **raw_document(sale, op, **taken_over, party_id=elsewhere.pk))

    with refused("ledger_3_lines_of_entry"):
        entry = raw_entry(sale, op, document_id=document)
        insert("ledger_line", **raw_client_line(entry, sale, debit="10.00", party_id=elsewhere.pk))


def test_a_line_does_not_come_before_its_entry(invoice, op):
    key = unused("ledger_entry")

    with refused("ledger_3_lines_of_entry"):
        insert("ledger_line", **raw_client_line(key, invoice, debit="10.00"))
        insert("ledger_line", **raw_line(key, invoice, credit="10.00"))
        raw_entry(invoice, op, id=key)
        settle()


def test_an_account_of_the_chart_is_not_made_anew_with_another_nature(invoice):
    with refused("ledger_3_chart_kept"):
        execute("DELETE FROM ledger_generalaccount WHERE code = '411'")
        insert("ledger_generalaccount", code="411", label="Clients", is_receivable=False)


def test_a_party_does_not_change_accounts(db):
    dupont = party()

    with refused("ledger_3_party_fixed"):
        execute("UPDATE ledger_party SET account_id = %s WHERE id = %s", account(walk_in=True).pk, dupont.pk)


# Reservations


def test_a_reservation_keeps_no_more_than_is_open(payment, op):
    with refused("ledger_3_reserved_within_open"):
        insert("ledger_reservation", credit_id=payment.pk, amount="70.01", operation_id=op.pk)


def test_two_reservations_keep_no_more_than_is_open(payment, op):
    insert("ledger_reservation", credit_id=payment.pk, amount="40.00", operation_id=op.pk)

    with refused("ledger_3_reserved_within_open"):
        insert("ledger_reservation", credit_id=payment.pk, amount="30.01", operation_id=op.pk)


@pytest.mark.parametrize("amount", ["0", "-1.00"])
def test_a_reservation_is_positive(payment, op, amount):
    with refused("ledger_3_reservation_positive"):
        insert("ledger_reservation", credit_id=payment.pk, amount=amount, operation_id=op.pk)


def test_a_debit_is_not_reserved(invoice, op):
    with refused("ledger_3_reserved_within_open"):
        insert("ledger_reservation", credit_id=invoice.pk, amount="10.00", operation_id=op.pk)


def test_a_reservation_is_not_born_released(payment, op):
    with refused("ledger_3_reservation_made"):
        insert("ledger_reservation", credit_id=payment.pk, amount="10.00", operation_id=op.pk, released_by_id=op.pk)


def test_a_reservation_does_not_come_before_its_item(payment, op):
    key = unused("ledger_line")

    with refused("ledger_3_reservation_made"):
        insert("ledger_reservation", credit_id=key, amount="10.00", operation_id=op.pk)
        entry = raw_entry(payment, op)
        insert("ledger_line", **raw_client_line(entry, payment, credit="10.00"), id=key)
        insert("ledger_line", **raw_line(entry, payment, debit="10.00"))
        settle()


# Two desks at once


def pay(invoice: OpenItem, amount: str, met: Barrier, lock) -> list[Allocation]:
    """A desk that pays what it saw open of an invoice; both desks have looked before either posts, if they can."""
    with transaction.atomic():
        operation = op_under_way(JAN20)
        lock(invoice.account)
        days = services.open_days(operation)
        seen = queries.items_by_key([invoice.pk])[invoice.pk]
        with suppress(BrokenBarrierError):  # the other one may be waiting for our lock
            met.wait(0.3)
        payment = posted(
            invoice.account,
            Document.Kind.PAYMENT,
            [Part("411", credit=Decimal(amount), kind=Kind.PAYMENT), Part("512", debit=Decimal(amount))],
            JAN20,
            journal=Journal.Kind.BANK,
            op=operation,
        ).items[0]
        return services.allocate([Pair(seen, payment, Decimal(amount))], on=JAN20, op=operation, days=days)


def two_desks(lock) -> tuple[list, ClientAccount]:
    invoice = invoice_entry(account(), "100.00", JAN5)
    met = Barrier(2)
    outcomes = run_together(*[lambda: pay(invoice, "70.00", met, lock)] * 2)
    outcomes.sort(key=lambda outcome: isinstance(outcome, Exception))
    return outcomes, ClientAccount.objects.get(pk=invoice.account_id)


def test_of_two_desks_that_pay_one_invoice_the_second_is_told_what_is_left(own_database):
    (done, refusal), client = two_desks(services.lock)

    assert [allocation.amount for allocation in done] == [Decimal("70.00")]
    assert isinstance(refusal, NothingLeft)
    assert refusal.left == Decimal("30.00")
    assert (client.open_debit, client.open_credit) == (Decimal("30.00"), 0)


def test_without_the_lock_the_second_desk_runs_into_the_database(own_database):
    (done, refusal), client = two_desks(lambda *_accounts: None)

    assert [allocation.amount for allocation in done] == [Decimal("70.00")]
    assert isinstance(refusal, IntegrityError)
    assert refusal.__cause__.diag.constraint_name == "ledger_3_open_within_amount"
    assert (client.open_debit, client.open_credit) == (Decimal("30.00"), 0)


def test_of_ten_desks_that_pay_one_invoice_whole_one_is_accepted(own_database):
    invoice = invoice_entry(account(), "500.00", JAN5)
    met = Barrier(11)  # nobody waits for the others

    outcomes = run_together(*[lambda: pay(invoice, "500.00", met, services.lock)] * 10)

    refusals = [outcome for outcome in outcomes if isinstance(outcome, NothingLeft)]
    assert len(refusals) == 9
    assert {refusal.left for refusal in refusals} == {0}
    assert Allocation.objects.get().amount == Decimal("500.00")


def test_an_allocation_that_looks_at_an_old_snapshot_is_refused(own_database):
    client = account()
    invoice = invoice_entry(client, "100.00", JAN5)
    payments = [payment_entry(client, "70.00", JAN5) for _ in range(2)]
    operation = op_under_way(JAN20)

    with pytest.raises(OperationalError, match="could not serialize"), transaction.atomic():  # noqa: PT012 (its parts)
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert execute("SELECT open FROM ledger_openitem WHERE line_id = %s", invoice.pk) == [(Decimal("100.00"),)]
        run_together(lambda: allocate(invoice, payments[0], "70.00", JAN20))
        insert("ledger_allocation", **raw_allocation(invoice, payments[1], operation, "70.00"))

    assert left(invoice) == Decimal("30.00")


def test_raw_allocations_of_two_connections_take_no_more_than_is_open(own_database):
    client = account()
    invoice = invoice_entry(client, "100.00", JAN5)
    payments = [payment_entry(client, "70.00", JAN5) for _ in range(2)]
    operation = op_under_way(JAN20)

    outcomes = run_together(
        *[
            lambda payment=payment: insert("ledger_allocation", **raw_allocation(invoice, payment, operation, "70.00"))
            for payment in payments
        ]
    )

    refusals = [outcome for outcome in outcomes if isinstance(outcome, IntegrityError)]
    assert [refusal.__cause__.diag.constraint_name for refusal in refusals] == ["ledger_3_open_within_amount"]
    assert left(invoice) == Decimal("30.00")
