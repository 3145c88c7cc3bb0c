"""Money taken and given back, with what it settles; and how it is cancelled."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from uuid import uuid4

import pytest

from clients.terms import Terms
from invoicing.services import Plan
from ledger.models import Document, Entry, Operation, PeriodLock
from ledger.queries import items_of, open_items
from ledger.services import AlreadySubmitted, NothingLeft, PeriodClosed, shut
from office.amounts import TooManyParts
from payments.models import Payment, PaymentType, Refund
from payments.services import (
    ForeignItem,
    NothingPaid,
    SettlementOff,
    TypeNeeded,
    Wanted,
    WrongSign,
    record_payment,
)
from tests.builders import (
    a_client,
    cancel,
    credit_note,
    document,
    euros,
    invoice,
    left,
    main_item,
    pay,
    told,
)
from tests.factories import SiteFactory, op

pytestmark = pytest.mark.usefixtures("sound_ledger")

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)
TODAY = date(2026, 3, 16)


@pytest.fixture
def client():
    return a_client()


# What is left


def test_a_part_paid_invoice_counts_its_rest_alone(client):
    f = invoice(client, DAY, "1000")

    pay(client, NEXT, "400", {f: "400"})

    assert told(client, TODAY, outstanding="600", to_pay="600", collected="400", invoiced="1000")


def test_an_overpayment_stays_available_as_credit(client):
    f = invoice(client, DAY, "100")

    r = pay(client, NEXT, "120", {f: "100"})

    assert left(r) == 20
    assert told(client, TODAY, unpaid="0", credit="20", balance="20", to_use="20", collected="120")


def test_an_unused_overpayment_raises_the_balance_and_leaves_late_what_is_late(client):
    pay(client, DAY, "50")
    invoice(client, DAY, "30", due=DAY)

    assert told(client, TODAY, unpaid="30", credit="50", balance="20", overdue="30", to_use="20")


def test_a_payment_of_a_cent_too_much_leaves_a_cent(client):
    f = invoice(client, DAY, "42.41")

    pay(client, NEXT, "42.42", {f: "42.41"})

    assert told(client, TODAY, outstanding="0", credit="0.01", balance="0.01")


def test_more_than_is_open_is_refused_with_what_is_due(client):
    f = invoice(client, DAY, "100")
    pay(client, NEXT, "70", {f: "70"})

    with pytest.raises(NothingLeft, match="reste dû 30,00\u00a0€"):
        pay(client, NEXT, "70", {f: "70"})

    assert Payment.objects.count() == 1
    r = pay(client, NEXT, "70", {f: "30"})
    assert (left(f), left(r)) == (0, 40)


def test_an_instalment_settled_elsewhere_takes_its_rest_alone(client):
    f = invoice(client, DAY, "10000", due=date(2026, 4, 1))
    a = credit_note(client, DAY, "2000")
    pay(client, DAY, "0", {a: "-2000", f: "2000"})

    assert [item.open for item in open_items(client.account)] == [8000]
    with pytest.raises(NothingLeft, match="reste dû 8\u202f000,00\u00a0€"):
        pay(client, NEXT, "10000", {f: "10000"})


@pytest.mark.parametrize("total", ["100.00", "1889.52", "0.03"])
def test_paying_each_instalment_closes_the_invoice(client, total):
    f = invoice(client, DAY, total, plan=Plan(Terms.INSTALMENTS, count=3))
    instalments = items_of(document(f))

    for instalment in instalments:
        pay(client, NEXT, str(instalment.amount), {instalment: str(instalment.amount)})

    assert len(instalments) == 3
    assert sum(instalment.amount for instalment in instalments) == Decimal(total)
    assert left(f) == 0
    assert told(client, TODAY, outstanding="0", credit="0", collected=total)


def test_two_cents_are_not_invoiced_in_three_instalments(client):
    with pytest.raises(TooManyParts, match="0,02 ne se partage pas en 3"):
        invoice(client, DAY, "0.02", plan=Plan(Terms.INSTALMENTS, count=3))

    assert not Document.objects.exists()


def test_one_payment_settles_a_small_and_part_of_a_large_invoice(client):
    small, large = invoice(client, DAY, "45"), invoice(client, DAY, "500")

    r = pay(client, NEXT, "500", {small: "45", large: "455"})

    assert (left(small), left(large), left(r)) == (0, 45, 0)


# Set-off


@pytest.mark.parametrize(
    ("money", "amounts"),
    [
        ("0", {"F1": "50", "A": "-50"}),
        ("1000", {"F1": "1100", "A": "-100"}),
        ("200", {"F1": "300", "F2": "200", "A": "-300"}),
    ],
)
def test_a_set_off_is_the_same_in_whatever_order_its_rows_come(client, money, amounts):
    made = {
        name: (credit_note if name == "A" else invoice)(client, DAY, amount.removeprefix("-"))
        for name, amount in amounts.items()
    }
    outcomes = set()

    for order in permutations(amounts):
        r = pay(client, NEXT, money, {made[name]: amounts[name] for name in order})
        allocations = document(r).allocations.order_by("debit", "amount").select_related("credit")
        outcomes.add(tuple((one.debit_id, one.credit.document_id == r.document_id, one.amount) for one in allocations))
        assert all(left(one) == 0 for one in made.values())
        assert told(client, TODAY, balance="0", unpaid="0", credit="0")
        cancel(r, NEXT)

    assert len(outcomes) == 1


def test_all_of_a_debt_and_a_credit_are_settled_by_the_difference(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "30")

    pay(client, NEXT, "70", {f: "100", a: "-30"})

    assert told(client, TODAY, unpaid="0", credit="0", balance="0", collected="70")


def test_a_set_off_posts_no_entry(client):
    f, a = invoice(client, DAY, "50"), credit_note(client, DAY, "50")
    before = Entry.objects.count()

    r = pay(client, NEXT, "0", {a: "-50", f: "50"})

    assert Entry.objects.count() == before
    assert (r.entry, document(r).reference[:4]) == (None, "REG-")


def test_a_negative_payment_gives_an_overpayment_back(client):
    tp = pay(client, DAY, "80")
    assert told(client, TODAY, balance="80")

    back = pay(client, NEXT, "-80", {tp: "-80"}, by="transfer")

    assert isinstance(back, Refund)
    assert told(client, TODAY, balance="0", credit="0", collected="0")
    assert (Payment.objects.get().amount, Refund.objects.get().amount) == (euros("80"), euros("80"))


# Refusals


def test_signs_are_those_of_the_document(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "50")

    with pytest.raises(WrongSign, match="doit être positif"):
        pay(client, NEXT, "20", {f: "-10"})
    with pytest.raises(WrongSign, match="doit être négatif"):
        pay(client, NEXT, "20", {a: "10"})

    assert not Payment.objects.exists()


def test_a_credit_of_another_client_settles_nothing(client):
    f = invoice(client, DAY, "100")
    theirs = credit_note(a_client("C-2"), DAY, "100")

    with pytest.raises(ForeignItem):
        pay(client, NEXT, "0", {f: "100", theirs: "-100"})

    assert not Payment.objects.exists()


def test_a_credit_in_another_currency_settles_nothing(client):
    f = invoice(client, DAY, "100")
    theirs = pay(a_client("C-2", currency="CHF"), DAY, "100")

    with pytest.raises(ForeignItem):
        pay(client, NEXT, "0", {f: "100", theirs: "-100"})


def test_what_is_not_there_settles_nothing(client):
    item = main_item(invoice(client, DAY, "100"))

    with pytest.raises(ForeignItem):
        record_payment(
            client=client,
            amount=euros("0"),
            on=NEXT,
            settles=[Wanted(item.pk, Decimal(100)), Wanted(item.pk + 1_000, Decimal(-100))],
            op=op(NEXT, Operation.Kind.SET_OFF),
        )


def test_a_cancelled_credit_note_settles_nothing(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "100")
    cancel(a, NEXT)

    with pytest.raises(NothingLeft, match="reste disponible 0,00\u00a0€"):
        pay(client, NEXT, "0", {f: "100", a: "-100"})

    assert left(f) == 100


def test_money_and_credits_that_do_not_meet_are_refused(client):
    f, a = invoice(client, DAY, "100"), credit_note(client, DAY, "50")

    with pytest.raises(SettlementOff, match="Il manque 20,00\u00a0€"):
        pay(client, NEXT, "30", {f: "100", a: "-50"})
    with pytest.raises(SettlementOff, match="Il reste 10,00\u00a0€"):
        pay(client, NEXT, "0", {f: "40", a: "-50"})


def test_a_payment_of_nothing_settles_something(client):
    with pytest.raises(NothingPaid):
        pay(client, NEXT, "0")


def test_money_moves_by_some_type_of_payment(client):
    with pytest.raises(TypeNeeded):
        record_payment(client=client, amount=euros("10"), on=NEXT, op=op(NEXT, Operation.Kind.PAYMENT))


# Sent twice


def taken(client, key, digest):
    return record_payment(
        client=client,
        amount=euros("10"),
        type=PaymentType.objects.get(pk="card"),
        on=NEXT,
        op=op(NEXT, Operation.Kind.PAYMENT, key=key, digest=digest),
    )


def test_the_same_form_twice_is_one_payment(client):
    key = uuid4()

    assert taken(client, key, "a") == taken(client, key, "a")
    assert Payment.objects.count() == 1


def test_the_same_form_with_another_input_is_refused(client):
    key = uuid4()
    first = taken(client, key, "a")

    with pytest.raises(AlreadySubmitted) as refusal:
        taken(client, key, "b")

    assert refusal.value.first.result == first


# The till


def test_a_payment_counts_in_the_till_of_the_site_that_took_it(client):
    here, there = SiteFactory(), SiteFactory()
    f = invoice(client, date(2026, 3, 3), "60", site=here)
    shut(PeriodLock.Scope.TILL, date(2026, 3, 5), site=here)

    r = pay(client, date(2026, 3, 5), "60", {f: "60"}, by="cash", site=there)

    assert r.entry.site == there
    shut(PeriodLock.Scope.TILL, date(2026, 3, 5), site=there)
    with pytest.raises(PeriodClosed, match="clôturée jusqu’au 05/03/2026"):
        pay(client, date(2026, 3, 5), "10", by="cash", site=there)


def test_after_the_closing_the_day_is_tomorrow(client):
    site = SiteFactory()
    shut(PeriodLock.Scope.TILL, DAY, site=site)

    r = pay(client, NEXT, "10", by="cash", site=site, today=DAY)

    assert r.entry.day == NEXT
