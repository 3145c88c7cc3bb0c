"""Walk-in clients in detail, and what is expected."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser

from invoicing.models import Instalment
from ledger.models import Party
from office.clock import today
from office.models import Role
from office.periods import Period
from statements.queries import EVERYWHERE, DuesWanted, dues, dues_totals, expected, walk_in_documents
from tests import factories
from tests.builders import a_client, bounce, document, invoice, line, pay
from tests.pages import at_work, cells, column, text_of
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 5)
JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client, role=Role.ACCOUNTANT)


@pytest.fixture
def passers(db):
    client = a_client("PASS", walk_in=True)
    parties = [Party.objects.create(account=client.account, name=name) for name in ("M. Dupont", "Mme Martin")]
    return client, *parties


def test_every_document_of_a_passer_by_has_its_lines_and_how_it_was_paid(passers):
    client, dupont, martin = passers
    f = invoice(client, DAY, line("30.00", label="Consultation"), line("12.00", label="Collier"), party=dupont)
    pay(client, DAY, "42.00", {f: "42.00"}, party=dupont)
    invoice(client, date(2026, 1, 6), "10.00", party=martin)
    invoice(a_client("C-1"), date(2026, 1, 6), "99.00")

    first, second, third = walk_in_documents(JANUARY, EVERYWHERE)

    assert (first.reference, first.party, first.debit, first.paid) == (str(f.document), "M. Dupont", 42, "Carte")
    assert [(sold.label, sold.ttc) for sold in first.lines] == [("Consultation", 30), ("Collier", 12)]
    assert (second.kind, second.credit, second.paid) == ("Règlement", 42, "Carte")
    assert (third.party, third.debit, third.paid) == ("Mme Martin", 10, "")


def test_days_are_added_up_and_so_is_the_period(desk, passers):
    client, dupont, martin = passers
    invoice(client, DAY, "30.00", party=dupont)
    invoice(client, DAY, "12.00", party=martin)
    invoice(client, date(2026, 1, 6), "10.00", party=martin)

    html = desk.get("/etats/passagers/?start=2026-01-01&end=2026-01-31").content.decode()
    lines = b"".join(desk.get("/etats/passagers/export/csv/?start=2026-01-01&end=2026-01-31")).decode("utf-8-sig")

    assert column(html, "Débit") == [Decimal(amount) for amount in (30, 12, 42, 10, 10, 52)]
    assert "M. Dupont" in html
    assert lines.splitlines()[-1] == "Total;;;;;;52,00;0,00;"


def test_the_statement_of_passers_by_is_printed(desk, passers):
    client, dupont, _ = passers
    f = invoice(client, DAY, "30.00", party=dupont)

    pdf = desk.get("/etats/passagers/export/pdf/?start=2026-01-01&end=2026-01-31").content

    assert faults(pdf) == []
    assert f"05/01/2026 {document(f)} M. Dupont Facture" in pages(pdf)[0]


def test_what_is_expected_is_by_planned_date_and_ties_to_the_schedule(desk):
    client, now = a_client(), today()
    later = invoice(client, now, "100.00", due=now + timedelta(days=40))
    invoice(client, now, "30.00", due=now + timedelta(days=2))
    Instalment.objects.filter(invoice=later).update(planned_on=now + timedelta(days=2))

    (row,) = expected(EVERYWHERE, today=now, by_month=False)

    (total,) = dues_totals(dues(DuesWanted(Period(), paid=False)))
    assert (row.count, row.dues, row.deferred) == (2, Decimal(130), 0)
    assert row.start.weekday() == 0
    assert total.left == row.dues
    html = text_of(desk.get("/etats/encaissements-a-venir/").content.decode())
    assert "À encaisser\u00a0: 130,00\u00a0€, le solde net dû de l’échéancier" in html


def test_a_deferred_cheque_is_expected_on_its_day_until_it_bounces():
    client, day = a_client(), date(2026, 1, 5)
    f = invoice(client, day, "80.00")
    cheque = pay(client, day, "80.00", {f: "80.00"}, by="cheque")
    assert expected(EVERYWHERE, today=date(2026, 1, 4), by_month=True)[0].deferred == Decimal(80)

    bounce(cheque, date(2026, 1, 20))

    rows = expected(EVERYWHERE, today=date(2026, 1, 4), by_month=True)
    assert [(row.count, row.dues, row.deferred) for row in rows] == [(1, Decimal(80), 0)]


@pytest.mark.parametrize("path", ["/etats/passagers/", "/etats/encaissements-a-venir/"])
def test_nothing_and_nonsense_are_told(desk, path):
    assert "Rien pour ces filtres" in desk.get(path).content.decode()
    assert desk.get(f"{path}?site=999").status_code == 422
    assert desk.get(f"{path}export/csv/?site=999").status_code == 404
    assert desk.get(f"{path}export/csv/").status_code == 200
    assert desk.get(f"{path}export/doc/").status_code == 404


def test_months_and_weeks(desk):
    factories.invoice_entry(a_client().account, "30.00", today(), today() + timedelta(days=3))

    assert cells(desk.get("/etats/encaissements-a-venir/?by=mois").content.decode(), "À encaisser") == [
        "30,00",
        "30,00",
    ]
    assert faults(desk.get("/etats/encaissements-a-venir/export/pdf/").content) == []
