"""Invoices disputed, rescheduled and duplicated."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing.models import Dispute, Visit
from invoicing.queries import e_document, invoices, issued_invoices
from invoicing.services import (
    AlreadyDisputed,
    NotDisputed,
    NothingDue,
    StillDraft,
    dispute_invoice,
    draft_lines,
    duplicate_invoice,
    end_dispute,
    reschedule,
)
from invoicing.statuses import AWAITING, CANCELLED, LATE, PART_PAID
from invoicing.terms import ScheduleOffTotal
from ledger.models import Allocation, Kind, PeriodLock
from ledger.services import PeriodClosed, shut
from payments.services import NotDetachable, detach_allocation
from tests.builders import a_client, cancel, document, figures, invoice, left, line, pay, told
from tests.desk import desk, op
from tests.factories import op_under_way
from tests.helpers import execute, insert, refused, settle

pytestmark = pytest.mark.usefixtures("sound_ledger")

JAN = date(2026, 1, 31)
FEB = date(2026, 2, 28)
MARCH = date(2026, 3, 20)
LATER = date(2026, 3, 25)
APRIL = date(2026, 4, 30)


@pytest.fixture
def client():
    return a_client()


@pytest.fixture
def f(client):
    """300, due on 31/01."""
    return invoice(client, date(2026, 1, 5), "300", due=JAN)


def spread(f, *dues, on=MARCH):
    return reschedule(invoice=f, dues=[(day, Decimal(amount)) for day, amount in dues], op=op(on))


def status(client, f, today=LATER, on=None):
    return invoices(client, today=today, on=on).get(pk=f.pk).status


def test_what_was_late_is_late_no_longer_from_the_day_it_is_rescheduled(client, f):
    spread(f, (APRIL, "300"))

    assert told(client, LATER, on=FEB, overdue="300", invoiced="300", unpaid="300")
    assert told(client, LATER, on=LATER, overdue="0", invoiced="300", unpaid="300")
    assert told(client, LATER, overdue="0", invoiced="300", collected="0", unpaid="300", credit="0")
    assert told(client, date(2026, 5, 1), overdue="300")
    assert (status(client, f, on=FEB), status(client, f)) == (LATE, AWAITING)


def test_the_old_instalments_stay_and_new_ones_follow_them(client, f):
    pay(client, FEB, "100", {f: "100"})

    spread(f, (APRIL, "120"), (date(2026, 5, 31), "80"))

    kept = [(one.rank, one.due, one.amount.amount, one.item.open) for one in f.instalments.order_by("rank")]
    assert kept == [
        (1, JAN, Decimal(300), Decimal(0)),
        (2, APRIL, Decimal(120), Decimal(120)),
        (3, date(2026, 5, 31), Decimal(80), Decimal(80)),
    ]
    assert status(client, f) == PART_PAID
    row = issued_invoices(client, today=LATER).get()
    assert (row.left, row.collected, row.due) == (Decimal(200), Decimal(100), APRIL)


def test_the_new_instalments_are_paid_like_any_other(client, f):
    spread(f, (APRIL, "150"), (date(2026, 5, 31), "150"))
    first, second = (one.item for one in f.instalments.filter(rank__gt=1).order_by("rank"))

    pay(client, LATER, "300", {first: "150", second: "150"})

    assert told(client, LATER, invoiced="300", collected="300", unpaid="0", balance="0")
    assert left(f) == 0


def test_what_was_rescheduled_is_rescheduled_again(client, f):
    spread(f, (APRIL, "300"))

    spread(f, (date(2026, 5, 31), "100"), (date(2026, 6, 30), "200"), on=LATER)

    assert told(client, LATER, invoiced="300", unpaid="300")
    assert told(client, date(2026, 6, 1), overdue="100")


def test_a_rescheduled_invoice_is_cancelled_whole(client, f):
    spread(f, (APRIL, "300"))

    cancel(f, LATER)

    assert told(client, LATER, unpaid="0", credit="0", balance="0")
    assert status(client, f) == CANCELLED


def test_a_payment_cancelled_later_opens_its_own_instalment_again(client, f):
    paid = pay(client, FEB, "100", {f: "100"})
    spread(f, (APRIL, "200"))

    cancel(paid, LATER)

    assert told(client, LATER, unpaid="300", overdue="100", collected="0")


def test_new_instalments_add_up_to_what_is_left(client, f):
    with pytest.raises(ScheduleOffTotal, match="100,00"):
        spread(f, (APRIL, "200"))


def test_what_is_paid_or_a_draft_is_not_rescheduled(client, f):
    pay(client, FEB, "300", {f: "300"})
    draft = draft_lines(client=client, lines=[line("5")], op=op(FEB))

    with pytest.raises(NothingDue):
        spread(f, (APRIL, "300"))
    with pytest.raises(StillDraft):
        spread(draft, (APRIL, "5"))


def test_nothing_is_rescheduled_in_a_locked_period(f):
    shut(PeriodLock.Scope.BOOKS, MARCH)

    with pytest.raises(PeriodClosed):
        spread(f, (APRIL, "300"))


def test_what_moves_an_instalment_is_not_detached(f):
    spread(f, (APRIL, "300"))

    with pytest.raises(NotDetachable):
        detach_allocation(allocation=Allocation.objects.get(credit__kind=Kind.RESCHEDULE), op=op(LATER))


def test_a_rescheduled_invoice_of_a_passer_by_stays_theirs():
    walk_in = a_client("PASSAGE", walk_in=True)
    party = walk_in.account.parties.create(name="Dupont")
    f = invoice(walk_in, date(2026, 1, 5), "30", due=JAN, party=party)

    spread(f, (APRIL, "30"))

    assert {item.party_id for item in document(f).items.all()} == {party.pk}
    assert figures(walk_in, LATER, "to_pay") == {"to_pay": Decimal(30)}


def test_a_disputed_invoice_keeps_its_status_and_figures(client, f):
    dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(FEB))

    row = invoices(client, today=FEB).get()
    assert (row.disputed, row.status) == (True, LATE)
    assert told(client, FEB, unpaid="300", overdue="300")


def test_a_lifted_dispute_stays_in_the_history(client, f):
    dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(FEB))

    end_dispute(invoice=f, op=op(MARCH))

    days = [invoices(client, today=LATER, on=day).get().disputed for day in (JAN, FEB, MARCH)]
    assert days == [False, True, False]
    assert Dispute.objects.get().reason == "Soin non reconnu"
    assert dispute_invoice(invoice=f, reason="Encore", op=op(LATER)).ended_by is None


def test_an_invoice_is_disputed_once_at_a_time(client, f):
    dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(FEB))

    with pytest.raises(AlreadyDisputed, match="Soin non reconnu"):
        dispute_invoice(invoice=f, reason="Encore", op=op(FEB))


def test_what_owes_nothing_is_not_disputed(client, f):
    pay(client, FEB, "300", {f: "300"})

    with pytest.raises(NothingDue):
        dispute_invoice(invoice=f, reason="Trop tard", op=op(FEB))
    with pytest.raises(NotDisputed):
        end_dispute(invoice=f, op=op(FEB))


def test_a_duplicate_has_the_lines_at_their_prices_and_no_visit(client):
    visit = desk.visits(client, JAN, line("60.00"), line("40.00", rate="5.5", quantity="2"), kind=Visit.Kind.SALE)
    f = desk.invoices_visit(visit, JAN)

    draft = duplicate_invoice(invoice=f, op=op(MARCH))

    assert (draft.document, draft.ttc, draft.client) == (None, f.ttc, client)
    copied = [(one.label, one.quantity, one.unit_price, one.vat_rate, one.visit_line) for one in draft.lines.all()]
    assert copied == [("Soin", 1, 60, 20, None), ("Soin", 2, 40, Decimal("5.5"), None)]
    assert told(client, MARCH, to_invoice="0", unpaid="140")


@pytest.mark.parametrize(
    ("attack", "rule"),
    [
        ("UPDATE invoicing_dispute SET reason = 'X'", "invoicing_2_dispute_unchanged"),
        ("UPDATE invoicing_dispute SET ended_by_id = NULL", "invoicing_2_dispute_unchanged"),
        ("DELETE FROM invoicing_dispute", "invoicing_2_dispute_kept"),
        ("TRUNCATE invoicing_dispute CASCADE", "invoicing_2_dispute"),
    ],
)
def test_a_dispute_is_neither_changed_nor_removed(f, attack, rule):
    dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(FEB))
    settle()

    with refused(rule):
        execute(attack)


def test_a_lifted_dispute_stays_lifted(f):
    dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(FEB))
    end_dispute(invoice=f, op=op(MARCH))

    with refused("invoicing_2_dispute_unchanged"):
        execute("UPDATE invoicing_dispute SET ended_by_id = %s", op_under_way(LATER).pk)


def test_two_disputes_do_not_stand_at_once(f):
    first = dispute_invoice(invoice=f, reason="Soin non reconnu", op=op(FEB))

    with refused("invoicing_2_one_live_dispute"):
        insert("invoicing_dispute", invoice_id=f.pk, reason="Encore", operation_id=first.operation_id)


def test_what_is_printed_keeps_the_instalments_that_were_issued(f):
    spread(f, (APRIL, "100"), (date(2026, 5, 31), "200"))

    assert [(due, str(amount)) for due, amount in e_document(f).instalments] == [(JAN, "300.00")]
