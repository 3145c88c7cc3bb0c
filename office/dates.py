"""Dates as files write them: in one order, and refused rather than guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from office.amounts import quoted
from office.errors import SoldeError

_DATE = re.compile("([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DateOrder(Enum):
    """What a file writes first, the day or the month."""

    DAY_FIRST = "JJ/MM/AAAA"
    MONTH_FIRST = "MM/JJ/AAAA"

    @property
    def other(self) -> "DateOrder":
        return DateOrder.MONTH_FIRST if self is DateOrder.DAY_FIRST else DateOrder.DAY_FIRST

    def date(self, text: str) -> date | None:
        """The date that `text` is in this order, if it is one; 2026-01-31 is one in either."""
        body = text.strip()
        try:
            if _ISO.fullmatch(body):
                return date.fromisoformat(body)
            if not (match := _DATE.fullmatch(body)):
                return None
            first, second, year = (int(figures) for figures in match.groups())
            day, month = (first, second) if self is DateOrder.DAY_FIRST else (second, first)
            return date(year, month, day)
        except ValueError:
            return None


class NoDate(SoldeError):
    """Nothing where a date is needed."""

    def __init__(self) -> None:
        super().__init__("La date manque.")


class NotADate(SoldeError):
    """No date of the calendar in the order that the file is read in."""

    def __init__(self, text: str, order: DateOrder) -> None:
        super().__init__(f"{quoted(text)} n’est pas une date {order.value}.")


class AmbiguousDate(SoldeError):
    """A date that is one in either order, in a file that contradicts the order it is read in elsewhere."""

    def __init__(self, text: str, order: DateOrder) -> None:
        super().__init__(
            f"{quoted(text)} peut se lire de deux façons\u00a0: d’autres dates du fichier sont en {order.other.value}."
        )


@dataclass(frozen=True, slots=True)
class Dates:
    """Reads the dates of one file.

    contradicted: another date of the file is one in the other order alone.
    """

    order: DateOrder
    contradicted: bool

    @classmethod
    def of(cls, order: DateOrder, texts: Iterable[str]) -> "Dates":
        """The reader of a file whose dates are `texts`."""
        return cls(order, contradicted=any(order.date(text) is None and order.other.date(text) for text in texts))

    def read(self, text: str) -> date:
        """The date. Raises NoDate, NotADate, AmbiguousDate."""
        if not text.strip():
            raise NoDate
        if (day := self.order.date(text)) is None:
            raise NotADate(text, self.order)
        if self.contradicted and self.order.other.date(text) not in (None, day):
            raise AmbiguousDate(text, self.order)
        return day
