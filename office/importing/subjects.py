"""What a file can be about, as each app tells it; and a file, checked whole for one of them."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from office.dates import Dates
from office.grids import Fault, Grid, Row
from office.importing.columns import Column, Matching
from office.models import Event, User

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DayAsked:
    """A day that is asked for with a file: what its field says."""

    label: str
    help_text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file, as it was dropped and as it is read, once its columns are matched."""

    content: bytes
    grid: Grid
    matching: Matching


@dataclass(frozen=True, slots=True)
class Lines:
    """What of a file is to be read, its cells by the names of columns. on: the day asked for with it, if any."""

    rows: Sequence[Row]
    dates: Dates
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What a file says, and every fault of it, by the headings of its columns."""

    found: T
    faults: list[Fault]


class Subject(ABC, Generic[T]):
    """What a file is about: its columns, how its lines are read, and how they are taken over.

    group: what its columns are about, but for those that say otherwise. needed: the columns that a file can't be
    without; dates: those that hold dates. day: what day is asked for, if any. then: the name of the page that an
    import leads to.
    """

    name: str
    label: str
    note: str
    group: str
    columns: Sequence[Column]
    needed: Collection[str] = ()
    dates: Collection[str] = ()
    day: DayAsked | None = None
    then: str = "import_start"
    most_lines: int = 5000

    @abstractmethod
    def read(self, lines: Lines) -> T:
        """What the lines of a file say; what is wrong with one, in itself or against the books, is noted on it."""

    @abstractmethod
    def told(self, found: T) -> str:
        """How much a file holds, in words: 3 clients et 2 animaux."""

    @abstractmethod
    def take_over(self, file: File, *, by: User, at: datetime) -> Event:
        """Take a file over whole, and give the event of the log.

        Raises FileRefused with every fault, AlreadyImported, and what else stands against it.
        """

    def refusals(self, chosen: Collection[str]) -> Iterator[str]:
        """What stands against a choice of columns, in sentences."""
        labels = {column.name: column.label for column in self.columns}
        for name in self.needed:
            if name not in chosen:
                yield f"Indiquez la colonne «\u00a0{labels[name]}\u00a0»."

    def check(self, grid: Grid, matching: Matching) -> Checked[T]:
        """Read a whole file; nothing is written."""
        rows = [
            Row(line, {name: cells[place] for name, place in matching.places.items()})
            for line, cells in grid.lines[: self.most_lines]
        ]
        texts = (row.cells[name] for row in rows for name in self.dates if name in row.cells)
        found = self.read(Lines(rows, Dates.of(matching.order, texts), matching.on))
        faults = [*grid.faults, *(_by_heading(fault, grid, matching) for row in rows for fault in row.faults)]
        if len(grid.lines) > self.most_lines:
            line = grid.lines[self.most_lines][0]
            faults.append(Fault(line, f"Un fichier a {self.most_lines} lignes au plus\u00a0: coupez-le."))
        elif not grid.lines and not faults:
            faults.append(Fault(1, "Le fichier ne contient aucune ligne sous ses titres."))
        return Checked(found, sorted(faults, key=lambda fault: fault.line))


Subjects = Mapping[str, Subject[Any]]


def counted(count: int, one: str, several: str = "") -> str:
    """A number of things in words, by default with an s from two on."""
    return f"{count} {(several or f'{one}s') if count > 1 else one}"


def _by_heading(fault: Fault, grid: Grid, matching: Matching) -> Fault:
    place = matching.places.get(fault.column)
    return Fault(fault.line, fault.reason, "" if place is None else grid.headings[place])
