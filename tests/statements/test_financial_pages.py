"""The pages and fragments of the tab Financier: its menus, its details, its address."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.services import set_opening_balance
from ledger.models import Document, Operation, PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Role
from statements.views import financial
from tests.builders import a_client, bounce, cancel, credit_note, credit_on, document, euros, invoice, pay
from tests.factories import invoice_entry, op
from tests.pages import at_work, squeezed, text_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
DAY = date(2026, 3, 2)


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


@pytest.fixture
def books(client: Browser) -> Browser:
    return at_work(client, role=Role.ACCOUNTANT)


def tab(browser: Browser, query: str = "", status: int = 200, **headers: str) -> str:
    response = browser.get(f"/clients/C-1/financier/{query}", headers=headers)
    assert response.status_code == status
    return squeezed(response.content.decode())


def fragment(browser: Browser, of: Document, name: str = "client_financial_element", query: str = "") -> str:
    response = browser.get(f"{reverse(name, args=['C-1', of.pk])}{query}", headers=HTMX)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def menu(browser: Browser, filed) -> dict[str, str]:
    """The entries of an element's menu: why each can't be done, or nothing."""
    of = filed if isinstance(filed, Document) else document(filed)
    entries = re.findall(r"<li>(.*?)</li>", fragment(browser, of, "client_financial_acts"))
    found = {}
    for entry in entries:
        why = re.search(r"<small>(.*?)</small>", entry)
        found[text_of(entry.split("<small>")[0])] = why[1] if why else ""
    return found


# The menus of the seed


def test_the_menu_of_an_invoice(books):
    f = invoice(a_client(), DAY, "100")

    possible = menu(books, f)

    assert {
        "Voir la facture complète",
        "Envoyer la facture par e-mail",
        "Imprimer la facture",
        "Imprimer la facturette",
        "Régler la facture",
        "Utiliser un avoir",
        "Créer un avoir",
        "Annuler la facture",
    } <= {label for label, why in possible.items() if not why}


def test_the_menu_of_an_invoice_that_is_paid_or_cancelled_says_what_it_does_not_allow(desk):
    client = a_client()
    paid = invoice(client, DAY, "50")
    pay(client, DAY, "50", {paid: "50"})
    gone = invoice(client, DAY, "20")
    cancel(gone, DAY)

    assert menu(desk, paid)["Régler la facture"] == "il ne reste rien dû"
    assert menu(desk, gone)["Annuler la facture"] == "la facture est déjà annulée"


def test_the_menu_of_a_payment_before_and_after_the_closing(books):
    client, day = a_client(), today() - timedelta(days=1)
    r = pay(client, day, "50")
    before = menu(books, r)
    shut(PeriodLock.Scope.TILL, day)
    after = menu(books, r)

    assert set(before) == {
        "Voir le paiement d’origine",
        "Envoyer le reçu par e-mail",
        "Imprimer le reçu",
        "Rembourser le trop-perçu",
        "Modifier le paiement",
        "Annuler le paiement",
        "Déclarer un incident",
        "Utiliser le trop-perçu sur une future échéance",
    }
    assert (before["Modifier le paiement"], before["Annuler le paiement"]) == ("", "")
    assert after["Modifier le paiement"] == after["Annuler le paiement"] == "la caisse est clôturée"
    assert after["Déclarer un incident"] == ""


def test_the_menu_of_a_refund_a_credit_note_and_an_incident(books):
    client = a_client()
    f = invoice(client, DAY, "80")
    r = pay(client, DAY, "100", {f: "80"}, by="cheque")
    back = pay(client, DAY, "-20", {r: "-20"})
    a = credit_on(f, DAY + timedelta(days=1), "10")
    incident = bounce(r, DAY + timedelta(days=2), fee="15")

    assert {"Voir le remboursement d’origine", "Imprimer le reçu", "Annuler le remboursement"} <= set(menu(books, back))
    assert menu(books, back)["Régler"] == ""  # the cheque that it was given back of has bounced
    assert {
        "Voir l’avoir d’origine",
        "Imprimer l’avoir",
        "Voir la facture d’origine",
        "Imprimer la facture d’origine",
        "Passer l’avoir en remboursement",
        "Utiliser l’avoir sur une future échéance",
    } <= set(menu(books, a))
    assert {
        "Voir l’incident",
        "Régulariser l’incident",
        "Annuler un incident",
        "Clore un incident sans règlement",
    } <= {label for label, why in menu(books, incident).items() if not why}


def test_the_menu_of_an_opening_balance(desk):
    owing = a_client()
    owed = opening(owing, "75.00")
    having = a_client("C-2")
    given = opening(having, "-40.00")

    assert menu(desk, owed) == {"Voir le solde à nouveau": "", "Régler": ""}
    address = reverse("client_financial_acts", args=["C-2", given.pk])
    said = text_of(desk.get(address, headers=HTMX).content.decode())
    assert "Utiliser sur une future échéance" in said
    assert "Passer en remboursement réservé au rôle Comptable" in said


def opening(client, amount: str) -> Document:
    return set_opening_balance(client=client, amount=euros(amount), on=DAY, due=DAY, op=op(DAY, Operation.Kind.OPENING))


@pytest.mark.parametrize("name", ["client_financial_element", "client_financial_acts"])
def test_an_element_of_another_client_is_not_found(desk, name):
    a_client("C-1")
    other = invoice(a_client("C-2"), DAY, "10")

    assert desk.get(reverse(name, args=["C-1", other.document_id])).status_code == 404


# The details


def test_an_invoice_unfolds_to_its_lines_instalments_and_what_settled_it(desk):
    client = a_client()
    f = invoice(client, DAY, "100", due=DAY + timedelta(days=1))
    r = pay(client, DAY, "60", {f: "60"}, by="cheque")
    incident = bounce(r, DAY + timedelta(days=9))

    detail = fragment(desk, document(f))

    said = text_of(detail)
    assert "Soin 1 100,00\u00a0€" in said
    assert "03/03/2026 En retard 100,00\u00a0€ 100,00\u00a0€" in said
    assert re.search(rf"<del><a[^>]*>Règlement <span class=\"code\" ?>{r}", detail)
    assert "incident du 11/03/2026" in said
    assert f"Chèque sans provision du paiement {r}" in text_of(fragment(desk, document(incident)))


def test_a_payment_that_was_cancelled_is_struck_through_on_its_invoice(desk):
    client = a_client()
    f = invoice(client, DAY, "100")
    r = pay(client, DAY, "60", {f: "60"})
    cancel(r, DAY)

    detail = fragment(desk, document(f))

    assert "annulé le 02/03/2026" in text_of(detail)
    assert re.search(r"<del> ?60,00\u00a0€ ?</del>", detail)


def test_a_detail_as_of_a_past_day_knows_nothing_of_what_came_after(desk):
    client = a_client()
    f = invoice(client, DAY, "100", due=DAY)
    r = pay(client, DAY + timedelta(days=3), "60", {f: "60"}, by="cheque")
    bounce(r, DAY + timedelta(days=9))

    before, between = (
        text_of(fragment(desk, document(f), query=f"?on={DAY + timedelta(days=ago):%Y-%m-%d}")) for ago in (1, 5)
    )

    assert str(r) not in before
    assert f"Règlement {r} imputé 60,00\u00a0€" in between
    assert "40,00\u00a0€" in between


def test_without_htmx_an_element_leads_to_its_document(desk):
    f = invoice(a_client(), DAY, "10")

    response = desk.get(reverse("client_financial_element", args=["C-1", f.document_id]))

    assert response.url == reverse("document", args=[f.document_id])


# The address


@pytest.mark.parametrize(
    ("query", "beside"),
    [
        ("?period=demain", "period"),
        ("?operations=rien", "operations"),
        ("?type=licorne", "type"),
        ("?period=dates&start=2026-13-01", "start"),
        ("?start=2026-03-05&end=2026-03-01", "end"),
        (f"?q={'x' * 121}", "q"),
    ],
)
def test_a_filter_that_says_nothing_is_refused_beside_its_field(desk, query, beside):
    a_client()

    page = tab(desk, query, status=422)

    refused = page.split("data-invalid")[1].split("field__error")
    assert f'name="{beside}"' in refused[0]
    assert len(refused) > 1
    assert 'class="element"' not in page


def test_a_place_that_is_none_shows_the_newest(desk):
    f = invoice(a_client(), DAY, "10")

    assert str(f) in tab(desk, "?after=hier&through=demain")


def test_the_results_are_fetched_alone_and_tell_the_address_they_belong_to(desk):
    invoice(a_client(), DAY, "10")

    response = desk.get(
        "/clients/C-1/financier/?period=all&start=&end=&operations=a-traiter&type=facture&q=",
        headers=HTMX | {"HX-Target": "results"},
    )

    assert response["HX-Push-Url"] == "/clients/C-1/financier/?operations=a-traiter&type=facture"
    html = squeezed(response.content.decode())
    assert "Fiche client" not in html
    assert 'hx-swap-oob="true">Rechercher dans une facture<' in html


def test_the_tab_of_a_past_day_has_no_menu_and_keeps_the_day(desk):
    client = a_client()
    invoice(client, DAY, "10")
    credit_note(client, DAY + timedelta(days=5), "4")

    page = tab(desk, f"?on={DAY:%Y-%m-%d}")

    assert "Actions sur" not in page
    assert '<input type="hidden" name="on" value="2026-03-02">' in page
    assert "Doit 10,00\u00a0€." in page


def test_periods_are_counted_from_the_past_day(desk):
    client = a_client()
    f = invoice(client, date(2026, 1, 20), "10")
    g = invoice(client, date(2026, 2, 10), "20")

    page = tab(desk, "?on=2026-02-15&period=last_month")

    assert str(f) in page
    assert str(g) not in page


def chosen(page: str) -> list[str]:
    """What is chosen or typed in the filters."""
    form = page.split('aria-label="Filtres"')[1].split("</form>", maxsplit=1)[0]
    picked = re.findall(r'<option value="([^"]*)" selected', form)
    ticked = re.findall(r'value="(\w+)"[^>]*checked', form)
    return picked + ticked + re.findall(r'name="(?:start|end|q)" value="([^"]+)"', form)


def test_filters_stand_as_they_are_chosen_whoever_chose_something_else_before(desk):
    a_client()
    for _ in range(2):
        assert chosen(tab(desk)) == ["all", "courantes"]
        assert chosen(tab(desk, "?operations=toutes&type=avoir")) == ["all", "toutes", "avoir"]
        typed = tab(desk, "?type=avoir&type=facture&q=vaccin")
        assert chosen(typed) == ["all", "courantes", "facture", "avoir", "vaccin"]
        assert chosen(tab(desk, "?start=2026-03-01")) == ["dates", "courantes", "2026-03-01"]


def test_what_users_wrote_is_escaped_in_an_element_and_its_menu(desk):
    invoice_entry(a_client().account, "5", DAY, reference='<b>&"1')

    page = tab(desk)

    assert '<span class="code">&lt;b&gt;&amp;&quot;1</span>' in page
    assert 'aria-label="Actions sur &lt;b&gt;&amp;&quot;1"' in page
    assert "<b>&" not in page


# A long account


@pytest.fixture
def long(monkeypatch):
    """A client of 60 payments of 1.00 and an invoice, for whom that is many."""
    monkeypatch.setattr(financial, "MANY", 50)
    client = a_client("C-1")
    invoice(client, DAY, "100")
    for _ in range(60):
        pay(client, DAY, "1")


def counters(html: str) -> list[str]:
    section = re.search(r'<section class="stack" id="counters".*?</section>', html)
    return text_of(section[0]).split() if section else []


def test_elements_go_ahead_of_their_counters_where_there_are_many(desk, long):
    ahead = tab(desk, "?type=paiement")
    address = "/clients/C-1/financier/?type=paiement&amp;compteurs=oui"

    assert f'hx-get="{address}" hx-trigger="load"' in ahead
    assert ahead.count('class="element') >= 50
    assert "60,00" not in " ".join(counters(ahead))
    assert f'<noscript><p><a href="{address}">' in ahead


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "results"}])
def test_they_follow_by_themselves_or_come_with_the_page_that_asks_for_them(desk, long, headers):
    alone = tab(desk, "?type=paiement&compteurs=oui", **HTMX, **{"HX-Target": "counters"})
    whole = tab(desk, "?type=paiement&compteurs=oui", **headers)

    assert "60,00" in " ".join(counters(alone))
    assert counters(alone) == counters(whole)
    assert 'hx-trigger="load"' not in alone
    assert 'class="element' not in alone


def test_where_all_are_shown_they_are_counted_at_once(desk, long):
    shown = tab(desk, "?type=facture")

    assert 'hx-trigger="load"' not in shown
    assert "100,00" in " ".join(counters(shown))
