"""Reports on paper and on a phone, with few rows and many: nothing stands alone, nothing is empty."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from office.clock import today
from office.models import Company, Role
from office.periods import Period
from statements.paper import book_report, due_report
from statements.queries import Where, account_balances, account_books, dues, dues_totals, extract_of, with_details
from statements.queries.dues import DuesWanted
from statements.queries.extract import Wanted
from statements.reminding.queries import with_reminders
from statements.reports import report_pdf
from statements.services import extract_pdf
from tests.builders import a_client, invoice, pay
from tests.pages import at_work
from tests.papers import pages, places

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def business() -> Company:
    return Company.objects.create(pk=1, name="Clinique du Parc")


def test_the_final_balance_never_stands_on_a_page_without_a_row():
    someone = a_client("C-1")
    for _ in range(12):
        invoice(someone, DAY, "10")

    last = []
    for count in range(13, 29):
        invoice(someone, DAY, "10")
        made = pages(extract_pdf(extract_of(someone, Wanted(Period()), today=DAY), on=DAY))
        last.append((count, len(made), made[-1]))

    assert {number for _, number, _ in last} == {1, 2}  # the end of the page lies within
    for count, _, words in last:
        assert "FAC-" in words.split("Total")[0], count
        assert "Solde final" in words, count
        assert "Ancienneté" in words, count


def test_a_statement_without_movement_says_so():
    (sheet,) = pages(extract_pdf(extract_of(a_client("C-1"), Wanted(Period(DAY, DAY)), today=DAY), on=DAY))

    assert "Aucune opération sur cette période." in sheet
    assert "0,00 €, le compte est soldé" in sheet


def test_every_page_tells_of_what_it_is_a_page():
    someone = a_client("C-1")
    for _ in range(90):
        invoice(someone, DAY, "10")

    made = pages(extract_pdf(extract_of(someone, Wanted(Period()), today=DAY), on=DAY, number="R-000007"))

    assert len(made) == 3
    for rank, words in enumerate(made, 1):
        assert "Relevé de compte n° R-000007" in words.replace("\u00a0", " ")
        assert "Compte C-1 (411)" in words
        assert f"page {rank} / 3" in words
        assert words.count("Solde courant") == 1


def test_twenty_rows_and_what_closes_them_stand_on_one_page():
    someone = a_client("C-1")
    for _ in range(20):
        invoice(someone, DAY, "10")

    assert len(pages(extract_pdf(extract_of(someone, Wanted(Period()), today=DAY), on=DAY))) == 1


def test_an_account_of_the_grand_livre_begins_with_its_first_line_beside_it():
    for rank in range(20):
        invoice(a_client(f"C-{rank:02}"), DAY, "10")
    period, where = Period(DAY, DAY), Where()
    books = account_balances(period, where)

    report = book_report(books, lambda some: account_books(period, where, some), period=period, where=where, today=DAY)
    made = pages(report_pdf(report, Company.objects.get(), on=DAY))

    assert len(made) > 2
    for words in made:
        rows = words.split("Clinique du Parc")[0] if words.count("Clinique du Parc") == 1 else words
        assert rows.count("solde avant") == rows.count("Facture FAC-")


def test_the_schedule_has_room_for_its_note():
    item = invoice(a_client("C-1"), DAY, "10", due=DAY + timedelta(days=10)).instalments.get()
    item.note = "Rappeler mardi"
    item.save()
    rows = with_reminders(with_details(dues(DuesWanted(Period()))))
    names = ["code", "planned", "document", "client", "due", "shown", "paid", "open", "way", "reminder", "note"]

    made = due_report(DuesWanted(Period()), names, rows, dues_totals(rows), today=DAY + timedelta(days=41))
    found = places(report_pdf(made, Company.objects.get(), on=DAY))

    assert found["Note"][0] < 297 - 10 - 12
    assert "Non, 31\u00a0j de retard" in found  # on one line


def test_a_side_without_an_amount_shows_no_label_on_a_phone(client: Browser):
    someone = a_client("C-1")
    invoice(someone, DAY, "10")
    pay(someone, DAY, "4")

    html = at_work(client).get("/clients/C-1/extrait/").content.decode()

    assert html.count('data-label="Crédit (TTC)"></td>') == 2  # the invoice and the balance before
    assert html.count('data-label="Débit (TTC)"></td>') == 2


def test_one_bar_makes_no_chart(client: Browser):
    desk = at_work(client, role=Role.ACCOUNTANT)
    invoice(a_client("C-1"), today(), "120")

    assert "<svg xmlns" not in desk.get("/etats/ventes/").content.decode()
    assert "<svg xmlns" not in desk.get("/etats/encaissements-a-venir/").content.decode()
