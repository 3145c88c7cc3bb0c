"""The search while one types, by keyboard alone: in the top bar it opens the best, on the list it may be sent too."""

import re

import pytest
from playwright.sync_api import Page, expect

from clients.models import Animal
from clients.services import Details, open_clients


@pytest.fixture
def desk(page: Page) -> Page:
    open_clients(
        [
            Details("Rousseau", given_name="Claire", code="ROU", animals=[Animal(name="Nougat", species="Chien")]),
            Details("Rousset", given_name="Karim", code="SET"),
            Details("Delorme", given_name="Zoé", code="DEL"),
        ]
    )
    page.goto("/clients/")
    return page


def options(page: Page):
    return page.get_by_role("option").filter(visible=True)


def test_two_keystrokes_and_enter_open_a_client(desk):
    desk.keyboard.press("/")
    desk.keyboard.type("de")
    expect(options(desk).first).to_contain_text("Delorme Zoé")
    expect(options(desk).first).to_have_attribute("aria-selected", "true")

    desk.keyboard.press("Enter")

    desk.wait_for_url("**/clients/DEL/")


def test_a_typo_finds_the_client_all_the_same(desk):
    desk.keyboard.press("/")
    desk.keyboard.type("rouseau")
    expect(desk.get_by_role("group", name="Noms proches").get_by_role("option").first).to_contain_text("Rousseau")

    desk.keyboard.press("Enter")

    desk.wait_for_url("**/clients/ROU/")


def test_the_arrows_choose_and_go_round(desk):
    box = desk.get_by_role("combobox", name="Rechercher un client ou un document")
    box.fill("rous")
    expect(options(desk)).to_have_count(3)  # two clients, and the list of all
    expect(box).to_have_attribute("aria-expanded", "true")

    for chosen in ("Rousset", "Tous les clients", "Rousseau", "Rousset"):
        desk.keyboard.press("ArrowDown")
        expect(desk.locator("[role=option][aria-selected=true]")).to_contain_text(chosen)
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("[role=option][aria-selected=true]")).to_contain_text("Rousseau")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")

    desk.wait_for_url(re.compile(r"/clients/\?q=rous$"))
    expect(desk.get_by_role("row")).to_have_count(3)


def test_escape_closes_the_list_then_clears_the_box(desk):
    box = desk.get_by_role("combobox", name="Rechercher un client ou un document")
    box.fill("nougat")
    expect(options(desk).first).to_contain_text("Nougat, Chien")

    desk.keyboard.press("Escape")
    expect(options(desk)).to_have_count(0)
    expect(box).to_have_value("nougat")
    desk.keyboard.press("ArrowDown")
    expect(options(desk).first).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")

    expect(box).to_have_value("")


def test_what_is_found_is_told_aloud_and_a_stranger_can_be_created(desk):
    desk.keyboard.press("/")
    desk.keyboard.type("wolframm")
    expect(desk.locator("[aria-live]").filter(has_text="Aucun résultat")).to_have_count(1)

    options(desk).first.click()

    desk.wait_for_url("**/clients/nouveau/?name=wolframm")
    expect(desk.locator("#id_name")).to_have_value("wolframm")


def test_on_the_list_the_box_filters_unless_a_row_is_chosen(desk):
    box = desk.get_by_label("Code, nom, e-mail ou téléphone")
    box.fill("rousset")
    expect(options(desk).first).to_contain_text("Rousset")
    expect(desk.locator("[role=option][aria-selected=true]")).to_have_count(0)

    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"q=rousset"))
    expect(desk.get_by_role("row")).to_have_count(2)
    box.fill("delo")
    expect(options(desk).first).to_contain_text("Delorme")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")

    desk.wait_for_url("**/clients/DEL/")
