"""What a file can say, and which of its columns seems to say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from office.dates import DateOrder
from office.folding import sort_key


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a file can say. headings: other names it goes by; group: what it is about."""

    name: str
    label: str
    headings: tuple[str, ...] = ()
    group: str = ""

    @property
    def known_as(self) -> set[str]:
        return {sort_key(text) for text in (self.label, *self.headings)}


@dataclass(frozen=True, slots=True)
class Matching:
    """What the columns of a file say: the place of each by its name. on: the day asked for with the file, if any."""

    places: Mapping[str, int]
    order: DateOrder = DateOrder.DAY_FIRST
    on: date | None = None


def suggested(columns: Sequence[Column], headings: Sequence[str]) -> list[str]:
    """What each column of a file seems to say, by its heading; empty where none is known. Nothing twice."""
    found: list[str] = []
    for heading in headings:
        name = next((column.name for column in columns if sort_key(heading) in column.known_as), "")
        found.append("" if name in found else name)
    return found
