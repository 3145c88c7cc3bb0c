"""What an e-invoice is written from: the figures and parties that an issued document keeps, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from invoicing.mentions import Untaxed, is_professional, untaxed
from office.amounts import ZERO

INVOICE, CREDIT_NOTE, GLOBAL_CREDIT_NOTE = "380", "381", "262"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice or credit note; net, vat: its HT and VAT, after the discount, which is in percent."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    vat_rate: Decimal
    nature: str
    net: Decimal
    vat: Decimal = ZERO

    @property
    def ttc(self) -> Decimal:
        """Its amount with VAT."""
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class EDocument:
    """An issued invoice or credit note, amounts positive.

    taxes: (rate, HT, VAT) by rate. settled: what of it was settled on its own day, of which `settled_on` tells the
    day once it is all of it. instalments: (due date, amount). corrects: (number, day) of the invoices that a credit
    note reduces; without any, contract and period say what it refers to.
    """

    number: str
    type_code: str
    day: date
    delivery_day: date
    currency: str
    seller: Mapping[str, Any]
    buyer: Mapping[str, Any]
    lines: Sequence[Line]
    taxes: Sequence[tuple[Decimal, Decimal, Decimal]]
    ht: Decimal
    vat: Decimal
    ttc: Decimal
    prices_include_vat: bool
    settled: Decimal = ZERO
    settled_on: date | None = None
    instalments: Sequence[tuple[date, Decimal]] = ()
    purchase_order: str = ""
    corrects: Sequence[tuple[str, date]] = ()
    contract: str = ""
    period: tuple[date, date] | None = None

    @property
    def left(self) -> Decimal:
        """What was to pay of it once it was issued."""
        return self.ttc - self.settled

    @property
    def is_credit_note(self) -> bool:
        """Whether it is an avoir."""
        return self.type_code != INVOICE

    @property
    def is_paid(self) -> bool:
        """Whether an invoice was settled whole when it was issued."""
        return self.type_code == INVOICE and self.ttc > 0 and self.settled == self.ttc

    @property
    def is_professional(self) -> bool:
        """Whether it is made out to a professional."""
        return is_professional(self.buyer)

    @property
    def mentions(self) -> dict[str, str]:
        """The legal texts that it bears, by their keys."""
        return {mention["key"]: mention["text"] for mention in self.seller.get("mentions", [])}

    def why_untaxed(self, line: Line) -> Untaxed | None:
        """Why a line bears no VAT; None where it does."""
        return None if line.vat_rate else untaxed(self.seller, self.buyer, line.nature)

    def breakdown(self) -> list[tuple[Untaxed | None, Decimal, Decimal, Decimal]]:
        """VAT by reason and rate: (why there is none, rate, HT, VAT), the highest rate first."""
        taxed = [(None, rate, ht, vat) for rate, ht, vat in self.taxes if rate]
        free: dict[Untaxed, Decimal] = {}
        for line in self.lines:
            if why := self.why_untaxed(line):
                free[why] = free.get(why, ZERO) + line.net
        return [*taxed, *((why, ZERO, ht, ZERO) for why, ht in free.items())]


@dataclass(frozen=True, slots=True)
class Price:
    """A line as an e-invoice tells it: quantity × price − allowance = net, all without VAT."""

    quantity: Decimal
    price: Decimal
    allowance: Decimal = ZERO


def price_of(line: Line, *, prices_include_vat: bool) -> Price:
    """The price without VAT from which a line's HT follows, with at most 6 decimals.

    A discount is an allowance; on a return it is in the price, since an allowance is never negative.
    """
    quantity = line.quantity or Decimal(1)
    if line.discount and quantity > 0:
        rate = line.vat_rate if prices_include_vat else ZERO
        price = sixth(line.unit_price * HUNDRED / (HUNDRED + rate))
        gross = round(quantity * price, 2)
        if gross >= line.net:
            return Price(quantity, price, gross - line.net)
    price = sixth(line.net / quantity)
    return Price(quantity, price) if price >= 0 else Price(-quantity, -price)


def sixth(amount: Decimal) -> Decimal:
    """Round to 6 decimals, the finest that a price may have."""
    return round(amount, 6)
