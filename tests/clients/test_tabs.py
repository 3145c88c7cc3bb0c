"""The tabs of a client's sheet: each a fragment with an address of its own."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from demo.examples import Desk, line, play
from invoicing.models import Visit
from invoicing.services import draft_lines
from ledger.models import Document, Operation
from office.clock import today
from tests.builders import a_client, bounce, cancel, credit_on, invoice, pay
from tests.factories import op
from tests.pages import at_work, cells, squeezed, text_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
TABS = ["", "financier/", "visites/", "factures/", "avoirs/", "reglements/", "coordonnees/"]
DAY = date(2026, 3, 2)


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


@pytest.fixture
def delmas(db):
    return play(Desk(), today(), ["EX-SOLDE"])["EX-SOLDE"]


def html(browser: Browser, address: str, **headers: str) -> str:
    response = browser.get(address, headers=headers)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def tab_words(page: str) -> list[str]:
    row = re.search(r'<nav class="tabs".*?</nav>', page, re.DOTALL)[0]
    return [text_of(link) for link in re.findall(r"<a.*?</a>", row, re.DOTALL)]


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_alone_for_htmx_and_in_its_sheet_otherwise(desk, delmas, tab):
    whole = html(desk, f"/clients/EX-SOLDE/{tab}")
    alone = html(desk, f"/clients/EX-SOLDE/{tab}", **HTMX)

    assert "<h1>Mme Claire Delmas</h1>" in whole
    assert "Soldes du client" in whole
    assert "<h1>" not in alone
    assert tab_words(alone) == tab_words(whole)
    assert alone.count('aria-current="page"') == 1
    assert f'href="/clients/EX-SOLDE/{tab}" aria-current="page"' in alone


def test_a_page_that_was_changed_in_place_is_whole(desk, delmas):
    page = html(desk, "/clients/EX-SOLDE/financier/", **HTMX, **{"HX-Target": "page"})

    assert "<h1>Mme Claire Delmas</h1>" in page
    assert "Soldes du client" in page


def test_a_page_that_back_asks_for_is_whole(desk, delmas):
    page = html(desk, "/clients/EX-SOLDE/factures/", **HTMX, **{"HX-History-Restore-Request": "true"})

    assert "<h1>Mme Claire Delmas</h1>" in page


def test_the_tabs_count_what_is_behind_them(desk, delmas):
    words = ["Opérations", "Financier", "Visites 3", "Factures 2", "Avoirs 1", "Règlements 1", "Coordonnées"]

    assert tab_words(html(desk, "/clients/EX-SOLDE/")) == words
    before = tab_words(html(desk, "/clients/EX-SOLDE/?on=2025-10-10"))
    assert before == ["Opérations", "Financier", "Visites 0", "Factures 0", "Avoirs 1", "Règlements 0", "Coordonnées"]


@pytest.mark.parametrize("tab", TABS[:-1])
def test_a_tab_keeps_the_day(desk, delmas, tab):
    page = html(desk, f"/clients/EX-SOLDE/{tab}?on=2025-10-10")

    assert "Situation au 10/10/2025" in page
    assert 'href="/clients/EX-SOLDE/factures/?on=2025-10-10"' in page


def test_the_visits_with_what_is_to_invoice_of_each(desk, delmas):
    page = html(desk, "/clients/EX-SOLDE/visites/")

    assert cells(page, "Statut") == ["À facturer", "Facturée", "Facturée"]
    assert cells(page, "Total TTC") == ["31,00\u00a0€", "50,00\u00a0€", "2,50\u00a0€"]
    assert cells(page, "À facturer") == ["31,00\u00a0€", "", ""]
    links = re.findall(r'href="(/visites/\d+/)"', page)
    assert len(links) == 3
    assert all(desk.get(link).status_code == 200 for link in links)


def test_a_visit_before_its_invoice_was_to_invoice(desk):
    client = a_client()
    visit = Desk().visits(client, DAY, line("Soin", "10.00"), kind=Visit.Kind.SALE)
    Desk().invoices_visit(visit, DAY + timedelta(days=5))

    assert cells(html(desk, "/clients/C-1/visites/"), "Statut") == ["Facturée"]
    page = html(desk, f"/clients/C-1/visites/?on={DAY + timedelta(days=1)}")
    assert cells(page, "Statut") == ["À facturer"]
    assert cells(page, "Total TTC") == ["10,00\u00a0€"]


def test_the_invoices_with_what_is_left_drafts_too(desk):
    client = a_client()
    draft_lines(client=client, lines=[line("Soin", "7.00")], op=op(DAY, Operation.Kind.INVOICE))
    paid = invoice(client, DAY, "80")
    pay(client, DAY, "80", {paid: "80"})
    invoice(client, DAY, "50")
    gone = invoice(client, DAY, "20")
    cancel(gone, DAY)

    page = html(desk, "/clients/C-1/factures/")

    assert cells(page, "Statut") == ["Brouillon", "Annulée", "En retard", "Payée"]
    assert cells(page, "Total TTC")[1:] == ["20,00\u00a0€", "50,00\u00a0€", "80,00\u00a0€"]
    assert "<del>20,00\u00a0€</del>" in page
    assert cells(page, "Reste dû") == ["", "", "50,00\u00a0€", "0,00\u00a0€"]
    assert cells(html(desk, "/clients/C-1/factures/?on=2026-03-01"), "Statut") == []


def test_the_credit_notes_with_what_is_left(desk):
    client = a_client()
    f = invoice(client, DAY, "80")
    credit_on(f, DAY, "30")
    cancel(credit_on(f, DAY, "20"), DAY)

    page = html(desk, "/clients/C-1/avoirs/")

    assert cells(page, "Statut") == ["Annulé", "À utiliser"]
    assert cells(page, "Sur la facture") == [str(f), str(f)]
    assert cells(page, "Reste à utiliser") == ["0,00\u00a0€", "30,00\u00a0€"]


def test_the_payments_with_their_incident_in_words(desk):
    client = a_client()
    f = invoice(client, DAY, "80")
    cheque = pay(client, DAY, "80", {f: "80"}, by="cheque")
    bounce(cheque, DAY + timedelta(days=7))
    pay(client, DAY + timedelta(days=7), "100", {f: "80"})

    page = html(desk, "/clients/C-1/reglements/")

    assert cells(page, "Statut") == ["Trop-perçu à utiliser", "Incident du 09/03/2026"]
    assert cells(page, "Montant") == ["100,00\u00a0€", "80,00\u00a0€"]
    assert cells(page, "Trop-perçu") == ["20,00\u00a0€", ""]
    assert "<del>80,00\u00a0€</del>" in page
    assert cells(html(desk, "/clients/C-1/reglements/?on=2026-03-08"), "Statut") == ["Imputé"]


def test_a_cancelled_set_off_is_marked(desk):
    client = a_client()
    f = invoice(client, DAY, "80")
    a = credit_on(f, DAY, "30")
    cancel(pay(client, DAY, "0", {f: "30", a: "-30"}), DAY)

    assert cells(html(desk, "/clients/C-1/reglements/"), "Statut") == ["Annulé"]
    assert cells(html(desk, "/clients/C-1/"), "Reste")[0] == "Annulé"


def test_a_bounced_payment_is_struck_through_with_the_day_of_its_incident(desk):
    client = a_client()
    f = invoice(client, DAY, "80")
    cheque = pay(client, DAY, "80", {f: "80"}, by="cheque")
    bounce(cheque, DAY + timedelta(days=7), fee="15")

    page = html(desk, "/clients/C-1/")

    at = cells(page, "Référence").index(Document.objects.get(payments=cheque).reference)
    assert cells(page, "Reste")[at] == "incident du 09/03/2026"
    assert page.count("<del>") == 1
    assert cells(html(desk, "/clients/C-1/?on=2026-03-08"), "Reste") == ["soldé", "soldé"]


def test_a_tab_asks_as_often_for_one_row_as_for_many(desk, django_assert_max_num_queries):
    client = a_client()
    addresses = [f"/clients/C-1/{tab}{on}" for tab in TABS for on in ("", "?on=2026-03-20")]

    def fill(number: int) -> None:
        for _ in range(number):
            visit = Desk().visits(client, DAY, line("Soin", "10.00"), kind=Visit.Kind.SALE)
            f = Desk().invoices_visit(visit, DAY)
            pay(client, DAY, "4", {f: "4"})
            credit_on(f, DAY, "2")

    def asked(address: str) -> int:
        with django_assert_max_num_queries(15) as queries:
            html(desk, address)
        return len(queries)

    fill(1)
    few = {address: asked(address) for address in addresses}
    fill(12)

    assert {address: asked(address) for address in addresses} == few
