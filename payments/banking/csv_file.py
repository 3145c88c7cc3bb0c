"""Statements as CSV: each bank has columns of its own, under a few lines of titles, with its balances anywhere.

Nothing is guessed in silence: what the columns say is proposed once and kept by their headings.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO

from office.amounts import NotAnAmount, parse_amount, quoted
from office.dates import DateOrder, Dates
from office.errors import SoldeError
from office.folding import sort_key
from office.grids import Fault, FileRefused
from payments.banking.statements import (
    LONGEST_DETAIL,
    LONGEST_ID,
    LONGEST_LABEL,
    BankFile,
    BankLine,
    Statement,
    squeeze,
)

KIND = "CSV"
DELIMITERS = ";,\t|"
FEWEST = 3  # columns
# What can be read of a line, with the headings that banks give to it, folded.
FIELDS = {
    "day": "Date",
    "value_day": "Date de valeur",
    "label": "Libellé",
    "detail": "Complément",
    "party": "Tiers",
    "reference": "Référence",
    "identifier": "Numéro unique de l’opération",
    "amount": "Montant signé",
    "debit": "Débit",
    "credit": "Crédit",
}
HEADINGS = {
    "day": ("date", "date operation", "date d operation", "date de l operation", "date comptable", "booking date"),
    "value_day": ("date valeur", "date de valeur", "valeur", "value date"),
    "label": ("libelle", "libelle operation", "libelle de l operation", "label", "description", "intitule", "motif"),
    "detail": ("detail", "details", "complement", "informations complementaires", "libelle complementaire", "memo"),
    "party": ("tiers", "beneficiaire", "emetteur", "contrepartie", "nom"),
    "reference": ("reference", "ref", "numero de cheque", "n cheque"),
    "identifier": ("operation number", "identifiant", "id", "numero operation", "n operation", "transaction id"),
    "amount": ("montant", "amount", "montant operation", "montant de l operation"),
    "debit": ("debit", "debits", "sorties"),
    "credit": ("credit", "credits", "entrees"),
}
OPENING = {"debut", "ancien", "initial", "precedent", "start", "opening", "beginning", "ouverture"}
CLOSING = {"fin", "nouveau", "final", "end", "closing", "cloture"}
BALANCE = {"solde", "soldes", "balance"}
_DATE = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_ACCOUNT = re.compile(r"(?:compte|account)[^0-9]*([0-9]{8,})")
_CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF)\b")


@dataclass(slots=True)
class Table:
    """A file cut into cells. titles: the lines above the headings; at: the line that these stand on."""

    headings: list[str]
    at: int
    titles: list[tuple[int, list[str]]] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What the meaning of its columns is kept by."""
        return "|".join(sort_key(heading) for heading in self.headings)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a line, from 0, and how dates are written."""

    places: Mapping[str, int]
    order: DateOrder = DateOrder.DAY_FIRST


def table_of(content: bytes) -> Table:
    """Cut a file into cells, and find its headings. Raises FileRefused if it is no table."""
    text = _text(content)
    lines = _best_cut(text)
    at = _headings_at([cells for _, cells in lines])
    if at is None:
        raise FileRefused([Fault(1, "Ce fichier n’est d’aucun format connu\u00a0: CFONB 120, camt.053, OFX ou CSV.")])
    headings = _trimmed(lines[at][1])
    table = Table(headings, lines[at][0], titles=lines[:at])
    for line, all_cells in lines[at + 1 :]:
        cells = _trimmed(all_cells)
        if not cells:
            continue
        if len(cells) > len(headings):
            table.faults.append(Fault(line, f"Il y a {len(cells)} colonnes au lieu de {len(headings)}."))
        else:
            table.rows.append((line, [*cells, *[""] * (len(headings) - len(cells))]))
    return table


def proposed(table: Table) -> dict[str, int]:
    """What the headings seem to say, by field."""
    places: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        name = _meaning(heading)
        if name and name not in places:
            places[name] = place
    return places


def read(table: Table, columns: Columns) -> BankFile:
    """What a table says, by what its columns are said to hold, and every faulty line of it."""
    file = BankFile(KIND, faults=[*table.faults])
    statement = Statement(_account(table), _currency(table))
    file.statements.append(statement)
    for _, cells in table.titles:
        _balance(cells, statement)
    days = [name for name in ("day", "value_day") if name in columns.places]
    moves = []
    for line, cells in table.rows:
        if _expanded(cells[columns.places["day"]]) or not _balance(cells, statement):
            moves.append((line, cells))
    dates = Dates.of(columns.order, (_said(cells, columns, name) for _, cells in moves for name in days))
    for line, cells in moves:
        if (move := _line(line, cells, columns, dates, file.faults)) is not None:
            statement.lines.append(move)
    return file


def _line(line: int, cells: list[str], columns: Columns, dates: Dates, faults: list[Fault]) -> BankLine | None:
    """What a line says; None, and its faults told, if it can't be read."""
    before = len(faults)
    day = value_day = None
    amount = Decimal(0)
    try:
        day = value_day = dates.read(_said(cells, columns, "day"))
        if said := _said(cells, columns, "value_day"):
            value_day = dates.read(said)
    except SoldeError as error:
        faults.append(Fault(line, error.message, FIELDS["day"]))
    try:
        amount = _amount(cells, columns)
    except SoldeError as error:
        faults.append(Fault(line, error.message, FIELDS["amount"]))
    texts = {name: _cell(cells, columns, name) for name in ("label", "detail", "party", "reference", "identifier")}
    label = squeeze(texts["label"] or texts["party"] or texts["detail"], LONGEST_LABEL)
    if not label:
        faults.append(Fault(line, "Rien n’est indiqué.", FIELDS["label"]))
    if len(faults) > before or day is None or value_day is None:
        return None
    return BankLine(
        line,
        day,
        value_day,
        amount,
        label,
        detail=squeeze(texts["detail"], LONGEST_DETAIL),
        party=squeeze(texts["party"], LONGEST_LABEL),
        reference=squeeze(texts["reference"], LONGEST_ID),
        identifier=squeeze(texts["identifier"], LONGEST_ID),
    )


class _NoMove(SoldeError):
    """A line of which no amount can be taken."""


def _amount(cells: list[str], columns: Columns) -> Decimal:
    """What a line moved: a signed amount, or what stands in one of two columns, a debit with or without its minus."""
    if "amount" in columns.places:
        amount = parse_amount(_cell(cells, columns, "amount"))
    else:
        debit, credit = (_cell(cells, columns, name) for name in ("debit", "credit"))
        out, into = (parse_amount(said) if said.strip() else Decimal(0) for said in (debit, credit))
        if out and into:
            raise _NoMove("Il y a un débit et un crédit.")
        if into < 0:
            raise _NoMove(f"Un crédit de {quoted(credit)} peut se lire de deux façons.")
        amount = into or -abs(out)
    if not amount:
        raise _NoMove("Le montant manque.")
    return amount


def _said(cells: list[str], columns: Columns, name: str) -> str:
    """A date as the reader of dates takes it, with all figures of its year."""
    cell = _cell(cells, columns, name)
    return _expanded(cell) or cell


def _cell(cells: list[str], columns: Columns, name: str) -> str:
    place = columns.places.get(name)
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _expanded(text: str) -> str:
    """A date with slashes and all figures of its year, empty if it is none."""
    said = text.strip()[:10]
    if match := _DATE.fullmatch(said):
        first, second, year = match.groups()
        return f"{first}/{second}/{year if len(year) == 4 else '20' + year}"
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        return ""


def _balance(cells: Sequence[str], statement: Statement) -> bool:
    """Take the balance that a line tells, if it tells one."""
    words = set(sort_key(" ".join(cells)).split())
    amounts = [amount for cell in cells if (amount := _maybe_amount(cell)) is not None]
    if not words & BALANCE or not amounts:
        return False
    if words & OPENING:
        statement.opening = amounts[-1]
    elif words & CLOSING:
        statement.closing = amounts[-1]
    return True


def _maybe_amount(cell: str) -> Decimal | None:
    try:
        return parse_amount(cell)
    except NotAnAmount:
        return None


def _meaning(heading: str) -> str:
    folded = re.sub(r" (?:en )?(?:eur|euros?)$", "", sort_key(heading))
    return next((name for name, known in HEADINGS.items() if folded in known), "")


def _headings_at(lines: Sequence[Sequence[str]]) -> int | None:
    """The rank of the line that bears most known headings, the first of equals; None without any."""
    scores = [len({meaning for cell in cells if (meaning := _meaning(cell))}) for cells in lines[:50]]
    best = max(scores, default=0)
    if best >= 2:
        return scores.index(best)
    return next((rank for rank, cells in enumerate(lines[:50]) if len(_trimmed(list(cells))) >= FEWEST), None)


def _account(table: Table) -> str:
    said = " ; ".join(cell for _, cells in table.titles for cell in cells)
    if match := _IBAN.search(said):
        return match[0]
    return found[1] if (found := _ACCOUNT.search(said.casefold())) else ""


def _currency(table: Table) -> str:
    found = _CURRENCY.search(" ".join(cell for _, cells in table.titles for cell in cells))
    return found[1] if found else "EUR"


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused([Fault(1, "Le fichier n’est écrit ni en UTF-8 ni en Windows-1252.")])


def _best_cut(text: str) -> list[tuple[int, list[str]]]:
    """The lines, cut by the sign that gives most of them the same number of columns."""
    cuts = {delimiter: list(_cut(text, delimiter)) for delimiter in DELIMITERS}

    def regular(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(cells) for _, cells in cuts[delimiter] if len(cells) >= FEWEST)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return cuts[max(DELIMITERS, key=regular)]


def _cut(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    end = 0
    try:
        for cells in reader:
            line, end = end + 1, reader.line_num
            yield line, cells
    except csv.Error:
        raise FileRefused([Fault(end + 1, "Des guillemets restent ouverts ou sont mal placés.")]) from None


def _trimmed(cells: list[str]) -> list[str]:
    """Cells up to the last with something in it."""
    used = max((at for at, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return cells[:used]
