"""The accountant's round of statements, the schedule of dues and its reminders, by hand in a browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from clients.models import Client, Mail
from invoicing.models import Instalment
from ledger.models import OpenItem
from office.clock import today
from office.models import MailServer, Role, User
from statements.models import Reminder, Statement
from tests.browser.conftest import until
from tests.browser.test_exporting import a_worker
from tests.builders import a_client, invoice, pay
from tests.factories import PartyFactory
from tests.helpers import execute

STREET = {"street": "1 rue Haute", "postcode": "69003", "city": "Lyon"}
DUES = "/etats/echeancier/?start=&end="


@pytest.fixture
def accountant(page: Page) -> Page:
    User.objects.update(role=Role.ACCOUNTANT)
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    return page


def late(code: str, amount: str, **details) -> Client:
    """A client who owes an amount for 30 days."""
    client = a_client(code, name=f"Nom {code}", **details)
    invoice(client, today() - timedelta(days=40), amount, due=today() - timedelta(days=30))
    return client


def the_row(page: Page, words: str):
    return page.get_by_role("row", name=re.compile(words))


def download(page: Page, link) -> bytes:
    response = page.request.get(link.get_attribute("href"))
    assert response.ok
    return response.body()


def test_a_round_is_chosen_made_before_ones_eyes_printed_and_sent(accountant: Page):
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")  # somebody is there, and slow
    late("C-1", "120", **STREET)
    late("C-2", "50", email="c2@exemple.fr", channel="email")
    late("C-3", "30", **STREET)
    late("C-4", "40")
    passer = a_client("PASSAGE", name="Passage", walk_in=True)
    invoice(passer, today(), "10", party=PartyFactory(account=passer.account, name="Dupont"))
    accountant.goto("/etats/releves/")
    expect(accountant.get_by_text("Aucun lot de relevés")).to_be_visible()
    accountant.get_by_role("link", name="Faire les relevés").click()
    accountant.get_by_role("link", name="Depuis le début").click()
    the_row(accountant, "Nom C-3").get_by_role("checkbox").uncheck()
    accountant.get_by_role("button", name="Faire les relevés").click()
    expect(accountant.get_by_text("En cours.")).to_be_visible()
    expect(accountant.get_by_role("progressbar", name="Relevés")).to_be_visible()

    a_worker()

    expect(accountant.get_by_text("Terminé le")).to_be_visible()  # without a click
    expect(the_row(accountant, "Nom C-1")).to_contain_text("120,00\u00a0€")
    expect(the_row(accountant, "Passage")).to_contain_text("client passager")
    expect(the_row(accountant, "Nom C-4")).to_contain_text("Aucune adresse postale")
    expect(the_row(accountant, "Nom C-3")).to_have_count(0)
    assert download(accountant, the_row(accountant, "Nom C-1").get_by_role("link", name="R-")).startswith(b"%PDF")
    accountant.get_by_role("button", name="Préparer le fichier").click()
    expect(accountant.get_by_text("Le fichier est en préparation.")).to_be_visible()
    a_worker()
    link = accountant.get_by_role("link", name=re.compile("^Fichier du"))
    assert download(accountant, link).startswith(b"%PDF")
    accountant.get_by_role("button", name="Envoyer les e-mails").click()
    a_worker()
    expect(the_row(accountant, "Nom C-2")).to_contain_text("Envoyé")
    assert [mail.recipient for mail in Mail.objects.all()] == ["c2@exemple.fr"]
    assert Statement.objects.filter(outcome="made").count() == 3


def test_late_rows_are_ticked_and_reminded_by_letter_and_e_mail_in_one_click(accountant: Page):
    late("C-1", "120", **STREET)
    client = late("C-2", "1000", email="c2@exemple.fr", channel="email", **STREET)
    pay(client, today() - timedelta(days=5), "400", {OpenItem.objects.get(account=client.account): "400"})
    late("C-3", "30", **STREET)
    accountant.goto(DUES)
    for words in ("Nom C-1", "Nom C-2"):
        expect(the_row(accountant, words)).to_contain_text("30\u00a0j")
        the_row(accountant, words).get_by_role("checkbox").check()
    accountant.get_by_role("button", name="Relancer").click()
    expect(accountant.get_by_role("heading", name="Relances du")).to_be_visible()
    expect(the_row(accountant, "Nom C-2")).to_contain_text("e-mail à c2@exemple.fr en préparation")
    expect(the_row(accountant, "Nom C-2")).to_contain_text("600,00\u00a0€")

    a_worker()
    accountant.reload()

    expect(the_row(accountant, "Nom C-2")).to_contain_text("Envoyé")
    assert download(accountant, accountant.get_by_role("link", name="Imprimer la lettre")).startswith(b"%PDF")
    (file,) = Mail.objects.get().files.all()
    assert file.name == f"relance-C-2-{today()}.pdf"
    accountant.goto(DUES)
    expect(the_row(accountant, "Nom C-1")).to_contain_text(f"Rappel par courrier du {today():%d/%m/%Y}")
    expect(the_row(accountant, "Nom C-2")).to_contain_text(f"Rappel par e-mail du {today():%d/%m/%Y}")
    expect(the_row(accountant, "Nom C-3")).not_to_contain_text("Rappel")
    assert Reminder.objects.count() == 2
    the_row(accountant, "Nom C-1").get_by_role("checkbox").check()
    accountant.get_by_role("button", name="Par courrier").click()
    expect(accountant.get_by_text("déjà relancée aujourd’hui")).to_be_visible()


def test_the_schedule_is_filtered_refreshed_reset_changed_and_its_columns_hidden(accountant: Page):
    late("C-1", "120", **STREET)
    late("C-2", "50", **STREET)
    accountant.goto(DUES)
    total = accountant.get_by_text("Solde net dû").locator("..")
    expect(total).to_contain_text("170,00\u00a0€")

    accountant.get_by_role("button", name="Filtrer Montant").click()
    accountant.get_by_label("Montant à partir de").fill("100")
    accountant.get_by_role("button", name="Filtrer", exact=True).click()
    expect(the_row(accountant, "Nom C-2")).to_have_count(0)
    expect(total).to_contain_text("120,00\u00a0€")
    expect(accountant.get_by_text("Filtré dans les colonnes")).to_contain_text("montant à partir de 100,00")

    pay(Client.objects.get(code="C-1"), today(), "20", {OpenItem.objects.get(account__client__code="C-1"): "20"})
    accountant.get_by_role("link", name="Actualiser").click()
    expect(total).to_contain_text("100,00\u00a0€")
    expect(accountant.get_by_text("Filtré dans les colonnes")).to_be_visible()

    accountant.get_by_role("link", name="Réinitialiser").click()
    expect(accountant.get_by_text("Filtré dans les colonnes")).to_have_count(0)

    accountant.goto(DUES)
    row = the_row(accountant, "Nom C-2")
    friday = today() + timedelta(days=3)
    row.get_by_role("link", name="Modifier la date prévue").click()
    row.locator("input[type=date]").fill(friday.isoformat())
    row.get_by_role("button", name="Enregistrer").click()
    expect(row).to_contain_text(f"{friday:%d/%m/%Y}")
    row.get_by_role("link", name="Modifier la note").click()
    row.get_by_role("textbox", name="Note").fill("Promis pour vendredi")
    row.get_by_role("button", name="Enregistrer").click()
    expect(row).to_contain_text("Promis pour vendredi")
    planned = Instalment.objects.get(item__account__client__code="C-2")
    assert (planned.planned_on, planned.note) == (friday, "Promis pour vendredi")

    accountant.get_by_text("Colonnes", exact=True).click()
    accountant.get_by_label("Note", exact=True).uncheck()
    accountant.get_by_role("button", name="Afficher ces colonnes").click()
    expect(accountant.get_by_role("columnheader", name=re.compile("^Note"))).to_have_count(0)
    accountant.goto("/clients/")
    accountant.goto(DUES)  # remembered
    expect(accountant.get_by_role("columnheader", name=re.compile("^Montant"))).to_be_visible()
    expect(accountant.get_by_role("columnheader", name=re.compile("^Note"))).to_have_count(0)


def test_on_a_phone_a_statement_names_only_the_sides_that_have_an_amount(accountant: Page):
    late("C-1", "120", **STREET)
    accountant.set_viewport_size({"width": 390, "height": 844})
    accountant.goto("/clients/C-1/extrait/")

    until(
        accountant,
        """[...document.querySelectorAll('td[data-label="Crédit (TTC)"]')].every(
        cell => getComputedStyle(cell).display === 'none')""",
    )
    expect(accountant.locator('td[data-label="Débit (TTC)"]').last).to_contain_text("120,00\u00a0€")
