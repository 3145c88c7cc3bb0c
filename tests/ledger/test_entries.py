"""Documents, their references, and the entries that they post."""

from datetime import date
from decimal import Decimal

import pytest
from djmoney.money import Money

from ledger.models import ClientAccount, Document, Entry, GeneralAccount, Journal, Kind, Line, OpenItem, Seal, Series
from ledger.services import (
    DateBeforeLast,
    Part,
    PartyNeeded,
    ReferenceTaken,
    WrongCurrency,
    amount_in,
    file_document,
    post,
    taken_references,
)
from tests.factories import (
    SiteFactory,
    account,
    credit_note_entry,
    invoice_entry,
    op_under_way,
    party,
    payment_entry,
)
from tests.helpers import settle

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
FEB10 = date(2026, 2, 10)


def filed(kind: Document.Kind, day: date = JAN5, **fields) -> Document:
    fields.setdefault("account", account())
    return file_document(kind=kind, day=day, op=op_under_way(day), **fields)


# Amounts


def test_money_of_the_account_is_taken_to_the_cent():
    assert amount_in(ClientAccount(currency="EUR"), Money("12.34", "EUR")) == Decimal("12.34")


def test_money_of_another_currency_is_refused():
    with pytest.raises(WrongCurrency, match="tenu en CHF") as refusal:
        amount_in(ClientAccount(currency="CHF"), Money("12.34", "EUR"))

    assert refusal.value.field == "amount"


# References


def test_invoices_and_credit_notes_are_numbered_apart_in_each_year(db):
    references = [
        filed(kind, day).reference
        for kind, day in [
            (Document.Kind.INVOICE, JAN5),
            (Document.Kind.INVOICE, JAN5),
            (Document.Kind.CREDIT_NOTE, JAN5),
            (Document.Kind.INVOICE, date(2027, 1, 1)),
        ]
    ]

    assert references == ["FAC-2026-00001", "FAC-2026-00002", "AV-2026-00001", "FAC-2027-00001"]


def test_a_site_numbers_in_its_own_series_where_it_has_one(db):
    here, there = SiteFactory(), SiteFactory()
    Series.objects.create(kind=Series.Kind.INVOICE, site=here, prefix="NORD")

    references = [filed(Document.Kind.INVOICE, site=site).reference for site in (here, there, None, here)]

    assert references == ["NORD-2026-00001", "FAC-2026-00001", "FAC-2026-00002", "NORD-2026-00002"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Document.Kind.PAYMENT, "REG"),
        (Document.Kind.REFUND, "RBT"),
        (Document.Kind.INCIDENT, "INC"),
        (Document.Kind.OPENING, "RAN"),
        (Document.Kind.WRITE_OFF, "PER"),
        (Document.Kind.RESCHEDULE, "ECH"),
    ],
)
def test_other_documents_have_a_code(db, kind, code):
    document = filed(kind)

    assert document.reference[:4] == f"{code}-"
    assert document.reference[4:].isdigit()
    assert document.series is None


def test_a_day_before_the_last_number_is_refused(db):
    filed(Document.Kind.INVOICE, JAN10)

    with pytest.raises(DateBeforeLast, match="FAC-2026-00001 du 10/01/2026") as refusal:
        filed(Document.Kind.INVOICE, JAN5)

    assert refusal.value.field == "day"


def test_a_document_taken_over_keeps_its_reference(db):
    document = filed(Document.Kind.INVOICE, reference="FAC-2001")

    assert (document.reference, document.series, document.number) == ("FAC-2001", None, None)


def test_a_reference_is_taken_once_for_a_kind(db):
    filed(Document.Kind.INVOICE, reference="2001")
    filed(Document.Kind.CREDIT_NOTE, reference="2001")

    with pytest.raises(ReferenceTaken, match="2001"):
        filed(Document.Kind.INVOICE, reference="2001")


@pytest.mark.parametrize(
    ("kind", "reference", "taken"),
    [
        (Document.Kind.INVOICE, "FAC-2026-00012", True),
        (Document.Kind.INVOICE, "FAC-2026-0012", False),
        (Document.Kind.INVOICE, "AV-2026-00012", False),
        (Document.Kind.INVOICE, "XYZ-2026-00012", False),
        (Document.Kind.INVOICE, "2001", False),
        (Document.Kind.CREDIT_NOTE, "AV-2026-00012", True),
        (Document.Kind.PAYMENT, "REG-000001", True),
        (Document.Kind.PAYMENT, "REG-0001", False),
    ],
)
def test_a_reference_that_we_would_come_to_give_is_taken(db, kind, reference, taken):
    assert taken_references(kind, [reference]) == ({reference} if taken else set())


def test_a_passer_by_is_named_on_a_walk_in_account_and_there_alone(db):
    dupont = party()

    with pytest.raises(PartyNeeded, match="passager"):
        filed(Document.Kind.INVOICE, account=dupont.account)
    with pytest.raises(PartyNeeded, match="passager"):
        filed(Document.Kind.INVOICE, party=dupont)
    assert filed(Document.Kind.INVOICE, account=dupont.account, party=dupont).party == dupont


# Entries


def test_an_entry_bears_its_documents_day_site_and_currency(db):
    site = SiteFactory()
    document = filed(Document.Kind.PAYMENT, account=account(currency="CHF"), site=site)

    parts = [Part("411", credit=Decimal(5), kind=Kind.PAYMENT), Part("512", debit=Decimal(5))]
    entry = post(document=document, journal=Journal.Kind.BANK, parts=parts, op=document.operation).entry

    assert (entry.day, entry.site, entry.currency) == (JAN5, site, "CHF")
    assert entry.label == f"Règlement {document.reference}"
    assert entry.journal_id == "BQ"


def test_an_entry_goes_to_the_journal_of_its_site_where_there_is_one(db):
    site = SiteFactory()
    Journal.objects.create(code="BQ2", label="Banque", kind=Journal.Kind.BANK, site=site)
    client = account()

    own = payment_entry(client, "5.00", JAN5, site=site)
    common = payment_entry(client, "5.00", JAN5, site=SiteFactory())

    assert own.line.entry.journal_id == "BQ2"
    assert common.line.entry.journal_id == "BQ"


def test_the_items_answered_are_those_in_the_database(db):
    dupont = party()
    item = invoice_entry(dupont.account, "40.00", JAN5, FEB10, party=dupont)

    stored = OpenItem.objects.get(pk=item.pk)

    names = [field.attname for field in OpenItem._meta.concrete_fields]
    assert {name: getattr(item, name) for name in names} == {name: getattr(stored, name) for name in names}


def test_a_client_line_is_due_on_its_day_unless_said(db):
    assert invoice_entry(account(), "40.00", JAN5).due == JAN5


def test_a_mirrored_part_has_its_sides_swapped():
    part = Part("411", debit=Decimal(5), kind=Kind.INVOICE, due=JAN5)

    assert part.mirrored() == Part("411", credit=Decimal(5), kind=Kind.INVOICE, due=JAN5)
    assert part.mirrored(FEB10).due == FEB10


# As they are called


def test_rows_of_the_ledger_say_what_they_are(db):
    client = account()
    note = credit_note_entry(client, "30.00", JAN5, reference="A1")
    settle()

    assert str(client) == f"compte {client.pk}"
    assert str(party(name="Dupont")) == "Dupont"
    assert str(GeneralAccount.objects.get(pk="411")) == "411 Clients"
    assert str(Journal.objects.get(pk="VE")) == "VE Ventes"
    assert str(Series.objects.get(prefix="FAC")) == "FAC"
    assert str(note) == "Avoir 30.00 / 30.00"
    assert str(note.document) == "A1"
    assert str(Entry.objects.get()) == "VE 05/01/2026 Avoir A1"
    assert str(Line.objects.get(account="411")) == "411 -30.00"
    assert str(Seal.objects.get()) == "VE n° 1"
