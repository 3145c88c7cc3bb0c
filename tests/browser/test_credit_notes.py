"""Credit notes as the help pages tell them: on an invoice, global, settled by hand and by batch, refunded."""

import re

import pytest
from playwright.sync_api import Page, expect

from clients.models import Client
from credits.models import CreditNote
from invoicing.models import Invoice
from office.clock import today
from office.models import Role, User
from tests.builders import a_client, credit_on, invoice, invoice_visits, line, pay, told, visit
from tests.shelf import an_item

DAY = today()


@pytest.fixture
def roux(site: str) -> Client:
    return a_client("ROUX", name="Mme Roux")


def as_accountant() -> None:
    User.objects.filter(username="durand").update(role=Role.ACCOUNTANT)


def validate(page: Page) -> CreditNote:
    page.get_by_role("button", name="Valider l’avoir").click()
    expect(page.get_by_text("est validé.")).to_be_visible()
    return CreditNote.objects.get()


def test_a_credit_note_on_an_invoice_with_one_of_its_visits_dissociated(page: Page, roux: Client):
    first, second = (
        visit(roux, DAY, line(amount, label=label)) for label, amount in (("Soin", "60"), ("Vaccin", "40"))
    )
    f = invoice_visits(DAY, first, second)

    page.goto("/clients/ROUX/factures/")
    page.get_by_role("link", name=f"Avoir sur la facture {f}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Voulez-vous désassocier les visites")).to_be_visible()
    dialog.get_by_role("button", name="OK", exact=True).click()
    expect(page.get_by_role("heading", name=f"Avoir sur {f}")).to_be_visible()
    page.get_by_role("button", name="Retirer la ligne 2").click()
    expect(page.get_by_label("Quantité").nth(1)).to_be_hidden()
    page.get_by_role("button", name="Enregistrer").click()
    note = validate(page)

    assert (note.ttc.amount, note.frees_visits) == (60, True)
    assert told(roux, DAY, credit="60", unpaid="160", to_invoice="60", balance="-40")


def test_a_quantity_that_is_typed_decides_on_the_amount(page: Page, roux: Client):
    f = invoice(roux, DAY, line("25", quantity="4", label="Vaccin"))

    page.goto("/clients/ROUX/factures/")
    page.get_by_role("link", name=f"Avoir sur la facture {f}").click()
    page.get_by_role("dialog").get_by_role("button", name="Créer le brouillon").click()
    page.get_by_label("Quantité").fill("1")
    expect(page.get_by_label("Montant TTC")).to_have_value("")
    page.get_by_role("button", name="Enregistrer").click()
    validate(page)

    assert told(roux, DAY, credit="25", unpaid="100")


def test_a_global_credit_note_with_m_and_the_arrow_to_the_tariffs(page: Page, roux: Client):
    an_item("Consultation", "42.00")

    page.goto("/clients/ROUX/factures/")
    page.get_by_role("link", name="Nouvel avoir global").click()
    page.get_by_role("heading", name="Nouvel avoir global").click()
    page.keyboard.press("m")
    page.get_by_role("button", name="Choisir un tarif du catalogue").click()
    page.get_by_role("option", name=re.compile("Consultation")).first.click()
    expect(page.get_by_label("Désignation")).to_have_value("Consultation")
    expect(page.get_by_label("Prix unitaire")).to_have_value("42,00")
    page.get_by_role("button", name="Ajouter une ligne (touche M)").click()
    page.get_by_label("Désignation").nth(1).fill("Geste commercial")
    page.get_by_label("Prix unitaire").nth(1).fill("8")
    expect(page.get_by_text("50,00\u00a0€")).to_be_visible()
    page.get_by_role("button", name="Enregistrer").click()
    note = validate(page)

    assert [one.label for one in note.lines.order_by("position")] == ["Consultation", "Geste commercial"]
    assert told(roux, DAY, credit="50", balance="50")


def entry(page: Page, document: object):
    return page.get_by_role("row").filter(has_text=str(document)).get_by_role("textbox")


def test_case_1_of_an_invoice_not_paid_a_payment_of_nothing_settles_both(page: Page, roux: Client):
    f = invoice(roux, DAY, "50")
    note = credit_on(f, DAY, "50")

    page.goto("/reglements/nouveau/?client=ROUX")
    page.get_by_label("Montant", exact=True).first.fill("0,00")
    entry(page, note).fill("-50,00")
    entry(page, f).fill("50,00")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Règlement")).to_be_visible()

    assert told(roux, DAY, credit="0", unpaid="0", balance="0", collected="0", invoiced="50")


def test_case_2_of_an_invoice_paid_a_negative_payment_refunds_the_credit_note(page: Page, roux: Client):
    f = invoice(roux, DAY, "50")
    pay(roux, DAY, "50", {f: "50"})
    note = credit_on(f, DAY, "50")
    as_accountant()

    page.goto("/reglements/nouveau/?client=ROUX")
    page.get_by_label("Type de règlement").first.select_option(label="Espèces")
    page.get_by_label("Montant", exact=True).first.fill("-50,00")
    entry(page, note).fill("-50,00")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Remboursement")).to_be_visible()

    assert told(roux, DAY, credit="0", unpaid="0", balance="0", collected="0")


def test_by_batch_the_credit_note_that_is_ticked_is_settled_and_the_batch_undone(page: Page, roux: Client):
    f = invoice(roux, DAY, "50")
    note = credit_on(f, DAY, "50")
    as_accountant()

    page.goto("/reglements/solder-les-avoirs/")
    page.get_by_label(str(note), exact=True).check()
    page.get_by_role("button", name="Générer").click()
    expect(page.get_by_text("1 avoir sur 1 soldé")).to_be_visible()
    assert told(roux, DAY, credit="0", unpaid="0", balance="0")

    page.get_by_role("button", name="Annuler le lot").click()
    expect(page.get_by_text("Le lot est annulé")).to_be_visible()
    assert told(roux, DAY, credit="50", unpaid="50", balance="0")


def test_a_credit_is_used_on_an_invoice_in_two_clicks(page: Page, roux: Client):
    f = invoice(roux, DAY, "50")
    credit_on(f, DAY, "50")

    page.goto("/clients/ROUX/factures/")
    page.get_by_role("button", name=f"Actions sur la facture {f}").click()
    page.get_by_role("link", name="Utiliser un avoir").click()
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_text("L’avoir est utilisé")).to_be_visible()

    assert told(roux, DAY, credit="0", unpaid="0", balance="0")
    assert Invoice.objects.count() == 1
