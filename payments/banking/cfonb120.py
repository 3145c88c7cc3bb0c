"""CFONB 120, the French banks' own statement: lines of 120 signs (« Relevé de compte sur support informatique »)."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from office.amounts import quoted
from office.errors import SoldeError
from office.grids import Fault
from payments.banking.statements import (
    LONGEST_DETAIL,
    LONGEST_ID,
    LONGEST_LABEL,
    BankFile,
    BankLine,
    Statement,
    decoded,
    squeeze,
)

KIND = "CFONB 120"
LENGTH = 120
OPENING, MOVE, DETAIL, CLOSING = "01", "04", "05", "07"
# The last sign of an amount is its last figure and its sign at once.
FIGURES = {sign: (figure, 1) for figure, sign in enumerate("{ABCDEFGHI")}
FIGURES |= {sign: (figure, -1) for figure, sign in enumerate("}JKLMNOPQR")}
# Who paid or was paid, in the complements of a line.
PARTIES = ("NPY", "NBE")


class _Unreadable(SoldeError):
    """A field of a line that says nothing."""


def looks_like(content: bytes) -> bool:
    """Whether a file begins as one of this format does."""
    first = content.lstrip(b"\xef\xbb\xbf \r\n")[:20]
    return re.match(rb"0[1457][0-9]{5}", first) is not None


@dataclass(slots=True)
class _Reader:
    """What was read so far. current: the statement that a line belongs to, between its two balances."""

    file: BankFile
    current: Statement | None = None
    has_move: bool = False

    def fault(self, line: int, reason: str) -> None:
        self.file.faults.append(Fault(line, reason))

    def read(self, line: int, text: str) -> None:
        kind = text[:2]
        if kind not in (OPENING, MOVE, DETAIL, CLOSING):
            self.fault(line, f"Elle ne commence ni par 01, ni par 04, 05 ou 07, mais par {quoted(kind)}.")
            return
        if len(text) != LENGTH:
            self.fault(line, f"Elle a {len(text)} signes au lieu de {LENGTH}.")
        text = text.ljust(LENGTH)
        try:
            match kind:
                case "01":
                    self._opening(line, text)
                case "04":
                    self._move(line, text)
                case "05":
                    self._detail(line, text)
                case _:
                    self._closing(line, text)
        except _Unreadable as error:
            self.fault(line, error.message)

    def _opening(self, line: int, text: str) -> None:
        if self.current is not None:
            self.fault(line, "Un relevé commence avant que le précédent soit terminé.")
        self.current, self.has_move = None, False
        _day(text, 34)
        self.current = Statement(_account(text), text[16:19].strip() or "EUR", opening=_amount(text))
        self.file.statements.append(self.current)

    def _move(self, line: int, text: str) -> None:
        self.has_move = False
        if self.current is None:
            self.fault(line, "Cette opération n’est dans aucun relevé.")
            return
        day = _day(text, 34)
        value_day = _day(text, 42) if text[42:48].strip() else day
        label, reference = squeeze(text[48:79], LONGEST_LABEL), squeeze(text[104:120], LONGEST_ID)
        self.current.lines.append(BankLine(line, day, value_day, _amount(text), label, reference=reference))
        self.has_move = True

    def _detail(self, line: int, text: str) -> None:
        if self.current is None or not self.has_move:
            self.fault(line, "Ce complément ne suit aucune opération.")
            return
        move, said = self.current.lines[-1], text[48:118].strip()
        if text[45:48] in PARTIES and said and not move.party:
            move = replace(move, party=squeeze(said, LONGEST_LABEL))
        self.current.lines[-1] = replace(move, detail=squeeze(f"{move.detail} {said}", LONGEST_DETAIL))

    def _closing(self, line: int, text: str) -> None:
        if self.current is None:
            self.fault(line, "Un relevé se termine sans avoir commencé.")
            return
        _day(text, 34)
        self.current.closing = _amount(text)
        if (account := _account(text)) != self.current.account:
            said = f"Le nouveau solde nomme le compte {account}, l’ancien {self.current.account}."
            self.file.notices.append(Fault(line, said))
        self.current, self.has_move = None, False


def read(content: bytes) -> BankFile:
    """The statements of a file, and every faulty line of it."""
    file = BankFile(KIND)
    reader = _Reader(file)
    last = 1
    for line, text in enumerate(re.split(r"\r\n|\r|\n", decoded(content)), start=1):
        if text.strip("\x1a \t"):
            reader.read(line, text.rstrip("\x1a"))
            last = line
    if reader.current is not None:
        file.faults.append(Fault(last, "Le fichier s’arrête avant le nouveau solde du dernier relevé."))
    return file


def _account(text: str) -> str:
    return " ".join((text[2:7], text[11:16], text[21:32])).strip()


def _day(text: str, at: int) -> date:
    said = text[at : at + 6]
    figures = said if re.fullmatch("[0-9]{6}", said) else ""
    try:
        return datetime.strptime(figures, "%d%m%y").date()  # noqa: DTZ007 - a day of the calendar
    except ValueError:
        raise _Unreadable(f"{quoted(said)} n’est pas une date JJMMAA.") from None


def _amount(text: str) -> Decimal:
    said, decimals = text[90:104], text[19].strip() or "2"
    if decimals not in "012" or not said[:-1].isdecimal() or said[-1] not in FIGURES:
        raise _Unreadable(f"{quoted(said)} n’est pas un montant.")
    figure, sign = FIGURES[said[-1]]
    return Decimal(sign * (int(said[:-1]) * 10 + figure)).scaleb(-int(decimals)).quantize(Decimal("0.01"))
