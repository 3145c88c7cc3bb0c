"""How files of other programs say what we take over: their columns, dates and amounts. Nothing is guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from office.amounts import EmptyAmount, TooManyDecimals, UnreadableAmount, parse_amount
from office.dates import DateOrder

_POINT = re.compile("-?[0-9]+(?:[.]([0-9]+))?")


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
