"""What a receipt says on paper, from what a payment keeps: neither database nor clock is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from djmoney.money import Money

from invoicing.paper import numbers, seller_name, street_lines, window_lines
from office.amounts import ZERO


@dataclass(frozen=True, slots=True)
class PaidBy:
    """A way in which it was paid, or paid back."""

    label: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """A document that it settles. amount: how much of it, below 0 of a credit; left: what is open of it after that."""

    label: str
    day: date
    due: date | None
    amount: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment, refund or set-off as its receipt tells it (reçu). number: empty of a draft.

    amounts: VAT included, of a refund below 0. unused: what stays available to the client.
    """

    number: str
    day: date
    paid_on: date
    currency: str
    seller: Mapping[str, Any]
    buyer: Mapping[str, Any]
    site: str
    ways: Sequence[PaidBy]
    settled: Sequence[Settled]
    unused: Decimal
    note: str = ""

    @property
    def amount(self) -> Decimal:
        """What was paid in all."""
        return sum((way.amount for way in self.ways), ZERO)

    @property
    def title(self) -> str:
        """What the paper is called."""
        kind = "Reçu de remboursement" if self.amount < 0 else "Reçu de règlement" if self.amount else "Compensation"
        return f"{kind} n°\u00a0{self.number}" if self.number else f"Brouillon\u00a0: {kind.lower()}"


def paper(receipt: Receipt) -> dict[str, Any]:
    """The context of the template that prints a receipt."""
    return {
        "receipt": receipt,
        "paid": Money(abs(receipt.amount), receipt.currency),
        "is_draft": not receipt.number,
        "seller": receipt.seller,
        "seller_name": seller_name(receipt.seller),
        "seller_address": street_lines(receipt.seller),
        "seller_numbers": numbers(receipt.seller),
        "window": window_lines(receipt.buyer),
    }
