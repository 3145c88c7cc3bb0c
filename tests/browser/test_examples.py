"""The worked examples of the rules as a desk reads them: each on its sheet, and what follows from using its credit."""

import pytest
from playwright.sync_api import Page, expect

from demo.examples import Desk, play
from office.clock import today

NBSP = "\u00a0"
THIN = "\u202f"

# Solde, impayés, à facturer, avoir, and the status, as they are written.
SHOWN = {
    "EX-SOLDE": ("−30,00", "81,00", "31,00", "20,00", "En attente de règlement"),
    "EX-ECHEANCES": ("−100,00", "100,00", "0,00", "0,00", "En attente de règlement"),
    "EX-AVOIR-50": ("31,00", "19,00", "0,00", "50,00", "Créditeur"),
    "EX-AVOIR-5": ("−14,00", "19,00", "0,00", "5,00", "En retard de paiement"),
    "EX-RELEVE": (f"−1{THIN}250,00", f"1{THIN}250,00", "0,00", "0,00", "En retard de paiement"),
    "EX-COMPENSATION": ("0,00", "0,00", "0,00", "0,00", "À jour"),
    "EX-REMBOURSEMENT": ("0,00", "0,00", "0,00", "0,00", "À jour"),
    "EX-TROP-PERCU": ("20,00", "0,00", "0,00", "20,00", "Créditeur"),
    "EX-INCIDENT": ("−95,00", "95,00", "0,00", "0,00", "En retard de paiement"),
}
LABELS = ("Solde client", "Montant d’impayés", "Montant à facturer", "Montant d’avoir disponible")


def figure(page: Page, label: str):
    return page.get_by_role("region", name="Soldes du client").get_by_role("link", name=label)


def test_each_example_shows_its_figures_on_its_sheet(page: Page):
    play(Desk(), today(), list(SHOWN))

    for code, (*amounts, status) in SHOWN.items():
        page.goto(f"/clients/{code}/")
        for label, amount in zip(LABELS, amounts, strict=True):
            expect(figure(page, label).locator(".figure__amount")).to_have_text(f"{amount}{NBSP}€")
        expect(page.get_by_text(status, exact=True).first).to_be_visible()


def test_an_invoice_with_all_its_instalments_to_come_is_owed_and_not_late(page: Page):
    play(Desk(), today(), ["EX-ECHEANCES"])
    page.goto("/clients/EX-ECHEANCES/financier/")

    expect(page.get_by_text(f"Doit 100,00{NBSP}€.")).to_be_visible()
    expect(page.get_by_label("Indicateurs financiers")).to_contain_text(f"Montant en retard 0,00{NBSP}€")


@pytest.mark.parametrize(
    ("code", "left", "credit", "said"),
    [
        ("EX-AVOIR-50", "0,00", "31,00", f"Dispose de 31,00{NBSP}€ à utiliser."),
        ("EX-AVOIR-5", "14,00", "0,00", f"Doit 14,00{NBSP}€ dont 14,00{NBSP}€ en retard."),
    ],
)
def test_using_a_credit_on_a_late_invoice_leaves_late_what_it_does_not_cover(page: Page, code, left, credit, said):
    play(Desk(), today(), [code])
    page.goto(f"/clients/{code}/factures/")

    page.get_by_role("button", name="Actions sur la facture").click()
    page.get_by_role("link", name="Utiliser un avoir", exact=True).click()
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Facture")

    page.goto(f"/clients/{code}/financier/")
    expect(page.get_by_text(said)).to_be_visible()
    expect(figure(page, "Montant d’impayés")).to_contain_text(f"{left}{NBSP}€")
    expect(figure(page, "Montant d’avoir disponible")).to_contain_text(f"{credit}{NBSP}€")


def test_the_statement_runs_1500_2250_1250_and_says_who_owes(page: Page):
    play(Desk(), today(), ["EX-RELEVE"])
    page.goto("/clients/EX-RELEVE/extrait/?period=all")

    for reference, amount, running in (
        ("FAC-2001", "1 500,00", "1 500,00"),
        ("FAC-2002", "750,00", "2 250,00"),
        ("PAY-3001", "1 000,00", "1 250,00"),
    ):
        row = page.get_by_role("row", name=reference)
        for told in (amount, running):
            expect(row).to_contain_text(told.replace(" ", THIN))
    expect(page.get_by_text(f"1{THIN}250,00{NBSP}€ dus par le client")).to_be_visible()
