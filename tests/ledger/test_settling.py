"""Allocating, detaching, reserving and reversing."""

from datetime import date
from decimal import Decimal

import pytest

from ledger import queries, services
from ledger.models import Allocation, PeriodLock
from ledger.pairing import Pair
from ledger.services import (
    AlreadyDetached,
    AlreadyReversed,
    DifferentParty,
    NothingLeft,
    PeriodClosed,
    UsedElsewhere,
    open_days,
    release,
    reserve,
    shut,
)
from tests.factories import (
    account,
    allocate,
    credit_note_entry,
    detach,
    invoice_entry,
    op_under_way,
    party,
    payment_entry,
    reverse,
)
from tests.helpers import settle

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN20 = date(2026, 1, 20)
JAN25 = date(2026, 1, 25)
FEB10 = date(2026, 2, 10)


@pytest.fixture
def invoice(db):
    """An invoice of 100.00 of 5 January."""
    return invoice_entry(account(), "100.00", JAN5, FEB10, reference="F1")


@pytest.fixture
def payment(invoice):
    """A payment of 70.00 of 10 January by the same client."""
    return payment_entry(invoice.account, "70.00", JAN10)


def left(*items) -> list[str]:
    for item in items:
        item.refresh_from_db()
    return [str(item.open) for item in items]


# Allocating


def test_an_allocation_bears_the_latest_of_its_day_and_its_lines(invoice, payment):
    early = allocate(invoice, payment, "10.00", JAN5, op=op_under_way(JAN20))
    late = allocate(invoice, payment, "10.00", JAN20)

    assert (early.day, late.day) == (JAN10, JAN20)


def test_an_allocation_does_not_count_before_the_last_detach_that_mattered(invoice, payment):
    detach(allocate(invoice, payment, "70.00", JAN10), JAN20)

    again = allocate(invoice, payment, "30.00", JAN10, op=op_under_way(JAN25))

    assert again.day == JAN20


def test_a_detach_on_the_day_of_the_allocation_delays_nothing(invoice, payment):
    detach(allocate(invoice, payment, "70.00", JAN20), JAN20)

    again = allocate(invoice, payment, "30.00", JAN10, op=op_under_way(JAN25))

    assert again.day == JAN10


def test_a_detach_delays_the_other_side_alone_where_that_is_all(invoice, payment):
    other = invoice_entry(invoice.account, "50.00", JAN5)
    detach(allocate(invoice, payment, "70.00", JAN10), JAN20)
    second = payment_entry(invoice.account, "40.00", JAN10)

    assert allocate(other, payment, "10.00", JAN10, op=op_under_way(JAN25)).day == JAN20
    assert allocate(other, second, "10.00", JAN10, op=op_under_way(JAN25)).day == JAN10


def test_the_items_handed_in_are_brought_up_to_date(invoice, payment):
    operation = op_under_way(JAN20)

    made = services.allocate(
        [Pair(invoice, payment, Decimal("45.00"))], on=JAN20, op=operation, days=open_days(operation)
    )

    assert [str(allocation.amount) for allocation in made] == ["45.00"]
    assert (invoice.open, payment.open) == (Decimal("55.00"), Decimal("25.00"))
    assert left(invoice, payment) == ["55.00", "25.00"]


def test_an_allocation_remembers_the_document_that_made_it(invoice, payment):
    operation = op_under_way(JAN20)

    (made,) = services.allocate(
        [Pair(invoice, payment, Decimal("45.00"))],
        on=JAN20,
        op=operation,
        days=open_days(operation),
        document=payment.document,
    )

    assert list(payment.document.allocations.all()) == [made]
    assert str(made) == "45.00 le 20/01/2026"


def test_nothing_to_allocate_is_nothing(db):
    operation = op_under_way(JAN20)

    assert services.allocate([], on=JAN20, op=operation, days=open_days(operation)) == []


def test_more_than_is_due_is_refused_with_what_is(invoice, payment):
    allocate(invoice, payment, "70.00", JAN10)
    other = payment_entry(invoice.account, "70.00", JAN10)

    with pytest.raises(NothingLeft) as refusal:
        allocate(invoice, other, "70.00", JAN20)

    assert refusal.value.message == "F1\u00a0: reste dû 30,00\u00a0€."
    assert (refusal.value.left, refusal.value.field) == (Decimal("30.00"), "amount")


def test_more_than_is_available_is_refused_with_what_is(invoice, payment):
    with pytest.raises(NothingLeft) as refusal:
        allocate(invoice, payment, "70.01", JAN20)

    assert refusal.value.message == f"{payment.document.reference}\u00a0: reste disponible 70,00\u00a0€."


def test_what_is_reserved_is_not_available(invoice, payment):
    reserve(payment, Decimal("50.00"), op=op_under_way(JAN20))

    with pytest.raises(NothingLeft, match="reste disponible 20,00"):
        allocate(invoice, payment, "20.01", JAN20)


def test_two_pairs_at_once_take_no_more_than_is_due(invoice, payment):
    operation = op_under_way(JAN20)
    half = Pair(invoice, payment, Decimal("40.00"))

    with pytest.raises(NothingLeft, match="reste disponible 30,00"):
        services.allocate([half, half], on=JAN20, op=operation, days=open_days(operation))


def test_another_client_is_not_settled(invoice):
    stranger = payment_entry(account(), "70.00", JAN10)

    with pytest.raises(DifferentParty, match="argent d’un autre"):
        allocate(invoice, stranger, "10.00", JAN20)


def test_another_passer_by_is_not_settled(db):
    dupont = party(name="Dupont")
    martin = party(name="Martin", account=dupont.account)
    sale = invoice_entry(dupont.account, "30.00", JAN5, party=dupont)
    credit = credit_note_entry(dupont.account, "50.00", JAN5, party=martin)

    with pytest.raises(DifferentParty):
        allocate(sale, credit, "10.00", JAN20)


def test_a_locked_day_takes_no_allocation(invoice, payment):
    shut(PeriodLock.Scope.BOOKS, JAN20)

    with pytest.raises(PeriodClosed, match="20/01/2026"):
        allocate(invoice, payment, "10.00", JAN20)
    assert allocate(invoice, payment, "10.00", JAN25).day == JAN25


# Detaching


def test_a_detach_opens_both_sides_and_is_kept(invoice, payment):
    allocation = allocate(invoice, payment, "70.00", JAN10)

    detach(allocation, JAN20)

    allocation.refresh_from_db()
    assert left(invoice, payment) == ["100.00", "70.00"]
    assert (allocation.day, allocation.detached_on, allocation.amount) == (JAN10, JAN20, Decimal("70.00"))


def test_a_detach_is_never_before_the_allocations_own_day(invoice, payment):
    allocation = allocate(invoice, payment, "70.00", JAN20)

    detach(allocation, JAN10, op=op_under_way(JAN25))

    allocation.refresh_from_db()
    assert allocation.detached_on == JAN20


def test_detaching_one_of_four_leaves_the_others(db):
    client = account()
    payment = payment_entry(client, "400.00", JAN5)
    invoices = [invoice_entry(client, "100.00", JAN5) for _ in range(4)]
    allocations = [allocate(invoice, payment, "100.00", JAN5) for invoice in invoices]

    detach(allocations[1], JAN10)

    assert left(*invoices, payment) == ["0.00", "100.00", "0.00", "0.00", "100.00"]


def test_what_is_detached_is_not_detached_again(invoice, payment):
    allocation = allocate(invoice, payment, "70.00", JAN10)
    detach(allocation, JAN20)

    with pytest.raises(AlreadyDetached):
        detach(allocation, JAN25)

    assert Allocation.objects.get().detached_on == JAN20


# Reserving


def test_a_reservation_keeps_part_of_a_credit_and_gives_it_back(payment):
    reservation = reserve(payment, Decimal("50.00"), op=op_under_way(JAN20))
    payment.refresh_from_db()
    assert (payment.open, payment.reserved) == (Decimal("70.00"), Decimal("50.00"))
    assert str(reservation) == "50.00 réservés"

    release([reservation], op=op_under_way(JAN25))

    payment.refresh_from_db()
    assert (payment.open, payment.reserved) == (Decimal("70.00"), 0)


def test_no_more_is_reserved_than_is_free(payment):
    reserve(payment, Decimal("50.00"), op=op_under_way(JAN20))

    with pytest.raises(NothingLeft, match="reste disponible 20,00"):
        reserve(payment, Decimal("20.01"), op=op_under_way(JAN20))


# Reversing


def test_a_reversal_swaps_the_sides_and_is_set_against_what_it_reverses(invoice):
    posted = reverse(invoice, JAN10)

    settle()
    assert [(line.account_id, line.debit, line.credit) for line in posted.entry.lines.order_by("pk")] == [
        ("411", 0, Decimal("100.00")),
        ("706", Decimal("100.00"), 0),
    ]
    assert posted.entry.reverses == invoice.line.entry
    assert posted.entry.label == "Annulation Facture F1"
    assert left(invoice, *posted.items) == ["0.00", "0.00"]
    assert posted.items[0].kind == invoice.kind


def test_a_reversal_keeps_the_kind_and_bears_its_own_day(payment):
    posted = reverse(payment, JAN20)

    assert (posted.items[0].kind, posted.items[0].is_debit, posted.items[0].due) == ("payment", True, JAN20)
    assert Allocation.objects.get().day == JAN20


def test_what_is_reversed_is_not_reversed_again(payment):
    reverse(payment, JAN20)

    with pytest.raises(AlreadyReversed, match=payment.document.reference):
        reverse(payment, JAN20)


def test_what_is_used_is_not_reversed(invoice, payment):
    allocate(invoice, payment, "10.00", JAN10)

    with pytest.raises(UsedElsewhere, match=payment.document.reference):
        reverse(payment, JAN20)


def test_what_is_reserved_is_not_reversed(payment):
    reserve(payment, Decimal("10.00"), op=op_under_way(JAN20))

    with pytest.raises(UsedElsewhere):
        reverse(payment, JAN20)


# What was read under the lock


def test_live_allocations_are_those_not_detached_oldest_first(invoice, payment):
    first = allocate(invoice, payment, "10.00", JAN10)
    second = allocate(invoice, payment, "20.00", JAN10)
    third = allocate(invoice, payment, "30.00", JAN10)
    detach(second, JAN20)

    assert queries.live_allocations(invoice) == queries.live_allocations(payment) == [first, third]
    assert queries.live_allocations() == []


def test_live_reservations_are_those_of_the_passer_by(db):
    dupont = party(name="Dupont")
    martin = party(name="Martin", account=dupont.account)
    credits = [credit_note_entry(dupont.account, "50.00", JAN5, party=one) for one in (dupont, martin, dupont)]
    reservations = [reserve(credit, Decimal("10.00"), op=op_under_way(JAN20)) for credit in credits]
    release(reservations[:1], op=op_under_way(JAN20))

    assert queries.live_reservations(dupont.account, dupont) == reservations[2:]
    assert queries.live_reservations(dupont.account, martin) == [reservations[1]]
    assert queries.live_reservations(account(), None) == []
