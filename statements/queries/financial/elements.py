"""The elements of a client's account, newest first by pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from payments.models import Incident
from statements.elements import STATES, Sort, State, Type, is_struck
from statements.queries.financial.asking import Asked, Cursor, Looked
from statements.queries.financial.counters import Counters, counters_from
from statements.queries.financial.reading import Read, counted, parameters_of, read

PAGE = 50
MOST = 500  # elements that one page has at most, however far one had scrolled


@dataclass(frozen=True, slots=True)
class Element:
    """An element on a day, amounts VAT included and above 0.

    key: of its document; told: how it was paid, what bounced and why, whose it is on a walk-in account, where it took
    place. rest: what is open of it, of an incident what is left to settle; late: what of that is overdue; reserved:
    what of a credit is kept for the next invoice; bounced_on: the day of a payment's incident.
    """

    key: int
    reference: str
    told: str
    sort: Sort
    type: str
    day: date
    code: str
    amount: Decimal
    rest: Decimal
    late: Decimal
    reserved: Decimal
    bounced_on: date | None

    @property
    def state(self) -> State:
        """Its state in words."""
        return STATES[self.sort][self.code]

    @property
    def is_struck(self) -> bool:
        """Whether nothing of it stands."""
        return is_struck(self.sort, self.code)

    @property
    def is_credit(self) -> bool:
        """Whether it is in the client's favour."""
        return self.type in (Type.CREDIT_NOTE, Type.PAYMENT)

    @property
    def rest_is(self) -> str:
        """What is to be done with what is open of it."""
        if self.sort == Sort.INCIDENT:
            return "à régulariser"
        return "à utiliser" if self.is_credit else "à régler"

    @property
    def cursor(self) -> Cursor:
        """Its place."""
        return Cursor(self.day, self.key)


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Elements, newest first. more: where they go on; None at the end."""

    elements: list[Element]
    more: Cursor | None


def first_elements(
    looked: Looked, asked: Asked, *, through: Cursor | None = None, counts: bool = True
) -> tuple[Counters | None, TimeLine]:
    """All elements that match, counted, and the first of them. through: at least as far as this place, if it isn't
    further than a page can have. counts: whether they are counted also where they aren't all read: else None."""
    parameters = parameters_of(looked, asked)
    found = read(parameters, PAGE + 1)
    limit = PAGE
    if through is not None:
        place = (through.day, through.key)
        if not found.ends and _place(found.rows[-1]) > place:
            found = read(parameters, MOST + 1)
        limit = min(max(sum(_place(row) >= place for row in found.rows), PAGE), MOST)
    counters = _counters(parameters, asked, found) if counts or found.ends else None
    return counters, _time_line(looked, found, limit)


def all_elements(looked: Looked, asked: Asked, *, most: int) -> tuple[Counters, TimeLine]:
    """All elements that match, counted; and in line, if there are no more than so many."""
    parameters = parameters_of(looked, asked)
    found = read(parameters, most + 1)
    return _counters(parameters, asked, found), _time_line(looked, found, most)


def elements_after(looked: Looked, asked: Asked, after: Cursor) -> TimeLine:
    """The elements that follow a place."""
    return _time_line(looked, read(parameters_of(looked, asked), PAGE + 1, after), PAGE)


def _place(row: Mapping[str, Any]) -> tuple[date, int]:
    return row["day"], row["id"]


def _counters(parameters: Mapping[str, Any], asked: Asked, found: Read) -> Counters:
    """What all elements come to. Where all were read, they are counted as they stand."""
    if not found.ends:
        return counters_from(counted(parameters), asked)
    return counters_from(({**row, "number": 1, "late_number": int(row["late"] > 0)} for row in found.rows), asked)


def _time_line(looked: Looked, found: Read, limit: int) -> TimeLine:
    bounced = {told.incident.document_id: told.incident for told in looked.incidents.told}
    elements = [
        Element(
            row["id"],
            row["reference"],
            _told(row, bounced),
            Sort(row["kind"]),
            row["type"],
            row["day"],
            row["state"],
            row["amount"],
            row["rest"],
            row["late"],
            row["reserved"],
            row["bounced_on"],
        )
        for row in found.rows[:limit]
    ]
    return TimeLine(elements, elements[-1].cursor if len(found.rows) > limit else None)


def _told(row: Mapping[str, Any], bounced: Mapping[int, Incident]) -> str:
    how = ""
    if row["kind"] in (Sort.PAYMENT, Sort.REFUND):
        how = row["how"] or "Compensation"
    elif row["kind"] == Sort.INCIDENT:
        incident = bounced[row["id"]]
        how = f"{incident.get_reason_display()}, {incident.payment}"
    return ", ".join(filter(None, (how, row["party"], row["site"])))
