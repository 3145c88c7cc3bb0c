"""The grand livre and the balance of clients: what account 411 says, and the codes of what is set off."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from office.models import Role
from office.periods import Period
from statements.queries import EVERYWHERE, Where, account_balances, account_books, receivable
from tests import factories
from tests.builders import a_client, detach
from tests.pages import at_work, cells
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


@pytest.fixture
def roux(db):
    client = a_client("ROUX", name="Mme Roux")
    one = factories.invoice_entry(client.account, "100", date(2026, 1, 5))
    two = factories.invoice_entry(client.account, "50", date(2026, 2, 5))
    payment = factories.payment_entry(client.account, "100", date(2026, 2, 10))
    factories.allocate(one, payment, "100", date(2026, 2, 10))
    part = factories.payment_entry(client.account, "20", date(2026, 2, 12))
    factories.allocate(two, part, "20", date(2026, 2, 12))
    return client


def test_an_account_has_its_balance_before_its_movements_and_its_balance_after(roux):
    (book,) = account_balances(FEBRUARY, EVERYWHERE)

    assert (book.before, book.debit, book.credit, book.final) == (100, 50, 120, 30)
    assert sum(one.final for one in account_balances(Period(), EVERYWHERE)) == receivable()["EUR"] == 30


def test_what_is_set_off_bears_a_code_in_capitals_once_it_is_settled(roux):
    (book,) = account_books(Period(), EVERYWHERE)

    assert [(line.code, line.balance) for line in book.lines] == [("AAA", 100), ("aab", 150), ("AAA", 50), ("aab", 30)]


def test_a_detach_clears_the_code(roux):
    detach(roux.account.items.order_by("pk")[0].credits.get(), date(2026, 2, 20))

    (book,) = account_books(Period(), EVERYWHERE)

    assert [line.code for line in book.lines] == ["", "aaa", "", "aaa"]


def test_a_group_is_all_that_allocations_join():
    client, day = a_client(), date(2026, 1, 5)
    debits = [factories.invoice_entry(client.account, "10", day) for _ in range(3)]
    credit = factories.payment_entry(client.account, "25", day)
    other = factories.payment_entry(client.account, "5", day)
    for debit, amount in zip(debits, ("10", "10", "5"), strict=True):
        factories.allocate(debit, credit, amount, day)
    factories.allocate(debits[2], other, "5", day)

    (book,) = account_books(Period(), EVERYWHERE)

    assert {line.code for line in book.lines} == {"AAA"}


def test_sites_add_up_to_all(roux):
    site = factories.SiteFactory()
    factories.payment_entry(roux.account, "7", date(2026, 2, 20), site=site)

    finals = [
        sum((book.final for book in account_balances(FEBRUARY, where)), Decimal(0))
        for where in (Where(site), Where(nowhere=True), EVERYWHERE)
    ]
    assert finals == [-7, 30, 23]


@pytest.mark.parametrize("path", ["/etats/balance-clients/", "/etats/grand-livre/"])
def test_they_are_shown_printed_exported_and_refuse_nonsense(client: Browser, roux, path):
    desk = at_work(client, role=Role.ACCOUNTANT)
    query = "?start=2026-02-01&end=2026-02-28"

    html = desk.get(f"{path}{query}").content.decode()
    pdf = desk.get(f"{path}export/pdf/{query}").content
    lines = b"".join(desk.get(f"{path}export/csv/{query}")).decode("utf-8-sig").splitlines()

    assert cells(html, "Crédit")[-1] == "120,00"
    assert faults(pdf) == []
    assert "ROUX" in pages(pdf)[0]
    assert lines[-1].startswith("Total 411;")
    assert desk.get(f"{path}?start=x").status_code == 422
    assert desk.get(f"{path}export/csv/?site=x").status_code == 404


def test_the_grand_livre_of_one_client(client: Browser, roux):
    factories.invoice_entry(a_client("MOREL").account, "9", date(2026, 2, 5))
    desk = at_work(client, role=Role.ACCOUNTANT)

    html = desk.get("/etats/grand-livre/?start=2026-02-01&client=ROUX").content.decode()

    assert "MOREL" not in html
    assert cells(html, "Lettrage").count("aab") == 2
