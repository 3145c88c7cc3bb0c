from contextlib import suppress
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from demo.bench import payments as posting
from demo.scale.loading import SITES
from ledger.models import Allocation, Document, Line, OpenItem, Operation
from office.models import Role
from payments.models import Payment
from tests.builders import a_client, invoice
from tests.factories import SiteFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def debtors(monkeypatch):
    """Four clients of the crowd who owe 30 and 70."""
    monkeypatch.setattr(posting, "WARM", 1)
    UserFactory(role=Role.ADMINISTRATOR)
    site = SiteFactory(code=SITES[0]["code"])
    for rank in range(4):
        client = a_client(f"C-{rank}", site=site)
        invoice(client, date(2026, 3, 2), "30")
        invoice(client, date(2026, 3, 2), "70")


def told(*arguments: str, **options: object) -> list[str]:
    """What bench says, whether its goals are met or not: how fast this machine is proves nothing here."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("bench", *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def test_payments_are_timed_by_the_service_and_by_sql(debtors):
    head, line, *_ = told("payments", count=1)

    assert head.split() == ["règlements", "de", "deux", "imputations", "service/s", "SQL", "nu/s", "rapport", "buts"]
    count, service, floor, ratio, *_ = line.split()
    assert (count, int(service) > 0, int(floor) > 0, float(ratio) > 0) == ("1", True, True, True)


def test_both_ways_write_the_same_rows(debtors):
    told("payments", count=1)

    payments = list(Payment.objects.order_by("pk").select_related("document", "entry", "entry__operation"))
    assert [payment.amount.amount for payment in payments] == [Decimal(100)] * 4
    assert len({(p.type_id, p.site_id, p.paid_on, p.bank_reference, str(p.seller)) for p in payments}) == 1
    assert {sorted(payment.buyer) == sorted(payments[0].buyer) for payment in payments} == {True}
    assert Document.objects.filter(kind="payment").values("site", "day").distinct().count() == 1
    assert {(p.entry.journal_id, p.entry.label == f"Règlement {p}", p.entry.operation.result) for p in payments} == {
        ("BQ", True, payment) for payment in payments
    }
    rows = Line.objects.filter(entry__document__kind="payment").values_list("account", "kind", "debit", "credit", "due")
    assert len(set(rows)) == 2
    assert sorted(Allocation.objects.values_list("amount", flat=True)) == [Decimal(30)] * 4 + [Decimal(70)] * 4
    assert not OpenItem.objects.filter(open__gt=0).exists()
    assert Operation.objects.filter(kind="payment", user=None).count() == 0


def test_too_few_debtors_are_told(debtors):
    with pytest.raises(CommandError, match=r"4 sur 6"):
        told("payments", count=2)

    assert Payment.objects.count() == 0


def test_pages_alone_book_nothing(debtors):
    told("search", times=1)

    assert Payment.objects.count() == 0
