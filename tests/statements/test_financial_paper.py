"""The tab Financier on paper: what its filters leave, the sentence, the figures and the curve."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from statements.reports import printed
from statements.views import financial, printing
from tests.builders import a_client, bounce, invoice, pay
from tests.pages import at_work
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


@pytest.fixture
def roux():
    """Owes 30,00 of a cheque that bounced, and 50,00 that was paid."""
    client = a_client("ROUX", name="Mme Roux")
    f, g = invoice(client, DAY, "30"), invoice(client, DAY, "50")
    cheque = pay(client, DAY, "30", {f: "30"}, by="cheque")
    pay(client, DAY, "50", {g: "50"})
    bounce(cheque, DAY + timedelta(days=7))
    return client


def told(content: bytes) -> str:
    assert faults(content) == []
    return " ".join(pages(content)).replace("\u00a0", " ").replace("\u202f", " ")


def test_it_says_what_the_tab_shows(desk, roux):
    said = told(desk.get("/clients/ROUX/financier/pdf/?operations=toutes").content)

    assert "Situation financière de Mme Roux" in said
    assert "toutes les opérations" in said
    assert "Doit 30,00 € dont 30,00 € en retard et a un incident en cours." in said
    assert "Factures : 80,00 € (2 factures) · " in said
    assert f"incident du {DAY + timedelta(days=7):%d/%m/%Y}" in said


def test_what_bounced_is_struck_through(desk, roux, monkeypatch):
    made = []
    monkeypatch.setattr(financial, "report_pdf", lambda report, *_, **__: made.append(report) or b"")
    desk.get("/clients/ROUX/financier/pdf/?operations=toutes")

    rows = [row.paper for row in printed(made[0].columns, made[0].rows)]
    assert [row for row in rows if "<del>" in row] == [row for row in rows if "Rejeté" in row]
    assert '<td class="number"><del>30,00</del></td>' in next(row for row in rows if "Rejeté" in row)


def test_it_is_filtered_as_the_tab_is(desk, roux):
    said = told(desk.get("/clients/ROUX/financier/pdf/?operations=incidents&type=incident").content)

    assert "incidents uniquement · incidents" in said
    assert "Factures : 0,00 €" in said


def test_a_past_day_is_printed_as_it_was(desk, roux):
    said = told(desk.get(f"/clients/ROUX/financier/pdf/?operations=toutes&on={DAY:%Y-%m-%d}").content)

    assert "situation au 02/03/2026" in said
    assert "Tout va bien." in said
    assert "incident du" not in said


def test_a_client_without_any_element_has_its_page(desk):
    a_client("VIDE")

    assert "Rien ne correspond à ces filtres." in told(desk.get("/clients/VIDE/financier/pdf/").content)


def test_more_than_can_be_printed_is_told(desk, roux, monkeypatch):
    monkeypatch.setattr(financial, "PRINTED", 2)
    monkeypatch.setattr(printing, "LONGEST", 3)

    response = desk.get("/clients/ROUX/financier/pdf/?operations=toutes", follow=True)

    assert response.redirect_chain[0][0] == "/clients/ROUX/financier/?operations=toutes"
    assert "Plus de 3 lignes" in response.content.decode()


@pytest.mark.parametrize("query", ["?period=jamais", "?start=2026-03-02&end=2026-03-01", "?on=2999-01-01"])
def test_what_the_tab_refuses_is_not_printed(desk, roux, query):
    assert desk.get(f"/clients/ROUX/financier/pdf/{query}").status_code == 404


def test_the_tab_leads_to_its_print_with_its_filters(desk, roux):
    html = desk.get("/clients/ROUX/financier/?operations=toutes&type=facture").content.decode()

    assert 'href="/clients/ROUX/financier/pdf/?operations=toutes&amp;type=facture"' in html
