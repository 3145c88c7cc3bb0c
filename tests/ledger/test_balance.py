"""The figures of a balance: today's from what is kept, a past day's rolled back, for one account or many at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from djmoney.money import Money

from clients.services import Details, open_client
from invoicing.services import NewLine, record_visit
from ledger.balance import (
    CREDITOR,
    FIGURES,
    OVERDUE,
    PENDING,
    UP_TO_DATE,
    Balance,
    balance_of,
)
from ledger.models import ClientAccount, Document, Kind, Operation
from ledger.services import Part
from tests.factories import (
    account,
    allocate,
    credit_note_entry,
    detach,
    invoice_entry,
    op,
    op_under_way,
    party,
    payment_entry,
    posted,
    refund_entry,
    reverse,
)
from tests.helpers import execute

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN15 = date(2026, 1, 15)
JAN20 = date(2026, 1, 20)
JAN31 = date(2026, 1, 31)
FEB10 = date(2026, 2, 10)
TODAY = date(2026, 3, 1)


def figures(client: ClientAccount, on: date | None = None, today: date = TODAY) -> dict[str, str]:
    """The figures that aren't 0, as amounts."""
    balance = balance_of(client, today=today, on=on)
    told = {name: getattr(balance, name).amount for name in FIGURES}
    return {name: f"{amount:.2f}" for name, amount in told.items() if amount}


@pytest.fixture
def client(db):
    return account()


# Each figure


def test_an_account_without_lines_has_nothing(client):
    balance = balance_of(client, today=TODAY)

    assert figures(client) == figures(client, on=JAN5) == {}
    assert (balance.on, balance.status, balance.status_label) == (TODAY, UP_TO_DATE, "À jour")


def test_an_invoice_is_unpaid_owed_and_invoiced(client):
    invoice_entry(client, "100.00", JAN5, FEB10)

    expected = {
        "unpaid_invoices": "100.00",
        "unpaid": "100.00",
        "balance": "-100.00",
        "to_pay": "100.00",
        "invoiced": "100.00",
        "outstanding": "100.00",
    }
    assert figures(client, today=FEB10) == expected
    assert figures(client) == expected | {"overdue": "100.00"}


@pytest.mark.parametrize("other", ["0", "30.00"])
def test_what_is_due_today_is_not_late(client, other):
    """Whether another is late already or not, which decides how it is counted."""
    invoice_entry(client, "100.00", JAN5, FEB10)
    if Decimal(other):
        invoice_entry(client, other, JAN5, JAN10)

    late = [balance_of(client, today=day).overdue.amount for day in (FEB10, FEB10 + timedelta(days=1))]
    late_then = [balance_of(client, today=TODAY, on=day).overdue.amount for day in (FEB10, FEB10 + timedelta(days=1))]

    assert late == late_then == [Decimal(other), 100 + Decimal(other)]


def test_an_overpayment_is_credit_and_to_use(client):
    invoice = invoice_entry(client, "100.00", JAN5)
    payment = payment_entry(client, "120.00", JAN5)
    allocate(invoice, payment, "100.00", JAN5)

    assert figures(client) == {
        "credit": "20.00",
        "balance": "20.00",
        "to_use": "20.00",
        "invoiced": "100.00",
        "collected": "120.00",
    }


def test_credit_not_yet_used_does_not_reduce_what_is_late(client):
    invoice_entry(client, "19.00", JAN5)
    credit_note_entry(client, "50.00", JAN10)

    assert figures(client) == {
        "unpaid_invoices": "19.00",
        "unpaid": "19.00",
        "outstanding": "19.00",
        "credit": "50.00",
        "balance": "31.00",
        "to_use": "31.00",
        "overdue": "19.00",
        "invoiced": "19.00",
    }


def test_a_visit_is_to_invoice_and_not_in_the_balance(db):
    someone = open_client(Details(name="Mme Anne Roche"))
    lines = [NewLine("Consultation", Decimal("31.00"), Decimal(20))]
    record_visit(client=someone, day=JAN10, lines=lines, op=op(JAN10, Operation.Kind.VISIT))

    assert figures(someone.account) == {"to_invoice": "31.00", "unpaid": "31.00"}
    assert figures(someone.account, on=JAN10) == {"to_invoice": "31.00", "unpaid": "31.00"}
    assert figures(someone.account, on=JAN5) == {}


def test_a_refund_and_a_fee_are_owed_and_not_invoiced(client):
    refund_entry(client, "30.00", JAN5)
    parts = [Part("411", debit=Decimal(15), kind=Kind.FEE), Part("7581", credit=Decimal(15))]
    posted(client, Document.Kind.INCIDENT, parts, JAN5)

    told = figures(client, today=JAN5)

    assert (told["unpaid_invoices"], told["collected"]) == ("45.00", "-30.00")
    assert "invoiced" not in told


def test_a_reversed_invoice_is_not_invoiced_from_the_day_of_its_reversal(client):
    invoice = invoice_entry(client, "100.00", JAN5)
    reverse(invoice, JAN20)

    assert figures(client) == {}
    assert figures(client, on=JAN15)["invoiced"] == "100.00"
    assert figures(client, on=JAN20) == {}


def test_amounts_bear_the_currency_of_the_account(db):
    francs = account(currency="CHF")
    invoice_entry(francs, "100.00", JAN5)

    assert balance_of(francs, today=TODAY).to_pay == Money("100.00", "CHF")


# Past days


def test_a_payment_of_a_day_before_its_invoice(client):
    payment = payment_entry(client, "100.00", JAN10)
    invoice = invoice_entry(client, "100.00", JAN31)
    allocate(invoice, payment, "100.00", FEB10)

    assert figures(client, on=JAN15) == {
        "credit": "100.00",
        "balance": "100.00",
        "to_use": "100.00",
        "collected": "100.00",
    }
    between = figures(client, on=date(2026, 2, 9))
    assert (between["unpaid_invoices"], between["credit"], between.get("balance")) == ("100.00", "100.00", None)
    assert figures(client, on=FEB10) == {"invoiced": "100.00", "collected": "100.00"}


def test_detaching_does_not_rewrite_the_past(client):
    invoice = invoice_entry(client, "100.00", JAN5)
    payment = payment_entry(client, "100.00", JAN10)
    detach(allocate(invoice, payment, "100.00", JAN10), JAN31)

    settled = {"invoiced": "100.00", "collected": "100.00"}
    assert figures(client, on=JAN10) == figures(client, on=date(2026, 1, 30)) == settled
    after = figures(client, on=JAN31)
    assert (after["unpaid_invoices"], after["credit"], after["overdue"]) == ("100.00", "100.00", "100.00")


def test_a_payment_cancelled_later_leaves_no_negative_credit_before(client):
    invoice = invoice_entry(client, "100.00", JAN5)
    payment = payment_entry(client, "100.00", JAN10)
    detach(allocate(invoice, payment, "100.00", JAN10), JAN10, op=op_under_way(JAN20))
    reverse(payment, JAN10, op=op_under_way(JAN20))

    between = figures(client, on=JAN15)
    assert between["unpaid_invoices"] == "100.00"
    assert "credit" not in between


def test_what_is_posted_for_tomorrow_counts_today_and_not_on_todays_date(client):
    payment_entry(client, "70.00", JAN10)
    execute("UPDATE ledger_periodlock SET through = %s WHERE scope = 'till'", JAN10)
    payment_entry(client, "30.00", date(2026, 1, 11), today=JAN10)

    assert figures(client, today=JAN10)["credit"] == "100.00"
    assert figures(client, today=JAN10, on=JAN10)["credit"] == "70.00"


# Statuses


def balance(walk_in: bool = False, **amounts: str) -> Balance:
    names = ("to_invoice", "unpaid_invoices", "credit", "overdue", "invoiced", "collected", "to_pay", "to_use")
    return Balance(on=TODAY, walk_in=walk_in, **{name: Money(amounts.get(name, "0"), "EUR") for name in names})


@pytest.mark.parametrize(
    ("amounts", "status"),
    [
        ({}, UP_TO_DATE),
        ({"to_invoice": "31"}, UP_TO_DATE),
        ({"unpaid_invoices": "10"}, PENDING),
        ({"unpaid_invoices": "10", "overdue": "10"}, OVERDUE),
        ({"unpaid_invoices": "10", "overdue": "10", "credit": "10.01"}, CREDITOR),
        ({"unpaid_invoices": "10", "overdue": "10", "credit": "10"}, OVERDUE),
        ({"unpaid_invoices": "10", "credit": "10"}, PENDING),
        ({"credit": "0.01"}, CREDITOR),
    ],
)
def test_the_status_is_the_first_that_holds(amounts, status):
    assert balance(**amounts).status == status


@pytest.mark.parametrize(
    ("amounts", "status"),
    [
        ({"credit": "50", "to_use": "50"}, CREDITOR),
        ({"unpaid_invoices": "30", "credit": "50", "to_pay": "30", "to_use": "50"}, PENDING),
        ({"unpaid_invoices": "30", "overdue": "30", "credit": "50", "to_pay": "30", "to_use": "50"}, OVERDUE),
        ({"unpaid_invoices": "50", "credit": "50"}, PENDING),
        ({}, UP_TO_DATE),
    ],
)
def test_a_walk_in_is_creditor_only_when_no_passer_by_owes(amounts, status):
    assert balance(walk_in=True, **amounts).status == status


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (CREDITOR, "Créditeur"),
        (OVERDUE, "En retard de paiement"),
        (PENDING, "En attente de règlement"),
        (UP_TO_DATE, "À jour"),
    ],
)
def test_the_status_in_words(status, label):
    amounts = {
        CREDITOR: {"credit": "1"},
        OVERDUE: {"unpaid_invoices": "1", "overdue": "1"},
        PENDING: {"unpaid_invoices": "1"},
        UP_TO_DATE: {},
    }

    assert balance(**amounts[status]).status_label == label


# Passers-by


def test_what_passers_by_owe_and_have_to_use_is_counted_apart(db):
    dupont = party(name="Dupont")
    martin, durand = (party(name=name, account=dupont.account) for name in ("Martin", "Durand"))
    invoice_entry(dupont.account, "30.00", JAN5, party=dupont)
    credit_note_entry(dupont.account, "50.00", JAN10, party=martin)
    invoice_entry(dupont.account, "20.00", JAN10, party=durand)
    payment_entry(dupont.account, "25.00", JAN20, party=durand)

    told = figures(dupont.account)

    assert (told["to_pay"], told["to_use"], told["balance"]) == ("30.00", "55.00", "25.00")
    then = figures(dupont.account, on=JAN15)
    assert (then["to_pay"], then["to_use"], then.get("balance")) == ("50.00", "50.00", None)
    assert "to_use" not in figures(dupont.account, on=JAN5)
