"""Clients > Règlements: filtered, sorted, added up and exported."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from ledger.models import BankAccount
from office.clock import today
from tests.builders import a_client, bounce, cancel, credit_note, invoice, pay
from tests.factories import SiteFactory
from tests.pages import text_of
from tests.payments.desk_forms import confirmed

pytestmark = pytest.mark.django_db


def test_the_list_is_filtered_totalled_and_exported(books, buyer):
    f = invoice(buyer, today(), "100")
    pay(buyer, today(), "60", {f: "60"}, by="cash")
    pay(buyer, today(), "70", {f: "40"})
    confirmed(books, "payment_cancel", pay(buyer, today(), "5").pk)
    pay(a_client("C-2", name="Girard"), today(), "7")

    html = books.get(f"{reverse('payment_list')}?q=girard").content.decode()
    unused = text_of(books.get(f"{reverse('payment_list')}?state=unused").content.decode())
    exported = b"".join(books.get(f"{reverse('payment_export', args=['csv'])}?type=cash")).decode("utf-8-sig")

    assert "1 règlement" in text_of(html)
    assert "7,00\u00a0€" in html
    assert "77,00\u00a0€" in unused  # 70 and 7
    assert "Trop-perçu 30,00\u00a0€" in unused
    assert exported.count("\r\n") == 2
    assert ";60,00;" in exported
    assert "137,00\u00a0€" in text_of(books.get(reverse("payment_list")).content.decode())


def test_the_spreadsheet_has_numbers_and_days_of_what_is_filtered(books, buyer):
    f = invoice(buyer, today(), "100")
    pay(buyer, today(), "60", {f: "60"}, by="cash")
    payment = pay(buyer, today(), "70", {f: "40"})

    content = b"".join(books.get(reverse("payment_export", args=["xlsx"]), {"type": "card"}))

    headings, *rows = load_workbook(BytesIO(content)).active.values
    (row,) = (dict(zip(headings, row, strict=True)) for row in rows)
    assert (row["Référence"], row["Code client"], row["Moyen"]) == (str(payment), "C-1", "Carte")
    assert (row["Date de règlement"].date(), row["Montant"], row["Trop-perçu"]) == (today(), 70, 30)


def test_a_refund_stands_in_the_list_below_zero_and_counts_against_what_came_in(books, buyer):
    payment = pay(buyer, today(), "80")
    refund = pay(buyer, today(), "-80", {payment: "-80"})

    both = books.get(reverse("payment_list"))
    alone = books.get(f"{reverse('payment_list')}?q={refund}")

    assert {row.record.amount for row in both.context["table"].rows} == {80, -80}
    assert [total.amount for total in both.context["totals"]] == [0]
    assert [total.amount for total in alone.context["totals"]] == [-80]


@pytest.fixture
def movements(buyer):
    """Payments of every kind, by the name that the tests give them."""
    before, site = today() - timedelta(days=2), SiteFactory()
    bank = BankAccount.objects.create(label="Livret", iban="FR7630006000011234567890189", account_id="512")
    f, a = invoice(buyer, before, "200"), credit_note(buyer, before, "50")
    made = {
        "old": pay(buyer, before, "10", {f: "10"}, by="cheque"),
        "there": pay(buyer, today(), "20", {f: "20"}, site=site),
        "banked": pay(buyer, today(), "30", {f: "30"}, by="transfer", bank=bank),
        "unused": pay(buyer, today(), "40"),
        "refund": pay(buyer, today(), "-15", {a: "-15"}),
        "set_off": pay(buyer, today(), "0", {a: "-5", f: "5"}),
        "cancelled": pay(buyer, today(), "60", {f: "60"}),
    }
    cancel(made["cancelled"], today())
    bounce(made["old"], today())
    return made | {"site": site, "bank": bank}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"until": today() - timedelta(days=1)}, {"old"}),
        ({"since": today() - timedelta(days=1), "type": "transfer"}, {"banked"}),
        ({"site": "site"}, {"there"}),
        ({"bank": "bank"}, {"banked"}),
        ({"state": "unused"}, {"unused"}),
        ({"state": "bounced"}, {"old"}),
        ({"state": "cancelled"}, {"cancelled"}),
        ({"state": "set_off"}, {"set_off"}),
        ({"state": "refund"}, {"refund"}),
    ],
)
def test_each_filter_finds_its_own(books, movements, asked, found):
    given = {name: movements[value].pk if name in ("site", "bank") else value for name, value in asked.items()}

    listed = books.get(reverse("payment_list"), given)

    references = {row.record.reference for row in listed.context["table"].rows}
    assert references == {str(movements[name]) for name in found}


@pytest.mark.parametrize(
    ("order", "first"), [("amount", "refund"), ("-amount", "cancelled"), ("day", "old"), ("reference", "refund")]
)
def test_the_list_is_sorted_by_what_is_asked(books, movements, order, first):
    listed = books.get(reverse("payment_list"), {"sort": order})

    assert next(iter(listed.context["table"].rows)).record.reference == str(movements[first])


def test_nonsense_filters_are_told(desk):
    answer = desk.get(f"{reverse('payment_list')}?since=hier&state=perdu&type=plume")

    assert answer.status_code == 422
