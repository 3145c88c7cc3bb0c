"""Every page under axe-core, at both widths, light and dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page

from clients.models import Client
from demo.examples import Desk, play
from ledger.models import Document
from office.clock import today
from office.models import Role, User
from tests.browser.conftest import desk_page
from tests.test_access import MAP, a_client

SHOWN = ["EX-SOLDE", "EX-INCIDENT"]
# What such names end with is no page.
FILES = ("_export", "_export_all", "_pdf", "_print", "_slip", "_file", "_receipt", "_report", "attachment")
SEEN = [name for name, page in MAP.items() if page.get[-1] == 200 and not name.endswith(FILES)] + ["data_export"]
OF_A_CLIENT = [name for name in SEEN if MAP[name].arguments is a_client]
WIDTHS = [1280, 390]  # of a window that is made narrower: no script of ours asks for it, style sheets alone do
LIGHTS = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}  # nothing else depends on it
# Nothing is made ready that no rule in force or line of ours asks for: style sheets and media, paths of elements.
LEAN = {"resultTypes": ["violations"], "preload": False, "selectors": False, "elementRef": False}


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that lets axe-core put its own styles in."""
    page = desk_page(browser, site, bypass_csp=True, reduced_motion="reduce")
    page.add_init_script(Axe().axe_script)
    yield page
    page.context.close()


def addresses() -> Iterator[str]:
    """Every page of the map that an administrator sees; and those that have something to show with it."""
    records = {make: make() for make in {MAP[name].arguments for name in SEEN}}
    for name in SEEN:
        yield reverse(name, kwargs=records[MAP[name].arguments])
    for name in OF_A_CLIENT:
        for code in SHOWN:
            yield reverse(name, args=[code])
    for document in Document.objects.filter(account__client__code__in=SHOWN).order_by("pk"):
        yield reverse("document", args=[document.pk])
    yield "/clients/EX-SOLDE/?on=2999-01-01"
    yield "/clients/?q=introuvable"
    yield "/nulle-part/"


def violations(page: Page, light: str) -> list[str]:
    page.emulate_media(color_scheme=light)
    found = page.evaluate("options => axe.run(options)", {**LEAN, **LIGHTS[light]})
    return [f"{light}: {fault['id']}: {node['html']}" for fault in found["violations"] for node in fault["nodes"]]


def violations_at_any_width(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 860})
        for light in LIGHTS:
            yield from (f"{width}: {fault}" for fault in violations(page, light))


@pytest.mark.long
@pytest.mark.parametrize("first", [0, 1], ids=["one_half", "the_other_half"])  # so that two cores share them
def test_no_page_keeps_anyone_out(page: Page, first: int):
    play(Desk(), today(), SHOWN)
    User.objects.update(role=Role.ADMINISTRATOR)
    assert Client.objects.filter(code__in=SHOWN).count() == len(SHOWN)

    found = {}
    for address in list(addresses())[first::2]:
        page.set_viewport_size({"width": WIDTHS[0], "height": 860})
        page.goto(address)
        if faults := list(violations_at_any_width(page)):
            found[address] = faults

    assert found == {}


@pytest.mark.parametrize("light", LIGHTS)
def test_the_door_keeps_nobody_out(page: Page, light: str):
    page.context.clear_cookies()
    page.goto("/connexion/")

    assert violations(page, light) == []
