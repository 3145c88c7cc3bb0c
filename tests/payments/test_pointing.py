"""A bank transaction is pointed: at what is recorded already, or at what bounced."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.models import Operation
from ledger.services import UsedElsewhere
from payments.models import CashMove, Incident, Payment
from payments.queries.matching import bounced, recorded
from payments.services import (
    DoesNotTie,
    NotPointable,
    cancel_deposit,
    deposit_payments,
    link_documents,
    link_incident,
    move_cash,
)
from tests.builders import a_client, cancel, euros, invoice, pay, told
from tests.factories import SiteFactory, op
from tests.helpers import execute, refused
from tests.payments.bank_lines import DAY, LATER, a_bank, a_line, free, link, live, point

pytestmark = pytest.mark.django_db


def test_pointing_makes_no_second_payment():
    client = a_client()
    f = invoice(client, DAY, "50")
    payment = pay(client, DAY, "50", {f: "50"}, by="transfer")

    line = point(a_line("50"), payment)

    assert (Payment.objects.count(), live(line)[0].makes) == (1, False)
    assert told(client, DAY, collected="50", unpaid="0")


def test_a_card_total_is_pointed_as_its_payments():
    one, other = a_client("C-1"), a_client("C-2")
    payments = [pay(one, DAY, "30"), pay(other, DAY, "51"), pay(other, DAY, "9")]
    line = a_line("90", "REM CB", day=DAY + timedelta(days=1))

    offered = recorded(line)
    with pytest.raises(DoesNotTie):
        point(line, *payments[:2], today=LATER)
    point(line, *payments, today=LATER)

    assert [document.pk for document in offered[0].documents] == [payment.document_id for payment in payments]
    assert sum(link.amount for link in live(line)) == 90
    assert {label.client for label in line.labels.all()} == {one, other}


def test_a_deposit_slip_is_proposed_and_pointed_and_then_not_undone():
    one, other = a_client("C-1", name="Delmas"), a_client("C-2", name="Martin")
    cheques = [pay(one, DAY, "30", by="cheque"), pay(other, DAY, "51", by="cheque")]
    slip = deposit_payments(payments=cheques, bank=a_bank(), on=DAY, op=op(DAY, Operation.Kind.DEPOSIT))
    line = a_line("81", "REMISE CHEQUES", day=DAY + timedelta(days=1))

    assert [found.documents[0].pk for found in recorded(line)] == [slip.document_id]
    point(line, slip, today=LATER)

    assert {label.client for label in line.labels.all()} == {one, other}
    with pytest.raises(UsedElsewhere, match="déliez-la d’abord"):
        cancel_deposit(deposit=slip, op=op(LATER, Operation.Kind.CANCEL_DEPOSIT))
    free(line, LATER)
    cancel_deposit(deposit=slip, op=op(LATER, Operation.Kind.CANCEL_DEPOSIT))
    with pytest.raises(NotPointable):
        point(line, slip, today=LATER)


def test_cash_brought_to_the_bank_is_proposed_and_pointed():
    till = SiteFactory(name="Lyon Parc")
    brought = {"kind": CashMove.Kind.TO_BANK, "on": DAY, "bank": a_bank(), "op": op(DAY)}
    move = move_cash(amount=Decimal(150), site=till, **brought)
    line, other = (a_line(amount, "VERSEMENT ESPECES", day=DAY + timedelta(days=1)) for amount in ("150", "151"))

    (offered,) = recorded(line)
    point(line, move, today=LATER)

    assert (offered.title, offered.documents[0].pk) == (
        "Versement d’espèces du 02/03/2026, Lyon Parc",
        move.document_id,
    )
    assert [link.amount for link in live(line)] == [150]
    assert recorded(other) == []


@pytest.mark.parametrize("fault", ["cancelled", "linked", "invoice", "missing"])
def test_what_is_no_free_payment_is_not_pointed(fault):
    client = a_client()
    payment = pay(client, DAY, "50", by="transfer")
    key = payment.document_id
    match fault:
        case "cancelled":
            cancel(payment, DAY)
        case "linked":
            point(a_line("50"), payment)
        case "invoice":
            key = invoice(client, DAY, "50").document_id
        case "missing":
            key = 999_999
    line = a_line("50", "AUTRE")

    with pytest.raises(NotPointable):
        link_documents(line=line, documents=[key], op=op(DAY, Operation.Kind.BANK_LINK))

    assert live(line) == []


def test_unlinking_what_was_pointed_keeps_the_payment():
    payment = pay(a_client(), DAY, "50", by="transfer")
    line = point(a_line("50"), payment)

    free(line)

    payment.refresh_from_db()
    assert (payment.cancelled_by, live(line)) == (None, [])


def test_a_linked_payment_is_not_cancelled_by_itself():
    client = a_client()
    line = link(a_line("50"), client)
    payment = Payment.objects.get()

    with pytest.raises(UsedElsewhere, match="déliez-la d’abord"):
        cancel(payment, DAY)
    act = op(DAY)
    act.save()
    with refused("payments_link_holds"):
        execute("UPDATE payments_payment SET cancelled_by_id = %s WHERE id = %s", act.pk, payment.pk)
    free(line)

    payment.refresh_from_db()
    assert payment.cancelled_by is not None


def test_a_rejected_debit_is_an_incident_that_bears_the_banks_day():
    client = a_client()
    f = invoice(client, DAY, "80")
    payment = pay(client, DAY, "80", {f: "80"}, by="direct_debit")
    line = a_line("-80", f"REJET PRLV {payment}", day=DAY + timedelta(days=3))

    assert bounced(line) == [payment]
    link_incident(
        line=line,
        payment=payment,
        reason=Incident.Reason.REJECTED_DEBIT,
        fee=euros("15"),
        op=op(LATER, Operation.Kind.BANK_LINK),
    )

    incident = Incident.objects.get()
    assert (incident.document.day, live(line)[0].document_id) == (DAY + timedelta(days=3), incident.document_id)
    assert told(client, LATER, balance="-95", unpaid="95", credit="0", collected="0")

    free(line, LATER)

    incident.refresh_from_db()
    assert incident.cancelled_by is not None
    assert told(client, LATER, balance="0", unpaid="0", collected="80")


def test_an_incident_of_another_amount_is_refused():
    payment = pay(a_client(), DAY, "80", by="direct_debit")

    with pytest.raises(DoesNotTie):
        link_incident(
            line=a_line("-79", day=LATER),
            payment=payment,
            reason=Incident.Reason.REJECTED_DEBIT,
            op=op(LATER, Operation.Kind.BANK_LINK),
        )
