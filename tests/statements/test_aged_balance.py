"""La balance âgée: ages on any day, what was settled since, and account 411 to the cent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.balance import read_balance, with_balances
from ledger.models import ClientAccount, PeriodLock
from office.clock import today
from office.models import Role, Site
from statements.queries import Where, aged_balance, ageing_limits
from tests import factories
from tests.builders import a_client, pay
from tests.machine.settling import Settling
from tests.pages import at_work, cells, squeezed, text_of
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client, role=Role.ACCOUNTANT)


def ages(on: date | None = None, **more) -> list[str]:
    """Not due, 1–30, 31–60, 61–90, over 90, credits, total of the first row."""
    rows, (total,) = aged_balance(today=TODAY, on=on, **more)
    assert total.gap == 0
    assert [total.ages] == [row.ages for row in rows]
    return [f"{amount:.0f}" for amount in (*rows[0].ages.cells, rows[0].ages.total)]


def test_a_past_day_knows_nothing_of_later_payments():
    client = a_client()
    f = factories.invoice_entry(client.account, "110775", date(2026, 5, 1), date(2026, 5, 31))
    pay(client, date(2026, 6, 5), "110250", {f: "110250"})

    assert ages(date(2026, 5, 15)) == ["110775", "0", "0", "0", "0", "0", "110775"]
    assert ages(date(2026, 6, 10)) == ["0", "525", "0", "0", "0", "0", "525"]


def test_an_unused_overpayment_is_a_credit_beside_the_ages():
    client = a_client()
    factories.invoice_entry(client.account, "30", TODAY - timedelta(days=60), TODAY - timedelta(days=40))
    factories.payment_entry(client.account, "50", TODAY - timedelta(days=3))

    assert ages() == ["0", "0", "30", "0", "0", "-50", "-20"]


@pytest.mark.parametrize(
    ("days", "place"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (9999, 4)]
)
def test_a_class_ends_on_its_last_day(days, place):
    due = TODAY - timedelta(days=days)
    factories.invoice_entry(a_client().account, "30", due, due)

    assert ages().index("30") == place


def test_a_detach_does_not_rewrite_the_past():
    client = a_client()
    f = factories.invoice_entry(client.account, "100", date(2026, 1, 5))
    payment = factories.payment_entry(client.account, "100", date(2026, 1, 10))
    allocation = factories.allocate(f, payment, "100", date(2026, 1, 10))
    factories.detach(allocation, date(2026, 3, 20))

    assert aged_balance(today=TODAY, on=date(2026, 1, 31)) == ([], [])
    assert ages(date(2026, 3, 20))[-3:] == ["0", "-100", "0"]


def test_cancelling_in_november_leaves_october_as_it_was_to_the_byte(desk):
    client = a_client()
    factories.invoice_entry(client.account, "80", date(2026, 10, 1))
    payment = factories.payment_entry(client.account, "30", date(2026, 10, 27))
    query = "?day=2026-10-31"
    before = [b"".join(desk.get(f"/etats/balance-agee/export/{form}/{query}")) for form in ("csv", "pdf")]

    PeriodLock.objects.filter(scope=PeriodLock.Scope.BOOKS).update(through=date(2026, 10, 31))
    factories.reverse(payment, date(2026, 11, 16))

    after = [b"".join(desk.get(f"/etats/balance-agee/export/{form}/{query}")) for form in ("csv", "pdf")]
    assert after == before
    assert ages(date(2026, 11, 16))[-1] == "80"


def test_sites_add_up_to_all():
    client, site = a_client(), factories.SiteFactory()
    factories.invoice_entry(client.account, "30", date(2026, 1, 5), site=site)
    payment = factories.payment_entry(client.account, "50", date(2026, 1, 6))
    factories.allocate(client.account.items.get(is_debit=True), payment, "30", date(2026, 1, 7))
    day = date(2026, 1, 6)

    def total(where: Where) -> Decimal:
        return sum((total.ages.total for total in aged_balance(today=TODAY, on=day, where=where)[1]), Decimal(0))

    assert (total(Where(site)), total(Where(nowhere=True)), total(Where())) == (30, -50, -20)
    assert {total.ledger for total in aged_balance(today=TODAY, on=day, where=Where(site))[1]} == {None}


def test_currencies_have_totals_of_their_own(desk):
    factories.invoice_entry(a_client("C-1").account, "30", date(2026, 1, 5))
    factories.invoice_entry(a_client("C-2", currency="CHF").account, "20", date(2026, 1, 5))

    _, totals = aged_balance(today=TODAY)

    assert [(total.currency, total.ages.total, total.gap) for total in totals] == [("CHF", 20, 0), ("EUR", 30, 0)]
    html = text_of(desk.get("/etats/balance-agee/").content.decode())
    assert "Total 20,00\u00a0CHF\u00a0: égal au compte 411, au centime." in html


def test_the_page_ties_to_account_411_and_leads_to_the_items(desk):
    client = a_client("ROUX", name="Mme Roux")
    factories.invoice_entry(client.account, "30", today() - timedelta(days=9), today() - timedelta(days=3))

    html = squeezed(desk.get("/etats/balance-agee/").content.decode())

    assert cells(html, "1 à 30\u00a0jours") == ["30,00\u00a0€"]
    assert "égal au compte 411, au centime" in html
    assert f"/clients/ROUX/extrait/?start=&amp;end={today():%Y-%m-%d}&amp;unsettled=on" in html
    assert "<svg" in html
    items = desk.get(f"/clients/ROUX/extrait/?start=&end={today():%Y-%m-%d}&unsettled=on").content.decode()
    assert cells(items, "Solde courant")[-1] == "30,00\u00a0€"


@pytest.mark.parametrize("sort", ["name", "not_due", "late_0", "late_3", "credits", "total", "nonsense"])
def test_every_column_sorts(desk, sort):
    for number in range(3):
        factories.invoice_entry(a_client(f"C-{number}").account, f"{number + 1}", date(2026, 1, 5))

    for order in (sort, f"-{sort}"):
        assert len(cells(desk.get(f"/etats/balance-agee/?sort={order}").content.decode(), "Client")) == 3
    totals = cells(desk.get("/etats/balance-agee/?sort=-total").content.decode(), "Total")
    assert totals == ["3,00\u00a0€", "2,00\u00a0€", "1,00\u00a0€"]


def test_pages_and_files_have_all_rows(desk):
    for number in range(52):
        factories.invoice_entry(a_client(f"C-{number:02}").account, "1", date(2026, 1, 5))

    second = desk.get("/etats/balance-agee/?page=2").content.decode()
    beyond = desk.get("/etats/balance-agee/?page=99").content.decode()
    lines = b"".join(desk.get("/etats/balance-agee/export/csv/")).decode("utf-8-sig").splitlines()
    pdf = desk.get("/etats/balance-agee/export/pdf/").content

    assert len(cells(second, "Client")) == len(cells(beyond, "Client")) == 2
    assert "voici la page 2" in beyond
    assert len(lines) == 54
    assert lines[-1].startswith("Total;;")
    assert faults(pdf) == []
    assert "Balance âgée" in pages(pdf)[0]
    assert "égal au compte 411" in pages(pdf)[-1]


def test_nothing_open_is_told(desk):
    assert "Rien n’est ouvert à cette date" in desk.get("/etats/balance-agee/").content.decode()


@pytest.mark.parametrize("query", ["day=x", "day=2999-01-01", "site=999"])
def test_filters_that_make_no_sense_are_told(desk, query):
    assert desk.get(f"/etats/balance-agee/?{query}").status_code == 422
    assert desk.get(f"/etats/balance-agee/export/csv/?{query}").status_code == 404


def test_the_classes_are_set_in_parametres_from_a_day_on(client: Browser):
    admin = at_work(client, role=Role.ADMINISTRATOR)

    refused = admin.post("/parametres/comptabilite/balance-agee/", {"first": "30", "second": "20", "third": "90"})
    done = admin.post("/parametres/comptabilite/balance-agee/", {"first": "15", "second": "45", "third": "100"})

    assert refused.status_code == 422
    assert "plus de 30 jours" in refused.content.decode()
    assert done.status_code == 302
    assert ageing_limits(today()) == (15, 45, 100)
    assert ageing_limits(today() - timedelta(days=1)) == (30, 60, 90)
    factories.invoice_entry(a_client().account, "1", date(2026, 1, 5))
    assert "16 à 45\u00a0jours" in admin.get("/etats/balance-agee/").content.decode().replace("&nbsp;", "\u00a0")


class Aged(Settling):
    """Random acts of a desk, after which the aged balance of any day is what each balance says."""

    def teardown(self) -> None:
        try:
            now = self.books.today + timedelta(days=1)
            for days in (None, 1, 5, 12, 30):
                on = None if days is None else now - timedelta(days=days)
                rows, totals = aged_balance(today=now, on=on)
                found = {row.client.account_id: row.ages for row in rows}
                for account in with_balances(ClientAccount.objects.filter(client__isnull=False), today=now, on=on):
                    told, aged = read_balance(account, on or now), found.get(account.pk)
                    figures = (aged.owed, aged.credits, sum(aged.late)) if aged else (0, 0, 0)
                    assert figures == (told.unpaid_invoices.amount, told.credit.amount, told.overdue.amount)
                wheres = [*(Where(site) for site in Site.objects.order_by("pk")), Where(nowhere=True)]
                parts = [total for where in wheres for total in aged_balance(today=now, on=on, where=where)[1]]
                assert all(total.gap == 0 for total in (*totals, *parts))
                assert sum(total.ages.total for total in parts) == sum(total.ages.total for total in totals)
        finally:
            super().teardown()


@pytest.mark.long
def test_the_aged_balance_is_what_each_balance_says_whatever_happened():
    run_state_machine_as_test(
        seed(1)(Aged),
        settings=settings(
            max_examples=6,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("on", [None, TODAY - timedelta(days=5)])
@pytest.mark.parametrize("order", ["name", "-name", "late_0", "-late_0", "-credits", "not_due", "-total", "total"])
def test_pages_follow_each_other_in_every_order_however_many_are_alike(order, on):
    for number in range(9):
        account = a_client(f"C-{number}", name=f"Nom {number % 3}").account
        amount = str(10 * (number % 2 + 1))
        factories.invoice_entry(account, amount, TODAY - timedelta(days=60), TODAY - timedelta(days=20))
    a_client("C-9", name="Sans rien")

    whole, (total,) = aged_balance(today=TODAY, on=on, order=order)
    in_pages = [
        row
        for start in range(0, 12, 2)
        for row in aged_balance(today=TODAY, on=on, order=order, rows=slice(start, start + 2))[0]
    ]

    assert [row.client.code for row in in_pages] == [row.client.code for row in whole]
    assert (len(whole), total.count) == (9, 9)
