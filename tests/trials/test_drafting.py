"""Drafts of credit notes, and how far they may go."""

from datetime import date
from decimal import Decimal

import pytest
from djmoney.money import Money

from credits.models import CreditNote
from credits.services import (
    Credited,
    InvoiceNotIssued,
    NotOnInvoice,
    ReferenceNeeded,
    draft_amount_credit,
    draft_credit,
    draft_global_credit,
)
from invoicing.parts import CreditTooLarge, NothingCredited, QuantityTooLarge
from invoicing.services import NegativeTotal, draft_lines
from invoicing.vat import MixedSigns
from ledger.models import Operation
from ledger.services import PartyNeeded, WrongCurrency
from tests.builders import a_client, cancel, credit_on, euros, invoice, line, told
from tests.factories import op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


def draft_of(*lines, client, **options):
    return draft_global_credit(client=client, lines=lines, op=op(TODAY, Operation.Kind.CREDIT_NOTE), **options)


def draft_on(of, *chosen):
    return draft_credit(invoice=of, chosen=list(chosen) or None, op=op(TODAY, Operation.Kind.CREDIT_NOTE))


def lines_of(of):
    return list(of.lines.order_by("position"))


# Global


def test_lines_of_both_signs_are_refused_beside_the_line_and_nothing_is_saved(client):
    with pytest.raises(MixedSigns) as refusal:
        draft_of(line("100", quantity="-2"), line("100"), client=client)

    assert refusal.value.line == 1
    assert not CreditNote.objects.exists()


def test_a_credit_note_below_zero_is_an_invoice(client):
    with pytest.raises(NegativeTotal):
        draft_of(line("100", quantity="-1"), client=client)


def test_a_credit_note_of_nothing_is_none(client):
    with pytest.raises(NothingCredited):
        draft_of(line("0"), client=client)


def test_a_draft_credits_nothing_yet(client):
    draft_of(line("100"), client=client)

    assert told(client, TODAY, credit="0", balance="0")


def test_a_professional_is_told_what_a_global_credit_note_reduces():
    company = a_client(nature="company")
    f = invoice(company, DAY, "100")

    with pytest.raises(ReferenceNeeded):
        draft_of(line("50"), client=company)
    named = draft_of(line("50"), client=company, reduces=[f])
    period = (date(2026, 1, 1), date(2026, 3, 31))
    under_contract = draft_of(line("50"), client=company, contract="C-77", period=period)

    assert list(named.reduces.all()) == [f]
    assert (under_contract.contract, under_contract.period_start, under_contract.period_end) == ("C-77", *period)


def test_a_walk_in_credit_note_is_some_passer_bys(client):
    walk_in = a_client("PASSAGE", walk_in=True)

    with pytest.raises(PartyNeeded):
        draft_of(line("50"), client=walk_in)


# On an invoice


def test_one_unit_of_five_leaves_the_rest_creditable_once(client):
    f = invoice(client, DAY, line("100", quantity="5"), line("500"))
    several, one = lines_of(f)

    assert credit_on(f, TODAY, chosen=[Credited(several, Decimal(1))]).ttc == euros("100")
    assert credit_on(f, TODAY).ttc == euros("900")

    for credited in ([], [Credited(several, Decimal(1))], [Credited(one, ttc=Decimal("0.01"))]):
        with pytest.raises((NothingCredited, CreditTooLarge, QuantityTooLarge)):
            draft_on(f, *credited)
    assert told(client, TODAY, credit="1000")


def test_a_quantity_of_nothing_is_refused_at_its_line_not_credited_whole(client):
    f = invoice(client, DAY, line("100", quantity="5"), line("500"))
    several, one = lines_of(f)

    with pytest.raises(NothingCredited) as refusal:
        draft_on(f, Credited(several, Decimal(1)), Credited(one, Decimal(0)))

    assert refusal.value.line == 2
    assert not CreditNote.objects.exists()


def test_more_units_than_were_sold_do_not_come_back(client):
    f = invoice(client, DAY, line("10", quantity="3"))
    (sold,) = lines_of(f)
    credit_on(f, TODAY, chosen=[Credited(sold, Decimal(2))])

    with pytest.raises(QuantityTooLarge, match="Il reste 1 à créditer"):
        draft_on(f, Credited(lines_of(f)[0], Decimal(2)))


def test_an_amount_beyond_what_is_left_is_refused(client):
    f = invoice(client, DAY, "100")
    credit_on(f, TODAY, "70")

    with pytest.raises(CreditTooLarge, match="Il reste 30,00 à créditer"):
        draft_amount_credit(invoice=f, amount=euros("30.01"), op=op(TODAY, Operation.Kind.CREDIT_NOTE))


def test_three_amounts_in_any_split_end_at_the_invoices_figures(client):
    f = invoice(client, DAY, "120")

    notes = [credit_on(f, TODAY, "40") for _ in range(3)]

    assert [note.ht for note in notes] == [euros("33.33"), euros("33.34"), euros("33.33")]
    assert sum((note.vat for note in notes), euros("0")) == f.vat


def test_what_a_cancelled_credit_note_took_is_creditable_again(client):
    f = invoice(client, DAY, "100")
    note = credit_on(f, DAY)
    cancel(note, TODAY)

    assert credit_on(f, TODAY).ttc == euros("100")


def test_a_draft_is_changed_not_credited(client):
    draft = draft_lines(client=client, lines=[line("100")], op=op(DAY, Operation.Kind.INVOICE))

    with pytest.raises(InvoiceNotIssued):
        draft_on(draft)


def test_lines_of_another_invoice_are_not_credited(client):
    f, other = invoice(client, DAY, "100"), invoice(client, DAY, "100")

    with pytest.raises(NotOnInvoice):
        draft_on(f, Credited(lines_of(other)[0], Decimal(1)))


def test_another_currency_credits_nothing(client):
    f = invoice(client, DAY, "100")

    with pytest.raises(WrongCurrency, match="tenu en EUR"):
        draft_amount_credit(invoice=f, amount=Money("10", "CHF"), op=op(TODAY, Operation.Kind.CREDIT_NOTE))
