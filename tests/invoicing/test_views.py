"""The page of a visit."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import Client
from clients.services import Details, open_client
from demo.examples import Desk, line
from invoicing.models import Visit
from invoicing.queries import basket
from tests.pages import at_work, cells, squeezed

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 5)


@pytest.fixture
def roux() -> Client:
    return open_client(Details("Mme Roux", code="ROUX"))


@pytest.fixture
def visit(roux: Client) -> Visit:
    lines = [line("Consultation", "24.00"), line("Vermifuge", "7.00", goods=True)]
    return Desk().visits(roux, DAY, *lines, kind=Visit.Kind.CONSULTATION, subject="Gaufrette")


@pytest.fixture
def desk(client):
    return at_work(client)


def page(browser, visit: Visit) -> str:
    response = browser.get(f"/visites/{visit.pk}/")
    assert response.status_code == 200
    return squeezed(response.content.decode())


def test_a_visit_to_invoice_shows_its_basket(desk, visit):
    html = page(desk, visit)

    assert "<h1>Consultation du 05/01/2026</h1>" in html
    assert '<a href="/clients/ROUX/">Mme Roux</a>' in html
    assert "Gaufrette" in html
    assert cells(html, "Montant TTC") == ["24,00\u00a0€", "7,00\u00a0€"]
    assert cells(html, "Facture") == ["à facturer", "à facturer"]
    assert (basket(visit).total, basket(visit).left) == (Decimal(31), Decimal(31))


def test_an_invoiced_visit_leads_to_its_invoice(desk, visit):
    invoice = Desk().invoices_visit(visit, DAY)

    html = page(desk, visit)

    assert html.count(f'<a href="/documents/{invoice.document_id}/">FAC-2026-00001</a>') == 2
    assert "Facturée" in html
    assert (basket(visit).total, basket(visit).left) == (Decimal(31), Decimal(0))


def test_prices_and_quantities_have_the_decimals_they_need(desk, roux):
    sold = line("Foin", "12.345")
    visit = Desk().visits(roux, DAY, sold, line("Détartrage", "100.00", rate="5.5"), kind=Visit.Kind.SALE)

    html = page(desk, visit)

    assert cells(html, "Prix unitaire") == ["12,345\u00a0€", "100,00\u00a0€"]
    assert cells(html, "TVA") == ["20\u00a0%", "5,5\u00a0%"]


def test_an_empty_visit_says_so(desk, roux):
    visit = Desk().visits(roux, DAY, kind=Visit.Kind.SALE)

    assert "Panier vide" in page(desk, visit)


def test_a_visit_asks_as_often_for_two_lines_as_for_many(desk, roux, visit, django_assert_num_queries):
    many = Desk().visits(roux, DAY, *[line("Soin", "1.00")] * 30, kind=Visit.Kind.SALE)
    Desk().invoices_visit(many, DAY)

    for each in (visit, many):
        with django_assert_num_queries(2 + 1 + 2 + 1):  # user, visit with client, lines and spells, alerts
            page(desk, each)
