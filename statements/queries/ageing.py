"""How old what is owed is: not yet due, and by how many days late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from office.amounts import ZERO

LIMITS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Aged:
    """Open amounts by age, VAT included. late: one a class of days, the last without end; credits: above 0."""

    not_due: Decimal
    late: tuple[Decimal, ...]
    credits: Decimal = ZERO

    @property
    def owed(self) -> Decimal:
        """What is owed, whatever its age."""
        return self.not_due + sum(self.late, ZERO)

    @property
    def total(self) -> Decimal:
        """What is owed less the credits: account 411."""
        return self.owed - self.credits

    @property
    def cells(self) -> tuple[Decimal, ...]:
        """Its amounts in the order of `age_labels`: credits are below 0."""
        return (self.not_due, *self.late, -self.credits)

    def __add__(self, other: Self) -> "Aged":
        late = tuple(one + two for one, two in zip(self.late, other.late, strict=True))
        return Aged(self.not_due + other.not_due, late, self.credits + other.credits)


def age_labels(limits: Sequence[int]) -> list[str]:
    """The headings of the classes: not yet due, each span of days late, more than the last, the credits."""
    starts = [1, *(limit + 1 for limit in limits)]
    spans = [f"{start} à {end}\u00a0jours" for start, end in zip(starts, limits, strict=False)]
    return ["Non échu", *spans, f"Plus de {limits[-1]}\u00a0jours", "Avoirs et trop-perçus"]


def aged(items: Iterable[tuple[bool, date, Decimal]], on: date, limits: Sequence[int] = LIMITS) -> Aged:
    """Age what is open on a day. items: whether each is a debit, its due day, what is open of it."""
    not_due, credits, late = ZERO, ZERO, [ZERO] * (len(limits) + 1)
    for is_debit, due, left in items:
        days = (on - due).days
        if not is_debit:
            credits += left
        elif days <= 0:
            not_due += left
        else:
            late[sum(days > limit for limit in limits)] += left
    return Aged(not_due, tuple(late), credits)
