"""The shell and its small modules, on the page of components."""

import pytest
from django.urls import include, path
from playwright.sync_api import Browser, Page, Route, expect

from office.views import home
from tests.browser.conftest import log_in

urlpatterns = [
    path("", include("office.urls")),
    path("clients/", home, name="client_list"),  # a higher app's page, which search and menu lead to
]


@pytest.fixture(autouse=True)
def _in_debug(settings):
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def components(page: Page) -> Page:
    page.goto("/composants/")
    return page


def open_window(page: Page):
    page.get_by_role("link", name="Une fenêtre").click()
    window = page.get_by_role("dialog", name="Fenêtre")
    expect(window).to_be_visible()
    return window


def send(window) -> None:
    window.get_by_role("button", name="Envoyer").click()


def fill(window) -> None:
    window.get_by_label("Nom").fill("Haras des Ormes")
    window.get_by_label("Montant").fill("12")
    window.get_by_label("Date de règlement").fill("2026-11-25")
    window.get_by_label("Type de règlement").select_option("Carte")
    window.get_by_label("Espèces").check()


def test_slash_leads_to_the_search_except_from_a_field(components):
    components.keyboard.press("/")
    search = components.get_by_label("Rechercher un client ou un document")
    expect(search).to_be_focused()

    components.keyboard.type("a/b")

    expect(search).to_have_value("a/b")


def test_a_window_opens_over_the_page_and_gives_the_focus_back(components):
    window = open_window(components)
    expect(window.get_by_label("Nom")).to_be_focused()
    assert components.url.endswith("/composants/")

    components.keyboard.press("Escape")

    expect(window).to_be_hidden()
    expect(components.get_by_role("link", name="Une fenêtre")).to_be_focused()


def test_a_window_can_be_opened_apart(components):
    with components.context.expect_page() as opened:
        components.get_by_role("link", name="Une fenêtre").click(modifiers=["Control"])

    expect(opened.value.get_by_role("heading", name="Composants", level=1)).to_be_visible()
    expect(opened.value.get_by_label("Nom")).to_be_visible()
    assert opened.value.url.endswith("/composants/fenetre/")


def test_a_form_refused_in_a_window_stays_there_filled_in(components):
    window = open_window(components)
    fill(window)
    window.get_by_label("Montant").fill("douze")

    send(window)

    expect(window.get_by_role("alert")).to_be_focused()
    expect(window.get_by_text("Saisissez un nombre.")).to_be_visible()
    expect(window.get_by_label("Nom")).to_have_value("Haras des Ormes")


def test_a_form_accepted_in_a_window_moves_the_page(components):
    window = open_window(components)
    fill(window)

    with components.expect_navigation():
        send(window)

    expect(components.get_by_role("status")).to_contain_text("La fenêtre a rendu une saisie complète.")
    expect(window).to_be_hidden()


def test_what_was_typed_isnt_lost_without_a_word(components):
    window = open_window(components)
    window.get_by_label("Nom").fill("Haras")
    asked = []

    def refuse(dialog):
        asked.append(dialog.message)
        dialog.dismiss()

    components.once("dialog", refuse)
    window.get_by_role("link", name="Fermer").click()
    expect(window).to_be_visible()
    components.once("dialog", lambda dialog: dialog.accept())
    window.get_by_role("link", name="Fermer").click()

    expect(window).to_be_hidden()
    assert asked == ["Fermer sans enregistrer la saisie\u202f?"]


def test_a_form_sent_twice_leaves_once(components):
    sent = []

    def count(route: Route):
        if route.request.method == "POST":
            sent.append(route.request.url)
        route.continue_()

    components.route("**/*", count)
    window = open_window(components)
    fill(window)

    with components.expect_navigation():
        components.evaluate(
            "() => { const form = document.querySelector('dialog form'); form.requestSubmit(); form.requestSubmit(); }"
        )

    assert len(sent) == 1


def test_an_answer_that_never_comes_is_told(components):
    components.route("**/fenetre/", lambda route: route.abort())

    components.get_by_role("link", name="Une fenêtre").click()

    expect(components.get_by_role("status")).to_contain_text("Le serveur ne répond pas.")


def test_a_refusal_is_told_inside_the_open_window(components):
    window = open_window(components)
    fill(window)
    components.route("**/fenetre/", lambda route: route.fulfill(status=403, body="non"))

    send(window)

    expect(window.get_by_text("Votre rôle ne permet pas cette action")).to_be_visible()
    expect(window.get_by_label("Nom")).to_have_value("Haras des Ormes")


def test_actions_open_from_the_keyboard(components):
    components.get_by_role("button", name="Autres actions").focus()

    components.keyboard.press("ArrowDown")
    expect(components.get_by_role("link", name="Un lien")).to_be_focused()
    components.keyboard.press("ArrowDown")
    expect(components.get_by_role("button", name="Une action et ce qu’elle fait")).to_be_focused()
    components.keyboard.press("Escape")

    expect(components.get_by_role("button", name="Autres actions")).to_be_focused()
    expect(components.get_by_role("link", name="Un lien")).to_be_hidden()


def test_no_page_scrolls_sideways(page, settings):
    for address in ("/composants/", "/composants/fenetre/", "/mot-de-passe/", "/nulle-part/"):
        settings.DEBUG = address != "/nulle-part/"  # Django has a page of its own for what isn't there
        page.goto(address)
        for width in (390, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") == width, address


def test_all_works_without_script(browser: Browser, page, site):
    context = browser.new_context(base_url=site, java_script_enabled=False, viewport={"width": 390, "height": 844})
    bare = context.new_page()
    log_in(bare)
    bare.goto("/composants/")

    bare.get_by_role("button", name="Menu").click()
    expect(bare.get_by_role("link", name="Liste des clients")).to_be_visible()
    bare.get_by_role("button", name="Fermer le menu").click()
    bare.get_by_role("button", name="durand").click()
    expect(bare.get_by_role("button", name="Se déconnecter")).to_be_visible()
    bare.keyboard.press("Escape")
    bare.get_by_role("link", name="Une fenêtre").click()
    fill(bare)
    bare.get_by_label("Montant").fill("douze")
    bare.get_by_role("button", name="Envoyer").click()
    expect(bare.get_by_text("Saisissez un nombre.")).to_be_visible()
    bare.get_by_label("Montant").fill("12")
    bare.get_by_role("button", name="Envoyer").click()

    expect(bare.get_by_role("status")).to_contain_text("La fenêtre a rendu une saisie complète.")
    context.close()
