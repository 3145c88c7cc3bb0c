"""Parts of a document, with their HT and VAT: what settles it, and the credit notes on it.

All parts of a document add up to its very figures, whatever was taken, given back and taken again.
"""

from collections.abc import Sequence
from decimal import Decimal

from invoicing.vat import TaxedAmount
from office.amounts import ZERO, format_number, format_quantity, portion, split
from office.errors import SoldeError


class CreditRefused(SoldeError):
    """A credit that what it credits doesn't allow.

    line: the rank of the invoice's line, from 1, where several were credited at once.
    """

    line: int | None = None


class NothingCredited(CreditRefused):
    """A credit of nothing, or of the sign opposite to what it credits."""

    field = "amount"

    def __init__(self) -> None:
        super().__init__("Indiquez ce qui est à créditer.")


class CreditTooLarge(CreditRefused):
    """A credit of more than credit notes have left."""

    field = "amount"

    def __init__(self, left: Decimal) -> None:
        super().__init__(f"Il reste {format_number(left)} à créditer.")


class QuantityTooLarge(CreditRefused):
    """A credit of more units than credit notes have left of a line."""

    field = "quantity"

    def __init__(self, left: Decimal) -> None:
        super().__init__(f"Il reste {format_quantity(left)} à créditer sur cette ligne.")


def split_settlement(cells: Sequence[TaxedAmount], before: Decimal, after: Decimal) -> list[TaxedAmount]:
    """Give the HT and VAT of what takes a document's settled amount from `before` to `after`.

    cells: the document's amounts by rate or, to know them by line, its lines; the parts come in the same
    order, and those of the lines at a rate add up to the part of that rate. before, after: VAT included,
    between 0 and the document's total; after is the lower for a detach, and the parts negative.
    Raises ValueError if more than the total would be settled.
    Source: rules, « Splitting a settlement ».
    """
    return [end - start for start, end in zip(_settled(cells, before), _settled(cells, after), strict=True)]


def split_credit(cells: Sequence[TaxedAmount], credited: Sequence[TaxedAmount], amount: Decimal) -> list[TaxedAmount]:
    """Give the HT and VAT of a credit note of a mere amount on an invoice, split as its settlements are.

    cells: the invoice's amounts by rate or by line. credited: in the same order, what the credit notes
    that stand have taken of each. amount: positive, VAT included.
    Raises NothingCredited, CreditTooLarge.
    Source: rules, « Splitting a settlement ».
    """
    left = [cell - taken for cell, taken in zip(cells, credited, strict=True)]
    remaining = _total(left)
    if amount <= 0:
        raise NothingCredited
    if amount > remaining:
        raise CreditTooLarge(remaining)
    wanted = _settled(cells, _total(cells) - remaining + amount)
    parts = [goal - taken for goal, taken in zip(wanted, credited, strict=True)]
    if all(_fits(part.ht, rest.ht) and _fits(part.vat, rest.vat) for part, rest in zip(parts, left, strict=True)):
        return parts
    return _settled(left, amount)  # credits by line have taken more than an even share of some cell


def credit_line(line: TaxedAmount, credited: TaxedAmount, ttc: Decimal) -> TaxedAmount:
    """Give the HT and VAT of crediting `ttc` more of an invoice's line.

    credited: what the credit notes that stand have taken of it. ttc: VAT included, of the line's sign.
    The line's HT follows what is credited of it in all, so that the last credit takes the very rest.
    Raises NothingCredited, CreditTooLarge.
    Source: rules, « Splitting a settlement ».
    """
    if line.ttc < 0:
        return -credit_line(-line, -credited, -ttc)
    left = line - credited
    if ttc <= 0:
        raise NothingCredited
    if ttc > left.ttc:
        raise CreditTooLarge(left.ttc)
    ht = portion(line.ht, credited.ttc + ttc, line.ttc) - credited.ht
    ht = max(ht, ZERO, ttc - left.vat)  # cancelled credits may have left a cent more of the one
    ht = min(ht, ttc, left.ht)  # or of the other
    return TaxedAmount(line.rate, ht, ttc - ht)


def credit_lines(
    lines: Sequence[TaxedAmount], credited: Sequence[TaxedAmount], chosen: Sequence[Decimal]
) -> list[TaxedAmount]:
    """Give the HT and VAT of a credit note that credits `chosen` of each line of an invoice.

    credited: what the credit notes that stand have taken of each. chosen: VAT included, of each line's
    sign, 0 for a line left alone, which comes back as 0; in all more than 0, and no more than is left.
    Raises NothingCredited, CreditTooLarge.
    """
    remaining = _total(lines) - _total(credited)
    if sum(chosen) <= 0:
        raise NothingCredited
    parts = []
    for rank, (line, taken, ttc) in enumerate(zip(lines, credited, chosen, strict=True), start=1):
        try:
            parts.append(credit_line(line, taken, ttc) if ttc else TaxedAmount(line.rate))
        except CreditRefused as refusal:
            refusal.line = rank
            raise
    if sum(chosen) > remaining:
        raise CreditTooLarge(remaining)
    return parts


def ttc_of_quantity(
    line: TaxedAmount, quantity: Decimal, credited: TaxedAmount, credited_quantity: Decimal, wanted: Decimal
) -> Decimal:
    """Give what crediting `wanted` more units of an invoice's line comes to, VAT included.

    quantity: the line's. credited, credited_quantity: what the credit notes that stand have taken of it.
    wanted: of the quantity's sign. Never more than is left of the line's amount.
    Raises NothingCredited, QuantityTooLarge.
    """
    left = quantity - credited_quantity
    if wanted * quantity <= 0:
        raise NothingCredited
    if abs(wanted) > abs(left):
        raise QuantityTooLarge(left)
    before = portion(line.ttc, credited_quantity, quantity)
    after = portion(line.ttc, credited_quantity + wanted, quantity)
    return min(after - before, line.ttc - credited.ttc, key=abs)


def _settled(cells: Sequence[TaxedAmount], settled: Decimal) -> list[TaxedAmount]:
    """Split a settled amount by running sums: the highest rate first, of each its HTs, then its VATs."""
    places = sorted((-cell.rate, is_vat, rank) for rank, cell in enumerate(cells) for is_vat in (False, True))
    weights = [cells[rank].vat if is_vat else cells[rank].ht for _, is_vat, rank in places]
    parts = dict(zip([place[1:] for place in places], split(settled, weights), strict=True))
    return [TaxedAmount(cell.rate, parts[False, rank], parts[True, rank]) for rank, cell in enumerate(cells)]


def _total(amounts: Sequence[TaxedAmount]) -> Decimal:
    return sum((amount.ttc for amount in amounts), ZERO)


def _fits(part: Decimal, rest: Decimal) -> bool:
    """Whether a part lies between 0 and what is left."""
    return min(ZERO, rest) <= part <= max(ZERO, rest)
