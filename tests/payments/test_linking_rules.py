"""What PostgreSQL keeps of bank transactions and their links, by whatever path; and two who link at once."""

from collections import Counter

import pytest
from django.core.management import call_command

from ledger.models import Operation
from payments.models import BankTransaction, Payment
from payments.services import (
    AlreadyLinked,
    NotPointable,
)
from tests.builders import a_client, cancel, invoice, left, pay
from tests.factories import op
from tests.helpers import execute, insert, refused, run_together, settle
from tests.payments.bank_lines import DAY, a_line, free, link, live, point


@pytest.fixture(autouse=True)
def _database(request):
    """Each test that doesn't ask for a database of its own has one that forgets."""
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")


def test_what_the_bank_says_never_changes():
    line = a_line("50")

    with refused("payments_bank_line_unchanged"):
        execute("UPDATE payments_banktransaction SET amount = 60 WHERE id = %s", line.pk)


def test_no_line_is_swept_away():
    with refused("payments_bank_line"):
        execute("TRUNCATE payments_banktransaction CASCADE")


def raw_link(line, document, amount, act):
    return insert(
        "payments_banklink",
        transaction_id=line.pk,
        document_id=document,
        amount=amount,
        makes=False,
        operation_id=act.pk,
    )


def saved():
    act = op(DAY, Operation.Kind.BANK_LINK)
    act.save()
    return act


def test_a_link_of_another_amount_is_refused():
    client = a_client()
    payment = pay(client, DAY, "50", by="transfer")

    with refused("payments_link_ties"):
        raw_link(a_line("50"), payment.document_id, "49.99", saved())
        settle()
    with refused("payments_link_ties"):
        raw_link(a_line("60"), payment.document_id, "50", saved())
        settle()
    with refused("payments_link_ties"):
        raw_link(a_line("50", "C"), invoice(client, DAY, "50").document_id, "50", saved())
        settle()


def test_a_transaction_linked_twice_is_refused():
    client = a_client()
    line = point(a_line("50"), pay(client, DAY, "50", by="transfer"))

    with refused("payments_link_once"):
        raw_link(line, pay(client, DAY, "50", by="transfer").document_id, "50", saved())
        settle()


def test_a_document_of_two_transactions_is_refused():
    payment = pay(a_client(), DAY, "50", by="transfer")
    point(a_line("50"), payment)

    with refused("payments_link_document_once"):
        raw_link(a_line("50", "B"), payment.document_id, "50", saved())


def test_a_link_is_undone_once_and_never_removed():
    line = point(a_line("50"), pay(a_client(), DAY, "50", by="transfer"))
    key = live(line)[0].pk
    free(line)

    with refused("payments_link_unchanged"):
        execute("UPDATE payments_banklink SET undone_by_id = NULL WHERE id = %s", key)
    with refused("payments_link_kept"):
        execute("DELETE FROM payments_banklink WHERE id = %s", key)


def test_of_two_who_link_a_line_at_once_one_wins(own_database):
    one, other = a_client("C-1"), a_client("C-2")
    f, g = invoice(one, DAY, "50"), invoice(other, DAY, "50")
    line = a_line("50")

    outcomes = run_together(lambda: link(line, one, {f: "50"}), lambda: link(line, other, {g: "50"}))

    assert Counter(map(type, outcomes)) == {BankTransaction: 1, AlreadyLinked: 1}
    assert (Payment.objects.count(), sorted([left(f), left(g)])) == (1, [0, 50])
    call_command("verify_ledger")


def test_of_two_who_point_one_payment_at_once_one_wins(own_database):
    payment = pay(a_client("C-1"), DAY, "50", by="transfer")
    line, twin = a_line("50"), a_line("50")

    outcomes = run_together(lambda: point(line, payment), lambda: point(twin, payment))

    assert Counter(map(type, outcomes)) == {BankTransaction: 1, NotPointable: 1}


def test_pointing_and_cancelling_at_once_never_leave_a_cancelled_payment_linked(own_database):
    for number in range(3):
        payment = pay(a_client(f"C-{number}"), DAY, "50", by="transfer")
        line = a_line("50", f"VIR {number}")

        run_together(lambda: point(line, payment), lambda: cancel(payment, DAY))  # noqa: B023 - run within the turn

        payment.refresh_from_db()
        assert (payment.cancelled_by is None) == bool(live(line))
