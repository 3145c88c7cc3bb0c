"""The page of a document."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser

from clients.services import Details, open_client
from demo.examples import Desk, play
from ledger.models import Document
from office.clock import today
from office.models import Role
from tests import factories
from tests.builders import a_client
from tests.factories import UserFactory
from tests.pages import at_work, cells, column, squeezed
from tests.payments.bank_lines import a_line, link

pytestmark = pytest.mark.django_db

DAY, NEXT_WEEK = date(2026, 1, 5), date(2026, 1, 12)


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


def page(browser: Browser, document: Document) -> str:
    response = browser.get(f"/documents/{document.pk}/")
    assert response.status_code == 200
    return squeezed(response.content.decode())


def document(kind: Document.Kind, code: str) -> Document:
    return Document.objects.get(kind=kind, account__client__code=code)


def test_a_document_says_what_it_is_and_what_is_left(desk):
    play(Desk(), today(), ["EX-RELEVE"])
    invoice = Document.objects.get(reference="FAC-2001")

    html = page(desk, invoice)

    assert "<h1>Facture FAC-2001</h1>" in html
    assert '<a href="/clients/EX-RELEVE/">Haras des Ormes</a>' in html
    assert column(html, "Débit") == [Decimal(1500)]
    assert column(html, "Reste") == [Decimal(500)]
    assert column(html, "Montant") == [Decimal(1000)]
    assert "PAY-3001" in html


def test_an_incident_strikes_the_settlement_through_with_its_date_in_red(desk):
    play(Desk(), today(), ["EX-INCIDENT"])
    bounced = today() - timedelta(days=12)
    payment = document(Document.Kind.PAYMENT, "EX-INCIDENT")

    html = page(desk, document(Document.Kind.INVOICE, "EX-INCIDENT"))

    assert f'<del><a href="/documents/{payment.pk}/">' in html
    assert "<del>80,00\u00a0€</del>" in html
    assert re.search(rf'<span class="amount--owed">\s*<svg.*?</svg> incident du {bounced:%d/%m/%Y}', html)


def test_a_bounced_payment_says_how_it_was_paid(desk):
    play(Desk(), today(), ["EX-INCIDENT"])

    assert "Chèque 0000412" in page(desk, document(Document.Kind.PAYMENT, "EX-INCIDENT"))
    assert "Chèque sans provision du règlement" in page(desk, document(Document.Kind.INCIDENT, "EX-INCIDENT"))


def test_what_was_detached_by_hand_is_struck_through_without_alarm(desk):
    roux = open_client(Details("Mme Roux"))
    debit = factories.invoice_entry(roux.account, "10.00", DAY)
    credit = factories.payment_entry(roux.account, "10.00", DAY)
    factories.detach(factories.allocate(debit, credit, "10.00", DAY), NEXT_WEEK)

    html = page(desk, debit.document)

    assert "<del>10,00\u00a0€</del>" in html
    assert "détaché le 12/01/2026" in html
    assert "amount--owed" not in html


def test_a_set_off_says_that_no_money_moved(desk):
    play(Desk(), today(), ["EX-COMPENSATION"])

    html = page(desk, document(Document.Kind.PAYMENT, "EX-COMPENSATION"))

    assert "Compensation de 0,00\u00a0€\u00a0: aucun mouvement d’argent" in html
    assert column(html, "Montant") == [Decimal(50)]


def test_an_invoice_leads_to_its_visits(desk):
    client = play(Desk(), today(), ["EX-SOLDE"])["EX-SOLDE"]
    toy = client.visits.get(day=date(2025, 10, 12))

    assert f'<a href="/visites/{toy.pk}/">Vente du 12/10/2025</a>' in page(
        desk, Document.objects.get(reference="FAC-2025-00001")
    )


def test_accountants_see_the_entry_and_nobody_else(client):
    play(Desk(), today(), ["EX-TROP-PERCU"])
    invoice = document(Document.Kind.INVOICE, "EX-TROP-PERCU")
    client.force_login(UserFactory(role=Role.FRONT_DESK))
    assert "Imputation comptable" not in page(client, invoice)

    client.force_login(UserFactory(role=Role.ACCOUNTANT))
    html = page(client, invoice)

    assert "Imputation comptable" in html
    assert "Journal VE Ventes" in html
    assert cells(html, "Compte") == [
        "411 Clients",
        "44571 TVA collectée",
        "706 Prestations de services",
    ]
    assert column(html, "Débit") == [Decimal(100), Decimal(100)]  # of the client account, then of the entry
    assert column(html, "Crédit") == [Decimal("16.67"), Decimal("83.33")]


def test_the_entry_of_each_document_shows_its_lettrage(desk, client):
    at_work(client, role=Role.ACCOUNTANT)
    play(Desk(), today(), ["EX-TROP-PERCU"])
    payment = document(Document.Kind.PAYMENT, "EX-TROP-PERCU")

    invoice_page, payment_page = page(client, document(Document.Kind.INVOICE, "EX-TROP-PERCU")), page(client, payment)

    assert cells(invoice_page, "Lettrage") == ["aaa", "", ""]  # small letters: of the payment, 20.00 are left
    assert cells(payment_page, "Lettrage") == ["aaa", ""]


def test_a_payment_leads_accountants_to_its_bank_transaction(client):
    at_work(client, role=Role.ACCOUNTANT)
    line = a_line("80.00", label="VIR SEPA ROUX")
    link(line, a_client())
    payment = Document.objects.get(kind=Document.Kind.PAYMENT)

    assert f'<a href="/banque/{line.pk}/">VIR SEPA ROUX</a> à la banque le 02/03/2026' in page(client, payment)
    at_work(client, role=Role.FRONT_DESK)
    assert "VIR SEPA ROUX</a>" not in page(client, payment)


def test_every_document_of_the_examples_has_a_page(client, django_assert_max_num_queries):
    at_work(client, role=Role.ACCOUNTANT)
    play(Desk(), today())

    for each in Document.objects.order_by("pk"):
        with django_assert_max_num_queries(15):
            page(client, each)


@pytest.mark.parametrize("key", ["0", "999", "99999999999999999999"])
@pytest.mark.parametrize("kind", ["documents", "visites"])
def test_what_isnt_there_is_told(desk, kind, key):
    assert desk.get(f"/{kind}/{key}/").status_code == 404
