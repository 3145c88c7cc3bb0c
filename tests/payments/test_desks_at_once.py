"""Several desks at one time, each on a connection of its own: nothing is paid twice, nothing is half done."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from ledger import verify
from ledger.models import Allocation, OpenItem, Operation
from ledger.services import NothingLeft, PeriodClosed
from payments.models import CashClosing, Payment, PaymentType, Refund
from payments.services import (
    AlreadyBounced,
    ClosedAlready,
    Common,
    Counted,
    Method,
    Wanted,
    close_till,
    declare_incident,
    distribute_credit,
    take_payments,
)
from tests.builders import a_client, credit_note, invoice, main_item, pay
from tests.factories import UserFactory, op
from tests.helpers import run_together

DAY = date(2026, 3, 2)


def taking(client, amount, item, settled, *, key=None, digest=""):
    """What a desk does on its own connection."""

    def take():
        act = op(DAY, Operation.Kind.PAYMENT, key=key, digest=digest)
        way = PaymentType.objects.get(pk="card")
        return take_payments(
            client=client,
            methods=[Method(Decimal(amount), way)],
            common=Common(DAY),
            settles=[Wanted(item, Decimal(settled))],
            op=act,
        )

    return take


def told(outcomes):
    return Counter(type(outcome) for outcome in outcomes)


def open_of(item):
    return OpenItem.objects.get(pk=item).open


def test_one_invoice_at_two_desks_is_paid_once_and_the_other_is_told_what_is_left(own_database):
    client = a_client()
    item = main_item(invoice(client, DAY, "80")).pk

    outcomes = run_together(taking(client, "80", item, "80"), taking(client, "80", item, "80"))

    assert told(outcomes) == {Operation: 1, NothingLeft: 1}
    (refusal,) = [one for one in outcomes if isinstance(one, NothingLeft)]
    assert "reste dû 0,00" in refusal.message
    assert (Payment.objects.count(), open_of(item)) == (1, 0)


def test_of_ten_payments_of_500_on_an_invoice_of_500_one_is_taken(own_database):
    client = a_client()
    item = main_item(invoice(client, DAY, "500")).pk

    outcomes = run_together(*[taking(client, "500", item, "500") for _ in range(10)], timeout=120)

    assert told(outcomes) == {Operation: 1, NothingLeft: 9}
    assert sum(one.amount for one in Allocation.objects.all()) == 500
    assert list(verify.faults()) == []


def test_two_of_8000_on_10000_leave_the_second_what_is_left(own_database):
    client = a_client()
    item = main_item(invoice(client, DAY, "10000")).pk

    outcomes = run_together(taking(client, "8000", item, "8000"), taking(client, "8000", item, "8000"))

    assert told(outcomes) == {Operation: 1, NothingLeft: 1}
    assert open_of(item) == 2000


def test_the_same_form_three_times_at_once_is_one_payment(own_database):
    client = a_client()
    item, key = main_item(invoice(client, DAY, "80")).pk, uuid4()

    outcomes = run_together(*[taking(client, "80", item, "80", key=key, digest="same") for _ in range(3)])

    assert {one.pk for one in outcomes} == {outcomes[0].pk}
    assert (Payment.objects.count(), open_of(item)) == (1, 0)


def test_of_two_refunds_of_60_from_a_credit_of_100_one_is_given(own_database):
    client = a_client()
    credit = main_item(credit_note(client, DAY, "100")).pk

    def refund():
        way = PaymentType.objects.get(pk="transfer")
        method = Method(Decimal(60), way)
        return distribute_credit(client=client, credit=credit, refund=method, on=DAY, op=op(DAY, Operation.Kind.REFUND))

    outcomes = run_together(refund, refund)

    assert told(outcomes) == {Operation: 1, NothingLeft: 1}
    assert (Refund.objects.count(), open_of(credit)) == (1, 40)


def test_a_cheque_bounces_once_whoever_says_so(own_database):
    client = a_client()
    cheque = pay(client, DAY, "80", by="cheque")

    def bounce():
        return declare_incident(
            payment=Payment.objects.get(pk=cheque.pk),
            reason="unfunded_cheque",
            on=DAY + timedelta(days=1),
            op=op(DAY + timedelta(days=1), Operation.Kind.INCIDENT),
        )

    outcomes = run_together(bounce, bounce)

    assert sorted(type(one).__name__ for one in outcomes) == [AlreadyBounced.__name__, "Incident"]


def closing():
    counted = Counted(Decimal(0), reason="essai")
    return close_till(site=None, through=DAY, counted=counted, op=op(DAY, Operation.Kind.CLOSING, user=UserFactory()))


def test_a_payment_typed_while_the_till_is_closed_is_in_the_closing_or_refused(own_database):
    client = a_client()

    def cash():
        way = PaymentType.objects.get(pk="cash")
        return take_payments(
            client=client, methods=[Method(Decimal(10), way)], common=Common(DAY), op=op(DAY, Operation.Kind.PAYMENT)
        )

    outcomes = run_together(cash, closing, cash, cash)

    refused = sum(isinstance(one, PeriodClosed) for one in outcomes)
    assert [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, PeriodClosed)] == []
    assert CashClosing.objects.get().total == 10 * (3 - refused)
    assert Payment.objects.count() == 3 - refused


def test_a_till_is_closed_once_by_two(own_database):
    outcomes = run_together(closing, closing)

    assert told(outcomes) == {CashClosing: 1, ClosedAlready: 1}
