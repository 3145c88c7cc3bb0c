"""The page « Aujourd’hui »: what waits at each desk, in the order in which each role sees to it."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from ledger.models import BankAccount, PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Company, MailServer, Role, Site
from payments.queries import open_tills
from statements import queries
from tests.builders import a_client, cancel, credit_note, euros, invoice, line, pay, use, visit
from tests.factories import SiteFactory
from tests.pages import at_work, cells, squeezed, text_of

pytestmark = pytest.mark.django_db

VISITS, DUE, LATE, CREDITS = "Visites à facturer", "Impayés du jour", "Clients en retard à appeler", "Crédits à imputer"
TILL, SETTINGS = "Caisse à clôturer", "Reste à paramétrer"


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def page(browser: Browser, query: str = "") -> str:
    response = browser.get(f"/aujourdhui/{query}")
    assert response.status_code == 200
    return squeezed(response.content.decode())


def titles(html: str) -> list[str]:
    return re.findall("<h2>(.*?)</h2>", html.split("<main")[1])


def card(html: str, title: str) -> str:
    """A card of the page, from its title to the next."""
    return html.split(f"<h2>{title}</h2>")[1].split("<h2>", maxsplit=1)[0]


def number(html: str, title: str) -> int:
    return int(re.search(r'panel__count">(\d+)<', card(html, title))[1])


def test_the_home_page_is_the_day(client):
    assert at_work(client).get("/").headers["Location"] == "/aujourdhui/"


@pytest.mark.parametrize(
    ("role", "order"),
    [
        (Role.FRONT_DESK, [VISITS, DUE, LATE, TILL]),
        (Role.ACCOUNTANT, [LATE, CREDITS, DUE, VISITS, TILL]),
        (Role.ADMINISTRATOR, [SETTINGS, LATE, CREDITS, DUE, VISITS, TILL]),
    ],
)
def test_each_role_sees_first_what_it_does_first(client, role, order):
    assert titles(page(at_work(client, role=role))) == order


def test_a_visit_waits_until_all_of_it_is_invoiced(client):
    delmas = a_client("DELMAS")
    waiting = visit(delmas, ago(2), line("31"), line("9"))
    visit(a_client("FREE"), ago(1))

    shown = card(page(at_work(client)), VISITS)

    assert cells(shown, "À facturer") == ["40,00\u00a0€"]
    assert f'href="/visites/{waiting.pk}/"' in shown
    assert 'href="/clients/DELMAS/"' in shown
    assert queries.to_invoice(None).amounts == [euros("40.00")]


def test_what_falls_due_today_is_unpaid_today_and_nothing_else_is(client):
    late, paid = invoice(a_client("LATE"), ago(1), "20"), invoice(a_client("PAID"), today(), "10")
    pay(paid.client, today(), "10", {paid: "10"})
    part = invoice(a_client("PART"), today(), "50")
    pay(part.client, today(), "20", {part: "20"})
    invoice(a_client("THEN"), ago(0), "70", due=today() + timedelta(days=30))
    then = invoice(a_client("NOW"), today(), "40", due=today())

    shown = card(page(at_work(client)), DUE)

    assert cells(shown, "Reste dû") == ["40,00\u00a0€", "30,00\u00a0€"]
    assert f"{then.document}" in shown
    assert f"{late.document}" not in shown
    assert "70,00\u00a0€" in shown  # their total


def test_the_client_who_has_been_late_for_longest_is_called_first(client):
    recent, oldest = a_client("RECENT", phone="06 11 22 33 44"), a_client("OLDEST", phone="+33 6 55 66 77 88")
    unpaid = invoice(oldest, ago(40), "80")
    invoice(oldest, ago(40), "5", due=today() + timedelta(days=5))
    invoice(recent, ago(3), "200")
    pay(oldest, ago(10), "20", {unpaid: "20"})

    shown = card(page(at_work(client)), LATE)

    assert cells(shown, "Client") == ["Client OLDEST", "Client RECENT"]
    assert cells(shown, "Retard") == ["40\u00a0jours", "3\u00a0jours"]
    assert cells(shown, "Montant en retard") == ["60,00\u00a0€", "200,00\u00a0€"]
    assert 'href="tel:0655667788"' in shown


def test_a_client_with_more_to_spend_than_to_pay_is_not_called(client):
    rich = a_client("RICH")
    invoice(rich, ago(9), "19")
    credit_note(rich, ago(5), "50")

    html = page(at_work(client, role=Role.ACCOUNTANT))

    assert number(html, LATE) == 0
    assert cells(card(html, CREDITS), "À utiliser") == ["50,00\u00a0€"]


def test_the_link_below_the_late_ones_leads_to_as_many_clients(client):
    for at in range(9):
        invoice(a_client(f"C-{at}"), ago(10 - at), "10")
    desk = at_work(client)

    html = page(desk)
    address = re.search(r'href="(/clients/\?status=overdue[^"]*)"', html)[1].replace("&amp;", "&")

    assert number(html, LATE) == 9
    assert len(cells(card(html, LATE), "Client")) == 6
    assert len(cells(squeezed(desk.get(address).content.decode()), "Client")) == 9


def test_a_credit_waits_until_it_is_used_up(client):
    buyer = a_client()
    note, f = credit_note(buyer, ago(3), "50"), invoice(buyer, ago(2), "30")
    desk = at_work(client, role=Role.ACCOUNTANT)
    use(note, f, "30", ago(1))
    assert cells(card(page(desk), CREDITS), "À utiliser") == ["20,00\u00a0€"]

    g = invoice(buyer, ago(1), "20")
    use(note, g, "20", ago(0))

    assert "Tout est imputé" in card(page(desk), CREDITS)


def test_a_till_holds_what_was_taken_since_its_last_closing():
    here, elsewhere = SiteFactory(name="Lyon"), SiteFactory(name="Villeurbanne")
    payer = a_client()
    for site, days, amount, by in [
        (here, 5, "10", "cash"),
        (here, 2, "20", "cash"),
        (here, 0, "30", "card"),
        (elsewhere, 1, "40", "card"),
        (elsewhere, 0, "50", "cash"),
    ]:
        pay(payer, ago(days), amount, by=by, site=site)
    shut(PeriodLock.Scope.TILL, ago(4), site=here)

    tills = {till.site: till for till in open_tills(today=today())}

    assert (tills["Lyon"].count, tills["Lyon"].cash, tills["Lyon"].total) == (2, euros("20"), euros("50"))
    assert tills["Lyon"].through == ago(4)
    # Never closed: what was taken today.
    assert (tills["Villeurbanne"].count, tills["Villeurbanne"].total) == (1, euros("50"))
    assert tills["Villeurbanne"].through is None
    assert [till.site for till in open_tills(here, today=today())] == ["Lyon"]


def test_a_refund_leaves_the_till_and_a_cancelled_payment_was_never_in_it():
    payer = a_client()
    note = credit_note(payer, ago(0), "15")
    pay(payer, today(), "100", by="cash")
    pay(payer, today(), "-15", {note: "-15"}, by="cash")
    cancel(pay(payer, today(), "7", by="cash"), today())

    (till,) = open_tills(today=today())

    assert (till.site, till.count, till.total) == ("", 2, euros("85"))


def of_two_sites() -> tuple[Site, Site]:
    here, elsewhere = SiteFactory(name="Lyon"), SiteFactory(name="Villeurbanne")
    for site, amount in ((here, "11"), (elsewhere, "22")):
        buyer = a_client(site.code, site=site)
        invoice(buyer, ago(2), amount, site=site)
        pay(a_client(f"{site.code}-2"), today(), amount, by="cash", site=site)
        credit_note(a_client(f"{site.code}-3"), today(), amount)
    return here, elsewhere


def test_a_user_of_a_site_sees_it_first_and_may_see_all(client):
    here, _ = of_two_sites()
    desk = at_work(client, site=here)

    own, every = page(desk), page(desk, "?site=tous")

    assert cells(card(own, LATE), "Montant en retard") == ["11,00\u00a0€"]
    assert cells(card(own, TILL), "Caisse") == ["Lyon 1 règlement"]
    assert f"status=overdue&amp;archived=tous&amp;site={here.pk}" in own
    assert sorted(cells(card(every, LATE), "Montant en retard")) == ["11,00\u00a0€", "22,00\u00a0€"]
    assert cells(card(every, TILL), "Caisse") == ["Lyon 1 règlement", "Villeurbanne 1 règlement"]


def test_a_user_without_a_site_has_nothing_to_switch(client):
    of_two_sites()

    html = page(at_work(client))

    assert "Tous les établissements" not in html
    assert number(html, LATE) == 2


def test_only_what_is_missing_is_to_be_set_up(client):
    desk = at_work(client, role=Role.ADMINISTRATOR)
    assert len(re.findall("<li><a", card(page(desk), SETTINGS))) == 5

    Company.objects.update_or_create(pk=1, defaults={"name": "Clinique des Ormes"})
    SiteFactory()
    shut(PeriodLock.Scope.BOOKS, ago(30))
    left = card(page(desk), SETTINGS)
    assert "Un compte bancaire" in left
    assert "Le serveur d’e-mails" in left
    assert "identité" not in left

    BankAccount.objects.create(label="Courant", iban="FR7630006000011234567890189", account_id="512")
    MailServer.objects.create(pk=1, sender_address="a@example.org", host="smtp.example.org")

    assert SETTINGS not in titles(page(desk))


def test_an_empty_day_says_what_comes_next(client):
    text = text_of(page(at_work(client, role=Role.ACCOUNTANT)))

    for title in (
        "Toutes les visites sont facturées",
        "Rien ne reste dû",
        "Personne n’est en retard",
        "Rien à clôturer",
    ):
        assert title in text
