"""Les encours: by status, who owes most, month by month; each as the balances say."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser

from demo.examples import EXAMPLES, Desk, play
from ledger.balance import balance_of, read_balance, with_balances
from ledger.models import ClientAccount
from office.clock import today
from office.models import Role
from statements.queries import month_ends, outstanding_by_status, who_owe_most
from tests import factories
from tests.builders import a_client
from tests.pages import at_work, cells, squeezed
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client, role=Role.ACCOUNTANT)


def test_totals_and_counts_by_status_are_those_of_the_balances():
    play(Desk(), today(), list(EXAMPLES))
    accounts = with_balances(ClientAccount.objects.filter(client__isnull=False), today=today())
    told = [read_balance(account, today()) for account in accounts]

    found = outstanding_by_status(today=today())

    assert sum(one.total.count for one in found) == len(told)
    for one in found:
        same = [balance for balance in told if balance.status == one.status]
        assert one.total.count == len(same)
        assert one.total.outstanding == sum((balance.outstanding for balance in same[1:]), same[0].outstanding)


def test_who_owes_most_stands_first():
    for code, amount in (("C-1", "30"), ("C-2", "50"), ("C-3", "10")):
        factories.invoice_entry(a_client(code).account, amount, date(2026, 1, 5))
    a_client("C-4")

    assert [one.client.code for one in who_owe_most(today=today())] == ["C-2", "C-1", "C-3"]
    assert [one.client.code for one in who_owe_most(today=today(), first=1)] == ["C-2"]


def test_the_end_of_a_month_is_what_the_balance_of_that_day_says():
    client = a_client()
    f = factories.invoice_entry(client.account, "100", date(2026, 1, 5))
    payment = factories.payment_entry(client.account, "60", date(2026, 2, 10))
    allocation = factories.allocate(f, payment, "60", date(2026, 2, 10))
    factories.detach(allocation, date(2026, 4, 2))
    factories.allocate(f, payment, "20", date(2026, 4, 20))
    now = date(2026, 5, 12)

    ends = month_ends(today=now)["EUR"]

    assert len(ends) == 24
    assert [(str(end.on), end.unpaid) for end in ends[-5:]] == [
        ("2026-01-31", Decimal(100)),
        ("2026-02-28", Decimal(40)),
        ("2026-03-31", Decimal(40)),
        ("2026-04-30", Decimal(80)),
        ("2026-05-12", Decimal(80)),
    ]
    for end in ends:
        assert end.unpaid == balance_of(client.account, today=now, on=end.on).outstanding.amount


def test_the_page_leads_on_to_the_clients_and_their_items(desk):
    factories.invoice_entry(a_client("ROUX").account, "30", today() - timedelta(days=9), today() - timedelta(days=3))

    html = squeezed(desk.get("/etats/encours/").content.decode())

    assert cells(html, "Encours") == ["30,00\u00a0€", "30,00\u00a0€"]
    assert re.search('href="/clients/\\?status=overdue&amp;archived=tous" ?>1<', html)
    assert desk.get("/clients/?status=overdue&archived=tous").status_code == 200
    assert 'href="/clients/ROUX/impayes/"' in html
    assert "<svg" in html


def test_nothing_owed_is_told(desk):
    assert "Personne ne doit rien" in desk.get("/etats/encours/").content.decode()


def test_encours_are_printed_and_exported(desk):
    factories.invoice_entry(a_client("ROUX").account, "30", date(2026, 1, 5))

    lines = b"".join(desk.get("/etats/encours/export/csv/")).decode("utf-8-sig").splitlines()
    pdf = desk.get("/etats/encours/export/pdf/").content

    assert lines[1] == "ROUX;Client ROUX;En retard de paiement;30,00;0,00;30,00;30,00;-30,00;EUR"
    assert faults(pdf) == []
    assert "En retard de paiement : 1 client, facturé 30,00" in pages(pdf)[0].replace("\u00a0", " ")
