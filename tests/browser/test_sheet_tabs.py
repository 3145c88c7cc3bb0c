"""The tabs of a sheet, its windows and the keys, by hand: what is fetched, and what Back does."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.examples import Desk, play
from office.clock import today
from office.models import Role, User
from tests.browser.conftest import desk_page, until

SHEET = re.compile(r"/clients/EX-SOLDE/$")
INVOICES = re.compile(r"/clients/EX-SOLDE/factures/$")


@pytest.fixture
def sheet(page: Page) -> Page:
    play(Desk(), today(), ["EX-SOLDE"])
    page.goto("/clients/EX-SOLDE/")
    return page


def tab(page: Page, name: str):
    return page.get_by_role("navigation", name="Fiche client").get_by_role("link", name=name)


def test_the_tabs_from_the_keyboard_and_back(sheet):
    sheet.evaluate("window.isTheSamePage = true")
    tab(sheet, "Financier").focus()
    sheet.keyboard.press("ArrowRight")
    expect(tab(sheet, "Visites")).to_be_focused()
    sheet.keyboard.press("ArrowRight")
    sheet.keyboard.press("Enter")

    expect(sheet.get_by_role("heading", name="Factures", level=2)).to_be_visible()
    expect(sheet).to_have_url(INVOICES)
    expect(tab(sheet, "Factures")).to_be_focused()
    expect(tab(sheet, "Factures")).to_have_attribute("aria-current", "page")
    assert sheet.evaluate("window.isTheSamePage")

    sheet.keyboard.press("End")
    expect(tab(sheet, "Coordonnées")).to_be_focused()
    sheet.keyboard.press("ArrowRight")
    expect(tab(sheet, "Opérations")).to_be_focused()

    sheet.go_back()
    expect(sheet).to_have_url(SHEET)
    expect(sheet.get_by_role("heading", name="Opérations", level=2)).to_be_visible()
    sheet.go_forward()
    expect(sheet.get_by_role("heading", name="Factures", level=2)).to_be_visible()
    sheet.get_by_role("link", name="Solde client").click()
    expect(sheet.get_by_role("dialog", name="Solde client détaillé")).to_be_visible()


def test_nothing_above_a_tab_moves_when_it_arrives(sheet):
    figures, tabs = (sheet.locator(name) for name in ("section.figures", ".tabs"))
    before = [each.bounding_box() for each in (figures, tabs)]

    for name in ("Financier", "Visites", "Factures", "Avoirs", "Règlements", "Coordonnées", "Opérations"):
        tab(sheet, name).click()
        expect(tab(sheet, name)).to_have_attribute("aria-current", "page")
        assert [each.bounding_box()["y"] for each in (figures, tabs)] == [box["y"] for box in before]


def test_back_closes_a_window_and_leaves_the_page_the_next_time(sheet):
    sheet.goto("/clients/")
    sheet.goto("/clients/EX-SOLDE/")
    card = sheet.get_by_role("link", name="Solde client")
    card.click()
    window = sheet.get_by_role("dialog", name="Solde client détaillé")
    expect(window).to_be_visible()

    sheet.go_back()

    expect(window).to_be_hidden()
    expect(sheet).to_have_url(SHEET)
    expect(card).to_be_focused()
    sheet.go_back()
    expect(sheet).to_have_url(re.compile("/clients/$"))


def test_a_window_closed_by_hand_leaves_no_step_behind(sheet):
    sheet.goto("/clients/")
    sheet.goto("/clients/EX-SOLDE/")
    for _ in range(2):
        sheet.get_by_role("link", name="Montant à facturer").click()
        expect(sheet.get_by_role("dialog", name="Visites à facturer")).to_be_visible()
        sheet.keyboard.press("Escape")
        expect(sheet.get_by_role("dialog")).to_be_hidden()
        until(sheet, "!history.state?.window")

    sheet.go_back()

    expect(sheet).to_have_url(re.compile("/clients/$"))


def test_a_question_mark_lists_the_shortcuts_but_not_where_one_writes(sheet):
    sheet.keyboard.press("?")
    shortcuts = sheet.get_by_role("dialog", name="Raccourcis clavier")
    expect(shortcuts).to_contain_text("Chercher un client")
    sheet.keyboard.press("Escape")
    expect(shortcuts).to_be_hidden()

    sheet.keyboard.press("/")
    sheet.keyboard.type("?")

    expect(shortcuts).to_be_hidden()
    assert sheet.evaluate("document.activeElement.value") == "?"


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_no_tab_scrolls_the_page_sideways(sheet, width):
    sheet.set_viewport_size({"width": width, "height": 844})

    for name in ("financier", "visites", "factures", "avoirs", "reglements", "coordonnees"):
        sheet.goto(f"/clients/EX-SOLDE/{name}/")
        assert sheet.evaluate("document.documentElement.scrollWidth") <= width, name


def test_what_an_administrator_hides_is_gone_for_the_desk(browser: Browser, sheet: Page, site: str):
    User.objects.filter(username="durand").update(username="accueil")
    chief = desk_page(browser, site)
    User.objects.filter(username="durand").update(role=Role.ADMINISTRATOR)
    expect(sheet.get_by_role("region", name="Soldes du client")).to_contain_text("le client doit 30,00\u00a0€")

    chief.goto("/parametres/generaux/clients/")
    expect(chief.get_by_label("Montant d’avoir disponible")).to_be_disabled()
    chief.get_by_label("Solde client").uncheck()
    chief.get_by_role("button", name="Enregistrer").click()
    chief.wait_for_load_state()
    sheet.reload()

    expect(sheet.get_by_role("link", name="Montant d’impayés")).to_be_visible()
    expect(sheet.get_by_role("link", name="Solde client")).to_have_count(0)
    assert "30,00" not in sheet.content()
    chief.context.close()
