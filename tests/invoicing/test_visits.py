"""Visits whose basket changes while the books are locked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoicing.models import Visit
from invoicing.services import change_visit
from ledger.balance import balance_of
from ledger.models import PeriodLock
from ledger.services import shut
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
