"""A list of many clients goes ahead of its totals, which take the place that was kept for them."""

import pytest
from playwright.sync_api import expect

from clients.queries import lists
from clients.services import Details, open_clients
from demo.examples import Desk, play
from office.clock import today
from tests.browser.conftest import desk_page


@pytest.fixture(autouse=True)
def many(site, monkeypatch):
    monkeypatch.setattr(lists, "MANY", -1)
    play(Desk(), today(), ["EX-SOLDE", "EX-TROP-PERCU"])
    open_clients([Details(f"Client {number:03}") for number in range(60)])


def test_totals_and_counts_arrive_by_themselves_and_nothing_moves(page):
    answers = []

    def hold(route):
        answers.append(route)

    page.route("**/clients/?*totaux=oui*", hold)
    page.goto("/clients/")
    expect(page.get_by_role("link", name="Totaux")).to_be_visible()
    row = page.get_by_role("row").nth(1)
    before = row.bounding_box(), page.get_by_role("link", name="Suivants").bounding_box()

    answers[0].continue_()

    expect(page.locator("#totaux")).to_contain_text("62 clients : facturé")
    expect(page.get_by_role("link", name="Totaux")).to_have_count(0)
    expect(page.get_by_role("link", name="Tous 62")).to_be_visible()
    expect(page.get_by_role("link", name="À jour 60")).to_be_visible()
    expect(page.locator("#count-clients")).to_have_text("62 clients")
    assert (row.bounding_box(), page.get_by_role("link", name="Suivants").bounding_box()) == before


def test_without_script_the_totals_are_a_link_away(browser, site):
    page = desk_page(browser, site, java_script_enabled=False)
    page.goto("/clients/?sort=-balance")

    page.get_by_role("link", name="Totaux").click()

    expect(page.locator(".totals")).to_contain_text("62 clients : facturé")
    expect(page.get_by_role("link", name="Tous 62")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(51)
