"""An invoice sent by e-mail, and many clients invoiced at once, by hand in a browser; without script too."""

import pytest
from playwright.sync_api import Browser, Page, expect

from clients.models import Mail
from invoicing.models import Batch
from office.clock import today
from office.models import MailServer, Role, User
from tests.browser.conftest import desk_page
from tests.browser.test_exporting import a_worker
from tests.builders import a_client, invoice, line, visit
from tests.helpers import execute


@pytest.fixture
def _a_server(site: str) -> None:
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")


@pytest.mark.usefixtures("_a_server")
def test_a_message_is_seen_as_it_is_typed_and_its_state_as_it_changes(page: Page):
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")  # somebody is there, and slow
    bill = invoice(a_client("C-1", email="claire@exemple.fr"), today(), "120")
    page.goto(f"/factures/{bill.pk}/envoyer/")
    page.get_by_label("Texte").fill("Chère madame,\n\nVoici votre facture.")
    expect(page.locator("#seen")).to_contain_text("Voici votre facture.")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("link", name=f"Facture {bill} –").click()
    expect(page.get_by_text("En attente", exact=True)).to_be_visible()

    a_worker()

    expect(page.get_by_text("Envoyé", exact=True)).to_be_visible()
    assert Mail.objects.get().body == "Chère madame,\n\nVoici votre facture."


def test_what_is_ticked_is_foreseen_then_made_without_script_too(browser: Browser, site: str):
    for code in ("C-1", "C-2"):
        visit(a_client(code, name=f"Nom {code}"), today(), line("12"))
    page = desk_page(browser, site)
    User.objects.update(role=Role.ACCOUNTANT)
    page.goto("/a-facturer/lots/nouveau/")
    expect(page.locator("#coming")).to_contain_text("2 factures pour 2 clients")
    page.get_by_role("checkbox", name="Nom C-2").uncheck()
    expect(page.locator("#coming")).to_contain_text("1 facture pour 1 client")
    plain = browser.new_context(base_url=site, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    page.context.close()

    page = plain.new_page()
    page.goto("/a-facturer/lots/nouveau/?coches=aucun")
    page.get_by_role("checkbox", name="Nom C-1").check()
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator("#coming")).to_contain_text("1 facture pour 1 client")
    page.get_by_role("button", name="Créer les factures").click()
    expect(page.get_by_role("heading", name="Lot de factures")).to_be_visible()
    a_worker()
    page.get_by_role("link", name="Actualiser").click()

    expect(page.get_by_text("1 facture faite, 12,00\u00a0€ TTC.")).to_be_visible()
    assert [item.client.code for item in Batch.objects.get().items.all()] == ["C-1"]
    plain.close()
