"""Payments that bounce: each document is owed again as before, and nothing twice."""

from datetime import date

import pytest

from ledger.models import Kind, PeriodLock
from ledger.queries import items_of, open_items
from ledger.services import AlreadyReversed, UsedElsewhere, shut
from payments.services import AlreadyBounced, IncidentTooEarly, NotBounceable
from tests.builders import (
    a_client,
    bounce,
    cancel,
    credit_note,
    document,
    invoice,
    left,
    pay,
    told,
)
from tests.factories import PartyFactory, SiteFactory

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
BOUNCED_ON = date(2026, 3, 9)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


def test_a_bounced_cheque_leaves_its_own_credit_settled(client):
    f = invoice(client, DAY, "80")
    cheque = pay(client, DAY, "80", {f: "80"}, by="cheque")

    bounce(cheque, BOUNCED_ON, fee="15")

    assert told(client, TODAY, unpaid="95", credit="0", balance="-95", collected="0", invoiced="80")


def test_one_debit_over_two_invoices_leaves_two_to_settle_apart(client):
    f1, f2 = invoice(client, DAY, "80"), invoice(client, DAY, "100")
    debit = pay(client, DAY, "180", {f1: "80", f2: "100"}, by="direct_debit")

    incident = bounce(debit, BOUNCED_ON)
    assert (left(f1), left(f2)) == (80, 100)
    assert items_of(document(incident))[0].amount == 180

    pay(client, TODAY, "80", {f1: "80"})
    assert (left(f1), left(f2)) == (0, 100)
    assert told(client, TODAY, unpaid="100", credit="0", collected="80")


def test_a_rejection_counts_on_its_own_day_not_on_the_payments(client):
    f = invoice(client, date(2026, 2, 2), "80")
    debit = pay(client, date(2026, 2, 10), "80", {f: "80"}, by="direct_debit")

    bounce(debit, BOUNCED_ON)

    assert told(client, TODAY, on=date(2026, 2, 28), collected="80", unpaid="0")
    assert told(client, TODAY, on=BOUNCED_ON, collected="0", unpaid="80")
    assert told(client, TODAY, collected="0", unpaid="80")


def test_two_cheques_bounced_in_turn_owe_the_invoice_once(client):
    f = invoice(client, DAY, "80")
    for paid_on, bounced_on in ((DAY, date(2026, 3, 4)), (date(2026, 3, 5), BOUNCED_ON)):
        bounce(pay(client, paid_on, "80", {f: "80"}, by="cheque"), bounced_on)

    assert left(f) == 80
    assert told(client, TODAY, unpaid="80", credit="0", balance="-80", collected="0")


def test_what_was_bounced_of_a_larger_invoice_can_be_paid_again(client):
    f = invoice(client, DAY, "100")
    bounce(pay(client, DAY, "80", {f: "80"}, by="cheque"), BOUNCED_ON)

    pay(client, TODAY, "80", {f: "80"})

    assert left(f) == 20
    assert told(client, TODAY, unpaid="20", collected="80")


def test_a_refunded_overpayment_whose_payment_bounces_is_owed_back(client):
    f = invoice(client, DAY, "100")
    r = pay(client, DAY, "120", {f: "100"}, by="cheque")
    pay(client, DAY, "-20", {r: "-20"}, by="transfer")

    bounce(r, BOUNCED_ON)

    assert told(client, TODAY, unpaid="120", credit="0", balance="-120", collected="-20")
    assert {item.kind: item.open for item in open_items(client.account)} == {Kind.INVOICE: 100, Kind.REFUND: 20}


def test_an_unused_overpayment_that_bounces_is_credit_no_more(client):
    r = pay(client, DAY, "50", by="cheque")

    bounce(r, BOUNCED_ON)

    assert told(client, TODAY, credit="0", unpaid="0", balance="0", collected="0")


def test_a_payment_of_today_is_cancelled_not_bounced_until_the_till_is_closed(client):
    site = SiteFactory()
    r = pay(client, DAY, "80", by="cheque", site=site)

    with pytest.raises(IncidentTooEarly):
        bounce(r, DAY)
    shut(PeriodLock.Scope.TILL, DAY, site=site)
    bounce(r, date(2026, 3, 3), today=DAY)

    assert told(client, TODAY, collected="0")


def test_a_payment_bounces_once(client):
    r = pay(client, DAY, "80", by="cheque")
    incident = bounce(r, BOUNCED_ON)

    with pytest.raises(AlreadyBounced, match=document(incident).reference):
        bounce(r, TODAY)


def test_a_set_off_and_a_cancelled_payment_do_not_bounce(client):
    f, a = invoice(client, DAY, "80"), credit_note(client, DAY, "80")
    set_off = pay(client, DAY, "0", {f: "80", a: "-80"})
    cancelled = pay(client, DAY, "80", by="cheque")
    cancel(cancelled, DAY)

    for payment in (set_off, cancelled):
        with pytest.raises(NotBounceable):
            bounce(payment, BOUNCED_ON)


def test_a_bounced_payment_is_not_cancelled(client):
    r = pay(client, DAY, "80", by="cheque")
    incident = bounce(r, BOUNCED_ON)

    with pytest.raises(UsedElsewhere, match=document(incident).reference):
        cancel(r, BOUNCED_ON)


def test_a_cancelled_incident_gives_back_what_it_detached(client):
    f = invoice(client, DAY, "80")
    r = pay(client, DAY, "80", {f: "80"}, by="cheque")
    incident = bounce(r, BOUNCED_ON, fee="15")

    cancel(incident, TODAY)

    assert (left(f), left(r)) == (0, 0)
    assert told(client, TODAY, unpaid="0", credit="0", balance="0", collected="80")
    with pytest.raises(AlreadyReversed):
        cancel(incident, TODAY)


def test_what_was_paid_meanwhile_leaves_an_overpayment_once_the_incident_is_cancelled(client):
    f = invoice(client, DAY, "80")
    r = pay(client, DAY, "80", {f: "80"}, by="cheque")
    incident = bounce(r, BOUNCED_ON)
    pay(client, date(2026, 3, 12), "30", {f: "30"})

    cancel(incident, TODAY)

    assert (left(f), left(r)) == (0, 30)
    assert told(client, TODAY, unpaid="0", credit="30", collected="110")


def test_a_bounced_payment_of_a_passer_by_is_owed_by_the_same():
    walk_in = a_client("PASSAGE", walk_in=True)
    dupont = PartyFactory(account=walk_in.account, name="Dupont")
    f = invoice(walk_in, DAY, "80", party=dupont)
    r = pay(walk_in, DAY, "80", {f: "80"}, by="cheque")

    incident = bounce(r, BOUNCED_ON, fee="15")

    assert {item.party for item in items_of(document(incident))} == {dupont}
    assert told(walk_in, TODAY, to_pay="95")
