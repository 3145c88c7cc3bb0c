"""What a browser's tests of the tab Financier share: how they get at its parts."""

import pytest
from playwright.sync_api import Locator, Page

EURO = "\u00a0€"


def open_tab(page: Page, query: str = "", code: str = "C-1") -> None:
    page.goto(f"/clients/{code}/financier/{query}")
    page.evaluate("window.isTheSamePage = true")


def stayed(page: Page) -> bool:
    """Whether the page was never left."""
    return page.evaluate("window.isTheSamePage === true")


def indicator(page: Page, label: str) -> Locator:
    return page.locator(".indicator--main", has_text=label)


def counter(page: Page, label: str) -> Locator:
    return page.locator("#results .indicator", has=page.get_by_text(label, exact=True))


def element(page: Page, reference: object) -> Locator:
    return page.locator(".element", has_text=str(reference))


def element_of(page: Page, filed: object) -> Locator:
    """The element of a document, whatever else names it."""
    return page.locator(f"#element-{filed.document_id}")


def menu(page: Page, reference: object, act: str) -> None:
    """Click an entry of the menu of an element."""
    page.get_by_role("button", name=f"Actions sur {reference}").click()
    page.get_by_role("link", name=act, exact=True).click()


def menu_by_keys(page: Page, reference: object, act: str) -> None:
    """The same by the keyboard alone, from wherever the focus is."""
    until_focused(page, f"Actions sur {reference}", "Tab", most=200)
    page.keyboard.press("ArrowDown")
    until_focused(page, act, "ArrowDown")
    page.keyboard.press("Enter")


def until_focused(page: Page, text: str, key: str, most: int = 60) -> None:
    """Press a key until what is called just this has the focus."""
    called = "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
    for _ in range(most):
        if page.evaluate(called) == text:
            return
        page.keyboard.press(key)
    pytest.fail(f"{text} can't be reached by {key}")


def field_by_keys(page: Page, label: str, typed: str = "") -> None:
    """Go by Tab to the field of this label, and type over what is there."""
    named = "(document.activeElement.labels?.[0]?.firstChild?.textContent ?? '').trim()"
    for _ in range(60):
        if page.evaluate(named) == label:
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"{label} can't be reached")
    if typed:
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(typed)
