"""No page asks the database more than fifteen times, with one record behind it or with many."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from demo.examples import Desk, line
from invoicing.models import Category, Visit
from ledger.models import BankAccount, Document
from office.models import Event, Role
from tests import factories
from tests.builders import a_client, bounce, credit_on, pay
from tests.pages import at_work
from tests.shelf import a_tariff, an_item
from tests.test_access import MAP, a_bank_line, a_batch, a_label, a_mailed_file, a_round
from tests.test_access import a_client as one_client

AT_MOST = 15
DAY = date(2026, 3, 2)

OF_A_CLIENT = [name for name, page in MAP.items() if page.arguments is one_client]
OTHERS = [name for name in MAP if name not in OF_A_CLIENT]

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client, role=Role.ADMINISTRATOR)


def asked(desk: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = desk.get(address)
        b"".join(response)  # what is streamed asks as it is sent

    assert response.status_code == 200
    return len(queries)


def fill(client, number: int) -> None:
    """So many of everything that a client can have."""
    for _ in range(number):
        visit = Desk().visits(client, DAY, line("Soin", "10.00"), kind=Visit.Kind.SALE)
        Desk().visits(client, DAY, line("Soin", "10.00"), kind=Visit.Kind.SALE)
        f = Desk().invoices_visit(visit, DAY)
        cheque = pay(client, DAY, "6", {f: "5"}, by="cheque")
        credit_on(f, DAY, "2")
        bounce(cheque, DAY + timedelta(days=7), fee="1")


@pytest.mark.parametrize("number", [1, 12])
def test_no_page_of_a_client_asks_more(desk, number):
    client = a_client()
    fill(client, number)

    pages = [name for name in OF_A_CLIENT if MAP[name].get[-1] == 200]
    costs = {name: asked(desk, reverse(name, args=[client.code])) for name in pages}

    assert len(costs) > 8
    assert {name: cost for name, cost in costs.items() if cost > AT_MOST} == {}


@pytest.mark.parametrize("number", [1, 12])
def test_no_document_asks_more(desk, number):
    client = a_client()
    fill(client, number)

    newest = {document.kind: document for document in Document.objects.order_by("pk")}
    costs = {kind: asked(desk, reverse("document", args=[document.pk])) for kind, document in newest.items()}

    assert len(costs) == 4
    assert {kind: cost for kind, cost in costs.items() if cost > AT_MOST} == {}


@pytest.mark.parametrize("number", [1, 30])
def test_no_other_page_asks_more(desk, number):
    for at in range(number):
        fill_business(at)

    pages = {name: MAP[name].arguments() for name in OTHERS if MAP[name].get[-1] == 200}
    costs = {name: asked(desk, reverse(name, kwargs=arguments)) for name, arguments in pages.items()}

    assert len(costs) > 20
    assert {name: cost for name, cost in costs.items() if cost > AT_MOST} == {}


def fill_business(at: int) -> None:
    """One more of what the lists of the business show."""
    client = a_client(f"N-{at}")
    factories.invoice_entry(client.account, "50.00", DAY)
    if at < 8:
        fill(client, 1)
    factories.SiteFactory()
    a_mailed_file()
    a_batch()
    if at < 4:
        a_round()
    a_bank_line()
    a_label()
    user = factories.UserFactory()
    Event.objects.create(kind=Event.Kind.values[0], user=user, detail={})
    iban = f"FR76300060000112345678{at:05d}"
    BankAccount.objects.create(label=f"Courant {at}", iban=iban, account_id="512")
    an_item(f"Soin {at}", "10", a_tariff("8", "Éleveur"), category=Category.objects.create(name=f"Soins n° {at}"))
