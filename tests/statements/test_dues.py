"""L’échéancier: its rows, totals, filters, what is changed in its rows, and its files."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client as Browser

from clients.services import set_opening_balance
from clients.terms import Terms
from invoicing.models import Instalment
from invoicing.services import Plan, reschedule
from ledger.models import BankAccount, OpenItem
from office.clock import today
from office.models import Role
from office.periods import Period
from payments.models import PaymentType
from statements.queries import DuesWanted, dues, dues_totals, with_details
from tests import factories
from tests.builders import a_client, bounce, cancel, credit_note, euros, invoice, pay
from tests.pages import at_work, cells, column, squeezed, text_of
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 5)
ALL = DuesWanted(Period())


@pytest.fixture
def desk(client: Browser) -> Browser:
    return at_work(client, role=Role.ACCOUNTANT)


def shown(wanted: DuesWanted = ALL) -> list[tuple[str, str, str]]:
    """Due day, amount, what is left of each row."""
    return [(f"{row.due:%d/%m}", f"{row.shown}", f"{row.open}") for row in with_details(dues(wanted))]


def total(wanted: DuesWanted = ALL) -> tuple[int, Decimal, Decimal, Decimal]:
    (found,) = dues_totals(dues(wanted))
    return found.count, found.amount, found.paid, found.left


def in_three(client, day: date = DAY):
    parts = [(date(2026, month, 5), Decimal("40.00")) for month in (2, 3, 4)]
    return invoice(client, day, "120.00", plan=Plan(Terms.FREE, free=parts))


def test_a_row_is_an_instalment_and_totals_are_of_all_rows():
    client = a_client()
    f = in_three(client)
    items = list(OpenItem.objects.filter(document=f.document).order_by("due"))
    pay(client, date(2026, 2, 1), "50.00", {items[0]: "40.00", items[1]: "10.00"})

    assert shown() == [("05/02", "40.00", "0.00"), ("05/03", "40.00", "30.00"), ("05/04", "40.00", "40.00")]
    assert total() == (3, Decimal(120), Decimal(50), Decimal(70))


def test_what_was_rescheduled_stands_on_its_new_days_alone():
    client = a_client()
    f = in_three(client)
    first = OpenItem.objects.filter(document=f.document).order_by("due")[0]
    pay(client, date(2026, 2, 1), "15.00", {first: "15.00"})
    new = [(date(2026, 5, 5), Decimal("100.00")), (date(2026, 6, 5), Decimal("5.00"))]
    reschedule(invoice=f, dues=new, op=factories.op(date(2026, 2, 2)))

    assert shown() == [("05/02", "15.00", "0.00"), ("05/05", "100.00", "100.00"), ("05/06", "5.00", "5.00")]
    assert total() == (3, Decimal(120), Decimal(15), Decimal(105))


def test_opening_balances_and_fees_are_rows_and_any_other_debit_only_for_what_is_open_of_it():
    client = a_client()
    op = factories.op(DAY)
    set_opening_balance(client=client, amount=euros("30.00"), on=DAY, due=date(2026, 2, 1), op=op)
    f = invoice(client, date(2026, 1, 6), "80.00")
    cheque = pay(client, date(2026, 1, 7), "80.00", {f: "80.00"}, by="cheque")
    incident = bounce(cheque, date(2026, 1, 20), fee="15.00")

    assert shown() == [("06/01", "80.00", "80.00"), ("20/01", "15.00", "15.00"), ("01/02", "30.00", "30.00")]

    cancel(incident, date(2026, 1, 21))

    assert shown() == [("06/01", "80.00", "0.00"), ("01/02", "30.00", "30.00")]


def test_a_credit_is_no_row():
    credit_note(a_client(), DAY, "50.00")

    assert shown() == []


def test_rows_are_filtered_by_what_the_seed_names():
    roux, morel = a_client("ROUX"), a_client("MOREL")
    site = factories.SiteFactory()
    bank = BankAccount.objects.create(label="Courant", iban="FR7630006000011234567890189", account_id="512")
    f = in_three(roux)
    invoice(morel, DAY, "10.00", due=date(2026, 2, 5), site=site)
    second = Instalment.objects.get(invoice=f, due=date(2026, 3, 5))
    second.bank, second.method, second.planned_on, second.reminder = bank, "transfer", date(2026, 9, 1), "email"
    second.save()
    way = payment_type("transfer")

    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    september = Period(date(2026, 9, 1), date(2026, 9, 30))
    assert shown(DuesWanted(march)) == shown(DuesWanted(september, planned=True)) == [("05/03", "40.00", "40.00")]
    assert shown(DuesWanted(march, planned=True)) == []
    for wanted in (
        DuesWanted(Period(), bank=bank),
        DuesWanted(Period(), way=way),
        DuesWanted(Period(), reminder="email"),
    ):
        assert shown(wanted) == [("05/03", "40.00", "40.00")]
    assert len(shown(DuesWanted(Period(), client="ROUX"))) == 3
    assert len(shown(DuesWanted(Period(), client="client mor"))) == 1
    assert len(shown(DuesWanted(Period(), reference=str(f.document)))) == 3
    assert shown(DuesWanted(Period(), paid=True)) == []


def test_rows_are_filtered_by_each_of_their_columns(desk):
    f = in_three(a_client("ROUX"))
    invoice(a_client("MOREL"), DAY, "10.00", due=date(2026, 2, 5))
    second = Instalment.objects.get(invoice=f, due=date(2026, 3, 5))
    second.planned_on, second.method, second.reminder, second.note = date(2026, 9, 1), "transfer", "email", "Rappeler"
    second.save()
    pay(f.client, date(2026, 2, 1), "15.00", {OpenItem.objects.get(instalment=second): "15.00"})

    for query in (
        f"code=ECH-{second.item_id:06d}",
        f"code={second.item_id}",
        "planned_since=2026-08-31&planned_until=2026-09-01",
        "due_since=2026-03-05&due_until=2026-03-05",
        "left_min=25&left_max=25,00",
        "note=rappel",
        "way=transfer",
        "reminder=email",
    ):
        html = desk.get(f"/etats/echeancier/?start=&{query}").content.decode()
        assert cells(html, "Code") == [f"ECH-{second.item_id:06d}"], query
        assert "Total montant à encaisser 40,00" in text_of(html), query
        lines = b"".join(desk.get(f"/etats/echeancier/export/csv/?start=&{query}")).decode("utf-8-sig").splitlines()
        assert len(lines) == 3, query
    ten = desk.get("/etats/echeancier/?start=&amount_min=5&amount_max=10").content.decode()
    assert len(cells(ten, "Code")) == 1
    assert len(cells(desk.get("/etats/echeancier/?start=&client=ROUX&paid=non").content.decode(), "Code")) == 3


def test_an_amount_that_was_rescheduled_is_filtered_by_what_is_shown_of_it():
    client = a_client()
    f = in_three(client)
    first = OpenItem.objects.filter(document=f.document).order_by("due")[0]
    pay(client, date(2026, 2, 1), "15.00", {first: "15.00"})
    new = [(date(2026, 5, 5), Decimal("100.00")), (date(2026, 6, 5), Decimal("5.00"))]
    reschedule(invoice=f, dues=new, op=factories.op(date(2026, 2, 2)))

    fifteen = DuesWanted(Period(), amount=(Decimal(10), Decimal(20)))

    assert shown(fifteen) == [("05/02", "15.00", "0.00")]
    assert total(fifteen) == (1, Decimal(15), Decimal(15), Decimal(0))


def test_a_heading_filters_by_a_form_that_keeps_what_else_is_asked_for(desk):
    in_three(a_client("ROUX"))

    html = desk.get("/etats/echeancier/?start=&paid=non&amount_min=1&sort=-due").content.decode()

    form = re.search(r'<form[^>]*id="column-amount_min".*?</form>', html, re.DOTALL).group()
    kept = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', form))
    assert kept == {"start": "", "paid": "non", "sort": "-due"}
    assert 'value="1"' in form
    assert "amount_min" not in re.search(r'href="([^"]*)"', form).group(1)
    assert "Filtrer Montant (filtre posé)" in squeezed(html)
    assert "Filtré dans les colonnes, montant à partir de 1,00." in text_of(html)
    zone = re.search(r'<form class="filters".*?</form>', html, re.DOTALL).group()
    assert 'name="amount_min" type="hidden" value="1"' in zone


def test_headings_still_filter_where_they_leave_nothing(desk):
    in_three(a_client("ROUX"))

    html = desk.get("/etats/echeancier/?start=&note=absente").content.decode()

    assert "Aucune échéance ne correspond à ces filtres" in html
    assert 'id="column-note"' in html


def payment_type(code: str):
    return PaymentType.objects.get(pk=code)


def test_totals_are_of_all_that_is_filtered_not_of_the_page(desk):
    client = a_client()
    for days in range(60):
        factories.invoice_entry(client.account, "1.00", DAY, DAY + timedelta(days=days))

    html = desk.get("/etats/echeancier/?start=&end=").content.decode()

    assert len(column(html, "Montant")) == 50
    assert "Total montant à encaisser 60,00" in text_of(html)
    assert "Solde net dû 60,00" in text_of(html)
    assert "voici la page 2" in desk.get("/etats/echeancier/?start=&page=9").content.decode()


def test_a_late_row_is_told_by_a_sign_and_a_word_too(desk):
    client = a_client()
    factories.invoice_entry(client.account, "1.00", today() - timedelta(days=9), today() - timedelta(days=3))
    factories.invoice_entry(client.account, "2.00", today() - timedelta(days=9), today())

    html = squeezed(desk.get("/etats/echeancier/?start=").content.decode())

    assert html.count("table__row--late") == 1
    assert 'aria-label="en retard de"' in html
    assert "3\u00a0j" in html


@pytest.mark.parametrize("column", ["code", "planned", "document", "client", "due", "shown", "paid", "open", "way"])
def test_every_column_sorts(desk, column):
    client = a_client()
    in_three(client)

    for sort in (column, f"-{column}"):
        response = desk.get(f"/etats/echeancier/?start=&sort={sort}")
        assert response.status_code == 200
        assert len(cells(response.content.decode(), "Code")) == 3


def test_a_user_hides_columns_for_himself_alone(desk):
    in_three(a_client())
    other = at_work(Browser(), role=Role.ACCOUNTANT)

    desk.post("/etats/echeancier/colonnes/", {"shown": ["open"], "back": "?start="})

    mine, theirs = (each.get("/etats/echeancier/?start=").content.decode() for each in (desk, other))
    assert cells(mine, "Note") == cells(mine, "Mode de relance") == []
    assert len(cells(mine, "Reste dû")) == len(cells(theirs, "Note")) == 3


def test_note_and_planned_date_are_changed_in_their_row(desk):
    f = in_three(a_client())
    instalment = f.instalments.order_by("due")[0]
    htmx = {"HX-Request": "true"}

    form = desk.get(f"/etats/echeancier/{instalment.pk}/note/", headers=htmx).content.decode()
    cell = desk.post(f"/etats/echeancier/{instalment.pk}/note/", {"note": "Rappeler lundi"}, headers=htmx)
    page = desk.post(f"/etats/echeancier/{instalment.pk}/planned_on/", {"planned_on": "2026-02-09"})

    instalment.refresh_from_db()
    assert 'name="note"' in form
    assert 'name="planned_on"' not in form
    assert "Rappeler lundi" in cell.content.decode()
    assert page.status_code == 302
    assert (instalment.note, instalment.planned_on, instalment.reminder) == (
        "Rappeler lundi",
        date(2026, 2, 9),
        "letter",
    )


def test_a_planned_date_that_is_none_is_told_beside_its_field(desk):
    instalment = in_three(a_client()).instalments.order_by("due")[0]

    response = desk.post(f"/etats/echeancier/{instalment.pk}/planned_on/", {"planned_on": "demain"})

    assert response.status_code == 422
    assert "Cette date n’existe pas" in response.content.decode()
    assert desk.get(f"/etats/echeancier/{instalment.pk}/amount/").status_code == 404


def test_files_hold_exactly_what_is_filtered(desk):
    client = a_client("ROUX", name="Mme Roux")
    in_three(client)
    query = "?start=2026-03-01&end=2026-12-31"

    lines = b"".join(desk.get(f"/etats/echeancier/export/csv/{query}")).decode("utf-8-sig").splitlines()
    (page,) = pages(pdf := desk.get(f"/etats/echeancier/export/pdf/{query}").content)

    assert lines[0].startswith("Code;Date de règlement;Titre / Document;Tiers (client);Date d’échéance;Montant;Versé")
    assert [line.split(";")[4:6] for line in lines[1:3]] == [["05/03/2026", "40,00"], ["05/04/2026", "40,00"]]
    assert lines[3].startswith("Total;;;;;80,00;;80,00")
    assert faults(pdf) == []
    assert "échéance du 01/03/2026 au 31/12/2026" in page
    assert "Total montant à encaisser 80,00" in page.replace("\u00a0", " ")
    assert b"".join(desk.get(f"/etats/echeancier/export/xlsx/{query}")).startswith(b"PK")


@pytest.mark.parametrize(
    "query",
    [
        *("start=2026-02-01&end=2026-01-01", "start=x", "bank=999", "way=x", "site=x", "paid=x", "reminder=x", "by=x"),
        *("code=x", "code=99999999999999999999", "amount_min=douze", "left_max=1.234", "amount_min=2&amount_max=1"),
        *("due_since=2026-02-31", "due_since=2026-02-01&due_until=2026-01-01", "planned_since=x", "note=%00"),
    ],
)
def test_filters_that_make_no_sense_are_told(desk, query):
    response = desk.get(f"/etats/echeancier/?{query}")

    assert response.status_code == 422
    assert re.search('class="field__error"', response.content.decode())
    assert desk.get(f"/etats/echeancier/export/csv/?{query}").status_code == 404


def test_an_unknown_client_leaves_an_empty_schedule(desk):
    html = desk.get("/etats/echeancier/?client=absent&start=").content.decode()

    assert "Aucune échéance ne correspond à ces filtres" in html


def test_the_client_is_picked_into_the_filter(desk):
    a_client("ROUX", name="Mme Roux")

    html = desk.get("/etats/echeancier/clients/?client=rou", headers={"HX-Request": "true"}).content.decode()

    assert 'data-fill="ROUX"' in html


def test_a_code_that_was_picked_means_its_own_client_alone(desk):
    for code, phone in (("C-00041", ""), ("C-7", "01 99 00 04 12")):
        invoice(a_client(code, phone=phone), DAY, "10")

    for path in ("/etats/echeancier/?start=", "/etats/grand-livre/?period=all"):
        html = desk.get(f"{path}&client=C-00041").content.decode()
        assert "C-00041" in html
        assert "C-7" not in html
