"""Visits whose basket changes while the books are locked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from credits.services import Credited, draft_credit, draft_global_credit, validate_credit_note
from invoicing.models import Visit
from invoicing.services import change_visit, draft_lines, draft_visits, issue_invoice, record_visit
from ledger.balance import balance_of
from ledger.models import Party, PeriodLock
from ledger.services import PartyNeeded, shut
from tests.desk import client, desk, line, op

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def test_a_change_on_a_locked_day_counts_from_the_first_open_one():
    buyer = client()
    visit = desk.visits(buyer, DAY, line("60.00"), kind=Visit.Kind.SALE)
    today = DAY + timedelta(days=1)
    shut(PeriodLock.Scope.BOOKS, today)

    change_visit(visit=visit, lines=[line("55.00")], op=op(today))

    tomorrow = today + timedelta(days=1)
    told = [balance_of(buyer.account, today=tomorrow, on=on).to_invoice.amount for on in (DAY, today, tomorrow)]
    assert told == [Decimal(60), Decimal(60), Decimal(55)]


def passer_by(walk_in):
    return Party.objects.create(account=walk_in.account, name="Dupont")


@pytest.mark.parametrize("acts", [record_visit, draft_lines, draft_global_credit])
@pytest.mark.parametrize("walk_in", [True, False])
def test_a_passer_by_is_of_the_client_or_refused(acts, walk_in):
    buyer = client(walk_in=walk_in)
    party = passer_by(client(walk_in=True))
    details = {"day": DAY} if acts is record_visit else {}

    with pytest.raises(PartyNeeded, match="pas de ce client"):
        acts(client=buyer, party=party, lines=[line("5.00")], op=op(DAY), **details)
    if not walk_in:
        with pytest.raises(PartyNeeded, match="pas de ce client"):
            acts(client=buyer, party=passer_by(buyer), lines=[line("5.00")], op=op(DAY), **details)


def freed(invoice, rank, day):
    """Credit a line whole, so that the visit's is to invoice again."""
    chosen = [Credited(invoice.lines.get(position=rank), Decimal(1))]
    note = draft_credit(invoice=invoice, chosen=chosen, frees_visits=True, op=op(day))
    return validate_credit_note(note=note, op=op(day))


def test_what_a_visit_has_left_is_stated_anew_from_the_day_of_a_backdated_invoice():
    buyer = client()
    days = [DAY + timedelta(days=n) for n in range(10)]
    visit = record_visit(
        client=buyer, day=DAY, lines=[line("3.33"), line("3.33")], prices_include_vat=False, op=op(DAY)
    )
    invoice = desk.invoices_visit(visit, DAY)
    freed(invoice, 1, days[1])
    draft = draft_visits(visits=[visit], op=op(days[1]))
    freed(invoice, 2, days[2])

    issue_invoice(invoice=draft, on=days[4], op=op(days[8]))

    told = [balance_of(buyer.account, today=days[9], on=day).to_invoice.amount for day in days[1:6]]
    # Two lines of 3.33 without VAT come to 7.99, one to 4.00.
    assert told == [Decimal(amount) for amount in ("4.00", "7.99", "7.99", "4.00", "4.00")]
