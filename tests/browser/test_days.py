"""A day's work of each of the three users, from the login on: the whole application as they meet it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from clients.models import Client
from demo.examples import Desk, play
from ledger.models import BankAccount
from office.clock import today
from office.models import Role, User
from payments.models import CashClosing, Payment
from tests.browser.conftest import PASSWORD
from tests.builders import a_client, invoice, told
from tests.shelf import a_tariff, an_item

pytestmark = pytest.mark.long


def come_in(browser: Browser, site: str, role: Role) -> Page:
    """By the door, as somebody of this role would in the morning; the page complains of nothing all day."""
    User.objects.create_user("matin", password=PASSWORD, role=role, first_name="Nadia", last_name="Durand")
    context = browser.new_context(base_url=site, locale="fr-FR", viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto("/")
    page.get_by_label("Identifiant").fill("matin")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Aujourd’hui")).to_be_visible()
    return page


def find(page: Page, typed: str, option: str) -> None:
    """By the search of the top bar, from wherever one is, once the page has its keys."""
    for _ in range(100):
        page.wait_for_load_state()
        page.keyboard.press("/")
        if page.evaluate("document.activeElement.matches('[data-search]')"):
            break
        page.wait_for_timeout(50)
    page.keyboard.type(typed)
    expect(page.get_by_role("option", name=option).first).to_be_visible()
    page.get_by_role("option", name=option).first.click()


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Fiche client").get_by_role("link", name=name).click()


def act(page: Page, name: str, button: str = "Actions") -> None:
    """An entry of a menu ⋮."""
    page.get_by_role("button", name=button).first.click()
    page.get_by_role("link", name=name, exact=True).first.click()


def choose_last(page: Page, label: str) -> None:
    box = page.get_by_label(label)
    box.select_option(box.locator("option").last.get_attribute("value"))


def amount(page: Page, label: str) -> Locator:
    return page.get_by_role("region", name="Soldes du client").get_by_role("link", name=label)


def create_a_client_from_the_search(page: Page) -> None:
    """Somebody new comes in: the search finds nobody, and offers to create the client."""
    find(page, "Zorglub", "Créer le client « Zorglub »")
    expect(page.get_by_label("Nom ou raison sociale")).to_have_value("Zorglub")
    page.get_by_label("Prénom").fill("Ève")
    page.get_by_label("Téléphone").first.fill("06 39 98 00 99")
    page.get_by_role("button", name="Créer le client").click()
    expect(page.get_by_role("heading", name="Ève Zorglub")).to_be_visible()
    expect(page.get_by_text("le client est à l’équilibre")).to_be_visible()


def record_and_invoice_a_visit(page: Page) -> None:
    """The visit, from the catalogue; then its invoice."""
    tab(page, "Visites")
    page.get_by_role("link", name="Nouvelle visite").click()
    page.get_by_role("combobox", name="Ajouter du catalogue").fill("consult")
    page.get_by_role("option", name="(42,00").click()
    page.get_by_role("combobox", name="Ajouter du catalogue").fill("vermi")
    page.get_by_role("option", name="(7,00").click()
    expect(page.locator("#lines-totals")).to_contain_text("49,00\u00a0€")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Facture", exact=True).click()
    expect(page.get_by_role("link", name="Aperçu PDF")).to_be_visible()


def be_paid_by_two_methods(page: Page) -> None:
    """Paid at once: 30 in cash, the rest by card."""
    page.get_by_label("Le client règle maintenant").check()
    page.get_by_role("button", name="Émettre la facture").click()
    expect(page.get_by_role("heading", name="Nouveau règlement")).to_be_visible()
    page.get_by_label("Type de règlement").first.select_option(label="Espèces")
    page.get_by_label("Montant", exact=True).first.fill("30")
    page.get_by_role("button", name="Autre moyen de règlement").click()
    page.get_by_label("Type de règlement").nth(1).select_option(label="Carte")
    page.get_by_label("Montant", exact=True).nth(1).fill("19")
    page.get_by_role("button", name="Tout solder").click()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("enregistrés").first).to_be_visible()
    new = Client.objects.get(name="Zorglub")
    assert told(new, today(), balance="0", collected="49")
    taken = Payment.objects.filter(document__account=new.account).order_by("pk")
    assert [str(one.amount.amount) for one in taken] == ["30.00", "19.00"]


def answer_the_telephone(page: Page) -> None:
    """Somebody rings: found by the telephone number's end, or by a word with a typo."""
    find(page, "06 39 98 00 99", "Zorglub Ève")
    expect(page.get_by_role("link", name="06 39 98 00 99").first).to_be_visible()
    find(page, "benaly", "Benali Karim")
    expect(page.get_by_text("le client doit 14,00\u00a0€").first).to_be_visible()


def use_a_credit(page: Page) -> None:
    """The client's credit is used on the invoice, in two clicks."""
    tab(page, "Factures")
    act(page, "Utiliser un avoir", "Actions sur la facture")
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_text("14,00\u00a0€").first).to_be_visible()
    find(page, "benali", "Benali Karim")
    expect(amount(page, "Montant d’impayés")).to_contain_text("14,00\u00a0€")
    expect(amount(page, "Montant d’avoir disponible")).to_contain_text("0,00\u00a0€")


def explain_the_balance(page: Page) -> None:
    """What a client asks: what do I owe, and since when?"""
    amount(page, "Solde client").click()
    window = page.get_by_role("dialog", name="Solde client détaillé")
    expect(window).to_contain_text("FAC-")
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()


def credit_a_line(page: Page) -> None:
    """A credit note of one line, with its lightning."""
    tab(page, "Factures")
    page.get_by_role("link", name="Avoir sur la facture").first.click()
    window = page.get_by_role("dialog")
    window.get_by_role("button", name="Créer le brouillon").click()
    page.get_by_label("Montant").first.fill("4")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Valider l’avoir").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Avoir")
    assert told(Client.objects.get(code="EX-AVOIR-5"), today(), balance="-10", credit="4")


def look_at_the_days_money(page: Page) -> None:
    """The evening: the day's payments, what the till expects, and out."""
    menu(page, "Règlements")
    expect(page.get_by_role("row", name=re.compile("Zorglub")).first).to_be_visible()
    menu(page, "Clôture de caisse")
    expect(page.get_by_text("30,00\u00a0€").first).to_be_visible()
    page.get_by_role("button", name="Nadia Durand").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_label("Identifiant")).to_be_visible()


def test_a_day_at_the_front_desk(browser: Browser, site: str):
    play(Desk(), today(), ["EX-AVOIR-5", "EX-SOLDE"])
    an_item("Consultation", a_tariff("42.00"), a_tariff("36.00", "Éleveur"))
    an_item("Vermifuge", a_tariff("7.00", rate="10"), nature="goods")
    page = come_in(browser, site, Role.FRONT_DESK)

    create_a_client_from_the_search(page)
    record_and_invoice_a_visit(page)
    be_paid_by_two_methods(page)
    answer_the_telephone(page)
    use_a_credit(page)
    explain_the_balance(page)
    credit_a_line(page)
    look_at_the_days_money(page)


def call_who_is_late(page: Page) -> None:
    """Who is late? One of them is called, and promises to pay on Friday."""
    page.get_by_role("link", name="Manège du Val").click()
    expect(page.get_by_text("En retard de paiement").first).to_be_visible()
    menu(page, "Échéancier")
    page.get_by_role("link", name="En retard", exact=True).click()
    row = page.get_by_role("row", name=re.compile("Manège"))
    expect(row).to_contain_text("120,00\u00a0€")
    row.get_by_role("link", name="Modifier la note").click()
    row.get_by_role("textbox", name="Note").fill("Promis pour vendredi")
    row.get_by_role("button", name="Enregistrer").click()
    expect(row).to_contain_text("Promis pour vendredi")


def take_a_cheque(page: Page) -> None:
    """The cheque comes by post, and settles half of it."""
    menu(page, "Nouveau règlement")
    page.get_by_role("combobox", name="Client qui règle").fill("manege")
    page.get_by_role("option", name="Manège du Val").click()
    page.get_by_label("Type de règlement").first.select_option(label="Chèque")
    page.get_by_label("Montant", exact=True).first.fill("60")
    page.get_by_label("Référence").first.fill("0001234")
    page.get_by_role("button", name="Répartir automatiquement").click()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("est enregistré").first).to_be_visible()
    assert told(Client.objects.get(code="VAL"), today(), balance="-60", collected="60")


def take_it_to_the_bank(page: Page) -> None:
    """It goes to the bank with the slip of the day."""
    menu(page, "Chèques et traites")
    choose_last(page, "Compte bancaire")
    page.get_by_role("button", name="Enregistrer la remise").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Remise")
    expect(page.get_by_text("60,00\u00a0€").first).to_be_visible()


def settle_credits_by_batch(page: Page) -> None:
    """What credits are left is set against what is owed."""
    menu(page, "Solder les avoirs")
    page.get_by_role("row", name=re.compile("Benali")).get_by_role("checkbox").check()
    page.get_by_role("button", name="Générer").click()
    expect(page.get_by_text("5,00\u00a0€").first).to_be_visible()
    assert told(Client.objects.get(code="EX-AVOIR-5"), today(), credit="0", balance="-14")


def close_the_till_and_bounce_the_cheque(page: Page) -> None:
    """The till is closed; from now on the cheque can bounce."""
    menu(page, "Clôture de caisse")
    page.get_by_role("link", name="Clôturer").first.click()
    page.get_by_role("button", name=re.compile("Clôturer")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Clôture")
    assert CashClosing.objects.count() == 1
    menu(page, "Règlements")
    page.get_by_role("link", name=Payment.objects.get(document__account__client__code="VAL").document.reference).click()
    act(page, "Déclarer un incident")
    page.get_by_label("Chèque sans provision").check()
    page.get_by_label("Frais à facturer").fill("0")
    page.get_by_role("button", name="Déclarer l’incident").click()
    expect(page.get_by_text("60,00\u00a0€ à régulariser")).to_be_visible()
    assert told(Client.objects.get(code="VAL"), today() + timedelta(days=1), balance="-120")


def link_a_transfer(page: Page) -> None:
    """A transfer on the bank's statement: linked to the client whom it names."""
    menu(page, "Opérations")
    page.get_by_role("link", name="Nouvelle opération").click()
    choose_last(page, "Compte bancaire")
    page.get_by_label("Montant").fill("120")
    page.get_by_label("Libellé").fill("VIR MANEGE DU VAL")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Relier Manège du Val").click()
    page.get_by_role("button", name="Relier", exact=True).click()
    expect(page.get_by_text("est reliée à Manège du Val")).to_be_visible()


def read_the_reports(page: Page) -> None:
    """The evening's reports: they tie, and each can be printed."""
    menu(page, "Balance âgée")
    expect(page.get_by_text("411").first).to_be_visible()
    for name in ("Encours", "Encaissements à venir", "Journal des ventes", "TVA des encaissements", "Balance clients"):
        menu(page, name)
        expect(page.get_by_role("link", name="PDF")).to_be_visible()
    menu(page, "Extrait de compte")
    page.get_by_role("combobox", name="Client", exact=True).fill("manege")
    page.get_by_role("option", name="Manège du Val").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Extrait")
    expect(page.get_by_role("link", name=re.compile("FAC-")).first).to_be_visible()


def test_a_day_of_the_accountant(browser: Browser, site: str):
    play(Desk(), today(), ["EX-AVOIR-5"])
    BankAccount.objects.create(label="Courant", iban="FR7630006000011234567890189", account_id="512")
    late = a_client("VAL", name="Manège du Val", phone="06 39 98 00 17")
    invoice(late, today() - timedelta(days=60), "120")
    page = come_in(browser, site, Role.ACCOUNTANT)

    call_who_is_late(page)
    take_a_cheque(page)
    take_it_to_the_bank(page)
    settle_credits_by_batch(page)
    close_the_till_and_bounce_the_cheque(page)
    link_a_transfer(page)
    read_the_reports(page)


def say_who_we_are(page: Page) -> None:
    """The business says who it is, where it works, and where its money comes in."""
    menu(page, "Paramètres")
    page.get_by_role("link", name="Identité").click()
    page.get_by_label("Raison sociale").fill("Clinique du Val")
    page.get_by_label("Ville", exact=False).last.fill("Lyon")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Les paramètres sont enregistrés.")).to_be_visible()
    page.get_by_role("link", name="Établissements").click()
    page.get_by_role("link", name="Nouvel établissement").click()
    page.get_by_label("Code", exact=True).fill("VAL")
    page.get_by_label("Nom").fill("Le Val")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("row", name=re.compile("Le Val"))).to_be_visible()
    page.get_by_role("link", name="Banques").click()
    page.get_by_role("link", name="Nouveau compte bancaire").click()
    page.get_by_label("Libellé").fill("Compte du Val")
    page.get_by_label("IBAN").fill("FR14 2004 1010 0505 0001 3M02 607")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("IBAN").first).to_be_visible()
    page.get_by_label("IBAN").fill("FR14 2004 1010 0505 0001 3M02 606")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("row", name=re.compile("Compte du Val"))).to_be_visible()


def welcome_somebody(page: Page) -> None:
    """Somebody joins the front desk."""
    menu(page, "Paramètres")
    page.locator("main").get_by_role("link", name="Utilisateurs").click()
    page.get_by_role("link", name="Nouvel utilisateur").click()
    page.get_by_label("Identifiant").fill("zoe")
    page.get_by_label("Prénom").fill("Zoé")
    page.locator("#id_last_name").fill("Petit")
    page.get_by_label("Accueil").check()
    page.get_by_role("button", name="Créer l’utilisateur").click()
    page.get_by_role("link", name="C’est noté").click()
    expect(page.get_by_role("row", name=re.compile("Zoé Petit"))).to_be_visible()


def hide_an_amount(page: Page) -> None:
    """One amount is hidden from the sheets; credits settle themselves from now on."""
    menu(page, "Paramètres")
    page.locator("main").get_by_role("link", name="Clients").click()
    page.get_by_label("Montant à facturer").uncheck()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Les paramètres sont enregistrés.")).to_be_visible()
    find(page, "delmas", "Delmas Claire")
    expect(amount(page, "Solde client")).to_be_visible()
    expect(page.get_by_text("Montant à facturer")).to_have_count(0)
    menu(page, "Paramètres")
    page.locator("main").get_by_role("link", name="Fiche client").click()
    page.get_by_label("Oui").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_label("Oui")).to_be_checked()


def add_to_the_catalogue(page: Page) -> None:
    """The catalogue gets an article."""
    menu(page, "Catalogue")
    page.get_by_role("link", name="Nouvel article").first.click()
    page.get_by_label("Nom", exact=True).fill("Toilettage")
    page.get_by_label("Prix TTC").fill("48")
    page.get_by_role("button", name="Ajouter au catalogue").click()
    expect(page.get_by_role("heading", name="Toilettage")).to_be_visible()


def import_clients(page: Page) -> None:
    """Clients of the old program come in by a file."""
    menu(page, "Paramètres")
    page.locator("main").get_by_role("link", name="Importer").click()
    content = "Code;Nom;Téléphone\nA1;Roussel;06 39 98 00 41\nA2;Bonnet;06 39 98 00 42\n"
    page.get_by_label("Fichier").set_input_files(
        {"name": "clients.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Vérifier le fichier").click()
    page.get_by_role("button", name="Importer").click()
    expect(page.get_by_text("2 clients").first).to_be_visible()
    find(page, "bonnet", "Bonnet")
    expect(page.get_by_role("heading", name="Bonnet")).to_be_visible()


def read_the_journal(page: Page) -> None:
    """What was done today is told by the journal, and nothing of it was tampered with; the data are taken home."""
    menu(page, "Journal des événements")
    expect(page.get_by_role("row", name=re.compile("Zoé|zoe")).first).to_be_visible()
    page.get_by_role("link", name="Vérifier le journal").click()
    page.get_by_role("button", name="Paramètres").click()
    page.get_by_role("link", name="Exporter mes données").click()
    expect(page.get_by_role("heading", name="Exporter mes données")).to_be_visible()


def test_a_day_of_the_administrator(browser: Browser, site: str):
    play(Desk(), today(), ["EX-SOLDE"])
    page = come_in(browser, site, Role.ADMINISTRATOR)

    say_who_we_are(page)
    welcome_somebody(page)
    hide_an_amount(page)
    add_to_the_catalogue(page)
    import_clients(page)
    read_the_journal(page)
