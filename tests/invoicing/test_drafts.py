"""Drafts of invoices: their lines edited, the visits they take and give back."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing.models import Invoice, Visit
from invoicing.services import (
    AlreadyIssued,
    NothingToInvoice,
    change_draft,
    change_visit,
    delete_draft,
    draft_lines,
    draft_visits,
    issue_invoice,
)
from ledger.balance import balance_of
from office.editing import SavedMeanwhile
from tests.desk import client, desk, line, op

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def drafted_visit(*prices: str) -> tuple[Visit, Invoice]:
    visit = desk.visits(client(), DAY, *map(line, prices), kind=Visit.Kind.SALE)
    return visit, draft_visits(visits=[visit], op=op(DAY))


def test_a_line_taken_off_a_draft_is_the_visits_again():
    visit, draft = drafted_visit("60.00", "15.00")
    kept, _ = draft.lines.order_by("position")

    change_draft(invoice=draft, lines=[(line("3.00"), None), (line("50.00"), kept.pk)], op=op(DAY))

    assert [row.unit_price for row in draft.lines.order_by("position")] == [Decimal(3), Decimal(50)]
    free = visit.lines.get(invoice_line=None)
    assert free.unit_price == 15
    issue_invoice(invoice=draft, on=DAY, op=op(DAY))
    balance = balance_of(visit.client.account, today=DAY)
    assert (balance.to_invoice.amount, balance.unpaid_invoices.amount) == (15, 53)


def test_a_draft_thrown_away_frees_its_visits():
    visit, draft = drafted_visit("60.00")

    delete_draft(invoice=draft, op=op(DAY))

    assert not Invoice.objects.exists()
    change_visit(visit=visit, lines=[line("61.00")], op=op(DAY))
    assert draft_visits(visits=[visit], op=op(DAY)).lines.get().unit_price == 61


def test_the_second_of_two_who_edit_a_draft_is_told():
    draft = draft_lines(client=client(), lines=[line("60.00")], op=op(DAY))
    change_draft(invoice=Invoice.objects.get(pk=draft.pk), lines=[(line("61.00"), None)], version=1, op=op(DAY))

    with pytest.raises(SavedMeanwhile) as told:
        change_draft(invoice=draft, lines=[(line("62.00"), None)], version=1, op=op(DAY))

    assert (told.value.version, draft.lines.get().unit_price) == (2, 61)


def test_a_draft_has_a_line_and_is_no_more_once_it_is_issued():
    draft = draft_lines(client=client(), lines=[line("60.00")], op=op(DAY))
    with pytest.raises(NothingToInvoice):
        change_draft(invoice=draft, lines=[], op=op(DAY))
    issue_invoice(invoice=draft, on=DAY, op=op(DAY))

    with pytest.raises(AlreadyIssued):
        change_draft(invoice=draft, lines=[(line("62.00"), None)], op=op(DAY))
    with pytest.raises(AlreadyIssued):
        delete_draft(invoice=draft, op=op(DAY))


def test_a_key_of_another_draft_is_a_new_line():
    draft = draft_lines(client=client(), lines=[line("60.00")], op=op(DAY))
    other = draft_lines(client=client(), lines=[line("70.00")], op=op(DAY))

    change_draft(invoice=draft, lines=[(line("1.00"), other.lines.get().pk)], op=op(DAY))

    assert (draft.lines.get().unit_price, other.lines.get().unit_price) == (1, 70)
