"""What a bank's file says, whatever its format: statements of accounts, with the lines that moved money."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from office.amounts import ZERO
from office.grids import Fault

LONGEST_LABEL, LONGEST_DETAIL, LONGEST_ID = 140, 500, 80


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money that moved on an account, as its bank tells it.

    line: where it stands in the file. amount: above 0 if it came in. identifier: what the bank itself tells it from
    all others by; empty where it has nothing of the kind. reference: whatever else it is known by.
    """

    line: int
    day: date
    value_day: date
    amount: Decimal
    label: str
    detail: str = ""
    party: str = ""
    party_iban: str = ""
    reference: str = ""
    identifier: str = ""


@dataclass(slots=True)
class Statement:
    """An account over some time. account: as the file names it; opening, closing: its balances, if it has them."""

    account: str = ""
    currency: str = "EUR"
    opening: Decimal | None = None
    closing: Decimal | None = None
    lines: list[BankLine] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What its lines come to."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def gap(self) -> Decimal | None:
        """How far closing is from opening + lines; None if the file lacks one of them."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - self.total

    @property
    def ties(self) -> bool | None:
        """Whether opening + lines = closing; None if the file lacks one of them."""
        return None if self.gap is None else not self.gap


@dataclass(slots=True)
class BankFile:
    """All that a file says. kind: its format, in words.

    faults: why nothing of it can be taken; notices: what is odd, and may be taken all the same.
    """

    kind: str
    statements: list[Statement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)


def squeeze(text: str, longest: int) -> str:
    """A text on one line, without what can't be printed, and no longer than so."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:longest].rstrip()


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 or Windows-1252; the few bytes that this doesn't know are shown as such."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
