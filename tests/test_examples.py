"""The worked examples of docs/rules.md, to the cent, through the services; each figure, and each sequel."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from demo.examples import EXAMPLES, Desk, play
from ledger.balance import FIGURES
from ledger.models import Allocation, Document, Line, Operation, PeriodLock
from ledger.queries import items_of, open_items
from ledger.services import PeriodClosed, shut
from payments.models import Payment, Refund
from tests.builders import (
    a_client,
    balance,
    bounce,
    cancel,
    credit_note,
    document,
    figures,
    invoice,
    left,
    pay,
    use,
)
from tests.factories import SiteFactory

pytestmark = pytest.mark.usefixtures("sound_ledger")

TODAY = date(2026, 3, 16)

# to_invoice, unpaid_invoices, unpaid, credit, balance, to_pay, to_use, overdue, invoiced, collected, outstanding
EXPECTED = {
    "EX-SOLDE": ("31 50 81 20 -30 30 0 0 52.50 0 50", "pending"),
    "EX-ECHEANCES": ("0 100 100 0 -100 100 0 0 100 0 100", "pending"),
    "EX-AVOIR-50": ("0 19 19 50 31 0 31 19 19 0 19", "creditor"),
    "EX-AVOIR-5": ("0 19 19 5 -14 14 0 19 19 0 19", "overdue"),
    "EX-RELEVE": ("0 1250 1250 0 -1250 1250 0 1250 2250 1000 1250", "overdue"),
    "EX-COMPENSATION": ("0 0 0 0 0 0 0 0 50 0 0", "up_to_date"),
    "EX-REMBOURSEMENT": ("0 0 0 0 0 0 0 0 50 0 0", "up_to_date"),
    "EX-TROP-PERCU": ("0 0 0 20 20 0 20 0 100 120 0", "creditor"),
    "EX-INCIDENT": ("0 95 95 0 -95 95 0 95 80 0 95", "overdue"),
}


def expected(amounts):
    return dict(zip(FIGURES, map(Decimal, amounts.split()), strict=True))


def test_every_example_of_the_rules_is_here():
    assert EXPECTED.keys() == EXAMPLES.keys()


@pytest.mark.parametrize("code", EXPECTED)
def test_an_example_comes_to_its_figures(code):
    client = play(Desk(), TODAY, [code])[code]

    amounts, status = EXPECTED[code]
    assert figures(client, TODAY) == expected(amounts)
    assert balance(client, TODAY).status == status


def test_played_together_the_examples_come_to_the_same():
    clients = play(Desk(site=SiteFactory()), TODAY)

    assert {code: figures(client, TODAY) for code, client in clients.items()} == {
        code: expected(amounts) for code, (amounts, _) in EXPECTED.items()
    }


@pytest.mark.parametrize(
    ("credited", "used", "after", "status"),
    [
        ("50", "19", "0 0 0 31 31 0 31 0 19 0 0", "creditor"),
        ("5", "5", "0 14 14 0 -14 14 0 14 19 0 14", "overdue"),
    ],
)
def test_using_a_credit_on_a_late_invoice_leaves_late_what_it_does_not_cover(credited, used, after, status):
    client = a_client()
    late = invoice(client, date(2026, 1, 14), "19", due=date(2026, 2, 13))
    credit = credit_note(client, date(2026, 3, 13), credited)

    use(credit, late, used, TODAY)

    assert figures(client, TODAY) == expected(after)
    assert balance(client, TODAY).status == status


def test_credits_not_yet_used_do_not_reduce_what_is_late():
    client = a_client()
    invoice(client, date(2026, 1, 14), "19", due=date(2026, 2, 13))
    credit_note(client, date(2026, 3, 13), "50")

    assert figures(client, TODAY, "overdue", "to_pay", "to_use") == {
        "overdue": Decimal(19),
        "to_pay": Decimal(0),
        "to_use": Decimal(31),
    }


def test_an_invoice_with_all_instalments_to_come_is_not_late():
    client = play(Desk(), TODAY, ["EX-ECHEANCES"])["EX-ECHEANCES"]

    assert [(item.due - TODAY).days for item in open_items(client.account)] == [20, 50, 80]
    assert balance(client, TODAY).status_label == "En attente de règlement"


def test_the_statement_runs_1500_2250_1250():
    client = play(Desk(), TODAY, ["EX-RELEVE"])["EX-RELEVE"]

    lines = Line.objects.filter(client_account=client.account).order_by("day", "pk")
    running, shown = Decimal(0), []
    for line in lines.select_related("entry__document"):
        running += line.debit - line.credit
        shown.append((line.day, line.entry.document.reference, line.debit, line.credit, running))
    assert shown == [
        (date(2025, 4, 5), "FAC-2001", 1500, 0, 1500),
        (date(2025, 4, 12), "FAC-2002", 750, 0, 2250),
        (date(2025, 4, 20), "PAY-3001", 0, 1000, 1250),
    ]
    client.account.refresh_from_db()
    assert (client.account.debit, client.account.credit) == (2250, 1000)
    assert not Document.objects.filter(account=client.account).exclude(series=None).exists()


def test_a_payment_of_nothing_settles_an_invoice_with_its_credit_note():
    client = play(Desk(), TODAY, ["EX-COMPENSATION"])["EX-COMPENSATION"]

    payment = Payment.objects.get(client=client)
    assert (payment.amount.amount, payment.entry) == (0, None)
    assert [item.open for kept in Document.objects.filter(account=client.account) for item in items_of(kept)] == [0, 0]
    assert [made.amount for made in document(payment).allocations.all()] == [50]


def test_a_negative_payment_on_a_credit_note_is_kept_as_a_refund():
    client = play(Desk(), TODAY, ["EX-REMBOURSEMENT"])["EX-REMBOURSEMENT"]

    refund = Refund.objects.get(client=client)
    assert refund.amount.amount == 50
    assert document(refund).kind == Document.Kind.REFUND
    assert Payment.objects.filter(client=client).count() == 1


# The cheque that bounces

BOUNCED_ON = date(2026, 3, 9)


@pytest.fixture
def bounced():
    """An invoice of 80, paid by a cheque of 80 into a till since closed; the bounced cheque, with a fee of 15."""
    site = SiteFactory()
    client = a_client(site=site)
    owed = invoice(client, date(2026, 3, 2), "80", site=site)
    cheque = pay(client, date(2026, 3, 2), "80", {owed: "80"}, by="cheque", site=site)
    shut(PeriodLock.Scope.TILL, date(2026, 3, 2), site=site)
    return client, owed, cheque, bounce(cheque, BOUNCED_ON, fee="15")


def test_after_the_closing_a_cheque_can_only_bounce(bounced):
    _, _, cheque, incident = bounced
    cancel(incident, BOUNCED_ON)

    with pytest.raises(PeriodClosed, match="déclarez plutôt un incident"):
        cancel(cheque, BOUNCED_ON)


def test_a_bounced_cheque_leaves_the_invoice_and_the_fee_to_pay(bounced):
    client, owed, cheque, incident = bounced

    assert figures(client, TODAY) == expected("0 95 95 0 -95 95 0 95 80 0 95")
    assert balance(client, TODAY).status_label == "En retard de paiement"
    assert left(owed) == 80
    assert left(cheque) == 0
    assert sorted(item.open for item in items_of(document(incident))) == [0, 15]


def test_the_payment_is_kept_on_the_invoice_struck_through_since_the_incidents_day(bounced):
    _, owed, cheque, incident = bounced

    (struck,) = Allocation.objects.filter(document=document(cheque))
    assert (struck.debit.document, struck.amount) == (document(owed), 80)
    assert (struck.detached_on, struck.detached_by.kind) == (BOUNCED_ON, Operation.Kind.INCIDENT)
    assert list(incident.detached.all()) == [struck]


def test_on_the_fees_day_the_fee_is_not_late_yet(bounced):
    client, _, _, _ = bounced

    assert figures(client, BOUNCED_ON, "overdue") == {"overdue": 80}
    assert figures(client, BOUNCED_ON + timedelta(days=1), "overdue") == {"overdue": 95}


def test_the_day_before_it_bounced_the_invoice_was_paid(bounced):
    client, _, _, _ = bounced

    assert figures(client, TODAY, on=date(2026, 3, 8)) == expected("0 0 0 0 0 0 0 0 80 80 0")


def test_paying_the_80_and_then_the_fee_settles_all(bounced):
    client, owed, _, _ = bounced

    pay(client, TODAY, "80", {owed: "80"})
    assert figures(client, TODAY) == expected("0 15 15 0 -15 15 0 15 80 80 15")
    assert left(owed) == 0

    (fee,) = open_items(client.account)
    pay(client, TODAY, "15", {fee: "15"})
    assert figures(client, TODAY) == expected("0 0 0 0 0 0 0 0 80 95 0")
