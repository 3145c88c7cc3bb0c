"""The list of clients: filtered by each column, sorted, added up, and exported as it is filtered."""

import csv
import re
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client as Browser

from clients.filters import ClientFilter
from clients.models import Client
from clients.queries import balances, found, totals_by_status, with_figures
from clients.services import Details, open_client, open_clients
from demo.examples import EXAMPLES, Desk, play
from ledger.balance import STATUSES, has_status
from office.clock import today
from office.exports import harmless
from tests.factories import SiteFactory, invoice_entry, party, payment_entry
from tests.pages import at_work, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


def codes(desk: Browser, query: str = "", status: int = 200) -> list[str]:
    response = desk.get(f"/clients/{query}")
    assert response.status_code == status
    return [row.record.code for row in response.context["table"].paginated_rows]


def exported(desk: Browser, query: str = "") -> list[list[str]]:
    content = b"".join(desk.get(f"/clients/export/csv/{query}").streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def walk_in(*amounts: tuple[str, str]) -> Client:
    """A walk-in client; each passer-by is billed the first amount and pays the second."""
    client = open_client(Details("Clients passagers", code="PASSAGE", walk_in=True))
    for billed, paid in amounts:
        someone = party(account=client.account)
        for made, amount in ((invoice_entry, billed), (payment_entry, paid)):
            if amount:
                made(client.account, amount, today(), party=someone)
    return client


@pytest.mark.parametrize("passers", [[("10.00", "")], [("", "10.00")], [("10.00", ""), ("", "20.00")], []])
def test_what_is_sorted_and_filtered_by_is_what_the_balance_says(passers):
    play(Desk(), today(), list(EXAMPLES))
    walk_in(*passers)
    told = balances(Client.objects.select_related("account"), today=today())

    for row in with_figures(Client.objects.all(), today=today()):
        balance = told[row.pk]
        assert (row.invoiced, row.collected, row.outstanding, row.balance, row.status) == (
            balance.invoiced.amount,
            balance.collected.amount,
            balance.outstanding.amount,
            balance.balance.amount,
            balance.status,
        ), row.code

    for status in STATUSES:
        of_it = Client.objects.filter(has_status(status, today=today(), account="account__"))
        assert {client.pk for client in of_it} == {key for key, balance in told.items() if balance.status == status}


@pytest.mark.parametrize("query", ["", "status=overdue", "walk_in=non", "outstanding_min=0,01&balance_max=0"])
def test_a_list_adds_up_to_the_same_from_its_accounts_as_from_its_clients(query):
    play(Desk(), today(), list(EXAMPLES))
    walk_in(("10.00", ""), ("", "20.00"))
    Client.objects.filter(code="EX-SOLDE").update(is_archived=True)
    filters = ClientFilter(QueryDict(query), found(), today=today())

    from_clients = totals_by_status(filters.qs, today=today())

    assert from_clients
    assert totals_by_status(filters.accounts, today=today()) == from_clients


@pytest.mark.parametrize("query", ["q=ex", "site={}", "archived=tous", "archived=oui", "q=ex&status=overdue"])
def test_the_accounts_alone_dont_tell_what_is_asked_about_clients(query):
    filters = ClientFilter(QueryDict(query.format(SiteFactory().pk)), found(), today=today())

    assert filters.is_valid()
    assert filters.accounts is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=creditor", ["EX-TROP-PERCU"]),
        ("?status=pending", ["EX-SOLDE"]),
        ("?balance_max=-0,01", ["EX-SOLDE"]),
        ("?balance_min=20", ["EX-TROP-PERCU"]),
        ("?outstanding_min=50&outstanding_max=50,00", ["EX-SOLDE"]),
        ("?invoiced_min=52,51", ["EX-TROP-PERCU"]),
        ("?collected_max=0&q=ex", ["EX-SOLDE"]),
        ("?walk_in=oui", ["PASSAGE"]),
        ("?walk_in=non&sort=-balance", ["EX-TROP-PERCU", "EX-SOLDE"]),
        ("?sort=outstanding&walk_in=non", ["EX-TROP-PERCU", "EX-SOLDE"]),
        ("?sort=-code", ["PASSAGE", "EX-TROP-PERCU", "EX-SOLDE"]),
        ("?archived=oui", ["PARTI"]),
        ("?archived=tous&sort=code", ["EX-SOLDE", "EX-TROP-PERCU", "PARTI", "PASSAGE"]),
        ("?page=999&sort=code", ["EX-SOLDE", "EX-TROP-PERCU", "PASSAGE"]),
    ],
)
def test_each_column_filters_and_sorts(desk, query, found):
    play(Desk(), today(), ["EX-SOLDE", "EX-TROP-PERCU"])
    walk_in()
    open_client(Details("Mme Partie", code="PARTI"))
    Client.objects.filter(code="PARTI").update(is_archived=True)

    assert codes(desk, query) == found
    assert [row[0] for row in exported(desk, query)[1:]] == found


def test_a_site_filters(desk):
    site = SiteFactory()
    open_client(Details("Mme Ici", code="ICI", site=site))
    open_client(Details("Mme Ailleurs", code="AILLEURS"))

    assert codes(desk, f"?site={site.pk}") == ["ICI"]


@pytest.mark.parametrize("query", ["?balance_min=beaucoup", "?status=riche", "?site=0", "?q=" + "x" * 200])
def test_a_filter_of_nonsense_is_told_beside_it(desk, query):
    open_client(Details("Mme Roux"))

    assert desk.get(f"/clients/{query}").status_code == 422
    assert desk.get(f"/clients/export/csv/{query}").status_code == 404


def test_the_quick_filters_count_what_the_other_filters_leave(desk):
    play(Desk(), today(), ["EX-SOLDE", "EX-TROP-PERCU"])

    tabs = desk.get("/clients/?status=creditor&walk_in=non&page=2").context["statuses"]

    assert [(tab.label, tab.count, tab.current) for tab in tabs] == [
        ("Tous", 2, False),
        ("Créditeur", 1, True),
        ("En retard de paiement", 0, False),
        ("En attente de règlement", 1, False),
        ("À jour", 0, False),
    ]
    assert tabs[2].url == "?status=overdue&walk_in=non"


def test_the_totals_are_those_of_all_that_is_filtered_by_currency(desk):
    play(Desk(), today(), ["EX-SOLDE", "EX-TROP-PERCU"])
    open_client(Details("Mme Genève", currency="CHF"))

    page = text_of(desk.get("/clients/").content.decode())

    assert "2 clients\u00a0: facturé 152,50\u00a0€ Encaissé 120,00\u00a0€" in page
    assert "Encours 50,00\u00a0€ Solde \u221210,00\u00a0€" in page
    assert "1 client\u00a0: facturé 0,00\u00a0CHF" in page


def test_the_export_says_figures_the_french_way(desk):
    play(Desk(), today(), ["EX-SOLDE"])
    open_client(Details("=1+1", code="FORMULE"))

    assert exported(desk, "?sort=code") == [
        ["Code", "Client", "Établissement", "Facturé", "Encaissé", "Encours", "Solde", "Devise", "Statut"],
        ["EX-SOLDE", "Delmas Claire", "", "52,50", "0,00", "50,00", "-30,00", "EUR", "En attente de règlement"],
        ["FORMULE", "'=1+1", "", "0,00", "0,00", "0,00", "0,00", "EUR", "À jour"],
    ]


def test_the_workbook_has_numbers_as_numbers(desk):
    play(Desk(), today(), ["EX-SOLDE"])

    response = desk.get("/clients/export/xlsx/")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active

    assert [cell.value for cell in sheet[2]] == [
        *("EX-SOLDE", "Delmas Claire", None, 52.5, 0, 50, -30, "EUR", "En attente de règlement")
    ]


def test_what_a_spreadsheet_would_calculate_is_only_text():
    assert [harmless(text) for text in ("=A1", "+33", "-x", "@x", "Delmas", "")] == [
        *("'=A1", "'+33", "'-x", "'@x", "Delmas", "")
    ]


def test_the_cog_exports_all_clients(desk):
    open_client(Details("Mme Roux", code="ROUX"))

    address = re.search(r'href="(/clients/export/)"', desk.get("/clients/").content.decode())[1]

    assert b"ROUX;Mme Roux;" in b"".join(desk.get(address).streaming_content)


@pytest.mark.parametrize("page", ["2", "0", "-1", "x"])
def test_a_page_that_does_not_exist_is_told(desk, page):
    open_client(Details("Mme Roux"))

    assert "Cette page n’existe pas\u00a0: voici la page 1." in text_of(
        desk.get(f"/clients/?page={page}").content.decode()
    )
    assert "Cette page n’existe pas" not in desk.get("/clients/?page=1").content.decode()


def test_the_pages_by_an_amount_follow_each_other_without_the_archived(desk):
    clients = open_clients([Details(f"Client {number:02}") for number in range(60)])
    for number, client in enumerate(clients[:6]):
        invoice_entry(client.account, f"{number % 4 + 1}.00", today())
    Client.objects.filter(pk__in=[client.pk for client in clients[::11]]).update(is_archived=True)
    listed = with_figures(Client.objects.filter(is_archived=False), today=today())

    for sort in ("outstanding", "-outstanding", "balance", "-balance", "invoiced", "-collected"):
        sign = "-" if sort.startswith("-") else ""
        everyone = list(listed.order_by(sort, f"{sign}account_id").values_list("code", flat=True))
        for filtered in ("", "&q=client"):
            pages = [codes(desk, f"?sort={sort}{filtered}&page={page}") for page in (1, 2)]

            assert [len(page) for page in pages] == [50, 4]
            assert [code for page in pages for code in page] == everyone, sort + filtered


def test_the_totals_are_of_the_chosen_status_in_each_currency(desk):
    play(Desk(), today(), ["EX-SOLDE", "EX-TROP-PERCU", "EX-ECHEANCES"])
    open_client(Details("Mme Franc", currency="CHF"))

    def told(query: str) -> list[tuple[int, Decimal, Decimal]]:
        totals = desk.get(f"/clients/{query}").context["totals"]
        return [(total.count, total.outstanding.amount, total.balance.amount) for total in totals]

    assert told("?status=pending") == [(2, Decimal(150), Decimal(-130))]
    assert [count for count, *_ in told("")] == [1, 3]
    assert told("?status=overdue") == []
