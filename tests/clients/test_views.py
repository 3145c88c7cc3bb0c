"""The list of clients and a client's sheet."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from clients.models import Client
from clients.services import Details, open_client, open_clients
from demo.examples import Desk, line, play
from invoicing.models import Visit
from ledger.models import Document, Party
from office.clock import today
from office.models import Site
from tests import factories
from tests.pages import at_work, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


def example(code: str) -> Client:
    return play(Desk(), today(), [code])[code]


def read(browser: Browser, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status, address
    return text_of(response.content.decode())


# The list


def names(browser: Browser, query: str = "") -> list[str]:
    return [row.record.name for row in browser.get(f"/clients/{query}").context["table"].paginated_rows]


def test_each_client_has_its_balance_and_status_on_the_list(desk):
    example("EX-SOLDE")

    row = re.search(r"<tbody>(.*?)</tbody>", desk.get("/clients/").content.decode(), re.DOTALL)[1]

    assert text_of(row) == (
        "Delmas Claire EX-SOLDE 52,50\u00a0€ 0,00\u00a0€ 50,00\u00a0€ \u221230,00\u00a0€ En attente de règlement"
    )
    assert 'href="/clients/EX-SOLDE/"' in row
    assert '<span class="amount amount--owed">\u221230,00\u00a0€</span>' in row


def test_a_balance_of_nothing_is_green(desk):
    open_client(Details("Mme Roux"))

    assert '<span class="amount amount--credit">0,00\u00a0€</span>' in desk.get("/clients/").content.decode()


def test_the_list_is_in_the_order_of_names_without_accents_or_case(desk):
    open_clients([Details(name) for name in ("zoé", "Étienne", "Œuvre", "eric", "Odile", "Olga")])

    assert names(desk) == ["eric", "Étienne", "Odile", "Œuvre", "Olga", "zoé"]
    assert names(desk, "?sort=-name") == ["zoé", "Olga", "Œuvre", "Odile", "Étienne", "eric"]


def test_the_list_can_be_in_the_order_of_codes(desk):
    open_clients([Details("A", code="2"), Details("B", code="1")])

    assert names(desk, "?sort=code") == ["B", "A"]


def test_a_search_is_in_the_address_and_in_both_fields(desk):
    open_clients([Details("Éléonore Lefèvre"), Details("Paul Girard")])

    response = desk.get("/clients/?q=eleonore")

    assert [row.record.name for row in response.context["table"].paginated_rows] == ["Éléonore Lefèvre"]
    assert response.content.decode().count('value="eleonore"') == 2


def test_a_search_without_match_says_what_to_do(desk):
    open_client(Details("Paul Girard"))

    page = read(desk, "/clients/?q=zzz")

    assert "Aucun client ne correspond à cette recherche" in page
    assert "Essayez une partie du nom, le code, l’e-mail ou le numéro de téléphone." in page


def test_an_empty_house_says_what_to_do(desk):
    response = desk.get("/clients/")

    assert "Aucun client pour l’instant" in response.content.decode()
    assert response.content.decode().count('href="/clients/nouveau/"') == 2


@pytest.mark.parametrize("reference", ["FAC-2001", "fac-2001", " FAC-2001 "])
def test_the_search_finds_a_document_by_its_reference(desk, reference):
    client = open_client(Details("Haras des Ormes"))
    item = factories.invoice_entry(client.account, "1500.00", date(2025, 4, 5), reference="FAC-2001")

    response = desk.get("/clients/", {"q": reference})

    assert f'href="/documents/{item.document_id}/"' in response.content.decode()
    assert "Facture FAC-2001 du 05/04/2025, Haras des Ormes" in text_of(response.content.decode())


def test_fifty_clients_a_page(desk):
    open_clients([Details(f"Client {number:03d}") for number in range(130)])

    assert names(desk)[::49] == ["Client 000", "Client 049"]
    assert names(desk, "?page=3") == [f"Client {number}" for number in range(100, 130)]
    assert "101 à 130 sur 130" in read(desk, "/clients/?page=3")
    assert 'href="?q=client&amp;page=2-apres-' in desk.get("/clients/?q=client").content.decode()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("?page=0", "Client 100"),
        ("?page=-1", "Client 100"),
        ("?page=99999999999999999999", "Client 100"),
        ("?page=x", "Client 000"),
        ("?page=1.5", "Client 000"),
        ("?per_page=0", "Client 000"),
        ("?per_page=100000", "Client 000"),
        ("?sort=", "Client 000"),
        ("?sort=-", "Client 000"),
        ("?sort=balance", "Client 000"),
        ("?sort=account__pk", "Client 000"),
    ],
)
def test_whatever_the_address_asks_there_is_a_page(desk, query, first):
    open_clients([Details(f"Client {number:03d}") for number in range(130)])

    shown = names(desk, query)

    assert shown[0] == first
    assert len(shown) <= 50


def test_a_search_for_what_is_no_text_is_refused(desk):
    assert desk.get("/clients/?q=a%00b").status_code == 422
    assert desk.get("/clients/?q=" + "a" * 200).status_code == 422


def test_the_list_asks_as_often_for_one_client_as_for_fifty(desk, django_assert_num_queries):
    # Session and user, walk-ins’ nets and sums by status, whether they are many, the page, its clients, sites.
    expected = 2 + 2 + 1 + 1 + 1 + 1
    open_client(Details("Client 000"))
    with django_assert_num_queries(expected):
        desk.get("/clients/")
    open_clients([Details(f"Client {number:03d}") for number in range(1, 60)])

    with django_assert_num_queries(expected):
        desk.get("/clients/")


# The sheet

FIGURES = {
    "EX-SOLDE": [
        "Solde client −30,00 € dû par le client le client doit 30,00 €",
        "Montant d’impayés 81,00 € dû par le client 50,00 € facturés, 31,00 € à facturer",
        "Montant à facturer 31,00 € 1 visite",
        "Montant d’avoir disponible 20,00 € en faveur du client 1 avoir, utilisé en partie",
    ],
    "EX-ECHEANCES": [
        "Solde client −100,00 € dû par le client le client doit 100,00 €",
        "Montant d’impayés 100,00 € dû par le client 100,00 € facturés",
        "Montant à facturer 0,00 € aucune visite en attente",
        "Montant d’avoir disponible 0,00 € rien à utiliser",
    ],
    "EX-AVOIR-50": [
        "Solde client 31,00 € en faveur du client le client a 31,00 € à dépenser",
        "Montant d’impayés 19,00 € dû par le client 19,00 € facturés",
        "Montant à facturer 0,00 € aucune visite en attente",
        "Montant d’avoir disponible 50,00 € en faveur du client 1 avoir",
    ],
    "EX-COMPENSATION": [
        "Solde client 0,00 € le client est à l’équilibre",
        "Montant d’impayés 0,00 € rien à régler",
        "Montant à facturer 0,00 € aucune visite en attente",
        "Montant d’avoir disponible 0,00 € rien à utiliser",
    ],
    "EX-TROP-PERCU": [
        "Solde client 20,00 € en faveur du client le client a 20,00 € à dépenser",
        "Montant d’impayés 0,00 € rien à régler",
        "Montant à facturer 0,00 € aucune visite en attente",
        "Montant d’avoir disponible 20,00 € en faveur du client 1 trop-perçu, utilisé en partie",
    ],
    "EX-INCIDENT": [
        "Solde client −95,00 € dû par le client le client doit 95,00 €",
        "Montant d’impayés 95,00 € dû par le client 95,00 € facturés",
        "Montant à facturer 0,00 € aucune visite en attente",
        "Montant d’avoir disponible 0,00 € rien à utiliser",
    ],
}


def figures(browser: Browser, address: str) -> list[str]:
    html = browser.get(address).content.decode()
    cards = re.findall(r'<a\s+class="figure.*?</a>', html, re.DOTALL)
    return [text_of(card) for card in cards]


@pytest.mark.parametrize("code", FIGURES)
def test_the_four_amounts_of_a_sheet(desk, code):
    example(code)

    assert figures(desk, f"/clients/{code}/") == [text.replace(" €", "\u00a0€") for text in FIGURES[code]]


def test_the_head_of_a_sheet_says_who_it_is_and_how_to_reach_them(desk):
    site = Site.objects.create(code="PARC", name="Clinique du Parc")
    open_client(
        Details("Mme Delmas", code="DELMAS", phone="+33 (0)6 12 34 56 78", email="c.d+vet@example.org", site=site)
    )

    html = desk.get("/clients/DELMAS/").content.decode()

    assert "<h1>Mme Delmas</h1>" in html
    assert '<a href="tel:0612345678">+33 (0)6 12 34 56 78</a>' in html
    assert '<a href="mailto:c.d%2Bvet@example.org">c.d+vet@example.org</a>' in html
    assert "Clinique du Parc" in html
    assert "À jour" in html


def test_what_a_client_is_called_is_text_and_nothing_else(desk):
    name = "<script>alert(1)</script>"
    open_client(Details(name, code="X", email='"><b>@example.org', phone='"onclick="'))

    for address in ("/clients/", "/clients/X/", "/clients/X/solde/", "/clients/?q=<script>alert(1)</script>"):
        html = desk.get(address).content.decode()
        assert name not in html
        assert "<b>@" not in html
        assert "onclick=" not in html.replace("&quot;onclick=&quot;", "")


def operations(browser: Browser, address: str) -> list[list[str]]:
    html = browser.get(address).content.decode()
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html.split("<tbody>")[1], re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in rows]


def test_the_operations_of_a_client_newest_first(desk):
    example("EX-SOLDE")

    sale = today() - timedelta(days=9)
    set_off = Document.objects.get(kind=Document.Kind.PAYMENT).reference
    assert operations(desk, "/clients/EX-SOLDE/") == [
        [f"{sale:%d/%m/%Y}", "Facture", f"FAC-{sale.year}-00001", "50,00\u00a0€", "50,00\u00a0€ à régler"],
        ["12/10/2025", "Règlement", set_off, "0,00\u00a0€", ""],
        ["12/10/2025", "Facture", "FAC-2025-00001", "2,50\u00a0€", "soldé"],
        ["09/10/2025", "Avoir", "AV-2025-00001", "\u221222,50\u00a0€", "20,00\u00a0€ à utiliser"],
    ]


def test_a_cancelled_operation_stays_struck_through(desk):
    client = open_client(Details("Mme Roux", code="ROUX"))
    payment = factories.payment_entry(client.account, "80.00", date(2026, 1, 10), reference="RG-1")
    factories.reverse(payment, date(2026, 1, 12))

    assert operations(desk, "/clients/ROUX/") == [["10/01/2026", "Règlement", "RG-1", "\u221280,00\u00a0€", "Annulé"]]
    assert "<del>\u221280,00\u00a0€</del>" in desk.get("/clients/ROUX/").content.decode()
    assert operations(desk, "/clients/ROUX/?on=2026-01-11")[0][3:] == ["\u221280,00\u00a0€", "80,00\u00a0€ à utiliser"]


def test_the_operations_of_passers_by_name_them(desk):
    client = open_client(Details("Passagers", code="PASS", walk_in=True))
    party = Party.objects.create(account=client.account, name="M. Dupont")
    factories.invoice_entry(client.account, "30.00", date(2026, 1, 5), party=party, reference="F-1")

    assert operations(desk, "/clients/PASS/") == [
        ["05/01/2026", "Facture", "F-1", "M. Dupont", "30,00\u00a0€", "30,00\u00a0€ à régler"]
    ]


def test_fifty_operations_a_page(desk):
    client = open_client(Details("Mme Roux", code="ROUX"))
    for number in range(60):
        factories.invoice_entry(client.account, "1.00", date(2026, 1, 1) + timedelta(days=number))

    assert len(operations(desk, "/clients/ROUX/")) == 50
    assert [row[0] for row in operations(desk, "/clients/ROUX/?page=2")][-1] == "01/01/2026"


def test_a_sheet_of_a_past_day_is_marked_and_takes_its_day_to_the_windows(desk):
    example("EX-INCIDENT")
    before = today() - timedelta(days=15)

    address = f"/clients/EX-INCIDENT/?on={before.isoformat()}"
    page = read(desk, address)

    assert f"Situation au {before:%d/%m/%Y}\u00a0:" in page
    assert "le client est à l’équilibre" in page
    assert f'href="/clients/EX-INCIDENT/solde/?on={before.isoformat()}"' in desk.get(address).content.decode()
    assert [row[1] for row in operations(desk, address)] == ["Règlement", "Facture"]
    assert "ce qui a été enregistré depuis n’y compte pas" in page
    assert "ce qui a été enregistré depuis" not in read(desk, "/clients/EX-INCIDENT/")


def test_visits_are_counted_as_of_a_past_day(desk):
    client = open_client(Details("Mme Roux", code="ROUX"))
    desk_of_the_house = Desk()
    for day in (date(2026, 1, 5), date(2026, 1, 7)):
        desk_of_the_house.visits(client, day, line("Soin", "10.00"), line("Pansement", "5.00"), kind=Visit.Kind.SALE)
    desk_of_the_house.invoices_visit(Visit.objects.get(day=date(2026, 1, 5)), date(2026, 1, 9))

    assert figures(desk, "/clients/ROUX/?on=2026-01-06")[2] == "Montant à facturer 15,00\u00a0€ 1 visite"
    assert figures(desk, "/clients/ROUX/?on=2026-01-08")[2] == "Montant à facturer 30,00\u00a0€ 2 visites"
    assert figures(desk, "/clients/ROUX/")[2] == "Montant à facturer 15,00\u00a0€ 1 visite"


def test_today_is_no_past_day(desk):
    open_client(Details("Mme Roux", code="ROUX"))

    page = desk.get(f"/clients/ROUX/?on={today().isoformat()}")

    assert page.status_code == 200
    assert page.context["sheet"].on is None


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("2999-01-01", "Le 01/01/2999 est à venir\u00a0: choisissez un jour passé."),
        ("2025-02-31", "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."),
        ("2025-13-01", "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."),
        ("demain", "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."),
        ("\x00", "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."),
        ("99999-01-01", "Cette date n’existe pas\u00a0: écrivez-la comme 31/01/2026."),
    ],
)
def test_a_day_that_cant_be_shown_is_told_beside_the_field_and_today_is_shown(desk, on, message):
    example("EX-SOLDE")

    response = desk.get("/clients/EX-SOLDE/", {"on": on})

    assert response.status_code == 422
    assert response.context["sheet"].form.errors == {"on": [message]}
    assert text_of(response.content.decode()).count(message) == 1
    assert "le client doit 30,00\u00a0€" in response.content.decode()


@pytest.mark.parametrize("on", ["31/01/2025", "2025-01-31", " 2025-01-31 ", "1900-01-01"])
def test_a_day_is_read_as_it_is_typed_or_as_addresses_have_it(desk, on):
    open_client(Details("Mme Roux", code="ROUX"))

    assert desk.get("/clients/ROUX/", {"on": on}).context["sheet"].on is not None


def test_an_unknown_client_is_told(desk):
    assert desk.get("/clients/PERSONNE/").status_code == 404
    assert desk.get("/clients/PERSONNE/solde/").status_code == 404


def test_a_sheet_asks_as_often_for_two_documents_as_for_fifty(desk, django_assert_num_queries):
    client = open_client(Details("Mme Roux", code="ROUX"))
    factories.invoice_entry(client.account, "1.00", date(2026, 1, 1))
    pages = {
        "/clients/ROUX/": 2 + 1 + 1,  # session and user; the client with its figures; all else by its key
        # User, client and alerts, figures, what they are made of, tabs, operations.
        "/clients/ROUX/?on=2026-03-01": 2 + 2 + 1 + 3 + 1 + 2,
    }
    for page, expected in pages.items():
        with django_assert_num_queries(expected):
            desk.get(page)
    for number in range(1, 50):
        factories.invoice_entry(client.account, "1.00", date(2026, 1, 1) + timedelta(days=number))

    for page, expected in pages.items():
        with django_assert_num_queries(expected):
            desk.get(page)
