"""Invariant 7: the totals kept on a client account are kept by the database, and always equal a recount."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pgtrigger
import pytest

from clients.services import Details, open_client
from invoicing.models import VisitSpell
from invoicing.services import NewLine, record_visit
from ledger import verify
from ledger.models import Allocation, ClientAccount, Document, Kind, Operation, PeriodLock
from ledger.services import Part, shut
from tests.factories import (
    account,
    allocate,
    credit_note_entry,
    detach,
    invoice_entry,
    op,
    op_under_way,
    party,
    payment_entry,
    posted,
    refund_entry,
    reverse,
)
from tests.helpers import copy_in, execute, insert, refused, run_together, settle
from tests.invariants.raw import raw_client_line, raw_entry, raw_line, unused

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN20 = date(2026, 1, 20)
FEB10 = date(2026, 2, 10)
MAR10 = date(2026, 3, 10)

AMOUNTS = ["debit", "credit", "open_debit", "open_credit", "invoiced", "collected", "to_invoice"]


def totals(client: ClientAccount) -> dict[str, str | None]:
    """What is kept on the account and isn't 0."""
    client.refresh_from_db()
    kept = {name: getattr(client, name) for name in [*AMOUNTS, "first_due"]}
    return {name: str(value) for name, value in kept.items() if value}


# Typed by hand


@pytest.fixture
def invoice(db):
    """An invoice of 100.00, the only line of its account."""
    item = invoice_entry(account(), "100.00", JAN5, FEB10)
    settle()
    return item


@pytest.mark.parametrize("way", [nullcontext, pgtrigger.ignore])
@pytest.mark.parametrize("change", [*[f"{name} = {name} + 1" for name in AMOUNTS], "first_due = NULL"])
def test_a_total_is_not_typed(invoice, change, way):
    with way(), refused("ledger_7_totals_kept"):
        execute(f"UPDATE ledger_clientaccount SET {change}")


def test_totals_that_tie_are_not_typed_either(invoice):
    with refused("ledger_7_totals_kept"):
        ClientAccount.objects.update(debit=0, open_debit=0)


@pytest.mark.parametrize("total", [*[{name: 1} for name in AMOUNTS], {"first_due": JAN5}])
def test_an_account_starts_at_zero(db, total):
    values = dict.fromkeys(AMOUNTS, 0) | total

    with refused("ledger_7_totals_start_at_zero"):
        insert("ledger_clientaccount", currency="EUR", walk_in=False, **values)


def test_an_account_is_not_copied_in_with_totals(db):
    with refused("ledger_7_totals_start_at_zero"):
        copy_in("ledger_clientaccount", dict.fromkeys(AMOUNTS, 5) | {"currency": "EUR", "walk_in": False})


def test_an_account_in_use_is_not_removed(invoice):
    with refused("ledger_7_account_kept"):
        execute("DELETE FROM ledger_clientaccount")


# Kept


def test_an_invoice_counts_as_debit_open_and_invoiced(invoice):
    assert totals(invoice.account) == {
        "debit": "100.00",
        "open_debit": "100.00",
        "invoiced": "100.00",
        "first_due": "2026-02-10",
    }


def test_lines_written_past_the_services_are_counted(invoice):
    entry = raw_entry(invoice, op_under_way(JAN5))
    lines = [
        raw_client_line(entry, invoice, debit="30.00", due=JAN20),
        raw_client_line(entry, invoice, debit="20.00", due=MAR10),
        raw_line(entry, invoice, credit="50.00"),
    ]

    copy_in("ledger_line", *lines)

    assert totals(invoice.account) == {
        "debit": "150.00",
        "open_debit": "150.00",
        "invoiced": "150.00",
        "first_due": "2026-01-20",
    }


def test_a_payment_counts_as_credit_and_collected(db):
    payment = payment_entry(account(), "70.00", JAN5)

    assert totals(payment.account) == {"credit": "70.00", "open_credit": "70.00", "collected": "70.00"}


def test_a_refund_counts_against_what_was_collected(db):
    payment = payment_entry(account(), "70.00", JAN5)
    refund = refund_entry(payment.account, "30.00", JAN10)
    allocate(refund, payment, "30.00", JAN10)

    assert totals(payment.account) == {
        "debit": "30.00",
        "credit": "70.00",
        "open_credit": "40.00",
        "collected": "40.00",
    }


def test_a_credit_note_is_neither_invoiced_nor_collected(db):
    note = credit_note_entry(account(), "70.00", JAN5)

    assert totals(note.account) == {"credit": "70.00", "open_credit": "70.00"}


@pytest.mark.parametrize("kind", [Kind.FEE, Kind.WRITE_OFF, Kind.RESCHEDULE])
def test_other_debits_are_not_invoiced(db, kind):
    client = account()
    posted(
        client,
        Document.Kind.INCIDENT,
        [Part("411", debit=Decimal(15), kind=kind), Part("7581", credit=Decimal(15))],
        JAN5,
    )

    assert totals(client) == {"debit": "15.00", "open_debit": "15.00", "first_due": "2026-01-05"}


@pytest.mark.parametrize(
    ("side", "counted"),
    [
        ("debit", {"debit": "15.00", "open_debit": "15.00", "invoiced": "15.00", "first_due": "2026-01-05"}),
        ("credit", {"credit": "15.00", "open_credit": "15.00"}),
    ],
)
def test_an_opening_balance_is_invoiced_where_the_client_owes(db, side, counted):
    client = account()
    parts = [Part("411", **{side: Decimal(15)}, kind=Kind.OPENING)]
    parts.append(Part("890", **{"credit" if side == "debit" else "debit": Decimal(15)}))

    posted(client, Document.Kind.OPENING, parts, JAN5)

    assert totals(client) == counted


@pytest.mark.parametrize("entry", [invoice_entry, payment_entry, refund_entry, credit_note_entry])
def test_a_reversal_takes_all_back(db, entry):
    item = entry(account(), "70.00", JAN5)

    reverse(item, JAN10)

    assert totals(item.account) == {"debit": "70.00", "credit": "70.00"}


def test_open_totals_and_first_due_follow_allocations_and_detaches(invoice):
    client = invoice.account
    later = invoice_entry(client, "50.00", JAN5, MAR10)
    payment = payment_entry(client, "120.00", JAN10)
    first = allocate(invoice, payment, "100.00", JAN10)
    assert totals(client)["first_due"] == "2026-03-10"
    allocate(later, payment, "20.00", JAN10)
    assert (totals(client)["open_debit"], totals(client).get("open_credit")) == ("30.00", None)

    detach(first, JAN20)

    assert totals(client) == {
        "debit": "150.00",
        "credit": "120.00",
        "open_debit": "130.00",
        "open_credit": "100.00",
        "invoiced": "150.00",
        "collected": "120.00",
        "first_due": "2026-02-10",
    }
    settle()
    assert list(verify.faults()) == []


def test_several_accounts_of_one_statement_are_counted_apart(db):
    clients = [account() for _ in range(3)]
    invoices = [invoice_entry(client, "100.00", JAN5) for client in clients]
    payments = [payment_entry(client, "100.00", JAN5) for client in clients]
    amounts = [Decimal("10.00"), Decimal("20.00"), Decimal("30.00")]

    Allocation.objects.bulk_create(
        Allocation(
            account=invoice.account,
            debit=invoice,
            credit=payment,
            amount=amount,
            day=JAN5,
            debit_day=JAN5,
            debit_due=JAN5,
            credit_day=JAN5,
            operation=op_under_way(JAN5),
        )
        for invoice, payment, amount in zip(invoices, payments, amounts, strict=True)
    )

    assert [totals(client)["open_debit"] for client in clients] == ["90.00", "80.00", "70.00"]
    settle()
    assert list(verify.faults()) == []


def test_the_totals_of_a_walk_in_account_are_those_of_all_its_passers_by(db):
    dupont = party(name="Dupont")
    martin = party(name="Martin", account=dupont.account)

    invoice_entry(dupont.account, "30.00", JAN5, party=dupont)
    credit_note_entry(dupont.account, "50.00", JAN5, party=martin)

    kept = totals(dupont.account)
    assert (kept["open_debit"], kept["open_credit"]) == ("30.00", "50.00")


# To invoice


@pytest.fixture
def visit(db):
    """A visit of one line of 31.00, of 5 January, not invoiced."""
    client = open_client(Details(name="Mme Anne Roche"))
    lines = [NewLine("Consultation", Decimal("31.00"), Decimal(20))]
    return record_visit(client=client, day=JAN5, lines=lines, op=op(JAN5, Operation.Kind.VISIT))


@pytest.fixture
def ended(visit):
    """The same visit, whose spell ended on 10 January."""
    execute("UPDATE invoicing_visitspell SET until = %s", JAN10)
    settle()
    return visit


def spell(visit, **columns) -> dict:
    values = {
        "line_id": visit.lines.get().pk,
        "account_id": visit.client.account_id,
        "since": FEB10,
        "amount": "31.00",
    }
    return values | columns


def test_a_visit_counts_to_invoice_until_its_spell_ends(visit):
    assert totals(visit.client.account) == {"to_invoice": "31.00"}

    execute("UPDATE invoicing_visitspell SET until = %s", JAN10)

    assert totals(visit.client.account) == {}


def test_shortening_an_ended_spell_changes_no_total(visit):
    execute("UPDATE invoicing_visitspell SET until = %s", JAN20)
    insert("invoicing_visitspell", **spell(visit, since=JAN20, amount="40.00"))

    execute("UPDATE invoicing_visitspell SET until = %s WHERE until IS NOT NULL", JAN10)

    assert totals(visit.client.account) == {"to_invoice": "40.00"}


def test_a_spell_is_of_the_account_of_its_visit(ended):
    with refused("invoicing_7_spells_begun"):
        insert("invoicing_visitspell", **spell(ended, account_id=account().pk))
    with refused("invoicing_7_spells_begun"):
        insert("invoicing_visitspell", **spell(ended, line_id=unused("invoicing_visitline")))


def test_a_spell_is_of_the_passer_by_of_its_visit(ended):
    with refused("invoicing_7_spells_begun"):
        insert("invoicing_visitspell", **spell(ended, party_id=party().pk))


def test_a_spell_begins_without_an_end(ended):
    with refused("invoicing_7_spells_begun"):
        insert("invoicing_visitspell", **spell(ended, until=MAR10))


def test_spells_of_a_line_do_not_overlap(visit):
    with refused("invoicing_7_spells_apart"):
        insert("invoicing_visitspell", **spell(visit))


def test_a_spell_has_an_amount(ended):
    with refused("invoicing_7_spell_amount"):
        insert("invoicing_visitspell", **spell(ended, amount="NaN"))


@pytest.mark.parametrize("change", ["amount = 1", "since = since - 1", "until = NULL", "account_id = account_id + 1"])
def test_a_spell_is_ended_and_not_changed(visit, change):
    with refused("invoicing_7_spell_only_shortened"):
        execute(f"UPDATE invoicing_visitspell SET {change}")


def test_an_ended_spell_does_not_go_on(ended):
    with refused("invoicing_7_spell_only_shortened"):
        execute("UPDATE invoicing_visitspell SET until = %s", JAN20)
    with refused("invoicing_7_spell_only_shortened"):
        execute("UPDATE invoicing_visitspell SET until = NULL")


def test_a_spell_does_not_end_before_it_begins(visit):
    with refused("invoicing_7_spell_forward"):
        execute("UPDATE invoicing_visitspell SET until = since - 1")


def test_a_spell_is_not_removed(ended):
    with refused("invoicing_2_spell_kept"):
        VisitSpell.objects.all()._raw_delete("default")
    with refused("invoicing_2_spell"):
        execute("TRUNCATE invoicing_visitspell CASCADE")


def test_no_spell_ends_on_a_locked_day(visit):
    shut(PeriodLock.Scope.BOOKS, JAN10)

    with refused("ledger_5_books_locked"):
        execute("UPDATE invoicing_visitspell SET until = %s", JAN10)


def test_no_spell_begins_on_a_locked_day(ended):
    shut(PeriodLock.Scope.BOOKS, JAN10)

    with refused("ledger_5_books_locked"):
        insert("invoicing_visitspell", **spell(ended, since=JAN10))


# At once


def test_totals_equal_a_recount_when_eight_post_to_one_account_at_once(own_database):
    client = account()

    def desk() -> None:
        for _ in range(6):
            invoice = invoice_entry(client, "10.00", JAN5)
            payment = payment_entry(client, "7.00", JAN5)
            detach(allocate(invoice, payment, "5.00", JAN5), JAN10)
            allocate(invoice, payment, "4.00", JAN10)

    outcomes = run_together(*[desk] * 8)

    assert outcomes == [None] * 8
    assert totals(client) == {
        "debit": "480.00",
        "credit": "336.00",
        "open_debit": "288.00",
        "open_credit": "144.00",
        "invoiced": "480.00",
        "collected": "336.00",
        "first_due": "2026-01-05",
    }
    assert list(verify.faults()) == []


def test_totals_equal_a_recount_when_raw_lines_are_written_at_once(own_database):
    invoice = invoice_entry(account(), "100.00", JAN5)
    operations = [op_under_way(JAN5) for _ in range(6)]

    def attack(operation: Operation) -> None:
        execute(
            """
            WITH entry AS (
                INSERT INTO ledger_entry (journal_id, document_id, operation_id, day, currency, label)
                VALUES ('VE', %s, %s, %s, 'EUR', 'Attaque') RETURNING id, day
            )
            INSERT INTO ledger_line (entry_id, day, account_id, client_account_id, kind, due, debit, credit)
            SELECT id, day, '411', %s, 'invoice', day, 10, 0 FROM entry
            UNION ALL SELECT id, day, '706', NULL, '', NULL, 0, 10 FROM entry
            """,
            invoice.document_id,
            operation.pk,
            JAN5,
            invoice.account_id,
        )

    outcomes = run_together(*[lambda operation=operation: attack(operation) for operation in operations])

    assert outcomes == [None] * 6
    assert totals(invoice.account)["debit"] == "160.00"
    assert list(verify.faults()) == []
