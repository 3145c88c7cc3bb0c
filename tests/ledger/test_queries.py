"""Reads of the ledger: ordered, as of today or of a past day."""

from datetime import date
from decimal import Decimal

import pytest

from ledger import queries
from ledger.models import Journal, Pending, Series
from tests.factories import SiteFactory, account, allocate, detach, invoice_entry, payment_entry, reverse

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN20 = date(2026, 1, 20)
JAN31 = date(2026, 1, 31)
FEB10 = date(2026, 2, 10)


@pytest.fixture
def client(db):
    return account()


def lefts(client, on: date | None = None) -> list[tuple[str, str]]:
    return [(item.document.reference, str(item.left)) for item in queries.open_items(client, on=on)]


def test_open_items_go_by_due_date_then_key(client):
    invoice_entry(client, "10.00", JAN5, FEB10, reference="F1")
    invoice_entry(client, "20.00", JAN10, JAN31, reference="F2")
    invoice_entry(client, "30.00", JAN5, JAN31, reference="F3")
    invoice_entry(account(), "40.00", JAN5, reference="F4")

    assert lefts(client) == [("F2", "20.00"), ("F3", "30.00"), ("F1", "10.00")]


def test_open_items_of_a_past_day_are_as_they_were_at_its_end(client):
    invoice = invoice_entry(client, "100.00", JAN5, reference="F1")
    payment = payment_entry(client, "70.00", JAN10)
    first = allocate(invoice, payment, "70.00", JAN20)
    detach(first, JAN31)
    allocate(invoice, payment, "50.00", FEB10)
    code = payment.document.reference

    assert lefts(client, JAN5) == [("F1", "100.00")]
    assert lefts(client, JAN10) == [("F1", "100.00"), (code, "70.00")]
    assert lefts(client, JAN20) == lefts(client, date(2026, 1, 30)) == [("F1", "30.00")]
    assert lefts(client, JAN31) == [("F1", "100.00"), (code, "70.00")]
    assert lefts(client, FEB10) == lefts(client) == [("F1", "50.00"), (code, "20.00")]


def test_items_of_a_document_are_those_of_all_its_entries(client):
    payment = payment_entry(client, "70.00", JAN10)
    (mirror,) = reverse(payment, JAN20).items

    assert queries.items_of(payment.document) == [payment, mirror]
    assert queries.entry_items(payment.line.entry) == [payment]


def test_items_are_found_by_their_key(client):
    invoice = invoice_entry(client, "10.00", JAN5)
    payment = payment_entry(client, "20.00", JAN5)

    assert queries.items_by_key([payment.pk, invoice.pk, 0]) == {invoice.pk: invoice, payment.pk: payment}


def test_the_last_numbered_document_is_of_the_series_and_year(client):
    fac = Series.objects.get(prefix="FAC")
    assert queries.last_numbered(fac, 2026) is None

    numbered = [invoice_entry(client, "10.00", day, ours=True).document for day in (JAN5, JAN10, date(2027, 1, 1))]

    assert queries.last_numbered(fac, 2026) == numbered[1]
    assert queries.last_numbered(fac, 2027) == numbered[2]
    assert queries.last_numbered(Series.objects.get(prefix="AV"), 2026) is None


def test_the_journal_is_the_sites_own_or_the_common_one(db):
    here, there = SiteFactory(), SiteFactory()
    own = Journal.objects.create(code="A-VE", label="Ventes", kind=Journal.Kind.SALES, site=here)

    assert queries.journal_for(Journal.Kind.SALES, here) == own
    assert queries.journal_for(Journal.Kind.SALES, there).code == "VE"
    assert queries.journal_for(Journal.Kind.SALES, None).code == "VE"
    assert queries.journal_for(Journal.Kind.BANK, here).code == "BQ"


def test_the_chart_goes_by_number(db):
    codes = [one.code for one in queries.chart()]

    assert codes == sorted(codes)
    assert "411" in codes


def test_what_is_to_invoice_says_since_when():
    assert str(Pending(amount=Decimal("31.00"), since=JAN5)) == "31.00 depuis le 05/01/2026"
