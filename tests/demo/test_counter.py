"""The demo's money on its way: every screen of payments has something to show, on any day of loading."""

from datetime import date, timedelta

import pytest

from demo.loading import load
from office.models import Site
from payments.incidents import PART_SETTLED
from payments.models import (
    BankLabel,
    BankLink,
    BankTransaction,
    CardDeposit,
    CashClosing,
    CashMove,
    Deposit,
    Incident,
    Payment,
)
from payments.queries import in_hand, late_periods, told_incidents
from payments.services import check_closings


@pytest.mark.usefixtures("sound_ledger")
@pytest.mark.parametrize("today", [date(2026, 3, 16), date(2026, 1, 2)])
def test_cheques_tills_and_the_bank_have_their_life(today):
    load(today, clients=10)

    assert in_hand().count() >= 3
    assert in_hand().filter(paid_on__gt=today).count() == 2
    assert Deposit.objects.exists()
    sites = list(Site.objects.order_by("pk"))
    for site in sites:
        closings = CashClosing.objects.filter(site=site).order_by("pk")
        assert closings.filter(period="day").last().through == today - timedelta(days=1)
        assert closings.filter(period="month").exists()
        assert min(closings.values_list("counted", flat=True)) > 0
        assert closings.filter(period="day").exclude(reason="").count() == 1
    assert late_periods(sites, today=today) == []
    assert check_closings() == []
    ours = Incident.objects.exclude(payment__client__code__startswith="EX-")
    assert PART_SETTLED in [one.state for one in told_incidents(ours).values()]
    linked = set(BankLink.objects.values_list("transaction", flat=True))
    assert linked
    assert set(BankTransaction.objects.values_list("pk", flat=True)) > linked
    assert BankTransaction.objects.filter(amount__lt=0).exists()
    assert CardDeposit.objects.exists()
    assert BankLabel.objects.filter(client=None, transactions__isnull=False).distinct().count() == 3
    assert not BankTransaction.objects.filter(day__gt=today).exists()
    assert not Payment.objects.filter(document__day__gt=today).exists()
    assert not CashMove.objects.filter(document__day__gt=today).exists()
