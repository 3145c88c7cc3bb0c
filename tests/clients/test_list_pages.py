"""The pages of the list of clients: each follows the other, and the far ones cost what the near ones do."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.services import Details, open_client, open_clients
from ledger.models import ClientAccount
from office.clock import today
from tests.factories import SiteFactory, invoice_entry
from tests.pages import at_work, followed, link_of

pytestmark = pytest.mark.django_db

BY_INDEX = [
    ("name", "clients_client_sorted"),
    ("-name", "clients_client_sorted"),
    ("invoiced", "ledger_account_invoiced"),
    ("-collected", "ledger_account_collected"),
    ("-outstanding", "ledger_account_outstanding"),
    ("balance", "ledger_account_balance"),
]


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


def names(response) -> list[str]:
    assert response.status_code == 200
    return [row.record.name for row in response.context["table"].page]


def clients(number: int) -> None:
    open_clients([Details(f"Client {each:03}") for each in range(number)])


def planned(desk: Browser, address: str, ending: str) -> str:
    """How a page's rows are picked, when nothing is too small for an index."""
    with CaptureQueriesContext(connection) as asked:
        desk.get(address)
    (picking,) = [query["sql"] for query in asked if query["sql"].endswith(ending)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {picking}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(("sort", "index"), BY_INDEX)
def test_a_page_asked_for_by_its_number_is_counted_in_an_index_alone(desk, sort, index):
    clients(110)

    plan = planned(desk, f"/clients/?sort={sort}&page=2", "LIMIT 50 OFFSET 50")

    assert re.search(rf"Index Only Scan( Backward)? using {index} ", plan), plan
    assert "Sort" not in plan


@pytest.mark.parametrize(("sort", "index"), BY_INDEX)
def test_the_next_page_and_the_one_before_are_sought_in_the_index(desk, sort, index):
    clients(170)
    second = link_of(desk.get(f"/clients/?sort={sort}"), "next")
    third = link_of(desk.get(second), "next")

    for address in (second, link_of(desk.get(third), "prev")):
        plan = planned(desk, address, "LIMIT 50")

        assert re.search(rf"Index Only Scan( Backward)? using {index} .*\n +Index Cond: \(ROW\(", plan), plan
        assert "Sort" not in plan


@pytest.mark.parametrize("status", ["", "overdue"])
@pytest.mark.parametrize("sort", ["name", "-name", "code", "site", "-site", "outstanding", "-balance", "status"])
def test_the_pages_follow_each_other_whatever_the_order(desk, sort, status):
    site = SiteFactory()
    open_clients([Details(f"Client {number % 60:02}", site=site if number % 3 else None) for number in range(130)])
    for number, account in enumerate(ClientAccount.objects.order_by("pk") if status else ()):
        invoice_entry(account, str(number % 7 + 1), today().replace(year=2024))
    address = f"/clients/?sort={sort}&status={status}"

    counted = [names(desk.get(f"{address}&page={page}")) for page in (1, 2, 3)]

    assert [len(page) for page in counted] == [50, 50, 30]
    assert [names(page) for page in followed(desk, address, "next")] == counted
    assert [names(page) for page in followed(desk, f"{address}&page=3", "prev")] == counted[::-1]


def test_a_page_begins_beside_the_row_it_was_left_at_whatever_came_before(desk):
    clients(130)
    second = link_of(desk.get("/clients/"), "next")
    open_client(Details("Accueil"))

    page = desk.get(second)

    assert names(page)[0] == "Client 050"
    assert "51 à 100 sur 131" in page.content.decode()


@pytest.mark.parametrize("cursor", ["2-apres-999999999", "2-avant-999999999"])
def test_a_page_beside_a_client_who_isnt_there_any_more_is_counted(desk, cursor):
    clients(70)

    assert names(desk.get(f"/clients/?page={cursor}"))[0] == "Client 050"


@pytest.mark.parametrize("cursor", ["2-apres-", "2-autour-3", "2-apres-x", "2-apres-" + "9" * 30])
def test_a_page_beside_nonsense_is_the_first(desk, cursor):
    clients(70)

    assert names(desk.get(f"/clients/?page={cursor}"))[0] == "Client 000"
