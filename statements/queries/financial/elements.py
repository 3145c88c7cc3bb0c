"""The elements of a client's account, newest first by pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from ledger.models import Document
from statements.elements import STATES, Sort, State, Type, is_struck
from statements.queries.financial.asking import Asked, Cursor, Looked
from statements.queries.financial.counters import Counters, counters_from
from statements.queries.financial.incidents import Incidents
from statements.queries.financial.reading import Read, counted, parameters_of, read

PAGE = 50
MOST = 500  # elements that one page has at most, however far one had scrolled


@dataclass(frozen=True, slots=True)
class Element:
    """An element on a day, amounts VAT included and above 0.

    rest: what is open of it, of an incident what is left to settle; late: what of that is overdue; reserved: what of a
    credit is kept for the next invoice; bounced_on: the day of a payment's incident.
    """

    document: Document
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
    def told(self) -> str:
        """How it was paid, what bounced and why, whose it is on a walk-in account, where it took place."""
        document, how = self.document, ""
        if self.sort in (Sort.PAYMENT, Sort.REFUND):
            movement = document.payments if self.sort == Sort.PAYMENT else document.refunds
            how = movement.type.label if movement.type else "Compensation"
        elif self.sort == Sort.INCIDENT:
            incident = document.incident
            how = f"{incident.get_reason_display()}, {incident.payment}"
        party, site = document.party, document.site
        return ", ".join(filter(None, (how, party.name if party else "", str(site) if site else "")))

    @property
    def menu_label(self) -> str:
        """What its menu is called."""
        return f"Actions sur {self.document.reference}"

    @property
    def menu_id(self) -> str:
        """What tells its menu from the others."""
        return f"actions-{self.document.pk}"

    @property
    def cursor(self) -> Cursor:
        """Its place."""
        return Cursor(self.day, self.document.pk)


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Elements, newest first. more: where they go on; None at the end."""

    elements: list[Element]
    more: Cursor | None


def first_elements(looked: Looked, asked: Asked, *, through: Cursor | None = None) -> tuple[Counters, TimeLine]:
    """All elements that match, counted, and the first of them. through: at least as far as this place, if it isn't
    further than a page can have."""
    parameters = parameters_of(looked, asked)
    found = read(parameters, PAGE + 1)
    limit = PAGE
    if through is not None:
        place = (through.day, through.key)
        if not found.ends and _place(found.rows[-1]) > place:
            found = read(parameters, MOST + 1)
        limit = min(max(sum(_place(row) >= place for row in found.rows), PAGE), MOST)
    return _counters(parameters, asked, found), _time_line(looked, found, limit)


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
    shown = found.rows[:limit]
    documents = _documents((row["id"] for row in shown), looked.incidents)
    elements = [
        Element(
            documents[row["id"]],
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
        for row in shown
    ]
    return TimeLine(elements, elements[-1].cursor if len(found.rows) > limit else None)


def _documents(keys: Iterable[int], incidents: Incidents) -> dict[int, Document]:
    documents = Document.objects.select_related("party", "site", "payments__type").in_bulk(list(keys))
    if refunds := [one for one in documents.values() if one.kind == Sort.REFUND]:  # rare
        prefetch_related_objects(refunds, "refunds__type")
    for told in incidents.told:
        if document := documents.get(told.incident.document_id):
            document.incident = told.incident
    return documents
