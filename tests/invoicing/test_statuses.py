"""The status of an invoice, in the same words everywhere: the first that holds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from clients.terms import Terms
from invoicing.models import Invoice
from invoicing.services import Plan, draft_lines
from invoicing.statuses import STATUSES, with_status
from ledger.models import Operation
from tests.builders import a_client, bounce, cancel, credit_note, credit_on, invoice, line, pay, use
from tests.factories import op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
BOUNCED_ON = date(2026, 3, 9)
TODAY = date(2026, 3, 16)
NEXT_MONTH = date(2026, 4, 2)


@pytest.fixture
def client():
    return a_client()


def status(of: Invoice, on: date | None = None, today: date = TODAY) -> str:
    return STATUSES[with_status(Invoice.objects.filter(pk=of.pk), today=today, on=on).get().status]


def test_a_draft(client):
    draft = draft_lines(client=client, lines=[line("50")], op=op(DAY, Operation.Kind.INVOICE))

    assert status(draft) == "Brouillon"


def test_what_is_due_awaits_its_payment_until_the_day_after(client):
    f = invoice(client, DAY, "50", due=NEXT_MONTH)

    assert status(f) == "En attente de paiement"
    assert status(f, today=NEXT_MONTH) == "En attente de paiement"
    assert status(f, today=NEXT_MONTH + timedelta(days=1)) == "En retard"


def test_what_is_settled_in_part_by_money_or_credit(client):
    f = invoice(client, DAY, "50", due=NEXT_MONTH)
    a = credit_note(client, DAY, "30")
    use(a, f, "30", TODAY)

    assert status(f) == "Payée en partie"
    assert status(f, on=BOUNCED_ON) == "En attente de paiement"
    assert status(f, today=date(2026, 4, 3)) == "En retard"


def test_what_is_settled_whole(client):
    f = invoice(client, DAY, "50")
    pay(client, BOUNCED_ON, "50", {f: "50"})

    assert status(f) == "Payée"
    assert status(f, on=DAY) == "En attente de paiement"
    assert status(f, on=BOUNCED_ON - timedelta(days=1)) == "En retard"


def test_one_late_instalment_is_enough(client):
    f = invoice(client, DAY, "90", plan=Plan(Terms.FREE, free=[(DAY, Decimal(30)), (NEXT_MONTH, Decimal(60))]))

    assert status(f) == "En retard"


def test_credit_notes_on_it_that_reach_its_total_cancel_it(client):
    f = invoice(client, DAY, "50")
    credit_on(f, BOUNCED_ON, "20")
    assert status(f) == "En retard"

    credit_on(f, TODAY, "30")

    assert status(f) == "Annulée"
    assert status(f, on=BOUNCED_ON) == "En retard"


def test_cancelled_at_once(client):
    f = invoice(client, DAY, "50")
    cancel(f, TODAY)

    assert status(f) == "Annulée"
    assert status(f, on=BOUNCED_ON) == "En retard"


def test_a_cancelled_credit_note_cancels_nothing(client):
    f = invoice(client, DAY, "50", due=NEXT_MONTH)
    a = credit_on(f, BOUNCED_ON)
    assert status(f) == "Annulée"

    cancel(a, TODAY)

    assert status(f) == "En attente de paiement"
    assert status(f, on=BOUNCED_ON) == "Annulée"


def test_a_global_credit_note_cancels_nothing(client):
    f = invoice(client, DAY, "50")
    use(credit_note(client, DAY, "50"), f, "50", TODAY)

    assert status(f) == "Payée"


def test_a_bounce_until_it_is_settled(client):
    f = invoice(client, DAY, "80")
    cheque = pay(client, DAY, "80", {f: "80"}, by="cheque")
    bounce(cheque, BOUNCED_ON, fee="15")
    assert status(f) == "En incident"
    assert status(f, on=DAY) == "Payée"

    pay(client, TODAY, "30", {f: "30"})
    assert status(f) == "En incident"
    pay(client, TODAY, "50", {f: "50"})

    assert status(f) == "Payée"
    assert status(f, on=BOUNCED_ON) == "En incident"


def test_what_the_bounced_payment_never_paid_is_no_incident(client):
    f = invoice(client, DAY, "100", due=NEXT_MONTH)
    cheque = pay(client, DAY, "80", {f: "80"}, by="cheque")
    bounce(cheque, BOUNCED_ON)

    pay(client, TODAY, "80", {f: "80"})

    assert status(f) == "Payée en partie"


def test_a_cancelled_incident_is_none(client):
    f = invoice(client, DAY, "80")
    incident = bounce(pay(client, DAY, "80", {f: "80"}, by="cheque"), BOUNCED_ON)

    cancel(incident, TODAY)

    assert status(f) == "Payée"
    assert status(f, on=BOUNCED_ON) == "En retard"  # the incident and its reversal bear that day; it was owed


def test_statuses_of_many_are_one_query(client, django_assert_num_queries):
    for _ in range(3):
        invoice(client, DAY, "50")

    with django_assert_num_queries(1):
        assert len(with_status(Invoice.objects.filter(client=client), today=TODAY)) == 3
