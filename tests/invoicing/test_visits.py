"""Visits whose basket changes while the books are locked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from credits.services import Credited, draft_credit, draft_global_credit, validate_credit_note
from invoicing.models import Visit, VisitSpell
from invoicing.services import (
    AlreadyInvoiced,
    DayOfInvoiced,
    VisitInFuture,
    change_visit,
    draft_lines,
    draft_visits,
    issue_invoice,
    record_visit,
)
from ledger.balance import balance_of
from ledger.models import Party, PeriodLock
from ledger.services import PartyNeeded, shut
from office.editing import SavedMeanwhile
from tests.desk import client, desk, line, op

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def test_a_change_on_a_locked_day_counts_from_the_first_open_one():
    buyer = client()
    visit = desk.visits(buyer, DAY, line("60.00"), kind=Visit.Kind.SALE)
    today = DAY + timedelta(days=1)
    shut(PeriodLock.Scope.BOOKS, today)

    change_visit(visit=visit, lines=[line("55.00")], op=op(today))

    tomorrow = today + timedelta(days=1)
    told = [balance_of(buyer.account, today=tomorrow, on=on).to_invoice.amount for on in (DAY, today, tomorrow)]
    assert told == [Decimal(60), Decimal(60), Decimal(55)]


def passer_by(walk_in):
    return Party.objects.create(account=walk_in.account, name="Dupont")


@pytest.mark.parametrize("acts", [record_visit, draft_lines, draft_global_credit])
@pytest.mark.parametrize("walk_in", [True, False])
def test_a_passer_by_is_of_the_client_or_refused(acts, walk_in):
    buyer = client(walk_in=walk_in)
    party = passer_by(client(walk_in=True))
    details = {"day": DAY} if acts is record_visit else {}

    with pytest.raises(PartyNeeded, match="pas de ce client"):
        acts(client=buyer, party=party, lines=[line("5.00")], op=op(DAY), **details)
    if not walk_in:
        with pytest.raises(PartyNeeded, match="pas de ce client"):
            acts(client=buyer, party=passer_by(buyer), lines=[line("5.00")], op=op(DAY), **details)


def freed(invoice, rank, day):
    """Credit a line whole, so that the visit's is to invoice again."""
    chosen = [Credited(invoice.lines.get(position=rank), Decimal(1))]
    note = draft_credit(invoice=invoice, chosen=chosen, frees_visits=True, op=op(day))
    return validate_credit_note(note=note, op=op(day))


def test_what_a_visit_has_left_is_stated_anew_from_the_day_of_a_backdated_invoice():
    buyer = client()
    days = [DAY + timedelta(days=n) for n in range(10)]
    visit = record_visit(
        client=buyer, day=DAY, lines=[line("3.33"), line("3.33")], prices_include_vat=False, op=op(DAY)
    )
    invoice = desk.invoices_visit(visit, DAY)
    freed(invoice, 1, days[1])
    draft = draft_visits(visits=[visit], op=op(days[1]))
    freed(invoice, 2, days[2])

    issue_invoice(invoice=draft, on=days[4], op=op(days[8]))

    told = [balance_of(buyer.account, today=days[9], on=day).to_invoice.amount for day in days[1:6]]
    # Two lines of 3.33 without VAT come to 7.99, one to 4.00.
    assert told == [Decimal(amount) for amount in ("4.00", "7.99", "7.99", "4.00", "4.00")]


def test_a_line_that_says_what_it_said_keeps_what_it_counted_for():
    buyer = client()
    visit = desk.visits(buyer, DAY, line("60.00"), line("15.00"), line("15.00"), kind=Visit.Kind.SALE)
    first, second, third = visit.lines.order_by("position")

    change_visit(visit=visit, lines=[line("15.00"), line("60.00"), line("9.00")], op=op(DAY + timedelta(days=3)))

    kept = visit.lines.filter(is_removed=False).order_by("position")
    assert [(row.pk, row.unit_price) for row in kept[:2]] == [(second.pk, Decimal(15)), (first.pk, Decimal(60))]
    assert list(visit.lines.filter(is_removed=True)) == [third]
    since = VisitSpell.objects.filter(until=None).order_by("line__position").values_list("since", flat=True)
    assert list(since) == [DAY, DAY, DAY + timedelta(days=3)]
    assert balance_of(buyer.account, today=DAY + timedelta(days=3)).to_invoice.amount == 84


def test_the_second_of_two_who_edit_a_visit_is_told():
    visit = desk.visits(client(), DAY, line("60.00"), kind=Visit.Kind.SALE)
    seen = visit.version
    change_visit(visit=Visit.objects.get(pk=visit.pk), lines=[line("61.00")], version=seen, op=op(DAY))

    with pytest.raises(SavedMeanwhile) as told:
        change_visit(visit=visit, lines=[line("62.00")], version=seen, op=op(DAY))

    assert told.value.version == seen + 1
    assert visit.lines.get(is_removed=False).unit_price == 61
    change_visit(visit=visit, lines=[line("62.00")], version=seen + 1, op=op(DAY))
    assert visit.lines.get(is_removed=False).unit_price == 62


def test_the_details_of_a_visit_change_its_day_until_it_is_invoiced():
    visit = desk.visits(client(), DAY, line("60.00"), kind=Visit.Kind.SALE)
    yesterday = DAY - timedelta(days=1)

    change_visit(visit=visit, lines=[line("60.00")], op=op(DAY), day=yesterday, kind=Visit.Kind.INTERVENTION)
    visit.refresh_from_db()
    assert (visit.day, visit.kind) == (yesterday, Visit.Kind.INTERVENTION)
    with pytest.raises(VisitInFuture):
        change_visit(visit=visit, lines=[], op=op(DAY), day=DAY + timedelta(days=1))

    draft = draft_visits(visits=[visit], op=op(DAY))
    with pytest.raises(AlreadyInvoiced, match="Acte"):
        change_visit(visit=visit, lines=[line("61.00")], op=op(DAY))
    issue_invoice(invoice=draft, on=DAY, op=op(DAY))
    with pytest.raises(DayOfInvoiced):
        change_visit(visit=visit, lines=[], op=op(DAY), day=DAY)
    change_visit(visit=visit, lines=[line("8.00")], op=op(DAY), subject="Ferrure oubliée")
    assert balance_of(visit.client.account, today=DAY).to_invoice.amount == 8


def test_a_visit_of_somebody_new_opens_the_passer_by():
    walk_in = client(walk_in=True)
    newcomer = Party(account=walk_in.account, name="M. Passant")

    visit = record_visit(client=walk_in, day=DAY, lines=[line("5.00")], party=newcomer, op=op(DAY))

    assert list(Party.objects.filter(account=walk_in.account)) == [visit.party]
