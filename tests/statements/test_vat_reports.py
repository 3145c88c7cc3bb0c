"""The VAT on what was collected, and the journal of sales tied to its accounts."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from demo.examples import EXAMPLES, Desk, play
from invoicing.models import Nature
from invoicing.services import NewLine
from office.clock import today
from office.models import Role
from office.periods import Period
from statements.queries import EVERYWHERE, Where, collected_by_rate, sales, sales_accounts
from tests import factories
from tests.builders import a_client, bounce, cancel, credit_on, detach, invoice, line, main_item, pay
from tests.pages import at_work, cells, text_of
from tests.papers import faults, pages

pytestmark = pytest.mark.django_db

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
ALL = Period()


def collected(period: Period = ALL, where: Where = EVERYWHERE) -> list[tuple[str, str, str]]:
    """Rate, HT and VAT of each row; the amount alone of what has no rate."""
    return [
        ("", f"{row.ht}", "") if row.rate is None else (f"{row.rate:.1f}", f"{row.ht}", f"{row.vat}")
        for row in collected_by_rate(period, where)
    ]


def goods(amount: str, rate: str = "20") -> NewLine:
    return NewLine("Croquettes", Decimal(amount), Decimal(rate), nature=Nature.GOODS)


def test_a_payment_is_split_by_rate_and_nature():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), line("120.00"), line("110.00", rate="10"), goods("24.00"))
    pay(client, date(2026, 1, 6), "254.00", {f: "254.00"})

    rows = collected_by_rate(ALL, EVERYWHERE)

    assert [(row.nature, f"{row.rate:.0f}", row.ht, row.vat) for row in rows] == [
        ("goods", "20", Decimal(20), Decimal(4)),
        ("service", "20", Decimal(100), Decimal(20)),
        ("service", "10", Decimal(100), Decimal(10)),
    ]


def test_parts_over_months_add_up():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), line("120.00"), line("110.00", rate="10"))
    pay(client, date(2026, 1, 6), "100.00", {f: "100.00"})
    pay(client, date(2026, 2, 6), "130.00", {f: "130.00"})

    assert collected(JANUARY) == [("20.0", "43.48", "8.69"), ("10.0", "43.48", "4.35")]
    assert collected(ALL) == [("20.0", "100.00", "20.00"), ("10.0", "100.00", "10.00")]


def test_what_is_paid_twice_and_given_back_has_no_rate():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120.00")
    pay(client, date(2026, 1, 6), "120.00", {f: "120.00"})
    again = pay(client, date(2026, 1, 7), "120.00")
    assert collected() == [("20.0", "100.00", "20.00"), ("", "120.00", "")]

    pay(client, date(2026, 1, 8), "-120.00", {again: "-120.00"})

    assert collected() == [("20.0", "100.00", "20.00")]


def test_an_overpayment_takes_its_rate_on_the_day_it_is_used():
    client = a_client()
    payment = pay(client, date(2026, 1, 6), "120.00")
    f = invoice(client, date(2026, 2, 5), "120.00")
    factories.allocate(main_item(f), main_item(payment), "120.00", date(2026, 2, 5))

    assert collected(JANUARY) == [("", "120.00", "")]
    assert collected(FEBRUARY) == [("20.0", "100.00", "20.00"), ("", "-120.00", "")]


def test_a_bounce_takes_back_what_its_payment_had():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120.00")
    cheque = pay(client, date(2026, 1, 6), "120.00", {f: "120.00"}, by="cheque")
    bounce(cheque, date(2026, 2, 3), fee="15.00")

    assert collected(JANUARY) == [("20.0", "100.00", "20.00")]
    assert collected(FEBRUARY) == [("20.0", "-100.00", "-20.00")]


def test_a_refund_of_a_credit_note_has_its_rates():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120.00")
    pay(client, date(2026, 1, 6), "120.00", {f: "120.00"})
    note = credit_on(f, date(2026, 2, 1), "60.00")
    pay(client, date(2026, 2, 2), "-60.00", {note: "-60.00"})

    assert collected(FEBRUARY) == [("20.0", "-50.00", "-10.00")]


def test_a_detach_takes_the_rate_away_and_a_cancelled_payment_leaves_nothing():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120.00")
    payment = pay(client, date(2026, 1, 6), "120.00", {f: "120.00"})
    detach(main_item(f).credits.get(), date(2026, 2, 3))
    assert collected(FEBRUARY) == [("20.0", "-100.00", "-20.00"), ("", "120.00", "")]

    cancel(payment, date(2026, 2, 4))

    assert collected(ALL) == []


def test_what_a_credit_note_settles_is_not_collected():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), "120.00")
    cancel(f, date(2026, 1, 6))

    assert collected() == []


def test_sales_are_less_credit_notes_and_tie_to_their_accounts():
    client = a_client()
    f = invoice(client, date(2026, 1, 5), line("120.00"), goods("110.00", "10"))
    credit_on(f, date(2026, 2, 1), "23.00")
    invoice(client, date(2026, 1, 5), "99.00", reference="OLD-1")

    (ten, twenty) = sales(ALL, EVERYWHERE, "rate")

    assert (ten.ht + twenty.ht, ten.vat + twenty.vat) == sales_accounts(ALL, EVERYWHERE)["EUR"]
    assert (twenty.ttc, ten.ttc) == (Decimal("108.00"), Decimal("99.00"))
    assert [f"{row.label:%m/%Y}" for row in sales(ALL, EVERYWHERE, "month")] == ["01/2026", "02/2026"]


@pytest.mark.parametrize("by", ["rate", "month", "site", "category", "item", "nature", "account", "label"])
def test_the_sales_of_every_worked_example_tie_to_accounts_70_and_44571(client: Browser, by: str):
    play(Desk(), today(), list(EXAMPLES))
    desk = at_work(client, role=Role.ACCOUNTANT)

    html = text_of(desk.get(f"/etats/ventes/?start=&told_by={by}").content.decode())

    assert "Égal aux comptes 70" in html
    assert "Les comptes disent autre chose" not in html


@pytest.mark.parametrize("path", ["/etats/ventes/", "/etats/tva-encaissements/"])
def test_they_are_printed_exported_and_refuse_nonsense(client: Browser, path: str):
    roux = a_client()
    f = invoice(roux, today(), "120.00")
    pay(roux, today(), "120.00", {f: "120.00"})
    desk = at_work(client, role=Role.ACCOUNTANT)

    html = desk.get(path).content.decode()
    pdf = desk.get(f"{path}export/pdf/").content
    lines = b"".join(desk.get(f"{path}export/csv/")).decode("utf-8-sig").splitlines()

    assert cells(html, "HT") == ["100,00", "100,00"]
    assert faults(pdf) == []
    assert "120,00" in pages(pdf)[0]
    assert lines[-1].startswith("Total;")
    assert lines[-1].endswith("100,00;20,00;120,00;EUR")
    for query in ("start=2026-02-01&end=2026-01-01", "site=x"):
        assert desk.get(f"{path}?{query}").status_code == 422
        assert desk.get(f"{path}export/csv/?{query}").status_code == 404
