"""A validated credit note: its number, what it credits, the visits it frees, its automatic settlement."""

from datetime import date
from decimal import Decimal

import pytest

from credits.services import AlreadyValidated, Credited, draft_credit, validate_credit_note
from invoicing.parts import CreditTooLarge, QuantityTooLarge
from ledger.models import Allocation, Operation, PeriodLock
from ledger.services import PeriodClosed, shut
from office.models import DatedSetting
from payments.models import Payment
from tests.builders import (
    a_client,
    credit_note,
    credit_on,
    document,
    euros,
    figures,
    invoice,
    invoice_visits,
    left,
    line,
    pay,
    told,
    validated,
    visit,
)
from tests.factories import op
from tests.helpers import run_together

DAY = date(2026, 3, 2)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client(sound_ledger):
    return a_client()


@pytest.fixture
def settles_itself(db):
    DatedSetting.objects.create(name="credits.settle_at_validation", valid_from=date(2026, 1, 1), value=True)


def draft_on(of, *chosen):
    return draft_credit(invoice=of, chosen=list(chosen) or None, op=op(TODAY, Operation.Kind.CREDIT_NOTE))


def test_a_credit_note_credits_its_total(client):
    note = credit_note(client, DAY, "60", "40")

    assert document(note).reference == "AV-2026-00001"
    assert (note.ttc, left(note)) == (euros("100"), 100)
    assert told(client, TODAY, credit="100", balance="100", invoiced="0", collected="0")


def test_two_drafts_of_the_same_units_are_not_both_validated(client):
    f = invoice(client, DAY, line("10", quantity="3"))
    drafts = [draft_on(f, Credited(f.lines.get(), Decimal(2))) for _ in range(2)]

    validated(drafts[0], TODAY)
    with pytest.raises((CreditTooLarge, QuantityTooLarge), match="Il reste 1"):
        validated(drafts[1], TODAY)

    assert told(client, TODAY, credit="20")


def test_two_desks_do_not_validate_the_same_units(own_database):
    client = a_client()
    f = invoice(client, DAY, line("10", quantity="3"))
    drafts = [draft_on(f, Credited(f.lines.get(), Decimal(2))) for _ in range(2)]

    outcomes = run_together(*(lambda draft=draft: validated(draft, TODAY) for draft in drafts))

    assert sorted(type(outcome).__name__ for outcome in outcomes) in (
        ["CreditNote", "CreditTooLarge"],
        ["CreditNote", "QuantityTooLarge"],
    )
    assert figures(client, TODAY, "credit") == {"credit": 20}


def test_a_credit_note_is_validated_once(client):
    note = credit_note(client, DAY, "100")

    with pytest.raises(AlreadyValidated):
        validate_credit_note(note=note, op=op(TODAY, Operation.Kind.CREDIT_NOTE))


def test_a_locked_day_takes_no_credit_note(client):
    draft = draft_on(invoice(client, DAY, "100"))
    shut(PeriodLock.Scope.BOOKS, TODAY)

    with pytest.raises(PeriodClosed, match="verrouillée jusqu’au 16/03/2026"):
        validated(draft, TODAY)


def test_without_the_setting_a_credit_note_stays_available(client):
    f = invoice(client, DAY, "100")

    credit_on(f, TODAY)

    assert told(client, TODAY, unpaid="100", credit="100", balance="0")


def test_with_the_setting_a_credit_note_settles_its_own_invoice(client, settles_itself):
    other = invoice(client, DAY, "100")
    f = invoice(client, DAY, "100")

    credit_on(f, TODAY, "60")

    assert (left(other), left(f)) == (100, 40)
    assert not Payment.objects.exists()


def test_with_the_setting_a_global_credit_note_settles_the_oldest_first(client, settles_itself):
    late = invoice(client, DAY, "30", due=date(2026, 5, 1))
    soon = invoice(client, DAY, "30", due=date(2026, 4, 1))

    note = credit_note(client, TODAY, "50")

    assert (left(soon), left(late), left(note)) == (0, 10, 0)
    assert Allocation.objects.count() == 2


def test_with_the_setting_what_remains_stays_available(client, settles_itself):
    f = invoice(client, DAY, "30")
    pay(client, DAY, "10", {f: "10"})

    note = credit_on(f, TODAY)

    assert (left(f), left(note)) == (0, 10)


# Dissociated visits


def test_crediting_one_of_two_visits_frees_that_one_alone(client):
    v1, v2 = visit(client, DAY, line("100")), visit(client, DAY, line("100"))
    f = invoice_visits(DAY, v1, v2)
    pay(client, DAY, "200", {f: "200"})

    of_v1 = f.lines.get(visit_line__visit=v1)
    note = credit_on(f, TODAY, chosen=[Credited(of_v1, Decimal(1))], frees_visits=True)

    assert note.ttc == euros("100")
    assert v1.lines.get().invoice_line is None
    assert v2.lines.get().invoice_line is not None
    assert told(client, TODAY, balance="100", to_invoice="100", credit="100", unpaid_invoices="0")


def test_a_line_credited_in_part_is_not_free(client):
    f = invoice_visits(DAY, visit(client, DAY, line("100")))

    credit_on(f, TODAY, chosen=[Credited(f.lines.get(), ttc=Decimal(40))], frees_visits=True)
    assert told(client, TODAY, to_invoice="0")

    credit_on(f, TODAY, frees_visits=True)
    assert told(client, TODAY, to_invoice="100")


def test_without_dissociation_the_visit_stays_invoiced(client):
    f = invoice_visits(DAY, visit(client, DAY, line("100")))

    credit_on(f, TODAY)

    assert told(client, TODAY, to_invoice="0", credit="100")


def test_a_freed_visit_is_to_invoice_from_the_credit_notes_day(client):
    f = invoice_visits(date(2026, 1, 10), visit(client, date(2026, 1, 5), line("100")))

    credit_on(f, date(2026, 2, 20), frees_visits=True)

    assert told(client, TODAY, on=date(2026, 1, 7), to_invoice="100", unpaid_invoices="0")
    assert told(client, TODAY, on=date(2026, 1, 31), to_invoice="0", unpaid_invoices="100")
    assert told(client, TODAY, on=date(2026, 2, 20), to_invoice="100", unpaid_invoices="100", credit="100")
