"""Taking and giving money, and undoing it, on days that may be closed or still to come."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from djmoney.money import Money

from demo.examples import all_open
from ledger.models import PeriodLock
from ledger.services import PeriodClosed, shut
from payments.models import PaymentType
from payments.services import BeforeCancelled, cancel_payment, record_payment
from tests.desk import client, desk, line, op, opened

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)


def settle(buyer, amount, on, today):
    """A règlement of everything open, typed on a day for a day."""
    return record_payment(
        client=buyer,
        amount=Money(amount, "EUR"),
        type=PaymentType.objects.get(pk="card"),
        on=on,
        settles=all_open(buyer),
        op=op(today),
    )


@pytest.fixture
def owing():
    """A client with an invoice of 100 and a credit note of 30."""
    buyer = client()
    desk.invoices(buyer, DAY, line("100.00"))
    desk.credits(buyer, DAY, line("30.00"))
    return buyer


def test_after_the_closing_money_and_the_credits_set_with_it_bear_tomorrow(owing):
    shut(PeriodLock.Scope.TILL, DAY)

    settle(owing, "70.00", NEXT, DAY)

    assert opened(owing) == {}
    assert sorted(opened(owing, DAY).values()) == [Decimal(-30), Decimal(100)]
    assert opened(owing, NEXT) == {}


def test_a_payment_is_not_cancelled_before_its_own_day(owing):
    payment = settle(owing, "70.00", NEXT, NEXT)

    with pytest.raises(BeforeCancelled, match="03/03/2026"):
        cancel_payment(payment=payment, on=DAY, op=op(NEXT))


def test_a_set_off_is_not_cancelled_on_a_locked_day():
    buyer = client()
    desk.invoices(buyer, DAY, line("30.00"))
    desk.credits(buyer, DAY, line("30.00"))
    set_off = desk.takes(buyer, DAY, "0.00", *all_open(buyer))
    shut(PeriodLock.Scope.BOOKS, DAY)

    with pytest.raises(PeriodClosed):
        cancel_payment(payment=set_off, op=op(DAY))
