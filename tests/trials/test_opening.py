"""What a client owed, or had to spend, before Solde."""

from datetime import date

import pytest
from djmoney.money import Money

from clients.services import CodeTaken, Details, ZeroOpening, open_clients, set_opening_balance
from ledger.models import Document, Operation, PeriodLock
from ledger.queries import open_items
from ledger.services import PeriodClosed, UsedElsewhere, WrongCurrency, shut
from tests.builders import a_client, euros, invoice, pay, told
from tests.factories import op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2025, 12, 31)
DUE = date(2026, 1, 31)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


def opening(client, amount, day=DAY, due=DUE, today=TODAY):
    return set_opening_balance(
        client=client, amount=euros(amount), on=day, due=due, op=op(today, Operation.Kind.OPENING)
    )


def test_an_opening_debt_counts_as_invoiced_and_is_late_once_due(client):
    opening(client, "7500")

    assert told(client, DUE, unpaid="7500", overdue="0", invoiced="7500", collected="0", balance="-7500")
    assert told(client, date(2026, 2, 1), overdue="7500")
    assert told(client, TODAY, on=date(2025, 12, 30), unpaid="0", invoiced="0")


def test_an_opening_credit_is_available(client):
    opening(client, "-120")

    assert told(client, TODAY, credit="120", balance="120", invoiced="0", collected="0", overdue="0")


def test_the_year_goes_on_from_the_opening_balance(client):
    opening(client, "7500")
    invoice(client, date(2026, 1, 1), "100")

    assert told(client, TODAY, on=DAY, unpaid="7500")
    assert told(client, TODAY, on=date(2026, 1, 1), unpaid="7600")


def test_a_new_opening_balance_takes_the_place_of_the_former(client):
    opening(client, "7500")

    opening(client, "5000")

    assert told(client, TODAY, unpaid="5000", credit="0", invoiced="5000", balance="-5000")
    assert [item.amount for item in open_items(client.account)] == [5000]


def test_an_opening_balance_settled_in_part_stays(client):
    opening(client, "7500")
    (owed,) = open_items(client.account)
    pay(client, TODAY, "500", {owed: "500"})

    with pytest.raises(UsedElsewhere, match="RAN-"):
        opening(client, "5000")

    assert told(client, TODAY, unpaid="7000")


def test_an_opening_balance_of_nothing_is_none(client):
    with pytest.raises(ZeroOpening):
        opening(client, "0")

    assert not Document.objects.exists()


def test_an_opening_balance_is_in_the_accounts_currency_and_on_an_open_day(client):
    with pytest.raises(WrongCurrency):
        set_opening_balance(
            client=client, amount=Money(10, "CHF"), on=DAY, due=DUE, op=op(TODAY, Operation.Kind.OPENING)
        )
    shut(PeriodLock.Scope.BOOKS, DAY)
    with pytest.raises(PeriodClosed):
        opening(client, "10")


# Clients


def test_clients_without_a_code_take_the_next_ones():
    first, second = open_clients([Details("Zoé"), Details("Yves")])

    assert (first.code, second.code) == ("C-00001", "C-00002")
    assert open_clients([Details("Xavier")])[0].code == "C-00003"


def test_a_code_is_one_clients(client):
    for details in ([Details("Autre", code="C-1")], [Details("A", code="C-2"), Details("B", code="C-2")]):
        with pytest.raises(CodeTaken):
            open_clients(details)
