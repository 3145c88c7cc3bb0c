"""« Exporter mes données » by hand: asked for, seen to come, fetched; and with no worker and no script."""

from threading import Thread

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from demo.examples import Desk, play
from office import keeping
from office.clock import today
from office.models import Export, Role, User
from tests.browser.conftest import log_in
from tests.helpers import execute, work_off

PAGE = "/exporter-mes-donnees/"


@pytest.fixture
def accountant(page: Page) -> Page:
    play(Desk(), today(), ["EX-SOLDE"])
    User.objects.update(role=Role.ACCOUNTANT)
    return page


def a_worker() -> None:
    """A job worker until its queue is empty, in a thread of its own: Playwright has the loop of this one."""

    def run() -> None:
        work_off()
        connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def test_an_export_is_seen_to_come_without_a_click(accountant):
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")  # somebody is there, and slow
    accountant.goto("/clients/")
    accountant.get_by_role("button", name="Paramètres").click()
    accountant.get_by_role("link", name="Exporter mes données").click()
    accountant.get_by_role("button", name="Préparer l’export").click()
    expect(accountant.get_by_role("progressbar", name="Lignes écrites")).to_be_visible()
    keeping.note(Export.objects.get().pk, 400, 1000)
    expect(accountant.get_by_text("Lignes écrites\u00a0: 400 sur 1\u202f000")).to_be_visible()

    a_worker()

    with accountant.expect_download() as download:
        accountant.get_by_role("link", name="Télécharger").click()
    assert download.value.suggested_filename == f"solde-donnees-{today()}.zip"
    expect(accountant.get_by_role("button", name="Préparer l’export")).to_be_visible()


def test_without_script_and_worker_it_waits_and_says_so(browser: Browser, accountant: Page, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="fr-FR")
    bare = context.new_page()
    log_in(bare)
    bare.goto(PAGE)
    bare.get_by_role("button", name="Préparer l’export").click()
    expect(bare.get_by_text("l’exécutant des tâches n’est pas en marche")).to_be_visible()

    a_worker()
    bare.get_by_role("link", name="Actualiser").click()

    expect(bare.get_by_role("link", name="Télécharger")).to_be_visible()
    context.close()
