"""Visits whose basket changes while the books are locked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from credits.services import draft_global_credit
from invoicing.models import Visit
from invoicing.services import change_visit, draft_lines, record_visit
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
