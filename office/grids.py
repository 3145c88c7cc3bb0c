"""Files of rows under headings, as other programs write them (CSV, XLSX): their cells as text, and what is wrong.

A cell of a workbook becomes the text that our readers take without a doubt: a date as 2026-01-31, a number
with its cents behind a point.
"""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, TypeVar
from zipfile import BadZipFile, ZipFile

import openpyxl
from django.utils.timezone import localdate
from openpyxl.utils.exceptions import InvalidFileException

from office.amounts import quoted
from office.errors import SoldeError
from office.folding import fold
from office.models import Event

T = TypeVar("T")

DELIMITERS = ";,\t"
WORKBOOK = b"PK\x03\x04"
UNPACKED = 100 * 1024 * 1024


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


class AlreadyImported(SoldeError):
    """The very same file was taken over before; `first` is that import."""

    field = "file"

    def __init__(self, first: Event) -> None:
        self.first = first
        super().__init__(f"Ce fichier a déjà été importé le {localdate(first.at):%d/%m/%Y}\u00a0: rien n’a été ajouté.")


class Unusable(SoldeError):
    """A cell that can't be taken over."""


@dataclass(slots=True)
class Row:
    """The cells of a line by heading, and what is found wrong with them."""

    line: int
    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def take(self, column: str, read: Callable[[str], T]) -> T | None:
        """What `read` makes of a cell; None, and a fault more, if it refuses."""
        try:
            return read(self.cells[column])
        except SoldeError as error:
            self.faults.append(Fault(self.line, error.message, column))
            return None


@dataclass(frozen=True, slots=True)
class Grid:
    """The headings of a file, its lines with something on them, and the faults of those cut otherwise."""

    headings: list[str]
    lines: list[tuple[int, list[str]]]
    faults: list[Fault]

    def rows(self, columns: Iterable[str]) -> list[Row]:
        """The lines, by the headings asked for, whatever their case and accents; others are left out.

        Raises FileRefused unless each of them is there once.
        """
        places = self._places(list(columns))
        return [Row(line, {column: cells[place] for column, place in places.items()}) for line, cells in self.lines]

    def _places(self, columns: list[str]) -> dict[str, int]:
        folded = [fold(heading) for heading in self.headings]
        counts = {column: folded.count(fold(column)) for column in columns}
        faults = [
            Fault(1, "Cette colonne manque." if not count else "Cette colonne est là deux fois.", column)
            for column, count in counts.items()
            if count != 1
        ]
        if faults:
            raise FileRefused(faults)
        return {column: folded.index(fold(column)) for column in columns}


def read_grid(content: bytes, wanted: Collection[str] = ()) -> Grid:
    """Read a CSV file (UTF-8 or Windows-1252) or the first sheet of an XLSX workbook.

    wanted: headings that tell by which sign a CSV file is cut. Raises FileRefused if it is neither.
    """
    if content.startswith(WORKBOOK):
        return _grid(_workbook(content))
    text = _text(content)
    return _grid(_csv(text, _delimiter(next(StringIO(text), ""), wanted)))


def _grid(lines: Iterator[tuple[int, list[str] | None]]) -> Grid:
    """Cut into headings and lines; None for a line that can't be read, and for all behind it."""
    grid = Grid([], [], [])
    for at, (line, cells) in enumerate(lines):
        if cells is None:
            grid.faults.append(Fault(line, "Des guillemets restent ouverts ou sont mal placés."))
        elif at == 0:
            grid.headings.extend(cells)
        elif not any(cell.strip() for cell in cells):
            continue
        elif len(cells) != len(grid.headings):
            grid.faults.append(Fault(line, f"Il y a {len(cells)} colonnes au lieu de {len(grid.headings)}."))
        else:
            grid.lines.append((line, cells))
    return grid


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused([Fault(1, "Le fichier n’est écrit ni en UTF-8 ni en Windows-1252.")])


def _csv(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    end = 0
    try:
        for cells in reader:
            line, end = end + 1, reader.line_num
            yield line, cells
    except csv.Error:
        yield end + 1, None


def _delimiter(headings: str, wanted: Collection[str]) -> str:
    """The sign that cuts the headings into the most of those wanted, or else into the most columns."""
    folded = {fold(column) for column in wanted}

    def found(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([headings], delimiter=delimiter), [])
        return len(folded & {fold(cell) for cell in cells}), len(cells)

    return max(DELIMITERS, key=found)


def _workbook(content: bytes) -> Iterator[tuple[int, list[str] | None]]:
    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > UNPACKED:
                raise FileRefused([Fault(1, "Le classeur est trop grand.")])
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise FileRefused([Fault(1, "Ce fichier n’est pas un classeur XLSX lisible.")]) from error
    width = 0
    for line, values in enumerate(book.worksheets[0].iter_rows(values_only=True) if book.worksheets else (), start=1):
        cells = [_cell(value) for value in values]
        width = width or len(_trimmed(cells))
        yield line, _trimmed(cells, width)


def _trimmed(cells: Sequence[str], width: int = 0) -> list[str]:
    """Cells up to the last with something in it, and as many as `width` at least."""
    used = max((at for at, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return [*cells[: max(used, width)], *[""] * (width - len(cells))]


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime() | date():
            return value.strftime("%Y-%m-%d")
        case int():
            return str(value)
        case float():
            return _number(value)
    return str(value)


def _number(value: float) -> str:
    """A number of a sheet as it was typed there; its cents in full, so that no point is taken for thousands."""
    number = Decimal(repr(value))
    if number == number.to_integral_value():
        return format(number.to_integral_value(), "f")
    rounded = round(number, 2)
    return format(rounded if rounded == number else number, "f")
