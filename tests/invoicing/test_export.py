"""« Exporter ma fiche client »: the invoices issued to one client as a file, as the sheet shows them."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.test import Client as Browser
from openpyxl import load_workbook

from clients.terms import Terms
from invoicing.services import Plan, draft_lines
from ledger.models import Operation
from office.clock import today
from office.models import Company
from tests.builders import a_client, bounce, cancel, credit_on, invoice, line, pay, use
from tests.factories import PartyFactory, SiteFactory, op
from tests.pages import at_work, squeezed

pytestmark = pytest.mark.django_db

HEADINGS = [
    *("Numéro", "Date", "Échéance", "Passager", "Établissement", "Statut", "Total HT", "TVA"),
    *("Facturé", "Encaissé", "Avoirs et autres", "Reste dû", "Devise"),
]
JANUARY, FEBRUARY, MARCH = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)


def exported(desk: Browser, query: str = "", code: str = "C-1") -> list[list[str]]:
    content = b"".join(desk.get(f"/clients/{code}/factures/export/csv/{query}").streaming_content)
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def by_number(rows: list[list[str]], *names: str) -> dict[str, list[str]]:
    return {row[0]: [row[HEADINGS.index(name)] for name in names] for row in rows[1:]}


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client)


def test_each_invoice_says_what_was_invoiced_collected_and_is_left(desk):
    buyer, lyon = a_client(), SiteFactory(name="Lyon")
    f = invoice(buyer, JANUARY, line("1200"), site=lyon)
    pay(buyer, FEBRUARY, "500", {f: "500"})
    use(credit_on(f, FEBRUARY, "100"), f, "100", FEBRUARY)

    assert exported(desk) == [
        HEADINGS,
        [
            *("FAC-2026-00001", "10/01/2026", "10/01/2026", "", "Lyon", "En retard", "1000,00", "200,00"),
            *("1200,00", "500,00", "100,00", "600,00", "EUR"),
        ],
    ]


def test_statuses_are_those_of_the_tab(desk):
    buyer = a_client()
    paid, cancelled, bounced = (invoice(buyer, JANUARY, amount) for amount in ("10", "20", "30"))
    pay(buyer, JANUARY, "10", {paid: "10"})
    cancel(cancelled, FEBRUARY)
    bounce(pay(buyer, JANUARY, "30", {bounced: "30"}, by="cheque"), FEBRUARY)
    awaited = invoice(buyer, today(), "40", due=today() + timedelta(days=9))

    told = by_number(exported(desk), "Statut", "Encaissé", "Avoirs et autres", "Reste dû")

    assert told == {
        f"{paid}": ["Payée", "10,00", "0,00", "0,00"],
        f"{cancelled}": ["Annulée", "0,00", "20,00", "0,00"],
        f"{bounced}": ["En incident", "0,00", "0,00", "30,00"],
        f"{awaited}": ["En attente de paiement", "0,00", "0,00", "40,00"],
    }


def test_the_due_day_is_the_next_one_with_something_left(desk):
    buyer = a_client()
    plan = Plan(Terms.FREE, free=[(FEBRUARY, Decimal("40")), (MARCH, Decimal("60"))])
    f = invoice(buyer, JANUARY, "100", plan=plan)
    assert by_number(exported(desk), "Échéance") == {f"{f}": ["10/02/2026"]}

    pay(buyer, FEBRUARY, "40", {f.instalments.get(rank=1).item: "40"})
    assert by_number(exported(desk), "Échéance") == {f"{f}": ["10/03/2026"]}

    pay(buyer, MARCH, "60", {f.instalments.get(rank=2).item: "60"})
    assert by_number(exported(desk), "Échéance", "Reste dû") == {f"{f}": ["10/03/2026", "0,00"]}


def test_as_of_a_past_day_what_came_after_it_isnt_there(desk):
    buyer = a_client()
    f = invoice(buyer, JANUARY, "100")
    pay(buyer, FEBRUARY, "100", {f: "100"})
    invoice(buyer, MARCH, "70")
    names = ("Statut", "Encaissé", "Reste dû")

    assert by_number(exported(desk, "?on=2026-02-09"), *names) == {f"{f}": ["En retard", "0,00", "100,00"]}
    assert by_number(exported(desk, "?on=2026-02-10"), *names) == {f"{f}": ["Payée", "100,00", "0,00"]}
    tab = desk.get("/clients/C-1/factures/?on=2026-02-09").content.decode()
    assert '/clients/C-1/factures/export/csv/?on=2026-02-09"' in tab


def test_the_workbook_has_numbers_as_numbers_and_days_as_days(desk):
    f = invoice(a_client(), JANUARY, "120")

    content = b"".join(desk.get("/clients/C-1/factures/export/xlsx/").streaming_content)

    headings, row = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    assert list(headings) == HEADINGS
    assert (row[0], *(day.date() for day in row[1:3])) == (f"{f}", JANUARY, JANUARY)
    assert row[6:12] == (100, 20, 120, 0, 0, 120)


def test_a_draft_was_issued_to_nobody(desk):
    draft_lines(client=a_client(), lines=[line("10")], op=op(JANUARY, Operation.Kind.INVOICE))

    assert exported(desk) == [HEADINGS]


def test_a_walk_in_says_whose_invoice_it_is_and_no_formula(desk):
    passers = a_client(walk_in=True)
    invoice(passers, JANUARY, "10", party=PartyFactory(account=passers.account, name="=1+1"))

    assert [row[3] for row in exported(desk)[1:]] == ["'=1+1"]


def test_amounts_that_are_hidden_on_the_sheet_are_nowhere_in_its_export(desk):
    """Each invoice has its own, as the tab has; what they come to isn't added up."""
    buyer = a_client()
    for amount in ("31", "50"):
        invoice(buyer, JANUARY, amount)
    Company.objects.update_or_create(
        pk=1, defaults={f"shows_{name}": False for name in ("balance", "unpaid", "to_invoice")}
    )

    told = [cell for row in exported(desk) for cell in row]

    assert "31,00" in told
    assert not {"81,00", "-81,00"} & set(told)


def test_sheet_and_tab_lead_to_both_files(desk):
    invoice(a_client(), JANUARY, "10")

    for address in ("/clients/C-1/", "/clients/C-1/factures/"):
        html = squeezed(desk.get(address).content.decode())
        assert 'href="/clients/C-1/factures/export/csv/"' in html
        assert 'href="/clients/C-1/factures/export/xlsx/"' in html


@pytest.mark.parametrize("address", ["pdf/", "csv/?on=2999-01-01", "csv/?on=hier"])
def test_nonsense_is_no_file(desk, address):
    a_client()

    assert desk.get(f"/clients/C-1/factures/export/{address}").status_code == 404
