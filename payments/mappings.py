"""How files of other programs say what we take over: their columns, dates and amounts. Nothing is guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from office.amounts import EmptyAmount, TooManyDecimals, UnreadableAmount, parse_amount, quoted
from office.errors import SoldeError

_DATE = re.compile("([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_POINT = re.compile("-?[0-9]+(?:[.]([0-9]+))?")


class DateOrder(Enum):
    """What a file writes first, the day or the month."""

    DAY_FIRST = "JJ/MM/AAAA"
    MONTH_FIRST = "MM/JJ/AAAA"

    @property
    def other(self) -> "DateOrder":
        return DateOrder.MONTH_FIRST if self is DateOrder.DAY_FIRST else DateOrder.DAY_FIRST

    def date(self, text: str) -> date | None:
        """The date that `text` is in this order, if it is one."""
        if not (match := _DATE.fullmatch(text.strip())):
            return None
        first, second, year = (int(figures) for figures in match.groups())
        day, month = (first, second) if self is DateOrder.DAY_FIRST else (second, first)
        try:
            return date(year, month, day)
        except ValueError:
            return None


class NoDate(SoldeError):
    """Nothing where a date is needed."""

    def __init__(self) -> None:
        super().__init__("La date manque.")


class NotADate(SoldeError):
    """No date of the calendar in the order that the mapping declares."""

    def __init__(self, text: str, order: DateOrder) -> None:
        super().__init__(f"{quoted(text)} n’est pas une date {order.value}.")


class AmbiguousDate(SoldeError):
    """A date that is one in either order, in a file that contradicts its mapping elsewhere."""

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

    def read(self, text: str) -> date:
        """The date. Raises NoDate, NotADate, AmbiguousDate."""
        if not text.strip():
            raise NoDate
        if (day := self.order.date(text)) is None:
            raise NotADate(text, self.order)
        if self.contradicted and self.order.other.date(text) not in (None, day):
            raise AmbiguousDate(text, self.order)
        return day


def point_amount(text: str) -> Decimal:
    """Read an amount of a file known to set decimals off by a point, and nothing else: `55.9`, `1234`.

    Raises EmptyAmount, UnreadableAmount, TooManyDecimals, AmountTooLarge.
    """
    if not (body := text.strip()):
        raise EmptyAmount
    if not (match := _POINT.fullmatch(body)):
        raise UnreadableAmount(text)
    if len(match[1] or "") > 2:
        raise TooManyDecimals(text)
    return parse_amount(body)


@dataclass(frozen=True, slots=True)
class Mapping:
    """The shape of a file of invoices: which column says what, and how dates and amounts are written.

    Columns go by their headings, whatever their case and accents. name: empty where clients have no name
    but their code. settled: the day on which the whole invoice was paid, empty while it was not.
    paid_by: the type of payment of what was paid, which no such file tells.
    """

    code: str
    invoice: str
    day: str
    due: str
    amount: str
    settled: str
    name: str = ""
    dates: DateOrder = DateOrder.DAY_FIRST
    amounts: Callable[[str], Decimal] = parse_amount
    currency: str = "EUR"
    paid_by: str = "transfer"

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings that a file must have."""
        columns = (self.code, self.name, self.invoice, self.day, self.due, self.amount, self.settled)
        return tuple(filter(None, columns))


MAPPINGS = {
    "open_items": Mapping(
        code="code client",
        name="nom",
        invoice="facture",
        day="date",
        due="échéance",
        amount="montant",
        settled="réglée le",
    ),
    # The sample « Accounts Receivable » of IBM Watson Analytics.
    "ar_sample": Mapping(
        code="customerID",
        invoice="invoiceNumber",
        day="InvoiceDate",
        due="DueDate",
        amount="InvoiceAmount",
        settled="SettledDate",
        dates=DateOrder.MONTH_FIRST,
        amounts=point_amount,
    ),
}
