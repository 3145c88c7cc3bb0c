"""Statements: their order, their ends, what they ask for, whatever the paper."""

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from ledger.models import BankAccount, PeriodLock
from ledger.services import shut
from office.clock import today
from office.models import Company
from office.periods import Period
from statements.queries import EVERYWHERE, Basis, extract_of, walk_in_documents
from statements.queries.extract import Wanted
from tests import factories
from tests.builders import a_client, cancel, credit_note, invoice, line, pay
from tests.factories import PartyFactory
from tests.pages import at_work, cells
from tests.papers import codes, pages

pytestmark = pytest.mark.usefixtures("sound_ledger")

TODAY = date(2026, 3, 15)
JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def ht(client, period: Period | None = None):
    return extract_of(client, Wanted(period or Period(), Basis.HT), today=TODAY)


def test_rows_of_one_day_run_alike_on_screen_on_paper_and_in_files_and_twice(client: Browser):
    someone = a_client("C-1")
    day = date(2026, 1, 10)
    for amount in ("37213.38", "31198.78", "3550.18"):
        factories.invoice_entry(someone.account, amount, day)
    factories.payment_entry(someone.account, "71962.34", day)
    desk = at_work(client)
    runs = ["37213,38", "68412,16", "71962,34", "0,00"]

    for _ in range(2):
        shown = cells(desk.get("/clients/C-1/extrait/").content.decode(), "Solde courant")[1:]
        (sheet,) = pages(desk.get("/clients/C-1/extrait/pdf/").content)
        file = b"".join(desk.get("/clients/C-1/extrait/csv/")).decode("utf-8-sig")
        rows = list(csv.DictReader(file.splitlines(), delimiter=";"))[1:-1]

        assert ["".join(c for c in cell if c.isdigit() or c == ",") for cell in shown] == runs
        assert [row["Solde courant"] for row in rows] == runs
        places = [sheet.replace("\u202f", " ").index(f"{run[:-6]} {run[-6:]}") for run in runs[:-1]]
        assert places == sorted(places)


def test_the_detailed_statement_of_passers_by_ends_as_the_simple_one_in_every_period():
    passer = a_client("PASS", walk_in=True)
    dupont = PartyFactory(account=passer.account, name="Dupont")
    f = invoice(passer, date(2026, 1, 5), "30", party=dupont)
    paid = pay(passer, date(2026, 1, 10), "30", {f: "30"}, party=dupont)
    credit_note(passer, date(2026, 1, 12), "8", party=dupont)
    january = walk_in_documents(JANUARY, EVERYWHERE)
    shut(PeriodLock.Scope.BOOKS, date(2026, 1, 31))

    cancel(paid, date(2026, 2, 3))

    again = walk_in_documents(JANUARY, EVERYWHERE)
    assert [(row.reference, row.debit, row.credit) for row in again] == [
        (row.reference, row.debit, row.credit) for row in january
    ]  # what comes later changes nothing
    (undone,) = walk_in_documents(FEBRUARY, EVERYWHERE)
    assert (undone.kind, undone.debit, undone.lines) == ("Annulation\u00a0: règlement", Decimal(30), [])
    for period in (JANUARY, FEBRUARY, Period()):
        simple = extract_of(passer, Wanted(period), today=TODAY)
        detailed = walk_in_documents(period, EVERYWHERE)
        assert sum(row.debit - row.credit for row in detailed) == simple.debit - simple.credit


def test_a_payment_cancelled_the_same_day_shows_both_rows_in_detail_too():
    passer = a_client("PASS", walk_in=True)
    dupont = PartyFactory(account=passer.account, name="Dupont")
    paid = pay(passer, TODAY, "80", party=dupont)
    cancel(paid, TODAY)

    assert [(row.debit, row.credit) for row in walk_in_documents(Period(), EVERYWHERE)] == [(0, 80), (80, 0)]


def test_a_payment_over_two_rates_counts_its_ht_and_the_rest_nets_0():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), line("120"), line("110", rate="10"))
    pay(client, date(2026, 1, 6), "100", {f: "100"})
    assert ht(client).rows[-1].credit == Decimal("86.96")  # 43.48 and 43.48

    pay(client, date(2026, 1, 7), "130", {f: "130"})

    assert ht(client).final == 0


def test_the_last_5_of_120_complete_the_ht_of_115():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120")
    pay(client, date(2026, 1, 6), "115", {f: "115"})
    assert ht(client).credit == Decimal("95.83")

    pay(client, date(2026, 1, 7), "5", {f: "5"})

    assert (ht(client).credit, ht(client).final) == (Decimal("100.00"), 0)


def test_a_statement_asks_for_600_of_1000_of_which_400_are_paid_and_for_nothing_of_a_credit(client: Browser):
    Company.objects.create(pk=1, name="Clinique du Parc")
    BankAccount.objects.create(
        label="Courant", iban="FR7630006000011234567890189", account_id="512", is_default=True, is_active=True
    )
    owing, even, having = a_client("C-1"), a_client("C-2"), a_client("C-3")
    f = invoice(owing, today(), "1000")
    pay(owing, today(), "400", {f: "400"})
    settled = invoice(even, today(), "50")
    pay(even, today(), "50", {settled: "50"})
    pay(having, today(), "20")
    desk = at_work(client)
    assert codes(desk.get("/clients/C-1/extrait/pdf/?slip=non").content) == []

    asked, nothing, credit = (desk.get(f"/clients/{code}/extrait/pdf/").content for code in ("C-1", "C-2", "C-3"))

    assert "EUR600.00" in codes(asked)[0]
    assert "Régler 600,00 € par virement" in pages(asked)[0].replace("\u00a0", " ")
    assert codes(nothing) == codes(credit) == []
    assert "par virement" not in pages(nothing)[0] + pages(credit)[0].replace("Paiement virement", "")
