"""What each file of the archive holds: its name, its rows, and a column for each thing that is told of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from office.exports import Cell, Written

BATCH = 2000
Show = Callable[[Any], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. path: the field it is read from; show: what is written of its value."""

    heading: str
    path: str
    show: Show | None = None


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV file of the archive. source: its rows, ordered; they are read so many at a time."""

    name: str
    source: QuerySet[Any]
    columns: tuple[Column, ...]

    @property
    def headings(self) -> list[str]:
        """Its first line."""
        return [column.heading for column in self.columns]

    def rows(self) -> Iterator[list[Cell]]:
        """Its other lines."""
        shows = [column.show for column in self.columns]
        values = self.source.values_list(*(column.path for column in self.columns))
        for row in values.iterator(chunk_size=BATCH):
            yield [
                value if show is None or value is None else show(value) for show, value in zip(shows, row, strict=True)
            ]


def number(value: Decimal) -> Cell:
    """A quantity, price or rate with the decimals it needs: 2,5."""
    return Written(f"{value.normalize():f}".replace(".", ","))


def moment(value: datetime) -> Cell:
    """When something was done, to the second, as clocks show it here."""
    return Written(f"{localtime(value):%d/%m/%Y %H:%M:%S}")


def yes_no(value: object) -> Cell:
    """oui or non."""
    return "oui" if value else "non"


def one_of(choices: Any) -> Show:
    """The words of a code among choices."""
    words = dict(choices)
    return lambda code: words.get(code, code)
