"""Validating credit notes, others having been validated since they were drafted."""

from datetime import date
from decimal import Decimal

import pytest
from djmoney.money import Money

from credits.services import Credited, draft_amount_credit, draft_credit, validate_credit_note
from invoicing.parts import CreditTooLarge, QuantityTooLarge
from tests.desk import client, desk, line, op

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def draft(invoice, rank, units, ttc=None):
    chosen = [Credited(invoice.lines.get(position=rank), Decimal(units), ttc and Decimal(ttc))]
    return draft_credit(invoice=invoice, chosen=chosen, op=op(DAY))


def test_drafts_of_one_line_make_its_very_figures_whichever_were_drafted_first():
    invoice = desk.invoices(client(), DAY, line("9.99"))
    drafts = [draft_amount_credit(invoice=invoice, amount=Money("3.33", "EUR"), op=op(DAY)) for _ in range(3)]

    notes = [validate_credit_note(note=one, op=op(DAY)) for one in drafts]

    assert [sum(getattr(note, name) for note in notes) for name in ("ht", "vat")] == [invoice.ht, invoice.vat]


def test_the_second_of_two_drafts_is_refused_once_too_few_units_are_left():
    invoice = desk.invoices(client(), DAY, line("10.00", quantity="3"))
    first, second = draft(invoice, 1, "2", "5.00"), draft(invoice, 1, "2", "5.00")
    validate_credit_note(note=first, op=op(DAY))

    with pytest.raises(QuantityTooLarge):
        validate_credit_note(note=second, op=op(DAY))


def test_drafts_of_two_lines_take_no_more_than_the_whole_invoice():
    invoice = desk.invoices(client(), DAY, line("60.00"), line("40.00"), line("20.00", quantity="-1"))
    first, second = draft(invoice, 1, "1"), draft(invoice, 2, "1")
    validate_credit_note(note=first, op=op(DAY))

    with pytest.raises(CreditTooLarge, match="20,00"):
        validate_credit_note(note=second, op=op(DAY))
