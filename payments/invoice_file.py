"""What a CSV file of another program's invoices says, line by line, and what is wrong with it."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TypeVar

from office.amounts import quoted
from office.errors import SoldeError
from office.folding import fold, sort_key
from payments.mappings import Dates, Mapping

T = TypeVar("T")

DELIMITERS = ";,\t"
LONGEST_CODE, LONGEST_NAME, LONGEST_REFERENCE = 30, 120, 60

_CODE = re.compile("[A-Za-z0-9+_./-]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of a file, or with one column of it; the headings are line 1."""

    line: int
    reason: str
    column: str = ""

    def __str__(self) -> str:
        place = f"Ligne {self.line}" + (f", {quoted(self.column)}" if self.column else "")
        return f"{place}\u00a0: {self.reason}"


class FileRefused(SoldeError):
    """Nothing was taken over; `faults` tells why, line by line."""

    field = "file"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        count = len({fault.line for fault in self.faults})
        lines = f"{count} lignes sont refusées" if count > 1 else "une ligne est refusée"
        super().__init__(f"Rien n’a été importé\u00a0: {lines}.")


class Unusable(SoldeError):
    """A code, name, reference or amount that can't be taken over."""


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice to take over. settled: the day on which all of it was paid, None while it is open."""

    line: int
    code: str
    name: str
    invoice: str
    day: date
    due: date
    amount: Decimal
    settled: date | None


@dataclass(slots=True)
class _Record:
    """The cells of a line by heading, and what is found wrong with them."""

    line: int
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def take(self, column: str, read: Callable[[str], T]) -> T | None:
        """What `read` makes of a cell; None, and a fault more, if it refuses."""
        try:
            return read(self.cells[column])
        except SoldeError as error:
            self.faults.append(Fault(self.line, error.message, column))
            return None


def read(content: bytes, mapping: Mapping) -> tuple[list[Row], list[Fault]]:
    """The invoices of a file, and every fault of its other lines.

    Raises FileRefused if it is no such file at all.
    """
    records, faults = _records(_text(content), mapping)
    dates = _dates(mapping, records)
    rows = [row for row in (_row(record, mapping, dates) for record in records) if row]
    for record in records:
        faults += record.faults
    return rows, faults + list(_repeated(rows))


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused([Fault(1, "Le fichier n’est écrit ni en UTF-8 ni en Windows-1252.")])


def _records(text: str, mapping: Mapping) -> tuple[list[_Record], list[Fault]]:
    """The lines with something on them, and the faults of those that are cut otherwise than the headings."""
    delimiter = _delimiter(next(StringIO(text), ""), mapping)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    places: dict[str, int] = {}
    records: list[_Record] = []
    faults: list[Fault] = []
    width = line = end = 0
    try:
        for cells in reader:
            line, end = end + 1, reader.line_num
            if line == 1:
                places, width = _places(cells, mapping), len(cells)
            elif not any(cell.strip() for cell in cells):
                continue
            elif len(cells) != width:
                faults.append(Fault(line, f"Il y a {len(cells)} colonnes au lieu de {width}."))
            else:
                records.append(_Record(line, {column: cells[place] for column, place in places.items()}))
    except csv.Error:
        faults.append(Fault(end + 1, "Des guillemets restent ouverts ou sont mal placés."))
    if not records and not faults:
        faults.append(Fault(1, "Le fichier ne contient pas de facture."))
    return records, faults


def _delimiter(headings: str, mapping: Mapping) -> str:
    """The sign that cuts the headings into the most columns that the mapping names."""
    wanted = {fold(column) for column in mapping.columns}

    def found(delimiter: str) -> int:
        cells = next(csv.reader([headings], delimiter=delimiter), [])
        return len(wanted & {fold(cell) for cell in cells})

    return max(DELIMITERS, key=found)


def _places(headings: Sequence[str], mapping: Mapping) -> dict[str, int]:
    """Where the columns of the mapping are; the headings may be in any order, among others."""
    folded = [fold(heading) for heading in headings]
    counts = {column: folded.count(fold(column)) for column in mapping.columns}
    faults = [
        Fault(1, "Cette colonne manque." if not count else "Cette colonne est là deux fois.", column)
        for column, count in counts.items()
        if count != 1
    ]
    if faults:
        raise FileRefused(faults)
    return {column: folded.index(fold(column)) for column in mapping.columns}


def _dates(mapping: Mapping, records: Iterable[_Record]) -> Dates:
    """How to read the dates of this file, and whether one of them contradicts the mapping."""
    order = mapping.dates
    texts = (record.cells[column] for record in records for column in (mapping.day, mapping.due, mapping.settled))
    return Dates(order, contradicted=any(order.date(text) is None and order.other.date(text) for text in texts))


def _row(record: _Record, mapping: Mapping, dates: Dates) -> Row | None:
    """What a line says; None if it has faults, all of which are noted."""
    code = record.take(mapping.code, _code)
    name = record.take(mapping.name, _name) if mapping.name else code
    invoice = record.take(mapping.invoice, _reference)
    day = record.take(mapping.day, dates.read)
    due = record.take(mapping.due, dates.read)
    amount = record.take(mapping.amount, lambda text: _positive(mapping.amounts(text)))
    settled = record.take(mapping.settled, dates.read) if record.cells[mapping.settled].strip() else None
    if day and due and due < day:
        record.faults.append(Fault(record.line, f"Elle est avant la date de la facture, {day:%d/%m/%Y}.", mapping.due))
    if record.faults or not (code and name and invoice and day and due and amount):
        return None
    return Row(record.line, code, name, invoice, day, due, amount, settled)


def _code(text: str) -> str:
    code = _printable(text, LONGEST_CODE)
    if not _CODE.fullmatch(code):
        raise Unusable(f"{quoted(code)} n’est pas un code\u00a0: des lettres, des chiffres et + - _ . /.")
    return code


def _name(text: str) -> str:
    return _printable(text, LONGEST_NAME)


def _reference(text: str) -> str:
    reference = _printable(text, LONGEST_REFERENCE)
    if "|" in reference:
        raise Unusable(f"{quoted(reference)} contient un signe interdit, «\u00a0|\u00a0».")
    return reference


def _printable(text: str, longest: int) -> str:
    """Text on one line, its runs of white space made single spaces."""
    body = " ".join(text.split())
    if not body:
        raise Unusable("Rien n’est indiqué.")
    if not body.isprintable():
        raise Unusable("Il y a des signes qui ne s’impriment pas.")
    if len(body) > longest:
        raise Unusable(f"{quoted(body)} a plus de {longest} signes.")
    return body


def _positive(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise Unusable("Le montant d’une facture doit être positif.")
    return amount


def _repeated(rows: Sequence[Row]) -> Iterator[Fault]:
    """What is wrong with no line alone: an invoice told twice, a client under two names."""
    lines: dict[str, int] = {}
    clients: dict[str, Row] = {}
    for row in rows:
        if (before := lines.setdefault(row.invoice, row.line)) != row.line:
            yield Fault(row.line, f"La facture {row.invoice} est déjà à la ligne {before}.")
        first = clients.setdefault(row.code, row)
        if sort_key(row.name) != sort_key(first.name):
            yield Fault(row.line, f"Le client {row.code} porte un autre nom à la ligne {first.line}.")
