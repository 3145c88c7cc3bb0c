"""The tab Financier in Chromium: the seed's examples and flows, by mouse."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from demo.examples import Desk, play
from ledger.models import PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Role, User
from payments.models import Incident, Payment
from statements.views import financial
from tests.browser.conftest import log_in, until
from tests.browser.financial import EURO, counter, element, indicator, menu, open_tab, stayed
from tests.builders import a_client, credit_note, credit_on, invoice, line, pay, told, use

FINANCIAL = re.compile(r"/clients/C-1/financier/(\?.*)?$")


# The examples of the seed


def test_an_invoice_that_is_due_later_is_to_pay_and_not_late(page: Page):
    invoice(a_client(), today(), "100", due=today() + timedelta(days=30))
    open_tab(page)

    expect(indicator(page, "Montant à payer")).to_contain_text(f"100,00{EURO}")
    expect(indicator(page, "Montant en retard")).to_contain_text(f"0,00{EURO}")
    expect(page.get_by_text(f"Doit 100,00{EURO}.")).to_be_visible()


@pytest.mark.parametrize(
    ("credit", "before", "after"),
    [
        ("50", ("Montant à utiliser", "31,00", "19,00"), ("Montant à utiliser", "31,00", "0,00")),
        ("5", ("Montant à payer", "14,00", "19,00"), ("Montant à payer", "14,00", "14,00")),
    ],
)
def test_a_credit_note_used_from_the_menu_of_a_late_invoice(page: Page, credit, before, after):
    client = a_client()
    month = today() - timedelta(days=30)
    f = invoice(client, month, "19", due=month)
    credit_note(client, today(), credit)
    open_tab(page)
    expect_figures(page, *before)

    menu(page, f, "Utiliser un avoir")
    window = page.get_by_role("dialog", name="Utiliser un avoir")
    expect(window).to_be_visible()
    window.get_by_role("button", name="Valider").click()

    expect(window).to_be_hidden()
    expect_figures(page, *after)
    assert stayed(page)


def expect_figures(page: Page, label: str, amount: str, late: str) -> None:
    expect(indicator(page, label)).to_contain_text(f"{amount}{EURO}")
    expect(indicator(page, "Montant en retard")).to_contain_text(f"{late}{EURO}")


# The flows of the seed


def test_an_invoice_is_settled_from_its_menu_and_the_page_says_so_where_it_stands(page: Page):
    client = a_client()
    f = invoice(client, today(), "100")
    open_tab(page)
    element(page, f).locator("summary").click()
    expect(element(page, f).get_by_text("Soin")).to_be_visible()

    menu(page, f, "Régler la facture")
    window = page.get_by_role("dialog")
    expect(window.get_by_role("heading", name="Dettes et échéances à régler")).to_be_visible()
    window.get_by_role("button", name="Valider").click()
    window.get_by_label("Type de règlement").first.select_option(label="Carte")
    window.get_by_label("Montant", exact=True).first.fill("100")
    expect(window.locator("#summary")).to_contain_text("Reste à imputer")
    window.get_by_role("button", name="Enregistrer").click()

    expect(window).to_be_hidden()
    expect(page.get_by_role("status")).to_contain_text("est enregistré")
    expect(element(page, f)).to_contain_text("Payée")
    expect(element(page, f).get_by_text("imputé", exact=True)).to_be_visible()  # unfolded as it was
    expect(counter(page, "Paiements")).to_contain_text(f"100,00{EURO}")
    expect(page.get_by_role("button", name=f"Actions sur {f}")).to_be_focused()
    assert stayed(page)
    assert told(client, today(), balance="0", collected="100")


def test_a_credit_note_is_made_from_an_invoice_and_is_there_to_be_used(page: Page):
    client = a_client()
    f = invoice(client, today(), "100")
    open_tab(page)

    menu(page, f, "Créer un avoir")
    window = page.get_by_role("dialog")
    window.get_by_label("Montant").fill("30")
    window.get_by_role("button", name="Valider").click()

    expect(window).to_be_hidden()
    expect(page.locator(".element", has_text="Avoir AV")).to_contain_text("À utiliser")
    expect(counter(page, "Avoirs")).to_contain_text(f"30,00{EURO}")
    expect(indicator(page, "Montant à payer")).to_contain_text(f"70,00{EURO}")
    assert stayed(page)


def test_a_refused_form_stays_in_its_window_filled_in(page: Page):
    f = invoice(a_client(), today(), "100")
    page.on("dialog", lambda dialog: dialog.accept())  # what was typed is given up
    open_tab(page)

    menu(page, f, "Créer un avoir")
    window = page.get_by_role("dialog")
    window.get_by_label("Montant").fill("130")
    window.get_by_role("button", name="Valider").click()

    expect(window.locator(".field__error")).to_be_visible()
    expect(window.get_by_label("Montant")).to_have_value("130")
    window.get_by_role("link", name="Annuler").click()
    expect(window).to_be_hidden()
    assert stayed(page)


def test_what_is_still_to_treat_since_the_beginning(page: Page):
    client = a_client()
    old = today() - timedelta(days=400)
    paid = invoice(client, old, "10")
    pay(client, old, "10", {paid: "10"})
    late = invoice(client, old, "50", due=old)
    credit = credit_note(client, today(), "5")
    open_tab(page)
    expect(page.locator(".element")).to_have_count(4)

    page.get_by_label("Opérations", exact=True).select_option(label="Opérations à traiter")

    expect(page.locator(".element")).to_have_count(2)
    expect(element(page, late)).to_contain_text("En retard")
    expect(element(page, credit)).to_contain_text("À utiliser")
    expect(page).to_have_url(re.compile("operations=a-traiter$"))
    page.get_by_label("Période").select_option(label="Le mois en cours")
    expect(page.locator(".element")).to_have_count(1)
    page.reload()
    expect(page.locator(".element")).to_have_count(1)
    expect(page.get_by_label("Période")).to_have_value("this_month")


def test_invoices_are_found_by_their_articles(page: Page):
    client = a_client()
    water = invoice(client, today(), line("2", label="Bouteille d’eau"))
    year = invoice(client, today(), line("400", label="Abonnement CDD 12 mois"))
    credit = credit_on(year, today(), "400")
    open_tab(page)
    expect(page.locator("#filter_q")).to_be_hidden()

    page.get_by_label("Factures", exact=True).check()
    page.get_by_label("Rechercher dans une facture").press_sequentially("bouteille d'eau")
    expect(page.locator(".element")).to_have_count(1)
    expect(element(page, water)).to_be_visible()
    expect(page.get_by_label("Rechercher dans une facture")).to_be_focused()

    page.get_by_label("Opérations", exact=True).select_option(label="Toutes les opérations")
    page.get_by_label("Avoirs", exact=True).check()
    page.get_by_label("Rechercher dans ces éléments").fill("cdd 12mois")
    expect(page.locator(".element")).to_have_count(2)
    expect(element(page, credit)).to_be_visible()
    expect(counter(page, "Factures")).to_contain_text(f"400,00{EURO}")
    expect(counter(page, "Avoirs")).to_contain_text(f"400,00{EURO}")


def test_an_incident_is_declared_and_settled_in_part_then_wholly(page: Page):
    User.objects.filter(username="durand").update(role=Role.ACCOUNTANT)
    client, day = a_client(), today() - timedelta(days=2)
    f = invoice(client, day, "80")
    pay(client, day, "80", {f: "80"}, by="cheque")
    with transaction.atomic():
        shut(PeriodLock.Scope.TILL, day)
    cheque = Payment.objects.get()
    open_tab(page, "?operations=toutes")

    menu(page, cheque, "Déclarer un incident")
    window = page.get_by_role("dialog")
    window.get_by_label("Chèque sans provision").check()
    window.get_by_label("Frais à facturer").fill("15")
    window.get_by_role("button", name="Déclarer l’incident").click()
    expect(window).to_be_hidden()

    incident = Incident.objects.get()
    expect(indicator(page, "Incidents")).to_contain_text(f"95,00{EURO}")
    expect(element(page, cheque).first).to_contain_text(str(incident))
    bounced = page.locator(f"#element-{cheque.document_id}")
    expect(bounced.locator("summary del")).to_have_text(f"80,00{EURO}")
    expect(bounced.locator(".amount--owed")).to_contain_text(f"incident du {today():%d/%m/%Y}")
    invoiced = page.locator(f"#element-{f.document_id}")
    invoiced.locator("summary").click()
    expect(invoiced.locator(".element__detail del").first).to_be_visible()
    expect(invoiced.locator(".element__detail .amount--owed")).to_contain_text(f"incident du {today():%d/%m/%Y}")

    settle(page, incident, "80,00", "")
    expect(page.locator(f"#element-{incident.document_id}")).to_contain_text("Partiellement régularisé")
    expect(page.get_by_role("button", name="Alerte\u00a0: Factures en retard")).to_be_visible()
    page.get_by_role("button", name="Alerte\u00a0: Incidents").click()
    expect(page.get_by_text("1 incident est partiellement régularisé").first).to_be_visible()
    page.get_by_role("link", name=f"Voir l’incident {incident}").first.click()
    expect(page).to_have_url(re.compile(rf"operations=incidents#element-{incident.document_id}$"))
    expect(page.locator(".element")).to_have_count(1)
    page.evaluate("window.isTheSamePage = true")

    settle(page, incident, "15,00", "15,00")
    expect(page.locator(f"#element-{incident.document_id}")).to_contain_text("Régularisé")
    expect(page.get_by_role("button", name="Alerte\u00a0: Incidents")).to_have_count(0)
    assert told(client, today(), balance="0", collected="95")
    assert stayed(page)


def settle(page: Page, incident: Incident, amount: str, of_fee: str) -> None:
    """Régulariser, from the menu of the incident."""
    fee = incident.fee_entry.lines.get(kind="fee").pk
    page.get_by_role("button", name=f"Actions sur {incident}").click()
    page.get_by_role("link", name="Régulariser l’incident").click()
    window = page.get_by_role("dialog")
    window.get_by_label("Type de règlement").first.select_option(label="Espèces")
    window.get_by_label("Montant", exact=True).first.fill(amount)
    window.locator(f"#id_item-{fee}").fill(of_fee)
    window.get_by_role("button", name="Enregistrer").click()
    expect(window).to_be_hidden()


# The page


def test_the_time_line_goes_on_as_one_scrolls_and_stays_as_far_after_an_act(page: Page):
    client = a_client()
    first = invoice(client, today() - timedelta(days=1), "100")
    for _ in range(60):
        pay(client, today(), "1")
    open_tab(page)
    expect(page.locator(".element")).to_have_count(50)

    page.locator("#more").scroll_into_view_if_needed()

    expect(page.locator(".element")).to_have_count(61)
    menu(page, first, "Créer un avoir")
    window = page.get_by_role("dialog")
    window.get_by_label("Montant").fill("100")
    window.get_by_role("button", name="Valider").click()
    expect(window).to_be_hidden()
    expect(page.locator(".element")).to_have_count(61)
    expect(page.get_by_role("button", name=f"Actions sur {first}")).to_have_count(0)  # cancelled now


def test_counters_follow_the_elements_of_a_long_account_whatever_is_filtered(page: Page, monkeypatch):
    monkeypatch.setattr(financial, "MANY", 50)
    client = a_client()
    invoice(client, today() - timedelta(days=1), "100")
    for _ in range(60):
        pay(client, today(), "1")
    open_tab(page)

    counters = page.get_by_role("region", name="Nombre et montant")
    expect(counters).to_contain_text("60 paiements")
    expect(counters).to_contain_text("1 facture")
    page.get_by_label("Paiements").check()
    expect(counters).to_contain_text("0 facture")
    expect(counters).to_contain_text("60 paiements")
    expect(page.locator(".element")).to_have_count(50)


def test_what_a_role_or_state_does_not_allow_is_there_with_the_reason(page: Page):
    client = a_client()
    r = pay(client, today(), "20")
    open_tab(page)

    page.get_by_role("button", name=f"Actions sur {r}").click()

    refund = page.get_by_role("link", name="Rembourser le trop-perçu")
    expect(refund).to_have_attribute("aria-disabled", "true")
    expect(refund).to_contain_text("réservé au rôle Comptable")
    expect(page.get_by_role("link", name="Utiliser le trop-perçu")).to_have_attribute("href", re.compile("utiliser"))
    expect(page.get_by_role("link", name="Déclarer un incident")).to_contain_text("réservé au rôle Comptable")


def test_a_past_day_shows_the_tab_as_it_was_without_menus(page: Page):
    client, day = a_client(), today() - timedelta(days=10)
    f = invoice(client, day, "100")
    pay(client, today(), "100", {f: "100"})
    open_tab(page)
    expect(element(page, f)).to_contain_text("Payée")

    page.get_by_label("Situation au").fill(f"{day:%Y-%m-%d}")
    page.get_by_role("button", name="Voir").click()

    expect(element(page, f)).to_contain_text("En attente de paiement")
    expect(page.locator(".element")).to_have_count(1)
    expect(page.locator(".element").get_by_role("button")).to_have_count(0)
    element(page, f).locator("summary").click()
    expect(element(page, f).get_by_text("Soin")).to_be_visible()
    expect(element(page, f).get_by_text("imputé", exact=True)).to_have_count(0)
    page.get_by_label("Opérations", exact=True).select_option(label="Opérations à traiter")
    expect(page).to_have_url(re.compile(f"on={day:%Y-%m-%d}&operations=a-traiter$"))


def test_the_question_mark_shows_which_state_is_where(page: Page):
    a_client()
    open_tab(page)

    page.get_by_role("link", name="Quelles opérations").click()

    window = page.get_by_role("dialog", name="États des éléments et filtres")
    row = window.get_by_role("row", name="Partiellement régularisé")
    expect(row.get_by_role("img", name="affiché")).to_have_count(3)


def test_the_curve_of_the_balance_opens_from_the_tab(page: Page):
    invoice(a_client(), today() - timedelta(days=5), "100")
    open_tab(page)

    page.get_by_role("link", name="Courbe du solde").click()

    expect(page.get_by_role("dialog").locator("svg[role=img]")).to_be_visible()


def test_the_sheet_leads_to_the_tab(page: Page):
    a_client()
    page.goto("/clients/C-1/")

    page.get_by_role("button", name="Autres actions").click()
    page.get_by_role("link", name="Financier", exact=True).first.click()

    expect(page).to_have_url(FINANCIAL)
    expect(page.get_by_text("Tout va bien.")).to_be_visible()


def test_the_same_without_script(browser: Browser, page: Page, site: str):
    client = a_client()
    f = invoice(client, today() - timedelta(days=1), "100")
    for _ in range(60):
        pay(client, today(), "1")
    use(credit_note(client, today(), "40"), f, "40", today())
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="fr-FR")
    bare = context.new_page()
    log_in(bare)
    bare.goto("/clients/C-1/financier/")

    bare.get_by_role("link", name="Afficher la suite").click()
    expect(bare.locator(".element", has_text=str(f))).to_be_visible()
    bare.get_by_role("link", name="Revenir aux éléments les plus récents").click()
    bare.get_by_label("Factures", exact=True).check()
    bare.get_by_role("button", name="Filtrer").click()
    expect(bare.locator(".element")).to_have_count(1)
    bare.locator("summary").click()
    bare.get_by_role("link", name="Voir le détail").click()
    expect(bare.get_by_role("heading", name=f"Facture {f}", level=1)).to_be_visible()
    bare.go_back()
    bare.get_by_role("button", name=f"Actions sur {f}").click()
    bare.get_by_role("link", name="Voir les actions").click()
    bare.get_by_role("link", name="Créer un avoir").click()
    expect(bare.get_by_label("Montant")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_the_tab_never_scrolls_sideways(page: Page, width):
    play(Desk(), today(), ["EX-INCIDENT"])
    page.set_viewport_size({"width": width, "height": 844})

    for query in ("", "?operations=toutes&type=incident", "?period=dates"):
        page.goto(f"/clients/EX-INCIDENT/financier/{query}")
        page.locator("summary").first.click()
        until(page, "document.querySelector('.element__detail table') !== null")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query
