"""Which credit settles which debit: the same whatever the order in which they are given."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from ledger.models import OpenItem
from ledger.pairing import Share, pair

JAN5 = date(2026, 1, 5)
JAN10 = date(2026, 1, 10)
JAN20 = date(2026, 1, 20)


def share(key: int, amount: str, *, debit: bool, day: date = JAN5, due: date = JAN5, document: int = 0) -> Share:
    item = OpenItem(pk=key, is_debit=debit, day=day, due=due, document_id=document or key)
    return Share(item, Decimal(amount))


def debit(key: int, amount: str, **fields) -> Share:
    return share(key, amount, debit=True, **fields)


def credit(key: int, amount: str, **fields) -> Share:
    return share(key, amount, debit=False, **fields)


def paired(shares, **options) -> set[tuple[int, int, str]]:
    """The pairs as (debit, credit, amount); the same for each order of the shares."""
    answers = [
        {(one.debit.pk, one.credit.pk, str(one.amount)) for one in pair(order, **options)}
        for order in permutations(shares)
    ]
    assert all(answer == answers[0] for answer in answers)
    return answers[0]


def test_nothing_is_paired_with_nothing():
    assert pair([]) == []
    assert pair([debit(1, "10")]) == []
    assert pair([credit(1, "10")]) == []


def test_a_credit_settles_a_debit_as_far_as_both_go():
    assert paired([debit(1, "100"), credit(2, "70")]) == {(1, 2, "70")}
    assert paired([debit(1, "70"), credit(2, "100")]) == {(1, 2, "70")}


def test_debits_are_settled_by_due_date_then_key():
    shares = [debit(1, "50", due=JAN20), debit(3, "50", due=JAN10), debit(2, "50", due=JAN10), credit(9, "120")]

    assert paired(shares) == {(2, 9, "50"), (3, 9, "50"), (1, 9, "20")}


def test_credits_are_used_by_day_then_key():
    shares = [debit(1, "60"), credit(9, "50", day=JAN5), credit(8, "50", day=JAN10), credit(7, "50", day=JAN10)]

    assert paired(shares) == {(1, 9, "50"), (1, 7, "10")}


def test_the_payment_is_used_after_all_other_credits():
    shares = [debit(1, "60"), credit(2, "50", day=JAN5), credit(3, "50", day=JAN20)]

    assert paired(shares, last={2}) == {(1, 3, "50"), (1, 2, "10")}


def test_a_credit_settles_the_documents_that_it_names_first():
    shares = [debit(1, "50", due=JAN5), debit(2, "50", due=JAN20, document=77), credit(3, "60")]

    assert paired(shares, named={3: {77}}) == {(2, 3, "50"), (1, 3, "10")}


def test_a_credit_that_names_a_document_goes_before_an_older_one_that_does_not():
    shares = [debit(1, "50", document=77), credit(2, "50", day=JAN5), credit(3, "30", day=JAN20)]

    assert paired(shares, named={3: {77}}) == {(1, 3, "30"), (1, 2, "20")}


def test_what_is_named_and_not_there_changes_nothing():
    assert paired([debit(1, "50"), credit(2, "50")], named={2: {77}, 9: {1}}) == {(1, 2, "50")}


def test_a_credit_settles_each_instalment_of_the_document_that_it_names():
    shares = [debit(1, "50", document=77), debit(2, "50", document=77), credit(3, "100")]

    assert paired(shares, named={3: {77}}) == {(1, 3, "50"), (2, 3, "50")}


AMOUNTS = st.integers(0, 500).map(lambda cents: Decimal(cents).scaleb(-2))
OFFSETS = st.integers(0, 3).map(lambda days: JAN5 + timedelta(days=days))
SHARES = st.lists(st.tuples(st.booleans(), AMOUNTS, OFFSETS, OFFSETS), max_size=8).map(
    lambda rows: [
        share(key, str(amount), debit=side, day=day, due=due)
        for key, (side, amount, day, due) in enumerate(rows, start=1)
    ]
)


@given(SHARES, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_pairs_and_uses_up_one_side(shares, random):
    shuffled = random.sample(shares, len(shares))

    pairs = pair(shares, last={1})

    assert pair(shuffled, last={1}) == pairs
    assert all(one.debit.is_debit and not one.credit.is_debit and one.amount > 0 for one in pairs)
    assert len({(one.debit.pk, one.credit.pk) for one in pairs}) == len(pairs)
    used = sum(one.amount for one in pairs)
    assert used == min(
        sum(one.amount for one in shares if one.item.is_debit),
        sum(one.amount for one in shares if not one.item.is_debit),
    )
    for one in shares:
        assert sum(p.amount for p in pairs if one.item.pk in (p.debit.pk, p.credit.pk)) <= one.amount
