"""What holds after every trial, whatever it did."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db.models import Max, Sum

from clients.models import Client
from clients.queries import with_figures
from ledger import verify
from ledger.balance import balance_of
from ledger.models import Line
from office.clock import today
from office.periods import Period
from statements.queries import EVERYWHERE, DuesWanted, aged_balance, ageing_limits, dues, extract_of
from statements.queries.extract import Wanted
from tests.helpers import settle


@pytest.fixture
def sound_ledger(db: None) -> Iterator[None]:
    """After the test everything is sealed as a commit would, `verify_ledger` finds nothing, and reports agree."""
    yield
    settle()
    assert [str(fault) for fault in verify.faults()] == []
    reports_agree()


def reports_agree() -> None:
    """Sheet, list, statement, schedule of dues and aged balance give each client the same figures."""
    day = max(Line.objects.aggregate(last=Max("day"))["last"] or today(), today())
    rows, _ = aged_balance(today=day, on=None, where=EVERYWHERE, limits=ageing_limits(day))
    aged = {row.client.pk: row.ages.total for row in rows}
    left = dict(dues(DuesWanted(Period())).order_by().values_list("account").annotate(left=Sum("open")))
    for client in with_figures(Client.objects.select_related("account"), today=day):
        sheet = balance_of(client.account, today=day)
        statement = extract_of(client, Wanted(Period()), today=day)
        assert (client.balance, client.outstanding) == (sheet.balance.amount, sheet.unpaid_invoices.amount), client
        assert statement.final == statement.ageing.total == -sheet.balance.amount, client
        assert left.get(client.account_id, Decimal(0)) == sheet.unpaid_invoices.amount, client
        assert aged.get(client.pk, Decimal(0)) == -sheet.balance.amount, client
