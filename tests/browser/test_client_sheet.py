"""From the login to what a client owes, with and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.examples import Desk, play
from office.clock import today
from tests.browser.conftest import log_in

WINDOWS = [
    ("Solde client", "\u221230,00\u00a0€", "Solde client détaillé", "Solde client"),
    ("Montant d’impayés", "81,00\u00a0€", "Solde client détaillé", "Montant d’impayés"),
    ("Montant à facturer", "31,00\u00a0€", "Visites à facturer", "Montant à facturer"),
    ("Montant d’avoir disponible", "20,00\u00a0€", "Avoir disponible", "Montant d’avoir disponible"),
]


@pytest.fixture
def delmas(page: Page) -> Page:
    play(Desk(), today(), ["EX-SOLDE"])
    page.goto("/clients/")
    return page


def open_sheet(page: Page) -> None:
    page.get_by_role("link", name="Delmas Claire").click()
    expect(page.get_by_role("heading", name="Mme Claire Delmas", level=1)).to_be_visible()


def test_the_desk_finds_a_client_and_sees_what_is_owed(delmas):
    delmas.keyboard.press("/")
    delmas.keyboard.type("06.00.00.00.01")
    delmas.keyboard.press("Enter")
    open_sheet(delmas)

    figures = delmas.get_by_role("region", name="Soldes du client")
    expect(figures.get_by_text("le client doit 30,00\u00a0€")).to_be_visible()
    expect(delmas.get_by_text("En attente de règlement")).to_be_visible()
    for label, amount, *_ in WINDOWS:
        expect(figures.get_by_role("link", name=label)).to_contain_text(amount)


def test_each_amount_opens_its_window_from_the_keyboard_and_takes_the_focus_back(delmas):
    open_sheet(delmas)
    address = delmas.url
    figures = delmas.get_by_role("region", name="Soldes du client").get_by_role("link")

    for at, (label, amount, title, foot) in enumerate(WINDOWS):
        card = figures.nth(at)
        expect(card).to_contain_text(label)
        card.focus()
        delmas.keyboard.press("Enter")
        window = delmas.get_by_role("dialog", name=title)
        expect(window).to_be_visible()
        expect(window.locator(".totals__net")).to_contain_text(foot)
        expect(window.locator(".totals__net")).to_contain_text(amount)

        delmas.keyboard.press("Escape")

        expect(window).to_be_hidden()
        expect(card).to_be_focused()
        assert delmas.url == address


def test_the_cards_follow_each_other_by_tab(delmas):
    open_sheet(delmas)
    figures = delmas.get_by_role("region", name="Soldes du client").get_by_role("link")
    figures.nth(0).focus()

    for at in range(1, 4):
        delmas.keyboard.press("Tab")
        expect(figures.nth(at)).to_be_focused()


def test_a_row_of_a_window_leads_to_its_visit_and_back(delmas):
    open_sheet(delmas)
    delmas.get_by_role("link", name="Montant à facturer").click()

    delmas.get_by_role("dialog").get_by_role("link", name="Consultation, Gaufrette").click()

    expect(delmas.get_by_role("heading", name="Consultation du", level=1)).to_be_visible()
    delmas.get_by_role("link", name="Mme Claire Delmas").click()
    expect(delmas.get_by_role("heading", name="Mme Claire Delmas", level=1)).to_be_visible()


def test_the_sheet_of_a_past_day_opens_windows_of_that_day(delmas):
    open_sheet(delmas)
    delmas.get_by_label("Situation au").fill("2025-10-10")
    delmas.get_by_role("button", name="Voir").click()
    expect(delmas.get_by_text("Situation au 10/10/2025")).to_be_visible()
    expect(delmas.get_by_text("le client a 22,50\u00a0€ à dépenser")).to_be_visible()

    delmas.get_by_role("link", name="Montant d’avoir disponible").click()

    window = delmas.get_by_role("dialog", name="Avoir disponible")
    expect(window.get_by_text("Situation au 10/10/2025")).to_be_visible()
    expect(window.locator(".totals__net")).to_contain_text("22,50\u00a0€")


def test_a_new_client_is_opened_and_a_taken_code_told(delmas):
    delmas.get_by_role("link", name="Nouveau client").click()
    delmas.get_by_label("Nom ou raison sociale").fill("Haras des Ormes")
    delmas.get_by_label("Code", exact=False).first.fill("EX-SOLDE")
    delmas.get_by_role("button", name="Créer le client").click()
    expect(delmas.get_by_text("Le code EX-SOLDE est déjà celui d’un autre client.")).to_be_visible()
    expect(delmas.get_by_label("Nom ou raison sociale")).to_have_value("Haras des Ormes")

    delmas.get_by_label("Code", exact=False).first.fill("ORMES")
    delmas.get_by_role("button", name="Créer le client").click()

    expect(delmas.get_by_role("heading", name="Haras des Ormes", level=1)).to_be_visible()
    expect(delmas.get_by_role("status")).to_contain_text("sous le code ORMES")
    expect(delmas.get_by_text("le client est à l’équilibre")).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_no_page_of_a_client_scrolls_sideways(delmas, width):
    delmas.set_viewport_size({"width": width, "height": 844})
    addresses = ["/clients/", "/clients/nouveau/", "/clients/EX-SOLDE/", "/clients/EX-SOLDE/solde/"]
    addresses += ["/clients/EX-SOLDE/avoir/", "/clients/EX-SOLDE/?on=2999-01-01"]

    for address in addresses:
        delmas.goto(address)
        assert delmas.evaluate("document.documentElement.scrollWidth") == width, address


def test_the_same_as_pages_without_script(browser: Browser, delmas: Page, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="fr-FR")
    bare = context.new_page()
    log_in(bare)
    bare.goto("/clients/?q=delmas")
    open_sheet(bare)

    for label, amount, title, foot in WINDOWS:
        bare.get_by_role("region", name="Soldes du client").get_by_role("link", name=label).click()
        expect(bare.get_by_role("heading", name=title, level=2)).to_be_visible()
        expect(bare.locator(".totals__net")).to_contain_text(foot)
        expect(bare.locator(".totals__net")).to_contain_text(amount)
        bare.get_by_role("link", name="Fermer").click()
        expect(bare.get_by_role("heading", name="Mme Claire Delmas", level=1)).to_be_visible()
    context.close()
