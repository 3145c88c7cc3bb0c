"""Amounts: the only place that rounds them, and how they are read and written.

An amount is an exact decimal of at most 12 digits, two of them cents. Currencies without cents
(XPF, JPY …) are out of scope.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from djmoney.money import Money

from office.errors import SoldeError

CENT = Decimal("0.01")
MILLIONTH = Decimal("0.000001")
ZERO = Decimal("0.00")
MAXIMUM = Decimal("9999999999.99")

THOUSANDS = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}

_PLAIN = re.compile("([0-9]+|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:[.,]([0-9]+))?")
_DOTTED = re.compile("([0-9]{1,3}(?:[.][0-9]{3})+),([0-9]+)")
_MAYBE_THOUSANDS = re.compile("[1-9][0-9]{0,2}[.][0-9]{3}")


class NotAnAmount(SoldeError):
    """What was typed or found in a file can't be taken for an amount."""


class EmptyAmount(NotAnAmount):
    """Nothing where an amount is needed."""

    def __init__(self) -> None:
        super().__init__("Le montant manque.")


class UnreadableAmount(NotAnAmount):
    """No number in any of the ways that are read."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} n’est pas un montant\u00a0: écrivez-le comme 1\u202f234,56.")


class AmbiguousAmount(NotAnAmount):
    """Three digits after a single point: decimals or thousands?"""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} peut se lire de deux façons\u00a0: écrivez-le avec deux décimales.")


class TooManyDecimals(NotAnAmount):
    """A number finer than what it counts allows."""

    def __init__(self, text: str, places: int = 2) -> None:
        super().__init__(f"{quoted(text)} a plus de {places} décimales.")


class AmountTooLarge(NotAnAmount):
    """An amount of more than 12 digits, cents included."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{quoted(text)} dépasse le plus grand montant possible, {format_number(MAXIMUM)}.")


class TooManyParts(SoldeError):
    """A total that doesn't give every part at least a cent."""

    def __init__(self, total: Decimal, count: int) -> None:
        super().__init__(
            f"{format_number(total)} ne se partage pas en {count}\u00a0: une part doit valoir au moins 0,01."
        )


def quoted(text: str) -> str:
    """Set what a user or a file gave between French quotes, cut to 40 characters."""
    text = text.strip()
    return f"«\u00a0{text if len(text) <= 40 else text[:39] + '…'}\u00a0»"


def cents(amount: Decimal) -> Decimal:
    """Round half up to 0.01, a negative half away from zero, so that −x rounds to minus what x does."""
    return amount.quantize(CENT, ROUND_HALF_UP) or ZERO


def fine(price: Decimal) -> Decimal:
    """Round half up to 0.000001, the finest unit price that a line can bear."""
    return price.quantize(MILLIONTH, ROUND_HALF_UP)


def product(*factors: Decimal) -> Decimal:
    """Multiply (quantity, price, rest after discount …) and round once, at the end."""
    result = Decimal(1)
    for factor in factors:
        result *= factor
    return cents(result)


def portion(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Give amount × part ÷ whole, rounded once."""
    # With amounts of 12 digits the quotient's 28 tell any half from what lies beside it.
    return cents(amount * part / whole)


def has_decimals_within(value: Decimal, places: int) -> bool:
    """Whether `value` needs no more than `places` decimals; trailing zeros don't count."""
    return value.scaleb(places) % 1 == 0


def fit(total: Decimal, amounts: Sequence[Decimal], part: Decimal, whole: Decimal) -> list[Decimal]:
    """Give each amount × part ÷ whole in cents that add up to `total`: by largest remainder, the first of equals.

    total: in cents, at most half a cent from the exact sum. Amounts of either sign: the shares of −x are
    minus those of x.
    Raises ValueError if the total is further off.
    """
    exact = [amount * part * 100 * (1 if whole > 0 else -1) for amount in amounts]  # in cents, × whole
    whole = abs(whole)
    sign = -1 if next(filter(None, exact), ZERO) < 0 else 1
    target = int(total * 100) * sign
    if abs(target * whole - sum(exact) * sign) * 2 > whole:
        raise ValueError(f"{total} is too far from the sum of its shares")
    floors = [int((share * sign / whole).to_integral_value(ROUND_FLOOR)) for share in exact]
    remainders = [share * sign - whole * floor for share, floor in zip(exact, floors, strict=True)]
    largest = sorted(range(len(floors)), key=lambda rank: -remainders[rank])[: target - sum(floors)]
    for rank in largest:
        floors[rank] += 1
    return [Decimal(units * sign).scaleb(-2) for units in floors]


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share a total in proportion to the weights, exact to the cent, by largest remainder.

    Total and weights may be negative.
    Raises ValueError if the weights add up to nothing and the total doesn't.
    """
    if whole := sum(weights, ZERO):
        return fit(total, weights, total, whole)
    if total:
        raise ValueError("weights that add up to nothing take no share")
    return [ZERO] * len(weights)


def split(amount: Decimal, cells: Sequence[Decimal]) -> list[Decimal]:
    """Give each cell its part of an amount, by running sums.

    With C the running sums of the cells and T the last, cell k takes
    round(amount × Cₖ ÷ T) − round(amount × Cₖ₋₁ ÷ T): the parts always add up to the amount.
    Raises ValueError if the amount isn't between 0 and T.
    Source: rules, « Splitting a settlement ».
    """
    total = sum(cells, ZERO)
    if not min(ZERO, total) <= amount <= max(ZERO, total):
        raise ValueError(f"{amount} isn't a part of {total}")
    if not amount:
        return [ZERO] * len(cells)
    parts = []
    running = reached = ZERO
    for cell in cells:
        running += cell
        before, reached = reached, portion(amount, running, total)
        parts.append(reached - before)
    return parts


def equal_parts(total: Decimal, count: int) -> list[Decimal]:
    """Cut a total into equal parts of whole cents, rounded down; the last also takes the remainder.

    count: 1 or more.
    Raises TooManyParts if a part would be 0 or less.
    """
    part = (total / count).quantize(CENT, ROUND_DOWN)
    if part <= 0:
        raise TooManyParts(total, count)
    return [part] * (count - 1) + [total - part * (count - 1)]


def parse_amount(text: str, places: int = 2) -> Decimal:
    """Read what French people type and files hold: `21 500,00` (any space), `21.500,00` or `21500.00`.

    A sign (- or −) may stand first, € last. What can be read two ways is refused, never guessed. places: how many
    decimals it may have; an amount has two.
    Raises EmptyAmount, UnreadableAmount, AmbiguousAmount, TooManyDecimals, AmountTooLarge.
    """
    if not (body := text.strip()):
        raise EmptyAmount
    body = body.removesuffix("€").rstrip()
    negative = body.startswith(("-", MINUS))
    if negative or body.startswith("+"):
        body = body[1:].lstrip()
    if not (match := _PLAIN.fullmatch(body) or _DOTTED.fullmatch(body)):
        raise UnreadableAmount(text)
    units, decimals = match[1], match[2] or ""
    if _MAYBE_THOUSANDS.fullmatch(body):
        raise AmbiguousAmount(text)
    if len(decimals) > places:
        raise TooManyDecimals(text, places)
    amount = Decimal(re.sub("[^0-9]", "", units) + "." + decimals.ljust(2, "0"))
    if amount > MAXIMUM:
        raise AmountTooLarge(text)
    return -amount if amount and negative else amount


def format_number(amount: Decimal) -> str:
    """Write an amount as it is read on screen and paper, without its currency: `−1 234,56`."""
    # replace() costs half of what translate() does, and a page shows hundreds of amounts.
    return f"{cents(amount):,}".replace(",", THOUSANDS).replace(".", ",").replace("-", MINUS)


def format_amount(amount: Decimal, currency: str = "EUR") -> str:
    """Write an amount with its currency's sign, or its ISO code where it has none of its own: `1 234,56 €`."""
    return f"{format_number(amount)}{NO_BREAK}{SYMBOLS.get(currency, currency)}"


def format_quantity(value: Decimal) -> str:
    """Write a quantity, price or percentage with the decimals it needs: `1 250`, `2,345`, `5,5`."""
    return (
        f"{value.normalize() if value else Decimal():,f}".replace(",", THOUSANDS).replace(".", ",").replace("-", MINUS)
    )


def format_count(number: int) -> str:
    """Write how many: `12`, `1 250`."""
    return f"{number:,}".replace(",", THOUSANDS)


def format_plain(amount: Decimal) -> str:
    """Write an amount for a file: `-1234,56`."""
    return str(cents(amount)).replace(".", ",")


def money(amount: Decimal, currency: str = "EUR") -> Money:
    """Give an amount its currency, rounded to the cent."""
    return Money(cents(amount), currency)


def format_money(value: Money) -> str:
    """Write a Money as `format_amount` does."""
    return format_amount(value.amount, value.currency.code)
