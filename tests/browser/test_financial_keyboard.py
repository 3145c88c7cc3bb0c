"""The flows of the tab Financier by the keyboard alone: after a page is opened, nothing is clicked."""

import re
from datetime import timedelta

from django.db import transaction
from playwright.sync_api import Page, expect

from ledger.models import PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Role, User
from payments.models import Incident, Payment
from tests.browser.financial import (
    EURO,
    counter,
    element,
    element_of,
    field_by_keys,
    indicator,
    menu_by_keys,
    open_tab,
    stayed,
    until_focused,
)
from tests.builders import a_client, credit_note, invoice, pay, told


def test_an_invoice_is_settled(page: Page):
    client = a_client()
    f = invoice(client, today(), "100")
    open_tab(page)

    menu_by_keys(page, f, "Régler la facture")
    window = page.get_by_role("dialog")
    expect(window.get_by_role("heading", name="Dettes et échéances à régler")).to_be_visible()
    until_focused(page, "Valider", "Tab")
    page.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Nouveau règlement")).to_be_visible()
    field_by_keys(page, "Type de règlement")
    page.keyboard.type("Carte")
    field_by_keys(page, "Montant", "100")
    until_focused(page, "Enregistrer", "Tab")
    page.keyboard.press("Enter")

    expect(window).to_be_hidden()
    expect(element(page, f)).to_contain_text("Payée")
    expect(page.get_by_role("button", name=f"Actions sur {f}")).to_be_focused()
    assert told(client, today(), balance="0", collected="100")


def test_an_element_is_unfolded(page: Page):
    f = invoice(a_client(), today(), "100")
    open_tab(page)

    until_focused(page, f"Actions sur {f}", "Tab", most=200)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(element(page, f).get_by_text("Soin")).to_be_visible()


def test_a_credit_note_is_made_from_an_invoice(page: Page):
    client = a_client()
    f = invoice(client, today(), "100")
    open_tab(page)

    menu_by_keys(page, f, "Créer un avoir")
    window = page.get_by_role("dialog")
    expect(window.get_by_label("Montant")).to_be_visible()
    field_by_keys(page, "Montant TTC de l’avoir", "30")
    page.keyboard.press("Enter")

    expect(window).to_be_hidden()
    expect(page.locator(".element", has_text="Avoir AV")).to_contain_text("À utiliser")
    expect(counter(page, "Avoirs")).to_contain_text(f"30,00{EURO}")
    expect(page.get_by_role("button", name=f"Actions sur {f}")).to_be_focused()
    assert told(client, today(), balance="-70")
    assert stayed(page)


def test_an_incident_is_declared_and_settled(page: Page):
    User.objects.filter(username="durand").update(role=Role.ACCOUNTANT)
    client, day = a_client(), today() - timedelta(days=2)
    f = invoice(client, day, "80")
    cheque = pay(client, day, "80", {f: "80"}, by="cheque")
    with transaction.atomic():
        shut(PeriodLock.Scope.TILL, day)
    open_tab(page, "?operations=toutes")

    menu_by_keys(page, cheque, "Déclarer un incident")
    window = page.get_by_role("dialog")
    expect(window.get_by_role("heading", name="Déclarer un incident")).to_be_visible()
    until(page, "document.activeElement.type === 'radio'", "Tab")
    until(page, "document.activeElement.closest('label')?.textContent.trim() === 'Chèque sans provision'", "ArrowDown")
    page.keyboard.press("Space")
    until_focused(page, "Déclarer l’incident", "Tab")
    page.keyboard.press("Enter")
    expect(window).to_be_hidden()
    incident = Incident.objects.get()
    expect(indicator(page, "Incidents")).to_contain_text("1 en cours")
    owed = Payment.objects.get().amount.amount + incident.fee.amount

    menu_by_keys(page, incident, "Régulariser l’incident")
    expect(window.get_by_role("heading", name="Nouveau règlement")).to_be_visible()
    field_by_keys(page, "Type de règlement")
    page.keyboard.type("Esp")
    field_by_keys(page, "Montant", str(owed).replace(".", ","))
    until_focused(page, "Enregistrer", "Tab")
    page.keyboard.press("Enter")

    expect(window).to_be_hidden()
    expect(element_of(page, incident)).to_contain_text("Régularisé")
    expect(indicator(page, "Incidents")).to_contain_text("aucun en cours")
    assert told(client, today(), balance="0", collected=str(owed))
    assert stayed(page)


def until(page: Page, holds: str, key: str) -> None:
    """Press a key until something holds of what has the focus."""
    for _ in range(60):
        if page.evaluate(holds):
            return
        page.keyboard.press(key)
    raise AssertionError(holds)


def test_what_is_still_to_treat_since_the_beginning(page: Page):
    client, old = a_client(), today() - timedelta(days=400)
    paid = invoice(client, old, "10")
    pay(client, old, "10", {paid: "10"})
    late = invoice(client, old, "50", due=old)
    credit = credit_note(client, today(), "5")
    open_tab(page, "?period=this_month")
    expect(page.locator(".element")).to_have_count(1)

    field_by_keys(page, "Période")
    page.keyboard.type("Depuis")
    expect(page.locator(".element")).to_have_count(4)
    field_by_keys(page, "Opérations")
    page.keyboard.type("Opérations à")

    expect(page.locator(".element")).to_have_count(2)
    expect(element(page, late)).to_contain_text("En retard")
    expect(element(page, credit)).to_contain_text("À utiliser")
    expect(page).to_have_url(re.compile("operations=a-traiter$"))
    assert stayed(page)
