"""A tariff picked for a line, by keyboard alone and by the mouse: the box tells what was picked, then is empty."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import Context, Template
from playwright.sync_api import Browser, Page, expect

from invoicing.models import Item
from tests.browser.conftest import desk_page
from tests.shelf import a_tariff, an_item

EDITOR = """{% load ui %}<form action="/envoyé/">
<input id="day" type="date" value="2026-03-02"><input id="ttc" type="checkbox" checked>
{% picker "article" "Ajouter du catalogue" "catalogue_search" on="day" ttc="ttc" %}</form>"""
PUT = """html => {
    const main = document.querySelector("main");
    main.innerHTML = html;
    htmx.process(main);
    window.picked = [];
    main.addEventListener("picked", (event) => {
        if (event.detail.label === "gardé") event.preventDefault();
        picked.push([event.target.id, event.detail]);
    });
}"""


@pytest.fixture
def desk(page: Page) -> Page:
    """A page with a line editor's box, which came after the page itself."""
    an_item("Consultation", a_tariff("42.00"), a_tariff("36.00", "Éleveur"))
    an_item("Vaccin", a_tariff("55.00", valid_to=date(2026, 3, 1)), a_tariff("58.50", valid_from=date(2026, 3, 2)))
    page.goto("/mot-de-passe/")
    page.evaluate(PUT, Template(EDITOR).render(Context()))
    return page


def box(page: Page):
    return page.get_by_role("searchbox").or_(page.get_by_role("combobox")).and_(page.locator("#article"))


def options(page: Page):
    return page.get_by_role("option").filter(visible=True)


def picked(page: Page) -> list:
    return page.evaluate("picked")


def test_the_best_tariff_is_picked_by_enter_and_the_box_is_empty_again(desk):
    box(desk).focus()
    desk.keyboard.type("consul")
    expect(options(desk)).to_have_count(3)  # two tariffs and the free line, not the item
    expect(options(desk).first).to_contain_text("Consultation (42,00\u00a0€)")
    expect(desk.get_by_role("group", name="Consultation")).to_be_visible()

    desk.keyboard.press("Enter")

    [(where, what)] = picked(desk)
    assert where == "article"
    assert what["label"] == "Consultation"
    assert (what["unitPrice"], what["vatRate"], what["includesVat"]) == ("42,00", "20", "1")
    assert (what["nature"], what["account"]) == ("service", "706")
    assert Item.objects.get(pk=what["item"]).name == "Consultation"
    expect(box(desk)).to_have_value("")
    expect(box(desk)).to_be_focused()
    expect(options(desk)).to_have_count(0)


def test_the_same_words_find_again_and_the_arrows_choose(desk):
    for presses, label in ((1, "Consultation, Éleveur"), (2, "consul")):
        box(desk).fill("consul")
        expect(options(desk)).to_have_count(3)
        for _ in range(presses):
            desk.keyboard.press("ArrowDown")
        desk.keyboard.press("Enter")
        assert picked(desk)[-1][1]["label"] == label

    assert "tariff" not in picked(desk)[-1][1]


def test_an_arrow_in_the_empty_box_shows_the_whole_catalogue(desk):
    box(desk).focus()
    desk.keyboard.press("ArrowDown")
    expect(options(desk)).to_have_count(3)
    expect(desk.locator("[data-search-told]").filter(has_text="3 tarifs")).to_have_count(1)

    desk.keyboard.press("Escape")
    expect(options(desk)).to_have_count(0)

    assert picked(desk) == []


def test_what_else_the_editor_says_is_sent_along(desk):
    box(desk).fill("vaccin")
    expect(options(desk).first).to_contain_text("58,50")

    desk.locator("#day").fill("2026-03-01")
    desk.locator("#ttc").uncheck()
    box(desk).fill("vacci")

    expect(options(desk).first).to_contain_text("Vaccin (45,833333\u00a0€)")


def test_a_list_of_another_day_is_not_picked_from(desk):
    box(desk).fill("vaccin")
    expect(options(desk).first).to_contain_text("58,50")

    desk.locator("#day").fill("2026-03-01")
    box(desk).focus()
    expect(options(desk)).to_have_count(0)
    desk.keyboard.press("ArrowDown")

    expect(options(desk).first).to_contain_text("55,00")


def test_enter_before_the_answer_chooses_nothing_among_several_and_sends_nothing(desk):
    box(desk).focus()
    desk.keyboard.type("con")
    desk.keyboard.press("Enter")

    expect(options(desk).first).to_contain_text("Consultation")
    assert desk.url.endswith("/mot-de-passe/")
    assert picked(desk) == []


def test_a_scanned_code_is_picked_at_once(desk):
    box(desk).focus()
    desk.keyboard.insert_text("A-00002")
    desk.keyboard.press("Enter")

    expect(box(desk)).to_have_value("")
    assert [what["label"] for _, what in picked(desk)] == ["Vaccin"]
    desk.wait_for_timeout(400)  # the answer to what was typed comes too
    expect(options(desk)).to_have_count(0)
    assert len(picked(desk)) == 1


def test_the_mouse_picks_too_but_not_the_item(desk):
    box(desk).fill("consul")
    expect(options(desk)).to_have_count(3)

    desk.locator(".found__title").first.click()
    assert picked(desk) == []
    options(desk).nth(1).click()

    assert picked(desk)[0][1]["label"] == "Consultation, Éleveur"
    expect(box(desk)).to_be_focused()


def test_a_listener_may_keep_what_stands_in_the_box(desk):
    box(desk).fill("gardé")
    expect(options(desk)).to_have_count(1)

    options(desk).first.click()

    expect(box(desk)).to_have_value("gardé")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("words", ["consul", "rien de tel"])
def test_an_open_list_keeps_no_one_out(browser: Browser, site: str, width: int, words: str):
    an_item("Consultation", a_tariff("42.00"), a_tariff("36.00", "Éleveur"))
    page = desk_page(browser, site, bypass_csp=True, reduced_motion="reduce", viewport={"width": width, "height": 860})
    page.add_init_script(Axe().axe_script)
    page.goto("/mot-de-passe/")
    page.evaluate(PUT, Template("{% load ui %}{% picker 'article' 'Article' 'catalogue_search' %}").render(Context()))
    box(page).fill(words)
    expect(options(page).last).to_contain_text("Ligne libre")

    found = page.evaluate("() => axe.run(document.querySelector('main'), {resultTypes: ['violations']})")

    assert [fault["id"] for fault in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.context.close()
