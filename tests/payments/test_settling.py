"""Issuing with money at once, detaching, and what stays set against what it cancels."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from credits.services import cancel_credit_note
from demo.examples import all_open
from invoicing.services import draft_lines
from ledger.models import Allocation, PeriodLock
from ledger.services import shut
from payments.models import Incident, Payment, PaymentType
from payments.services import NotDetachable, cancel_payment, declare_incident, detach_allocation, issue_and_pay
from tests.desk import client, desk, line, op, opened

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)


def pay_at_once(price):
    buyer = client()
    draft = draft_lines(client=buyer, lines=[line(price)], op=op(DAY))
    issue_and_pay(invoice=draft, type=PaymentType.objects.get(pk="cash"), on=DAY, op=op(DAY))
    return buyer, draft


def test_once_the_till_is_closed_an_invoice_paid_at_once_bears_today_and_its_money_tomorrow():
    shut(PeriodLock.Scope.TILL, DAY)

    buyer, invoice = pay_at_once("50.00")

    assert invoice.day == DAY
    assert Payment.objects.get(client=buyer).document.day == NEXT
    assert opened(buyer) == {}


def test_an_invoice_of_nothing_is_issued_and_takes_no_money():
    buyer, invoice = pay_at_once("0.00")

    assert invoice.document.number
    assert not Payment.objects.filter(client=buyer).exists()


def test_what_cancels_stays_set_against_what_it_cancels():
    buyer = client()
    cancel_payment(payment=desk.takes(buyer, DAY, "50.00"), op=op(DAY))
    cancel_credit_note(note=desk.credits(buyer, DAY, line("30.00")), op=op(DAY))

    for allocation in Allocation.objects.filter(account=buyer.account):
        with pytest.raises(NotDetachable):
            detach_allocation(allocation=allocation, op=op(DAY))


def test_what_bounced_stays_set_against_its_payment():
    buyer = client()
    desk.invoices(buyer, DAY, line("50.00"))
    payment = desk.takes(buyer, DAY, "50.00", *all_open(buyer))
    declare_incident(payment=payment, reason=Incident.Reason.OTHER, on=NEXT, op=op(NEXT))

    with pytest.raises(NotDetachable):
        detach_allocation(allocation=Allocation.objects.get(account=buyer.account, detached_by=None), op=op(NEXT))

    assert list(opened(buyer).values()) == [Decimal(50)]
