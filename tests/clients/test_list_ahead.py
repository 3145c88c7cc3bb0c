"""A list of so many clients that adding them up takes longer than a page: it goes ahead, its totals follow."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.queries import lists
from clients.services import Details, open_client, open_clients
from demo.examples import EXAMPLES, Desk, play
from ledger.models import ClientAccount
from office import tables
from office.clock import today
from tests.factories import SiteFactory, invoice_entry
from tests.pages import at_work, followed, link_of, squeezed, text_of

pytestmark = pytest.mark.django_db

ALONE = {"HX-Request": "true", "HX-Target": "totaux"}
SORTS = ["name", "-name", "code", "site", "-site", "outstanding", "-balance", "status", "-status"]


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


@pytest.fixture
def many(monkeypatch) -> None:
    """Whatever there is counts as many."""
    monkeypatch.setattr(lists, "MANY", -1)


def html(desk: Browser, address: str, **headers: str) -> str:
    response = desk.get(address, headers=headers)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def counts(page: str) -> list[str]:
    """What the tabs count, in their order."""
    return [text_of(found) for found in re.findall(r'<span[^>]*class="tabs__count.*?</span>', page)]


def totals(page: str) -> list[str]:
    return [text_of(found) for found in re.findall(r'<dl class="totals">.*?</dl>', page)]


def names(response) -> list[str]:
    assert response.status_code == 200
    return [row.record.name for row in response.context["table"].page]


def test_few_clients_are_added_up_at_once(desk):
    play(Desk(), today(), ["EX-SOLDE"])

    page = html(desk, "/clients/")

    assert len(totals(page)) == 1
    assert "Totaux" not in page


def test_the_rows_go_ahead_and_nothing_is_added_up(desk, many):
    play(Desk(), today(), ["EX-SOLDE"])

    with CaptureQueriesContext(connection) as asked:
        page = html(desk, "/clients/?sort=-balance")

    assert "Delmas Claire" in page
    assert not totals(page)
    assert not [query["sql"] for query in asked if "COUNT(" in query["sql"] or "GROUP BY" in query["sql"]]
    assert '<a href="?sort=-balance&amp;totaux=oui">Totaux</a>' in page
    assert counts(page) == [""] * 5


@pytest.mark.parametrize("query", ["", "status=pending", "walk_in=non&sort=site", "q=delmas", "outstanding_min=60"])
def test_the_totals_follow_and_are_those_of_a_page_that_waits_for_them(desk, monkeypatch, query):
    play(Desk(), today(), [*EXAMPLES])
    open_client(Details("Mme Franc", currency="CHF"))
    waited = html(desk, f"/clients/?{query}")
    monkeypatch.setattr(lists, "MANY", -1)

    followed_by = html(desk, f"/clients/?{query}&totaux=oui", **ALONE)

    assert totals(followed_by) == totals(waited) == totals(html(desk, f"/clients/?{query}&totaux=oui"))
    assert counts(followed_by) == counts(waited)
    assert "<h1>" not in followed_by
    told = re.search(r'id="count-clients"[^>]*>(.*?)</span>', followed_by)[1].strip()
    assert f"{told} " in text_of(waited)


def test_totals_stay_on_the_pages_that_follow_where_they_were_asked_for(desk, many):
    open_clients([Details(f"Client {number:03}") for number in range(60)])

    second = link_of(desk.get("/clients/?totaux=oui"), "next")

    assert len(totals(html(desk, second))) == 1


def test_nobody_found_is_told_and_the_tabs_are_counted_all_the_same(desk, many):
    play(Desk(), today(), ["EX-SOLDE"])

    page = html(desk, "/clients/?status=creditor")

    assert "Aucun client ne correspond à cette recherche" in page
    assert 'hx-get="?status=creditor&amp;totaux=oui"' in page
    assert counts(html(desk, "/clients/?status=creditor&totaux=oui", **ALONE)) == ["1", "0", "0", "1", "0"]


@pytest.mark.parametrize("status", ["", "overdue"])
@pytest.mark.parametrize("sort", SORTS)
def test_the_pages_follow_each_other_as_those_that_are_counted(desk, monkeypatch, sort, status):
    site = SiteFactory()
    open_clients([Details(f"Client {number % 60:02}", site=site if number % 3 else None) for number in range(130)])
    accounts = ClientAccount.objects.order_by("pk")
    for number, account in enumerate(accounts if status else accounts[:40]):
        invoice_entry(account, str(number % 7 + 1), today().replace(year=2024))
    address = f"/clients/?sort={sort}&status={status}"
    monkeypatch.setattr(tables, "NEAR", 0)  # in order without parts
    counted = [names(desk.get(f"{address}&page={page}")) for page in (1, 2, 3)]
    monkeypatch.setattr(tables, "NEAR", 1000)
    monkeypatch.setattr(lists, "MANY", -1)

    assert [len(page) for page in counted] == [50, 50, 30]
    assert [names(desk.get(f"{address}&page={page}")) for page in (1, 2, 3)] == counted
    assert [names(page) for page in followed(desk, address, "next")] == counted
    assert [names(page) for page in followed(desk, f"{address}&page=3", "prev")] == counted[::-1]


def test_a_page_past_the_end_is_the_last(desk, many):
    open_clients([Details(f"Client {number:03}") for number in range(60)])

    page = desk.get("/clients/?page=9")

    assert names(page) == [f"Client {number:03}" for number in range(50, 60)]
    assert "Cette page n’existe pas" in page.content.decode()


def test_the_pager_tells_how_many_there_are_where_that_is_known(desk, many):
    open_clients([Details(f"Client {number:03}") for number in range(60)])

    first, last = text_of(html(desk, "/clients/")), text_of(html(desk, "/clients/?page=2"))

    assert "1 à 50 Précédents" in first
    assert "51 à 60 sur 60" in last
