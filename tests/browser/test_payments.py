"""Règlements in Chromium: the examples of settling, from the sheet to the figures they end with."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, Route, expect

from ledger.models import PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Role, User
from payments.models import Incident, Payment
from tests.builders import a_client, credit_on, invoice, main_item, pay, told


@pytest.fixture
def books(page: Page) -> Page:
    """The page of an accountant."""
    User.objects.filter(username="durand").update(role=Role.ACCOUNTANT)
    return page


def new_payment(page: Page) -> None:
    """From the client's tab Règlements."""
    page.goto("/clients/C-1/reglements/")
    page.locator("#onglet").get_by_role("link", name="Nouveau règlement").click()


def beside(page: Page, filed: object, amount: str) -> None:
    page.locator(f"#id_item-{main_item(filed).pk}").fill(amount)


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("est enregistré")).to_be_visible()


def test_an_unpaid_invoice_and_its_credit_are_set_off_by_a_payment_of_nothing(page: Page):
    client = a_client()
    f = invoice(client, today(), "50")
    a = credit_on(f, today(), "50")
    new_payment(page)

    page.get_by_label("Montant", exact=True).first.fill("0,00")
    beside(page, a, "-50,00")
    beside(page, f, "50,00")
    expect(page.locator("#summary")).to_contain_text("Reste à imputer")
    save(page)

    assert told(client, today(), balance="0", credit="0", unpaid="0")


def test_a_paid_invoices_credit_is_given_back_by_a_negative_payment(books: Page):
    client = a_client()
    f = invoice(client, today(), "50")
    pay(client, today(), "50", {f: "50"})
    a = credit_on(f, today(), "50")
    new_payment(books)

    books.get_by_label("Type de règlement").first.select_option(label="Virement")
    books.get_by_label("Montant", exact=True).first.fill("-50,00")
    beside(books, a, "-50,00")
    save(books)

    expect(books.get_by_role("heading", level=1)).to_contain_text("Remboursement")
    assert told(client, today(), balance="0", credit="0", collected="0")


def test_what_is_paid_too_much_is_said_before_and_stays_available(page: Page):
    client = a_client()
    invoice(client, today(), "100")
    page.goto("/clients/C-1/")
    page.get_by_role("link", name="Régler", exact=True).click()
    page.get_by_role("button", name="Valider").click()

    page.get_by_label("Type de règlement").first.select_option(label="Carte")
    page.get_by_label("Montant", exact=True).first.fill("120")
    expect(page.locator("#summary")).to_contain_text(re.compile(r"Trop-perçu[\s\S]*20,00"))
    save(page)

    page.goto("/clients/C-1/")
    expect(page.locator(".figure--main")).to_contain_text("20,00")
    assert told(client, today(), balance="20", credit="20", unpaid="0")


def test_a_cheque_bounces_and_is_settled_in_part_then_wholly(books: Page):
    client, day = a_client(), today() - timedelta(days=2)
    f = invoice(client, day, "80")
    pay(client, day, "80", {f: "80"}, by="cheque")
    with transaction.atomic():
        shut(PeriodLock.Scope.TILL, day)
    books.goto(f"/documents/{Payment.objects.get().document_id}/")

    books.get_by_role("button", name="Actions").click()
    books.get_by_role("link", name="Déclarer un incident").click()
    books.get_by_label("Chèque sans provision").check()
    books.get_by_label("Frais à facturer").fill("15")
    books.get_by_role("button", name="Déclarer l’incident").click()
    expect(books.get_by_text("95,00 € à régulariser")).to_be_visible()
    assert told(client, today(), unpaid="95", credit="0", balance="-95", collected="0")
    incident = books.url

    fee = Incident.objects.get().fee_entry.lines.get(kind="fee").pk
    settle(books, "80,00", fee, "")
    books.goto(incident)
    expect(books.get_by_text("Partiellement régularisé")).to_be_visible()

    settle(books, "15,00", fee, "15,00")
    books.goto(incident)
    expect(books.get_by_text("Régularisé", exact=True)).to_be_visible()
    assert told(client, today(), balance="0", unpaid="0", collected="95")

    books.goto(f"/documents/{f.document_id}/")
    struck = books.locator("del", has_text="80,00")
    expect(struck).to_be_visible()
    expect(books.get_by_text(f"incident du {today():%d/%m/%Y}")).to_be_visible()


def settle(page: Page, amount: str, fee: int, of_fee: str) -> None:
    """Régulariser, from the incident's page."""
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("link", name="Régulariser l’incident").click()
    page.get_by_label("Type de règlement").first.select_option(label="Espèces")
    page.get_by_label("Montant", exact=True).first.fill(amount)
    page.locator(f"#id_item-{fee}").fill(of_fee)
    save(page)


def test_annuler_leaves_what_was_typed_and_leads_back_to_the_list(page: Page):
    client = a_client()
    f = invoice(client, today(), "50")
    new_payment(page)
    page.get_by_label("Montant", exact=True).first.fill("50,00")
    beside(page, f, "50,00")
    page.once("dialog", lambda asked: asked.accept())  # what is typed isn't lost without a word

    page.get_by_role("main").get_by_role("link", name="Annuler", exact=True).click()

    expect(page).to_have_url(re.compile(r"/reglements/$"))
    assert not Payment.objects.exists()


def test_saving_waits_for_what_a_button_fills_in(page: Page):
    client = a_client()
    f = invoice(client, today(), "50")
    new_payment(page)
    page.get_by_label("Type de règlement").first.select_option(label="Carte")
    page.get_by_label("Montant", exact=True).first.fill("50")
    held: list[Route] = []
    page.route(
        "**/reglements/nouveau/**",
        lambda route: held.append(route) if "spread" in (route.request.post_data or "") else route.continue_(),
    )

    page.get_by_role("button", name="Répartir automatiquement").click()
    with page.expect_response("**/reglements/nouveau/**"):  # of the sum, which frees nothing
        page.get_by_label("Référence").first.fill("12")
    page.get_by_role("button", name="Enregistrer").click()
    held[0].continue_()

    expect(page.get_by_text("est enregistré")).to_be_visible()
    assert told(client, today(), balance="0", credit="0", unpaid="0")
    assert main_item(f).open == 0
