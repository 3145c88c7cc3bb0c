"""What was owed on a past day, whatever came later."""

from datetime import date, timedelta

import pytest

from tests.builders import a_client, invoice, pay, told

pytestmark = pytest.mark.usefixtures("sound_ledger")

TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


def test_a_past_day_does_not_count_later_payments(client):
    f = invoice(client, date(2025, 5, 1), "110775", due=date(2025, 5, 31))
    pay(client, date(2025, 6, 5), "110250", {f: "110250"})

    assert told(client, TODAY, on=date(2025, 5, 15), unpaid="110775", overdue="0", collected="0")
    assert told(client, TODAY, on=date(2025, 6, 10), unpaid="525", overdue="525", collected="110250")


def test_a_payment_dated_before_its_invoice_was_credit_until_both_met(client):
    tp = pay(client, date(2026, 1, 10), "100")
    f = invoice(client, date(2026, 2, 1), "100")
    pay(client, date(2026, 2, 20), "0", {tp: "-100", f: "100"})

    assert told(client, TODAY, on=date(2026, 1, 15), credit="100", unpaid="0", balance="100")
    assert told(client, TODAY, on=date(2026, 2, 10), credit="100", unpaid="100", balance="0")
    assert told(client, TODAY, on=date(2026, 2, 20), credit="0", unpaid="0", balance="0")


@pytest.mark.parametrize("due", [date(2025, 6, 10), date(2026, 3, 29), date(2025, 10, 25), date(2025, 12, 31)])
def test_an_invoice_is_late_from_the_day_after_its_due_date(client, due):
    invoice(client, due - timedelta(days=30), "100", due=due)

    for day, late in ((due, "0"), (due + timedelta(days=1), "100")):
        assert told(client, day, overdue=late)
        assert told(client, date(2026, 6, 1), on=day, overdue=late)
