"""A browser for the flows. What it complains of (a script's error, a forbidden source) fails the test.

Each worker starts one, and every test has contexts of its own in it, of which nothing is left to the next.
"""

import asyncio
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from office.models import Role, User

PASSWORD = "cheval-agrafe-7"

expect.set_options(timeout=20_000)  # a busy machine is slow, and only what fails waits so long


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """The worker's browser, and Playwright's event loop, which counts as running only while `browser` is in use."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def browser(
    site: str, chromium: tuple[Browser, asyncio.AbstractEventLoop], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread: Django would take it for asynchronous code, and opens a
    # connection for it apart from the thread's own. Tests without a browser must not find it.
    browser, loop = chromium
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    asyncio._set_running_loop(loop)
    yield browser
    for context in browser.contexts:
        context.close()
    connections.close_all()
    asyncio._set_running_loop(None)


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page at the desk's size, of somebody of the front desk who is logged in."""
    page = desk_page(browser, site)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda sent: None if sent.url.startswith(site) else faults.append(f"leaves: {sent.url}"))
    yield page
    page.context.close()
    assert faults == []


def desk_page(browser: Browser, site: str, **options: object) -> Page:
    """A page of somebody of the front desk who is logged in; options: of the browser's context."""
    session = Client()
    session.force_login(User.objects.create_user("durand", password=PASSWORD, role=Role.FRONT_DESK))
    desk = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 860}}
    context = browser.new_context(base_url=site, **{**desk, **options})
    context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": site}])
    return context.new_page()


def until(page: Page, expression: str, seconds: float = 20) -> None:
    """Wait until `expression` holds in the page; Playwright's own wait needs eval, which our policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(20)


def log_in(page: Page) -> None:
    """Come in by the door, as the user of `page`."""
    page.goto("/connexion/?next=/mot-de-passe/")
    page.get_by_label("Identifiant").fill("durand")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/mot-de-passe/")
