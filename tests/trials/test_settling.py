"""Using credits, detaching, setting again by hand, and keeping a credit for the next invoice."""

from datetime import date
from decimal import Decimal

import pytest

from clients.terms import Terms
from invoicing.services import Plan, draft_lines
from ledger.models import Allocation, Operation
from ledger.queries import items_of, open_items
from ledger.services import AlreadyDetached, DifferentParty, NothingLeft, UsedElsewhere
from payments.models import Payment, PaymentType
from payments.services import (
    ForeignItem,
    NotLive,
    allocate_by_hand,
    issue_and_pay,
    reserve_credit,
    take_back,
)
from tests.builders import (
    a_client,
    cancel,
    credit_note,
    credit_on,
    detach,
    document,
    euros,
    invoice,
    left,
    line,
    main_item,
    pay,
    told,
    use,
)
from tests.factories import PartyFactory, op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


def by_hand(client, debit, credit, amount, day=TODAY):
    return allocate_by_hand(
        client=client,
        debit=main_item(debit).pk,
        credit=main_item(credit).pk,
        amount=Decimal(amount),
        op=op(day, Operation.Kind.ALLOCATE),
    )


def reserve(client, credit, amount, day=NEXT):
    return reserve_credit(
        client=client, credit=main_item(credit).pk, amount=euros(amount), op=op(day, Operation.Kind.RESERVE)
    )


# Using a credit


def test_a_credit_smaller_than_the_invoice_leaves_its_rest_to_pay(client):
    f, a = invoice(client, DAY, "50"), credit_note(client, DAY, "30")

    use(a, f, "30", NEXT)

    assert (left(f), left(a)) == (20, 0)
    assert told(client, TODAY, to_pay="20", credit="0", balance="-20")


def test_a_credit_on_a_part_paid_invoice_closes_it_with_its_vat(client):
    f = invoice(client, DAY, "120")
    pay(client, DAY, "100", {f: "100"})

    a = credit_on(f, NEXT, "20")
    use(a, f, "20", NEXT)

    assert (a.ht, a.vat) == (euros("16.67"), euros("3.33"))
    assert told(client, TODAY, outstanding="0", credit="0", balance="0")


def test_a_credit_on_a_paid_invoice_stays_to_be_used_or_refunded(client):
    f = invoice(client, DAY, "1641")
    pay(client, DAY, "1641", {f: "1641"})
    a = credit_on(f, NEXT, "335")
    assert left(f) == 0
    assert told(client, TODAY, collected="1641", credit="335", balance="335")

    pay(client, TODAY, "-335", {a: "-335"}, by="transfer")

    assert told(client, TODAY, collected="1306", credit="0", balance="0")


@pytest.mark.parametrize("total", ["0.01", "33.33", "299.99", "1317.48", "1317.49"])
@pytest.mark.parametrize("rate", ["20", "10", "5.5", "2.1"])
def test_an_invoice_and_its_full_credit_note_cancel_to_the_cent(client, total, rate):
    f = invoice(client, DAY, line(total, rate))

    a = credit_on(f, DAY)
    use(a, f, total, NEXT)

    assert (a.ht, a.vat, a.ttc) == (f.ht, f.vat, f.ttc)
    assert f.ht + f.vat == f.ttc == euros(total)
    assert told(client, TODAY, outstanding="0", credit="0", balance="0")


def test_a_credit_is_used_on_the_oldest_instalment_first(client):
    f = invoice(client, DAY, "100", plan=Plan(Terms.INSTALMENTS, count=2))
    a = credit_note(client, DAY, "70")

    use(a, f, "70", NEXT)

    assert [item.open for item in items_of(document(f))] == [0, 30]


def test_a_credit_is_not_used_beyond_what_the_invoice_owes(client):
    f, a = invoice(client, DAY, "30"), credit_note(client, DAY, "50")

    with pytest.raises(NothingLeft, match="reste dû 30,00\u00a0€"):
        use(a, f, "40", NEXT)

    assert (left(f), left(a)) == (30, 50)


def test_a_credit_is_not_used_beyond_what_it_has(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "30")

    with pytest.raises(NothingLeft, match="reste disponible 30,00\u00a0€"):
        use(a, f, "31", NEXT)


# Detaching


def test_detaching_one_of_four_leaves_the_others_settled(client):
    invoices = [invoice(client, DAY, "100") for _ in range(4)]
    r = pay(client, DAY, "400", dict.fromkeys(invoices, "100"))

    detach(document(r).allocations.get(debit=main_item(invoices[1])), TODAY)

    assert [left(one) for one in invoices] == [0, 100, 0, 0]
    assert left(r) == 100
    assert told(client, TODAY, balance="0", unpaid="100", credit="100")


def test_a_detached_credit_note_is_available_again(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "100")
    use(a, f, "100", NEXT)
    assert told(client, TODAY, balance="0", credit="0")

    detach(Allocation.objects.get(), TODAY)

    assert (left(f), left(a)) == (100, 100)
    assert told(client, TODAY, balance="0", credit="100")


def test_detaching_leaves_the_past_as_it_was(client):
    f = invoice(client, date(2026, 1, 5), "100")
    pay(client, date(2026, 1, 10), "100", {f: "100"})

    detach(Allocation.objects.get(), date(2026, 3, 20))

    asked = date(2026, 3, 21)
    assert told(client, asked, on=date(2026, 1, 31), unpaid="0", credit="0", balance="0")
    assert told(client, asked, on=date(2026, 3, 19), unpaid="0", credit="0", balance="0")
    assert told(client, asked, on=date(2026, 3, 20), unpaid="100", credit="100", balance="0")


def test_an_allocation_is_detached_once(client):
    f = invoice(client, DAY, "100")
    pay(client, DAY, "100", {f: "100"})
    detach(Allocation.objects.get(), TODAY)

    with pytest.raises(AlreadyDetached):
        detach(Allocation.objects.get(), TODAY)


def test_what_was_detached_is_set_elsewhere_by_hand(client):
    f1, f2 = invoice(client, DAY, "100"), invoice(client, DAY, "60")
    r = pay(client, DAY, "100", {f1: "100"})
    detach(Allocation.objects.get(), NEXT)

    made = by_hand(client, f2, r, "60")

    assert (left(f1), left(f2), left(r)) == (100, 0, 40)
    assert made.day == TODAY
    assert told(client, TODAY, on=NEXT, unpaid="160", credit="100")


def test_a_part_set_by_hand_stays_when_the_rest_is_set(client):
    f = invoice(client, DAY, "10000")
    r = pay(client, DAY, "8000")
    first = by_hand(client, f, r, "1500", NEXT)

    by_hand(client, f, r, "6500")

    first.refresh_from_db()
    assert (first.amount, first.detached_by) == (1500, None)
    assert (left(f), left(r)) == (2000, 0)


def test_two_debts_are_not_set_against_each_other(client):
    f1, f2 = invoice(client, DAY, "100"), invoice(client, DAY, "100")

    with pytest.raises(ForeignItem):
        by_hand(client, f1, f2, "100")


# A walk-in


@pytest.fixture
def passers_by():
    walk_in = a_client("PASSAGE", walk_in=True)
    return walk_in, *(PartyFactory(account=walk_in.account, name=name) for name in ("Dupont", "Martin"))


def test_what_one_passer_by_owes_another_does_not_have(passers_by):
    walk_in, dupont, martin = passers_by
    invoice(walk_in, DAY, "30", party=dupont)
    credit_note(walk_in, DAY, "50", party=martin)

    assert told(walk_in, TODAY, to_pay="30", to_use="50", balance="20")
    assert told(walk_in, TODAY, on=DAY, to_pay="30", to_use="50", balance="20")


def test_nothing_of_one_passer_by_settles_anothers(passers_by):
    walk_in, dupont, martin = passers_by
    f = invoice(walk_in, DAY, "30", party=dupont)
    a = credit_note(walk_in, DAY, "50", party=martin)

    with pytest.raises(DifferentParty):
        pay(walk_in, NEXT, "0", {f: "30", a: "-30"})
    with pytest.raises(DifferentParty):
        by_hand(walk_in, f, a, "30")

    assert not Payment.objects.exists()


def test_a_payment_of_a_passer_by_bears_the_same_party(passers_by):
    walk_in, dupont, _ = passers_by
    f = invoice(walk_in, DAY, "30", party=dupont)

    r = pay(walk_in, NEXT, "50", {f: "30"}, by="cash")

    assert document(r).party == dupont
    assert [item.party for item in open_items(walk_in.account)] == [dupont]
    assert told(walk_in, TODAY, to_pay="0", to_use="20")


# Reserving


def test_a_reserved_credit_is_available_and_refused_to_other_uses(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "50")

    reserve(client, a, "40")

    assert told(client, TODAY, credit="50")
    with pytest.raises(NothingLeft, match="reste disponible 10,00\u00a0€"):
        use(a, f, "50", NEXT)
    with pytest.raises(UsedElsewhere, match="40,00\u00a0€"):
        cancel(a, NEXT)


def test_the_next_invoice_uses_what_is_reserved_first_and_the_rest_stays(client):
    a = credit_note(client, DAY, "50")
    reserve(client, a, "40")

    f = invoice(client, TODAY, "30")

    assert (left(f), left(a)) == (0, 20)
    assert main_item(a).reserved == 10
    assert told(client, TODAY, unpaid="0", credit="20")


def test_at_the_desk_only_what_the_reserved_credit_leaves_is_paid(client):
    a = credit_note(client, DAY, "50")
    reserve(client, a, "50")
    draft = draft_lines(client=client, lines=[line("80")], op=op(TODAY, Operation.Kind.INVOICE))

    issue_and_pay(
        invoice=draft, type=PaymentType.objects.get(pk="card"), on=TODAY, op=op(TODAY, Operation.Kind.INVOICE)
    )

    assert Payment.objects.get().amount == euros("30")
    assert told(client, TODAY, unpaid="0", credit="0", collected="30", invoiced="80")


def test_a_reservation_taken_back_is_free_and_taken_back_once(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "50")
    reservation = reserve(client, a, "50")

    take_back(reservation=reservation, op=op(NEXT, Operation.Kind.RESERVE))
    use(a, f, "50", NEXT)

    assert left(a) == 0
    with pytest.raises(NotLive):
        take_back(reservation=reservation, op=op(NEXT, Operation.Kind.RESERVE))
