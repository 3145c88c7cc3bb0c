"""Cancelling invoices and credit notes, and the visit lines that they free and take back."""

from datetime import date
from decimal import Decimal

import pytest
from djmoney.money import Money

from credits.services import (
    Credited,
    FreedLineTaken,
    NotCreditable,
    NotValidated,
    cancel_credit_note,
    cancel_invoice,
    draft_amount_credit,
    draft_credit,
    draft_global_credit,
    validate_credit_note,
)
from invoicing.models import Visit
from invoicing.queries import waiting_lines
from invoicing.services import change_visit
from ledger.models import PeriodLock
from ledger.services import PeriodClosed, shut
from payments.services import Wanted
from tests.desk import client, desk, line, op

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)


def visited():
    """A visit of 60 and 40, and its invoice."""
    visit = desk.visits(client(), DAY, line("60.00"), line("40.00"), kind=Visit.Kind.SALE)
    return visit, desk.invoices_visit(visit, DAY)


def credited(invoice, rank, amount, day=DAY):
    """A validated credit note, with OK to dissociate, of an amount on one line."""
    chosen = [Credited(invoice.lines.get(position=rank), ttc=Decimal(amount))]
    note = draft_credit(invoice=invoice, chosen=chosen, frees_visits=True, op=op(day))
    return validate_credit_note(note=note, op=op(day))


def waiting(visit):
    return [one.unit_price for one in waiting_lines([visit])]


def test_a_draft_is_not_cancelled():
    draft = draft_global_credit(client=client(), lines=[line("5.00")], op=op(DAY))

    with pytest.raises(NotValidated):
        cancel_credit_note(note=draft, op=op(DAY))


def test_what_cancels_a_note_is_not_credited_in_turn():
    note = desk.credits(client(), DAY, line("30.00"))
    invoice = cancel_credit_note(note=note, op=op(DAY))

    with pytest.raises(NotCreditable):
        draft_amount_credit(invoice=invoice, amount=Money("5.00", "EUR"), op=op(DAY))
    with pytest.raises(NotCreditable):
        cancel_invoice(invoice=invoice, op=op(DAY))


def test_a_line_that_two_notes_freed_is_taken_back_by_cancelling_either():
    visit, invoice = visited()
    first = credited(invoice, 1, "20.00")
    credited(invoice, 1, "40.00")
    assert waiting(visit) == [Decimal(60)]

    cancel_credit_note(note=first, op=op(NEXT))

    assert waiting(visit) == []
    again = credited(invoice, 1, "20.00", NEXT)
    assert waiting(visit) == [Decimal(60)]
    cancel_credit_note(note=again, op=op(NEXT))
    assert waiting(visit) == []


def test_a_note_that_freed_nothing_takes_nothing_back():
    visit, invoice = visited()
    part = credited(invoice, 1, "20.00")
    credited(invoice, 2, "40.00")

    cancel_credit_note(note=part, op=op(NEXT))

    assert waiting(visit) == [Decimal(40)]


def test_a_freed_line_that_was_replaced_since_is_not_taken_back():
    visit, invoice = visited()
    note = credited(invoice, 1, "60.00")
    change_visit(visit=visit, lines=[line("55.00")], op=op(NEXT))

    with pytest.raises(FreedLineTaken, match="modifié"):
        cancel_credit_note(note=note, op=op(NEXT))


def test_a_paid_invoice_is_not_cancelled_on_a_locked_day():
    buyer = client()
    invoice = desk.invoices(buyer, DAY, line("50.00"))
    desk.takes(buyer, DAY, "50.00", Wanted(invoice.instalments.get().item_id, Decimal(50)))
    shut(PeriodLock.Scope.BOOKS, DAY)

    with pytest.raises(PeriodClosed):
        cancel_invoice(invoice=invoice, op=op(DAY))
