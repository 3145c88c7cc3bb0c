"""The windows behind a client's four amounts: in each, the rows add up to the amount that was clicked."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client
from clients.services import Details, open_client
from demo.examples import EXAMPLES, Desk, line, play
from invoicing.models import Visit
from ledger.balance import balance_of
from ledger.models import Allocation, Document, Party
from ledger.services import NothingLeft
from office.amounts import parse_amount
from office.clock import today
from tests import factories
from tests.pages import at_work, column, squeezed, subtotals, total

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
DAYS = [date(2026, 1, 5) + timedelta(days=7 * week) for week in range(5)]


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


@pytest.fixture
def roux(db: None) -> Client:
    return open_client(Details("Mme Roux", code="ROUX"))


def window(browser: Browser, client: Client, name: str, on: date | None = None) -> str:
    address = f"/clients/{client.code}/{name}/" + (f"?on={on.isoformat()}" if on else "")
    response = browser.get(address, headers=HTMX)
    assert response.status_code == 200
    return squeezed(response.content.decode())


def check_windows(browser: Browser, client: Client, on: date | None = None) -> None:
    """Every window shows its amount, and its rows and subtotals add up to it."""
    figures = balance_of(client.account, today=today(), on=on)
    solde, unpaid, to_invoice, credit = (
        window(browser, client, name, on) for name in ("solde", "impayes", "a-facturer", "avoir")
    )
    assert total(solde) == figures.balance.amount
    assert sum(column(solde, "Reste à utiliser")) - sum(column(solde, "Reste dû")) == figures.balance.amount
    assert sum(column(solde, "À facturer")) == figures.to_invoice.amount
    assert sum(subtotals(solde)) == (figures.unpaid + figures.credit).amount

    assert total(unpaid) == figures.unpaid.amount
    assert sum(column(unpaid, "Reste dû")) + sum(column(unpaid, "À facturer")) == figures.unpaid.amount
    assert sum(subtotals(unpaid)) == figures.unpaid.amount
    assert column(unpaid, "Reste à utiliser") == []

    assert total(to_invoice) == figures.to_invoice.amount
    assert sum(column(to_invoice, "À facturer")) == figures.to_invoice.amount

    assert total(credit) == figures.credit.amount
    assert sum(column(credit, "Reste à utiliser")) == figures.credit.amount
    assert sum(column(credit, "Montant")) - sum(uses(credit)) == figures.credit.amount
    assert sum(subtotals(credit)) == figures.credit.amount


def uses(html: str) -> list[Decimal]:
    """What the window of credits says was used of them."""
    cells = re.findall(r'data-label="Utilisé">(.*?)</td>', html, re.DOTALL)
    return [parse_amount(text) for cell in cells for text in re.findall(r'<span class="amount">([^<]*)</span>', cell)]


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_rows_of_every_window_add_up_in_every_worked_example(desk, code):
    client = play(Desk(), today(), [code])[code]

    check_windows(desk, client)
    for days in (1, 5, 15, 400):
        check_windows(desk, client, today() - timedelta(days=days))


AMOUNTS = st.integers(1, 20_000).map(lambda number: Decimal(number).scaleb(-2))
STEPS = st.one_of(
    st.tuples(st.just("visit"), AMOUNTS, AMOUNTS),
    st.tuples(st.just("visit_invoiced"), AMOUNTS, AMOUNTS),
    st.tuples(st.just("invoice"), AMOUNTS, st.integers(0, 60)),
    st.tuples(st.just("credit"), AMOUNTS, st.none()),
    st.tuples(st.just("payment"), AMOUNTS, st.none()),
    st.tuples(st.just("allocate"), AMOUNTS, st.integers(0, 40)),
    st.tuples(st.just("detach"), st.integers(0, 40), st.none()),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(range(len(DAYS))), STEPS), max_size=12), st.sampled_from(DAYS))
def test_the_rows_of_every_window_add_up_whatever_happened(desk, steps, past):
    with transaction.atomic():
        client = open_client(Details("Mme Roux"))
        for week, step in sorted(steps, key=lambda each: each[0]):
            take(client, DAYS[week], *step)

        check_windows(desk, client)
        check_windows(desk, client, past)
        transaction.set_rollback(True)  # each run has the numbers of its own


def take(client: Client, day: date, kind: str, first, second) -> None:
    """One step of somebody at work on a day."""
    at_work, account = Desk(), client.account
    if kind in ("visit", "visit_invoiced"):
        lines = [line("Soin", str(first)), line("Pansement", str(second), rate="10")]
        visit = at_work.visits(client, day, *lines, kind=Visit.Kind.SALE)
        if kind == "visit_invoiced":
            at_work.invoices_visit(visit, day)
    elif kind == "invoice":
        factories.invoice_entry(account, first, day, day + timedelta(days=second))
    elif kind == "credit":
        factories.credit_note_entry(account, first, day)
    elif kind == "payment":
        factories.payment_entry(account, first, day)
    elif kind == "allocate":
        items = list(account.items.filter(open__gt=0).order_by("pk"))
        debits, credits = ([item for item in items if item.is_debit == side] for side in (True, False))
        if debits and credits:
            debit, credit = debits[second % len(debits)], credits[second % len(credits)]
            factories.allocate(debit, credit, min(first, debit.open, credit.open), day)
    elif allocations := list(Allocation.objects.filter(account=account, detached_on=None).order_by("pk")):
        factories.detach(allocations[first % len(allocations)], day)


def test_more_than_is_open_is_still_refused():
    account = factories.account()
    debit, credit = factories.invoice_entry(account, "5", DAYS[0]), factories.payment_entry(account, "9", DAYS[0])

    with pytest.raises(NothingLeft):
        factories.allocate(debit, credit, "6", DAYS[0])


def test_the_detailed_balance_shows_each_sort_apart(desk):
    client = play(Desk(), today(), ["EX-SOLDE"])["EX-SOLDE"]

    html = window(desk, client, "solde")

    assert re.findall(r"<h3> ?([^<]+?) ?<", html) == ["Visites à facturer", "Factures impayées", "Avoirs"]
    assert "hors solde" in html
    assert "0 − (81,00\u00a0€ − 31,00\u00a0€) + 20,00\u00a0€" in html
    assert column(html, "Montant") == [Decimal("50.00"), Decimal("22.50")]


def test_the_window_of_unpaid_amounts_leaves_credits_out(desk):
    client = play(Desk(), today(), ["EX-SOLDE"])["EX-SOLDE"]

    html = window(desk, client, "impayes")

    assert re.findall(r"<h3> ?([^<]+?) ?<", html) == ["Visites à facturer", "Factures impayées"]
    assert "hors solde" not in html
    assert "50,00\u00a0€ + 31,00\u00a0€" in html


def test_the_three_sorts_of_credit_stand_apart(desk, roux):
    factories.credit_note_entry(roux.account, "5.00", DAYS[0], reference="A1")
    factories.payment_entry(roux.account, "6.00", DAYS[0], reference="R1")
    opening = [
        factories.Part("411", credit=Decimal("7.00"), kind=factories.Kind.OPENING),
        factories.Part("890", debit=Decimal("7.00")),
    ]
    factories.posted(roux.account, Document.Kind.OPENING, opening, DAYS[0], journal=factories.Journal.Kind.OPENING)

    for name in ("solde", "avoir"):
        html = window(desk, roux, name)
        assert re.findall(r"<h3> ?([^<]+?) ?<", html) == ["Avoirs", "Soldes à nouveau", "Trop-perçus"]
        assert subtotals(html) == [Decimal(5), Decimal(7), Decimal(6)]


def test_the_window_of_credits_says_where_they_were_used_and_when(desk):
    client = play(Desk(), today(), ["EX-SOLDE"])["EX-SOLDE"]
    toy = Document.objects.get(reference="FAC-2025-00001")

    html = window(desk, client, "avoir")

    assert uses(html) == [Decimal("2.50")]
    assert "le 12/10/2025" in html
    assert re.search(f'href="/documents/{toy.pk}/" >FAC-2025-00001</a>', html)


def test_what_was_used_after_a_past_day_was_not_used_then(desk):
    client = play(Desk(), today(), ["EX-SOLDE"])["EX-SOLDE"]

    html = window(desk, client, "avoir", date(2025, 10, 10))

    assert uses(html) == []
    assert total(html) == Decimal("22.50")


def test_what_is_late_is_told_by_a_sign_and_read_aloud(desk):
    client = play(Desk(), today(), ["EX-AVOIR-5"])["EX-AVOIR-5"]

    assert window(desk, client, "impayes").count('aria-label="en retard"') == 1
    assert "en retard" not in window(desk, client, "impayes", today() - timedelta(days=40))


def test_every_row_leads_to_its_visit_or_document(desk):
    client = play(Desk(), today(), ["EX-SOLDE"])["EX-SOLDE"]

    for name in ("solde", "impayes", "a-facturer", "avoir"):
        links = re.findall(r'href="(/(?:documents|visites)/\d+/)"', window(desk, client, name))
        assert links
        for link in links:
            assert desk.get(link).status_code == 200


@pytest.mark.parametrize("name", ["solde", "impayes"])
def test_an_invoice_leads_to_its_visit_too(desk, name):
    play(Desk(), today(), ["EX-SOLDE"])
    sale = Visit.objects.filter(kind=Visit.Kind.SALE).latest("day")

    html = window(desk, Client.objects.get(code="EX-SOLDE"), name)

    assert f'<a href="/visites/{sale.pk}/">{sale}' in html


def test_a_passer_by_is_named(desk):
    client = open_client(Details("Passagers", code="PASS", walk_in=True))
    party = Party.objects.create(account=client.account, name="M. Dupont")
    factories.invoice_entry(client.account, "30.00", DAYS[0], party=party)
    factories.credit_note_entry(client.account, "50.00", DAYS[0], party=party)

    check_windows(desk, client)
    for name in ("solde", "impayes", "avoir"):
        assert "M. Dupont" in window(desk, client, name)


@pytest.mark.parametrize("name", ["solde", "impayes", "a-facturer", "avoir"])
def test_a_window_without_rows_says_so_and_shows_its_amount(desk, roux, name):
    html = window(desk, roux, name)

    assert total(html) == 0
    assert "</table>" not in html


@pytest.mark.parametrize("name", ["solde", "impayes", "a-facturer", "avoir"])
def test_a_window_is_also_a_page_of_the_same_day(desk, roux, name):
    page = desk.get(f"/clients/ROUX/{name}/?on=2026-01-31").content.decode()

    assert "<h1>Mme Roux</h1>" in page
    assert "Situation au 31/01/2026" in page
    assert 'href="/clients/ROUX/?on=2026-01-31"' in page


@pytest.mark.parametrize("name", ["solde", "impayes", "a-facturer", "avoir"])
@pytest.mark.parametrize("on", ["2999-01-01", "demain"])
def test_a_window_tells_a_day_that_cant_be_shown(desk, roux, name, on):
    response = desk.get(f"/clients/ROUX/{name}/", {"on": on}, headers=HTMX)

    assert response.status_code == 422
    assert response.content.decode().count("message--error") == 1


def test_a_window_asks_as_often_for_two_rows_as_for_many(desk, roux, django_assert_max_num_queries):
    addresses = [f"/clients/ROUX/{name}/" for name in ("solde", "impayes", "a-facturer", "avoir")]

    def fill(count: int) -> None:
        for _ in range(count):
            debit = factories.invoice_entry(roux.account, "10.00", DAYS[0])
            credit = factories.payment_entry(roux.account, "10.00", DAYS[0])
            factories.allocate(debit, credit, "3.00", DAYS[1])
            Desk().visits(roux, DAYS[0], line("Soin", "10.00"), kind=Visit.Kind.SALE)

    def asked(address: str) -> int:
        with django_assert_max_num_queries(15) as queries:
            assert desk.get(address).status_code == 200
        return len(queries)

    fill(2)
    few = {address: asked(address) for address in addresses}
    fill(20)

    assert {address: asked(address) for address in addresses} == few
