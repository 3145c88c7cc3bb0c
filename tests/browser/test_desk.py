"""A whole visit of the desk by keyboard alone: the client found, the sheet read, the visit recorded and invoiced."""

import pytest
from playwright.sync_api import Page, expect

from clients.models import Animal
from clients.services import Details, open_client
from demo.examples import Desk
from invoicing.models import Invoice, Visit
from ledger.balance import balance_of
from office.clock import today
from tests.browser.conftest import desk_page
from tests.desk import line
from tests.shelf import a_tariff, an_item

MOST_TABS = 60


def tab_to(page: Page, name: str, role: str = "", *, exact: bool = False) -> None:
    """Press Tab until the control of this name has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "() => [document.activeElement.ariaLabel || document.activeElement.labels?.[0]?.textContent"
            " || document.activeElement.textContent, document.activeElement.getAttribute('role') || '']"
        )
        said = " ".join(told[0].split())
        if (said == name if exact else said.startswith(name)) and role in told[1]:
            return
    pytest.fail(f"« {name} » isn't reached by Tab")


def focused(page: Page) -> str:
    return page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()")


@pytest.fixture
def moka(site: str) -> Animal:
    """The animal of a client who owes 40,00 and pays today's visit later; and what the desk sells."""
    client = open_client(Details("Lefèvre", given_name="Simon", code="LEF", phone="06 39 98 00 35"))
    animal = Animal.objects.create(client=client, name="Moka", species="chat")
    Desk().invoices(client, today(), line("40.00"))
    an_item("Consultation", a_tariff("42.00"), a_tariff("36.00", "Éleveur"))
    an_item("Vermifuge", a_tariff("7.00", rate="10"), nature="goods")
    return animal


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def find_with_a_typo(page: Page) -> None:
    """By the shortcut, and Entrée."""
    page.goto("/aujourdhui/")
    press(page, "/")
    page.keyboard.type("lefebvre")
    expect(page.get_by_role("option", name="Lefèvre Simon")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Simon Lefèvre")).to_be_visible()


def look_into_a_window(page: Page) -> None:
    """It keeps the focus inside, and gives it back."""
    expect(page.get_by_text("le client doit 40,00\u00a0€").first).to_be_visible()
    tab_to(page, "Montant d’impayés")
    press(page, "Enter")
    window = page.get_by_role("dialog")
    expect(window.get_by_text("40,00\u00a0€").first).to_be_visible()
    for _ in range(8):
        press(page, "Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    press(page, "Escape")
    expect(window).not_to_be_visible()
    assert "Montant d’impayés" in focused(page)


def pick_from_the_catalogue(page: Page) -> None:
    """The second tariff of one item, with a quantity; then another item, and what it comes to at once."""
    tab_to(page, "Ajouter du catalogue")
    page.keyboard.type("consult")
    expect(page.get_by_role("option", name="Éleveur (36,00\u00a0€)")).to_be_visible()
    press(page, "ArrowDown", "Enter")
    page.keyboard.type("1")
    press(page, "Enter")
    assert focused(page) == "lines-search"
    page.keyboard.type("vermi")
    expect(page.get_by_role("option", name="(7,00\u00a0€)")).to_be_visible()
    press(page, "Enter")
    page.keyboard.type("2")
    expect(page.locator("#lines-totals")).to_contain_text("50,00\u00a0€")
    expect(page.locator("#lines-1-amount")).to_have_text("14,00\u00a0€")


def move_and_take_out_lines(page: Page) -> None:
    """The second goes first; a third is added, and taken out again."""
    tab_to(page, "Monter la ligne")
    press(page, "Enter")
    tab_to(page, "Ligne libre")
    press(page, "Enter")
    page.keyboard.type("Erreur")
    tab_to(page, "Retirer la ligne")
    press(page, "Enter")


def record_a_visit(page: Page) -> None:
    tab_to(page, "Visites")
    press(page, "Enter")
    expect(page.get_by_role("link", name="Nouvelle visite")).to_be_visible()
    tab_to(page, "Nouvelle visite")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Nouvelle visite")).to_be_visible()
    tab_to(page, "Pour")
    page.keyboard.type("Moka")
    pick_from_the_catalogue(page)
    move_and_take_out_lines(page)
    tab_to(page, "Enregistrer")
    press(page, "Enter")
    expect(page.get_by_text("La visite est enregistrée.")).to_be_visible()


def invoice_it_in_three(page: Page) -> None:
    tab_to(page, "Facture", exact=True)
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Brouillon de facture")).to_be_visible()
    tab_to(page, "Conditions de règlement")
    page.keyboard.type("En plus")
    expect(page.locator("#schedule")).to_contain_text("16,68\u00a0€")
    tab_to(page, "Émettre la facture")
    press(page, "Enter")
    expect(page.get_by_text("est émise.")).to_be_visible()


def test_a_visit_of_the_desk_by_keyboard_only(page, moka):
    find_with_a_typo(page)
    look_into_a_window(page)
    record_a_visit(page)
    visit = Visit.objects.get()
    assert (visit.subject, [(row.label, row.quantity) for row in visit.lines.order_by("position")]) == (
        "Moka",
        [("Vermifuge", 2), ("Consultation, Éleveur", 1)],
    )

    invoice_it_in_three(page)

    invoice = Invoice.objects.get(lines__visit_line__visit=visit, lines__position=1)
    assert [str(part.amount.amount) for part in invoice.instalments.order_by("rank")] == ["16.66", "16.66", "16.68"]
    assert balance_of(moka.client.account, today=today()).unpaid.amount == 90


def test_what_was_typed_is_not_lost_by_a_refusal_or_by_back(page, moka):
    page.goto("/clients/LEF/visites/nouvelle/")
    page.get_by_role("button", name="Ligne libre").click()
    page.get_by_label("Désignation").fill("Soin")
    page.get_by_label("Quantité").fill("0")
    page.get_by_label("Prix unitaire").fill("12")
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_text("Une quantité ne peut pas être 0").first).to_be_visible()
    expect(page.get_by_label("Désignation")).to_have_value("Soin")
    assert not Visit.objects.exists()
    page.get_by_label("Quantité").fill("2")
    expect(page.locator("#lines-totals")).to_contain_text("24,00\u00a0€")
    page.get_by_role("button", name="Enregistrer").dblclick()
    expect(page.get_by_text("La visite est enregistrée.")).to_be_visible()
    assert [row.quantity for row in Visit.objects.get().lines.all()] == [2]


def test_without_script_a_visit_is_recorded_line_by_line(browser, site, moka):

    page = desk_page(browser, site, java_script_enabled=False)
    page.goto("/clients/LEF/visites/nouvelle/")
    page.get_by_label("Désignation").fill("Soin")
    page.get_by_label("Prix unitaire").fill("12,50")
    page.get_by_role("button", name="Enregistrer").click()

    visit = Visit.objects.get()
    page.goto(f"/visites/{visit.pk}/modifier/")
    page.get_by_label("Désignation").nth(1).fill("Pansement")
    page.get_by_label("Prix unitaire").nth(1).fill("3")
    page.get_by_label("Rang").nth(1).fill("1")
    page.get_by_label("Rang").nth(0).fill("2")
    page.get_by_role("button", name="Enregistrer").click()
    assert [row.label for row in visit.lines.order_by("position")] == ["Pansement", "Soin"]
    page.goto(f"/visites/{visit.pk}/modifier/")
    page.get_by_label("Retirer").nth(0).check()
    page.get_by_role("button", name="Enregistrer").click()
    assert [row.label for row in visit.lines.filter(is_removed=False)] == ["Soin"]
    page.context.close()
