"""Drafts of credit notes: what may be credited of an invoice, and what a global one may name."""

from datetime import date
from decimal import Decimal

import pytest

from credits.services import Credited, ForeignInvoice, InvoiceNotIssued, NotOnInvoice, draft_credit, draft_global_credit
from invoicing.parts import CreditTooLarge, NothingCredited, QuantityTooLarge
from invoicing.services import draft_lines
from tests.desk import client, desk, line, op

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def invoice_of(*lines, to=None):
    return desk.invoices(to or client(), DAY, *lines)


def credit(invoice, *chosen):
    """Draft a credit of lines by rank: (rank, quantity, amount or None)."""
    lines = list(invoice.lines.order_by("position"))
    wanted = [Credited(lines[rank], Decimal(units), ttc and Decimal(ttc)) for rank, units, ttc in chosen]
    return draft_credit(invoice=invoice, chosen=wanted, op=op(DAY))


def test_lines_of_both_signs_credit_their_difference():
    invoice = invoice_of(line("100.00"), line("20.00", quantity="-1"))

    note = draft_credit(invoice=invoice, op=op(DAY))

    assert sum(one.ttc.amount for one in note.lines.all()) == Decimal("80.00")


def test_no_more_is_credited_than_the_whole_invoice_though_a_line_has_more():
    invoice = invoice_of(line("100.00"), line("20.00", quantity="-1"))

    with pytest.raises(CreditTooLarge, match="80,00"):
        credit(invoice, (0, "0", "100.00"))


def test_a_line_below_zero_is_not_credited_alone():
    invoice = invoice_of(line("100.00"), line("20.00", quantity="-1"))

    with pytest.raises(NothingCredited):
        credit(invoice, (1, "-1", None))


def test_a_line_is_chosen_once():
    invoice = invoice_of(line("50.00", quantity="2"))

    with pytest.raises(NotOnInvoice):
        credit(invoice, (0, "1", None), (0, "1", None))


@pytest.mark.parametrize(("units", "refusal"), [("-1", NothingCredited), ("3", QuantityTooLarge)])
def test_a_quantity_is_checked_though_its_amount_is_typed(units, refusal):
    invoice = invoice_of(line("10.00"), line("50.00", quantity="2"))

    with pytest.raises(refusal) as refused:
        credit(invoice, (1, units, "5.00"))

    assert refused.value.line == 2


def test_a_global_one_names_invoices_of_its_own_client():
    with pytest.raises(ForeignInvoice):
        draft_global_credit(client=client(), lines=[line("5.00")], reduces=[invoice_of(line("9.00"))], op=op(DAY))


def test_a_global_one_names_no_draft():
    buyer = client()
    draft = draft_lines(client=buyer, lines=[line("9.00")], op=op(DAY))

    with pytest.raises(InvoiceNotIssued):
        draft_global_credit(client=buyer, lines=[line("5.00")], reduces=[draft], op=op(DAY))
