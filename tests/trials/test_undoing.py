"""Payments cancelled: their documents are as before, and so is every day before."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.models import Allocation, Entry, Operation, PeriodLock
from ledger.services import AlreadyReversed, UsedElsewhere, shut
from payments.services import allocate_by_hand
from tests.builders import (
    a_client,
    cancel,
    credit_note,
    document,
    invoice,
    left,
    main_item,
    pay,
    told,
)
from tests.factories import op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


def test_a_cancelled_payment_leaves_its_invoice_as_before(client):
    f = invoice(client, DAY, "250")
    r = pay(client, NEXT, "300", {f: "250"})

    cancel(r, NEXT)

    assert (left(f), left(r)) == (250, 0)
    assert told(client, TODAY, unpaid="250", credit="0", balance="-250", collected="0")


def test_a_payment_whose_surplus_another_document_uses_is_not_cancelled(client):
    f1, f2 = invoice(client, DAY, "250"), invoice(client, DAY, "100")
    r = pay(client, NEXT, "300", {f1: "250"})
    pay(client, NEXT, "0", {r: "-50", f2: "50"})

    with pytest.raises(UsedElsewhere, match=document(f2).reference):
        cancel(r, NEXT)

    assert told(client, TODAY, unpaid="50", credit="0", balance="-50")


def test_a_surplus_put_on_another_invoice_by_hand_goes_with_its_payment(client):
    f1, f2 = invoice(client, DAY, "250"), invoice(client, DAY, "100")
    r = pay(client, NEXT, "300", {f1: "250"})
    allocate_by_hand(
        client=client,
        debit=main_item(f2).pk,
        credit=main_item(r).pk,
        amount=Decimal(50),
        op=op(NEXT, Operation.Kind.ALLOCATE),
    )

    cancel(r, NEXT)

    assert (left(f1), left(f2)) == (250, 100)
    assert told(client, TODAY, unpaid="350", credit="0", balance="-350")


def test_a_refunded_overpayment_holds_its_payment(client):
    r = pay(client, DAY, "80")
    back = pay(client, NEXT, "-80", {r: "-80"}, by="transfer")

    with pytest.raises(UsedElsewhere, match=document(back).reference):
        cancel(r, NEXT)
    cancel(back, NEXT)
    cancel(r, NEXT)

    assert told(client, TODAY, balance="0", credit="0", collected="0")


def test_a_payment_is_cancelled_once(client):
    r = pay(client, DAY, "80")
    cancel(r, NEXT)

    with pytest.raises(AlreadyReversed):
        cancel(r, NEXT)


def test_a_cancelled_set_off_leaves_both_sides_open_today(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "100")
    r = pay(client, NEXT, "0", {f: "100", a: "-100"})

    cancel(r, TODAY)

    assert (left(f), left(a)) == (100, 100)
    assert Allocation.objects.get().detached_on == TODAY


def test_a_cancelled_payment_never_was_credit(client):
    f = invoice(client, date(2026, 1, 5), "100")
    r = pay(client, date(2026, 1, 10), "100", {f: "100"})

    cancel(r, date(2026, 1, 20))

    assert told(client, TODAY, on=date(2026, 1, 15), unpaid="100", credit="0", balance="-100", collected="0")


def test_cancelling_in_november_leaves_october_as_it_was(client):
    f = invoice(client, date(2025, 10, 1), "100", due=date(2025, 10, 31))
    r = pay(client, date(2025, 10, 27), "100", {f: "100"})
    october = date(2025, 10, 31)
    assert told(client, date(2025, 11, 15), on=october, unpaid="0", credit="0", collected="100", invoiced="100")
    shut(PeriodLock.Scope.BOOKS, october)

    cancel(r, date(2025, 11, 16))

    assert Entry.objects.get(reverses=r.entry).day == date(2025, 11, 16)
    assert told(client, TODAY, on=october, unpaid="0", credit="0", collected="100", invoiced="100")
    assert told(client, TODAY, unpaid="100", collected="0")
