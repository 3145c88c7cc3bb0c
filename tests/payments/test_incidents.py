"""Payments that bounce, and incidents that are cancelled after other things were."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from djmoney.money import Money

from demo.examples import all_open
from ledger.models import PeriodLock
from ledger.services import PeriodClosed, shut
from payments.models import Incident
from payments.services import BeforePayment, NegativeFee, cancel_incident, cancel_payment, declare_incident
from tests.desk import client, desk, line, op, opened

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)


def bounced(payment, on=NEXT, fee="0.00"):
    reason = Incident.Reason.UNFUNDED_CHEQUE
    return declare_incident(payment=payment, reason=reason, on=on, fee=Money(fee, "EUR"), op=op(NEXT))


def test_a_payment_does_not_bounce_before_it_was_made():
    payment = desk.takes(client(), DAY, "50.00")

    with pytest.raises(BeforePayment, match="02/03/2026"):
        bounced(payment, on=DAY - timedelta(days=1))


def test_a_fee_is_not_negative():
    payment = desk.takes(client(), DAY, "50.00")

    with pytest.raises(NegativeFee):
        bounced(payment, fee="-1.00")


def test_an_incident_is_not_cancelled_on_a_locked_day():
    incident = bounced(desk.takes(client(), DAY, "50.00"))
    shut(PeriodLock.Scope.BOOKS, NEXT)

    with pytest.raises(PeriodClosed):
        cancel_incident(incident=incident, op=op(NEXT))


def test_a_set_off_cancelled_since_is_not_done_again_when_the_incident_is_cancelled():
    buyer = client()
    payment = desk.takes(buyer, DAY, "50.00")
    invoice = desk.invoices(buyer, DAY, line("50.00"))
    set_off = desk.takes(buyer, DAY, "0.00", *all_open(buyer))
    incident = bounced(payment)
    cancel_payment(payment=set_off, op=op(NEXT))

    cancel_incident(incident=incident, op=op(NEXT))

    assert opened(buyer) == {str(payment): Decimal(-50), str(invoice): Decimal(50)}
