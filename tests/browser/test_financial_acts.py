"""What is done from the menus of the tab Financier, in windows, while the page stays where it is."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Locator, Page, expect

from clients.models import Mail
from ledger.models import PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import MailServer, Role, User
from payments.models import Incident, Payment
from tests.browser.financial import EURO, counter, element_of, indicator, menu, open_tab, stayed
from tests.builders import a_client, bounce, credit_note, invoice, pay, told


@pytest.fixture(autouse=True)
def _an_accountant(page: Page) -> None:
    User.objects.filter(username="durand").update(role=Role.ACCOUNTANT)


def opened(page: Page, filed: object, act: str) -> Locator:
    """The window of an act on a document."""
    menu(page, filed, act)
    window = page.get_by_role("dialog")
    expect(window).to_be_visible()
    return window


def test_an_overpayment_is_paid_back(page: Page):
    client = a_client()
    f = invoice(client, today(), "100")
    r = pay(client, today(), "120", {f: "100"})
    open_tab(page)
    expect(indicator(page, "Montant à utiliser")).to_contain_text(f"20,00{EURO}")

    window = opened(page, r, "Rembourser le trop-perçu")
    expect(window.get_by_label("Montant à rembourser")).to_have_value("20,00")
    window.get_by_label("Type de règlement").select_option(label="Espèces")
    window.get_by_role("button", name="Rembourser").click()

    expect(window).to_be_hidden()
    expect(page.locator(".element", has_text="Remboursement RBT")).to_contain_text("Remboursé")
    expect(element_of(page, r)).to_contain_text("Imputé")
    expect(counter(page, "Remboursements")).to_contain_text(f"20,00{EURO}")
    expect(indicator(page, "Montant à utiliser")).to_contain_text(f"0,00{EURO}")
    assert told(client, today(), balance="0", collected="100")
    assert stayed(page)


def test_a_credit_note_is_paid_back(page: Page):
    client = a_client()
    a = credit_note(client, today(), "30")
    open_tab(page)

    window = opened(page, a, "Passer l’avoir en remboursement")
    window.get_by_label("Type de règlement").select_option(label="Espèces")
    window.get_by_role("button", name="Rembourser").click()

    expect(window).to_be_hidden()
    expect(element_of(page, a)).to_contain_text("Utilisé")
    expect(counter(page, "Remboursements")).to_contain_text(f"30,00{EURO}")
    assert told(client, today(), balance="0", collected="-30")
    assert stayed(page)


def test_a_payment_is_changed_and_stands_as_what_it_became(page: Page):
    client = a_client()
    f = invoice(client, today(), "100")
    r = pay(client, today(), "100", {f: "100"})
    open_tab(page)

    window = opened(page, r, "Modifier le paiement")
    window.get_by_label("Montant", exact=True).first.fill("60")
    window.locator("[id^=id_item-]").first.fill("60")
    window.get_by_role("button", name="Enregistrer").click()

    expect(window).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text(f"{r} est modifié")
    made = Payment.objects.get(replaces=r)
    expect(element_of(page, made)).to_contain_text(f"60,00{EURO}")
    expect(element_of(page, r)).to_have_count(0)
    expect(element_of(page, f)).to_contain_text("Payée en partie")
    expect(counter(page, "Paiements")).to_contain_text("1 paiement")
    assert told(client, today(), balance="-40", collected="60")
    assert stayed(page)


def test_a_payment_is_cancelled_with_its_reason(page: Page):
    client = a_client()
    f = invoice(client, today(), "50")
    r = pay(client, today(), "50", {f: "50"})
    open_tab(page, "?operations=toutes")

    window = opened(page, r, "Annuler le paiement")
    window.get_by_label("Motif").fill("saisi deux fois")
    window.get_by_role("button", name="Annuler le règlement").click()

    expect(window).to_be_hidden()
    expect(element_of(page, r).locator("summary del")).to_have_text(f"50,00{EURO}")
    expect(element_of(page, f)).to_contain_text("En attente de paiement")
    assert told(client, today(), balance="-50", collected="0")
    assert stayed(page)


def test_an_invoice_and_a_receipt_are_sent_by_e_mail(page: Page):
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    client = a_client(email="claire@exemple.fr")
    f = invoice(client, today(), "100")
    r = pay(client, today(), "100", {f: "100"})
    open_tab(page)

    for filed, act in ((f, "Envoyer la facture par e-mail"), (r, "Envoyer le reçu par e-mail")):
        window = opened(page, filed, act)
        expect(window.get_by_label("Destinataire")).to_have_value("claire@exemple.fr")
        window.get_by_role("button", name="Envoyer", exact=True).click()
        expect(window).to_be_hidden()
        expect(page.get_by_role("status")).to_contain_text("claire@exemple.fr est prêt")
        expect(page.get_by_role("button", name=f"Actions sur {filed}")).to_be_focused()

    assert Mail.objects.filter(account=client.account).count() == 2
    assert stayed(page)


@pytest.fixture
def incident(site: str) -> Incident:
    """A cheque of 80 that bounced, with a fee of 15."""
    client, day = a_client(), today() - timedelta(days=2)
    f = invoice(client, day, "80")
    cheque = pay(client, day, "80", {f: "80"}, by="cheque")
    with transaction.atomic():
        shut(PeriodLock.Scope.TILL, day)
        return bounce(cheque, today(), fee="15")


def test_an_incident_is_cancelled_and_its_payment_stands_again(page: Page, incident: Incident):
    open_tab(page, "?operations=toutes")
    expect(indicator(page, "Incidents")).to_contain_text("1 en cours")

    window = opened(page, incident, "Annuler un incident")
    window.get_by_label("Motif").fill("erreur de la banque")
    window.get_by_role("button", name="Annuler l’incident").click()

    expect(window).to_be_hidden()
    expect(indicator(page, "Incidents")).to_contain_text("aucun en cours")
    expect(element_of(page, incident)).to_contain_text("Annulé")
    expect(element_of(page, incident.payment)).to_contain_text("Imputé")
    expect(page.get_by_text("Tout va bien.")).to_be_visible()
    assert told(incident.payment.client, today(), balance="0", collected="80")
    assert stayed(page)


def test_an_incident_is_closed_without_settlement(page: Page, incident: Incident):
    open_tab(page, "?operations=toutes")

    window = opened(page, incident, "Clore un incident sans règlement")
    window.get_by_label("Motif").fill("client parti sans adresse")
    window.get_by_role("button", name="Clore sans règlement").click()

    expect(window).to_be_hidden()
    expect(element_of(page, incident)).to_contain_text("Clos sans règlement")
    expect(page.locator(".element", has_text="Passage en perte")).to_have_count(1)
    expect(indicator(page, "Incidents")).to_contain_text("aucun en cours")
    assert told(incident.payment.client, today(), balance="0")
    assert stayed(page)
