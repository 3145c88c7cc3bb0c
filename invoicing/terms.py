"""Terms of payment: when what part of a total is due (conditions de règlement, échéances)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from clients.terms import Terms
from office.amounts import ZERO, equal_parts, format_number, format_quantity, has_decimals_within
from office.errors import SoldeError

MOST_INSTALMENTS = 120


class Due(NamedTuple):
    """An instalment: its due date, and its amount VAT included."""

    day: date
    amount: Decimal


class NothingToSchedule(SoldeError):
    """A total of 0 or less, which has no instalments."""

    def __init__(self, total: Decimal) -> None:
        super().__init__(f"Un total de {format_number(total)} n’a pas d’échéance.")


class InstalmentsOutOfRange(SoldeError):
    """A number of instalments below 1 or beyond ten years of months."""

    field = "count"

    def __init__(self, count: int) -> None:
        super().__init__(f"Il faut de 1 à {MOST_INSTALMENTS} échéances, pas {count}.")


class StartsBeforeDocument(SoldeError):
    """A first instalment before the document's day."""

    field = "first"

    def __init__(self, first: date, on: date) -> None:
        super().__init__(f"La première échéance ({first:%d/%m/%Y}) est avant la date de la pièce ({on:%d/%m/%Y}).")


class InstalmentRefused(SoldeError):
    """An instalment of a free schedule that can't be.

    rank: its place in the schedule as it was typed, from 1.
    """

    field = "schedule"

    def __init__(self, message: str, rank: int) -> None:
        super().__init__(message)
        self.rank = rank


class InstalmentNotPositive(InstalmentRefused):
    """An instalment of 0 or less."""

    def __init__(self, rank: int, amount: Decimal) -> None:
        super().__init__(f"L’échéance {rank} ({format_number(amount)}) doit être d’un montant positif.", rank)


class InstalmentTooFine(InstalmentRefused):
    """An instalment with a fraction of a cent."""

    def __init__(self, rank: int, amount: Decimal) -> None:
        super().__init__(f"L’échéance {rank} ({format_quantity(amount)}) a plus de 2 décimales.", rank)


class DueBeforeDocument(InstalmentRefused):
    """An instalment due before the document's day."""

    def __init__(self, rank: int, due: date, on: date) -> None:
        super().__init__(f"L’échéance {rank} ({due:%d/%m/%Y}) est avant la date de la pièce ({on:%d/%m/%Y}).", rank)


class ScheduleOffTotal(SoldeError):
    """Instalments that don't add up to the total."""

    field = "schedule"

    def __init__(self, planned: Decimal, total: Decimal) -> None:
        missing = format_number(abs(total - planned))
        gap = f"il manque {missing}" if planned < total else f"{missing} de trop"
        super().__init__(
            f"Les échéances font {format_number(planned)} pour un total de {format_number(total)}\u00a0: {gap}."
        )


def schedule(terms: Terms, total: Decimal, on: date, *, count: int = 1, first: date | None = None) -> list[Due]:
    """Give the instalments of a total, VAT included, the first due first.

    on: the document's day. count, first: for Terms.INSTALMENTS, their number and the day of the first,
    the document's unless given; each falls a number of months after the first, not after the one before.
    Terms.FREE has no schedule of its own: see `free_schedule`.
    Raises NothingToSchedule, InstalmentsOutOfRange, StartsBeforeDocument, TooManyParts.
    Source: rules, « Terms ».
    """
    if total <= 0:
        raise NothingToSchedule(total)
    if terms != Terms.INSTALMENTS:
        return [Due(due_day(terms, on), total)]
    if not 1 <= count <= MOST_INSTALMENTS:
        raise InstalmentsOutOfRange(count)
    first = first or on
    if first < on:
        raise StartsBeforeDocument(first, on)
    return [Due(add_months(first, rank), amount) for rank, amount in enumerate(equal_parts(total, count))]


def free_schedule(total: Decimal, dues: Iterable[tuple[date, Decimal]], on: date) -> list[Due]:
    """Give the instalments that someone chose, once they add up to the total, the first due first.

    on: the document's day, or that of the rescheduling: none is due before.
    Raises NothingToSchedule, InstalmentNotPositive, InstalmentTooFine, DueBeforeDocument, ScheduleOffTotal.
    """
    if total <= 0:
        raise NothingToSchedule(total)
    planned = [Due(*due) for due in dues]
    for rank, (day, amount) in enumerate(planned, start=1):
        if amount <= 0:
            raise InstalmentNotPositive(rank, amount)
        if not has_decimals_within(amount, 2):
            raise InstalmentTooFine(rank, amount)
        if day < on:
            raise DueBeforeDocument(rank, day, on)
    if (reached := sum((due.amount for due in planned), ZERO)) != total:
        raise ScheduleOffTotal(reached, total)
    return sorted(planned, key=lambda due: due.day)


def due_day(terms: Terms, on: date) -> date:
    """Give the day on which all of a document of the day `on` is due.

    Raises KeyError for terms of several instalments.
    """
    return {
        Terms.RECEIPT: on,
        Terms.DAYS_30: on + timedelta(days=30),
        Terms.DAYS_30_MONTH_END: month_end(on + timedelta(days=30)),
        Terms.DAYS_45_MONTH_END: month_end(on + timedelta(days=45)),
        Terms.MONTH_END_DAYS_45: month_end(on) + timedelta(days=45),
        Terms.MONTH: add_months(on, 1),
        Terms.MONTH_MONTH_END: month_end(add_months(on, 1)),
    }[terms]


def add_months(day: date, count: int) -> date:
    """Give the same day `count` months on, or the last day of that month if it is shorter."""
    year, zero_based = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, zero_based + 1, min(day.day, monthrange(year, zero_based + 1)[1]))


def month_end(day: date) -> date:
    """Give the last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])
