"""VAT of a document: per rate on its total, then line by line.

HT is without VAT (hors taxe), TTC with it (toutes taxes comprises). Rates and discounts are in percent.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from office.amounts import (
    ZERO,
    TooManyDecimals,
    fit,
    format_number,
    format_quantity,
    has_decimals_within,
    portion,
    product,
)
from office.errors import SoldeError

HUNDRED = Decimal(100)
MAINLAND = [Decimal(rate) for rate in ("20", "10", "5.5", "2.1", "0")]
CORSICA = [Decimal(rate) for rate in ("13", "0.9")]
OVERSEAS = [Decimal(rate) for rate in ("8.5", "1.75", "1.05")]
RATES = frozenset(MAINLAND + CORSICA + OVERSEAS)


class UnknownRate(SoldeError):
    """A rate that no French text provides for, which platforms refuse (BR-FR-16)."""

    field = "vat_rate"

    def __init__(self, rate: Decimal) -> None:
        super().__init__(f"{format_quantity(rate)}\u00a0% n’est pas un taux de TVA en vigueur.")


class QuantityTooFine(TooManyDecimals):
    """A quantity of more than 4 decimals."""

    field = "quantity"


class PriceTooFine(TooManyDecimals):
    """A unit price of more than 6 decimals."""

    field = "unit_price"


class NegativePrice(SoldeError):
    """A unit price below 0, which no e-invoice may hold."""

    field = "unit_price"

    def __init__(self, price: Decimal) -> None:
        super().__init__(
            f"Un prix ne peut pas être négatif ({format_quantity(price)})\u00a0: pour un retour, "
            "c’est la quantité qui l’est."
        )


class DiscountOutOfRange(SoldeError):
    """A discount below 0 or above 100 %."""

    field = "discount"

    def __init__(self, discount: Decimal) -> None:
        super().__init__(f"Une remise est entre 0 et 100\u00a0%, pas de {format_quantity(discount)}\u00a0%.")


class MixedSigns(SoldeError):
    """A line below 0 among others above: what was its document's total meant to be?

    line: its rank, from 1.
    """

    def __init__(self, line: int, amount: Decimal) -> None:
        super().__init__(f"La ligne {line} est négative ({format_number(amount)}) alors que d’autres sont positives.")
        self.line = line


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """What was quoted: a quantity (negative for a return) at a unit price, less a discount in percent.

    unit_price: VAT included or not, as the whole document's prices are.
    Raises QuantityTooFine, PriceTooFine, NegativePrice, DiscountOutOfRange.
    """

    quantity: Decimal
    unit_price: Decimal
    rate: Decimal
    discount: Decimal = ZERO

    def __post_init__(self) -> None:
        if not has_decimals_within(self.quantity, 4):
            raise QuantityTooFine(format_quantity(self.quantity), 4)
        if not has_decimals_within(self.unit_price, 6):
            raise PriceTooFine(format_quantity(self.unit_price), 6)
        if self.unit_price < 0:
            raise NegativePrice(self.unit_price)
        if not 0 <= self.discount <= HUNDRED:
            raise DiscountOutOfRange(self.discount)

    @property
    def amount(self) -> Decimal:
        """The line's amount in cents, VAT included or not as its price is."""
        return product(self.quantity, self.unit_price, (HUNDRED - self.discount) / HUNDRED)


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """HT and VAT at one rate: a line's, a document's at this rate, or a part of either."""

    rate: Decimal
    ht: Decimal = ZERO
    vat: Decimal = ZERO

    @property
    def ttc(self) -> Decimal:
        return self.ht + self.vat

    def __add__(self, other: Self) -> "TaxedAmount":
        return TaxedAmount(self.rate, self.ht + other.ht, self.vat + other.vat)

    def __sub__(self, other: Self) -> "TaxedAmount":
        return TaxedAmount(self.rate, self.ht - other.ht, self.vat - other.vat)

    def __neg__(self) -> "TaxedAmount":
        return TaxedAmount(self.rate, -self.ht, -self.vat)


@dataclass(frozen=True, slots=True)
class DocumentAmounts:
    """A document's amounts by line, in the lines' order, and by rate, the highest first; both add up alike."""

    lines: tuple[TaxedAmount, ...]
    rates: tuple[TaxedAmount, ...]

    @property
    def ht(self) -> Decimal:
        return sum((amount.ht for amount in self.rates), ZERO)

    @property
    def vat(self) -> Decimal:
        return sum((amount.vat for amount in self.rates), ZERO)

    @property
    def ttc(self) -> Decimal:
        return self.ht + self.vat


def document_amounts(
    lines: Sequence[QuotedLine], *, prices_include_vat: bool, rates: Collection[Decimal] = RATES
) -> DocumentAmounts:
    """Compute a document's VAT per rate on its total, and what of it falls to each line.

    rates: those in force on the document's day.
    Raises UnknownRate.
    Source: rules, « Prices ».
    """
    if unknown := [line.rate for line in lines if line.rate not in rates]:
        raise UnknownRate(unknown[0])
    shares = _shares_included if prices_include_vat else _shares_excluded
    taxed: dict[int, TaxedAmount] = {}
    for rate in {line.rate for line in lines}:
        ranks = [rank for rank, line in enumerate(lines) if line.rate == rate]
        taxed.update(zip(ranks, shares(rate, [lines[rank].amount for rank in ranks]), strict=True))
    ordered = tuple(taxed[rank] for rank in range(len(lines)))
    return DocumentAmounts(ordered, by_rate(ordered))


def by_rate(amounts: Iterable[TaxedAmount]) -> tuple[TaxedAmount, ...]:
    """Add amounts up by rate, the highest first."""
    sums: dict[Decimal, TaxedAmount] = {}
    for amount in amounts:
        sums[amount.rate] = sums.get(amount.rate, TaxedAmount(amount.rate)) + amount
    return tuple(sums[rate] for rate in sorted(sums, reverse=True))


def check_signs(amounts: Sequence[TaxedAmount]) -> None:
    """Refuse a document with lines of both signs.

    Raises MixedSigns, naming the first negative line.
    """
    negative = [rank for rank, amount in enumerate(amounts) if amount.ttc < 0]
    if negative and any(amount.ttc > 0 for amount in amounts):
        raise MixedSigns(negative[0] + 1, amounts[negative[0]].ttc)


def _shares_included(rate: Decimal, amounts: Sequence[Decimal]) -> list[TaxedAmount]:
    """Take the VAT out of lines at one rate, so that their total stays what the client was quoted."""
    total = sum(amounts, ZERO)
    ht = total - portion(total, rate, HUNDRED + rate)
    shares = fit(ht, amounts, HUNDRED, HUNDRED + rate)
    return [TaxedAmount(rate, share, amount - share) for share, amount in zip(shares, amounts, strict=True)]


def _shares_excluded(rate: Decimal, amounts: Sequence[Decimal]) -> list[TaxedAmount]:
    """Put the VAT on lines at one rate, that of their total spread over them."""
    vat = portion(sum(amounts, ZERO), rate, HUNDRED)
    shares = fit(vat, amounts, rate, HUNDRED)
    return [TaxedAmount(rate, amount, share) for share, amount in zip(shares, amounts, strict=True)]
