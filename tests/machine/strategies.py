"""What the acts of the machine are drawn from, and how the model's numbers are written for Solde."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from djmoney.money import Money
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from clients.terms import Terms
from invoicing.services import NewLine, Plan
from tests.machine.books import Priced

# Which of several: taken modulo how many there are; now and then, of all that there ever was.
which = st.integers(0, 99)
# How much of what is open.
share = st.sampled_from(["whole"] * 10 + ["half"] * 5 + ["cent"] * 2 + ["over"])
ago = st.sampled_from([0] * 10 + [1, 1, 1, 2, 2, 4, 9, 20, -1])
nights = st.sampled_from([0] * 6 + [1, 1, 1, 2, 5])
sites = st.sampled_from([0, 0, 1])
lines = st.lists(
    st.builds(
        Priced,
        quantity=st.sampled_from([Fraction(1)] * 9 + [Fraction(3), Fraction(1, 2), Fraction(-1)]),
        price=st.one_of(st.sampled_from([1000, 333, 999, 1001]), st.integers(1, 9999)),
        rate=st.sampled_from([Fraction(20), Fraction(20), Fraction(55, 10), Fraction(10)]),
        discount=st.sampled_from([Fraction(0)] * 3 + [Fraction(15)]),
    ),
    min_size=1,
    max_size=3,
)


def doing(**strategies: st.SearchStrategy) -> Callable:
    """A rule of the machine before which some days pass, or none: in some runs Hypothesis leaves any rule out."""

    def decorate(does: Callable) -> Callable:
        def later(self: RuleBasedStateMachine, nights: int, **details: Any) -> None:
            self.books.today += timedelta(days=nights)
            does(self, **details)

        later.__name__ = does.__name__
        return rule(nights=nights, **strategies)(later)

    return decorate


def decimal(value: int | Fraction, places: int = 0) -> Decimal:
    """An exact decimal; places: how many of the number's digits are decimals."""
    value = Fraction(value)
    return (Decimal(value.numerator) / Decimal(value.denominator)).scaleb(-places)


def cents(amount: Decimal | Money) -> int:
    amount = amount.amount if isinstance(amount, Money) else amount
    whole = amount * 100
    assert whole == int(whole), f"{amount} has a fraction of a cent"
    return int(whole)


def new_line(priced: Priced) -> NewLine:
    return NewLine(
        "Acte", decimal(priced.price, 2), decimal(priced.rate), decimal(priced.quantity), decimal(priced.discount)
    )


def part_of(left: int, how: str) -> int:
    """An amount, from what is open."""
    return {"whole": left, "half": max(1, left // 2), "cent": 1, "over": left + 1}[how]


@dataclass(frozen=True)
class Promise:
    """How an invoice is to be paid: at once, in 30 days, in months, or in so many parts after days."""

    terms: Terms = Terms.RECEIPT
    count: int = 1
    after: tuple[int, ...] = ()
    off: int = 0

    def instalments(self, total: int, on: date) -> list[tuple[date, int]]:
        if total <= 0:
            return []
        if self.terms == Terms.DAYS_30:
            return [(on + timedelta(days=30), total)]
        if self.terms == Terms.RECEIPT:
            return [(on, total)]
        count = len(self.after) or self.count
        parts = [total // count] * (count - 1) + [total - total // count * (count - 1) + self.off]
        dues = [on + timedelta(days=days) for days in self.after] or [_months_after(on, rank) for rank in range(count)]
        return list(zip(dues, parts, strict=True))

    def plan(self, total: int, on: date) -> Plan:
        free = [(day, decimal(part, 2)) for day, part in self.instalments(total, on)] if self.after else ()
        return Plan(self.terms, self.count, free)


def _months_after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


promises = st.one_of(
    st.sampled_from([Promise(), Promise(), Promise(Terms.DAYS_30)]),
    st.builds(Promise, st.just(Terms.INSTALMENTS), st.integers(2, 4)),
    st.builds(
        Promise,
        st.just(Terms.FREE),
        after=st.lists(st.integers(0, 40), min_size=1, max_size=3).map(tuple),
        off=st.sampled_from([0, 0, 0, 0, 1]),
    ),
)
