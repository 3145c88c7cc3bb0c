"""The elements of a client's account: newest first by pages, and counted. The SQL is set-based: one pass over all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from clients.models import Client
from ledger.models import Document
from office.amounts import ZERO
from office.periods import Period
from statements.elements import STATES, Operations, Sort, State, Type, is_struck, passing
from statements.queries.financial.incidents import Incidents, rows_of
from statements.queries.financial.searching import found_in_articles

SQL = Path(__file__).parents[2] / "sql"
PAGE = 50
MOST = 500  # elements that one page has at most, however far one had scrolled


@dataclass(frozen=True, slots=True)
class Asked:
    """What elements are filtered by; all of it has to hold. types: none for all; text: looked for in articles."""

    period: Period = field(default_factory=Period)
    operations: Operations = Operations.ALL
    types: Sequence[Type] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """Whose account is looked at, as of which day. on: a past day, to its end; None for today."""

    client: Client
    incidents: Incidents
    today: date
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the time line: after the element of this day and key."""

    day: date
    key: int

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}.{self.key}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The place that a text tells; None if it tells none."""
        day, _, key = text.partition(".")
        if not key.isdecimal() or len(key) > 18:
            return None
        try:
            return cls(date.fromisoformat(day), int(key))
        except ValueError:
            return None


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
class Counter:
    """How many there are, and what they come to, VAT included."""

    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Counters:
    """What elements come to by type. open: incidents with something left, and what is; late: the invoices that are
    late, and what is overdue of them; bounced: those with an incident, and all that is open of them."""

    types: Mapping[Type, Counter]
    open: Counter
    late: Counter
    bounced: Counter


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Elements, newest first. more: where they go on; None at the end."""

    elements: list[Element]
    more: Cursor | None


def first_elements(looked: Looked, asked: Asked, *, through: Cursor | None = None) -> tuple[Counters, TimeLine]:
    """All elements that match, counted, and the first of them. through: at least as far as this place, if it isn't
    further than a page can have."""
    limit = PAGE if through is None else MOST
    counters, elements = _counted(looked, asked, limit)
    if through is not None:
        reached = sum((row["day"], row["id"]) >= (through.day, through.key) for row in elements)
        limit = min(max(reached, PAGE), MOST)
    return counters, _time_line(elements, limit)


def all_elements(looked: Looked, asked: Asked, *, most: int) -> tuple[Counters, TimeLine]:
    """All elements that match, counted; and in line, if there are no more than so many."""
    counters, elements = _counted(looked, asked, most)
    return counters, _time_line(elements, most)


def _counted(looked: Looked, asked: Asked, limit: int) -> tuple[Counters, list[dict[str, Any]]]:
    rows = _rows("elements_counted.sql", looked, asked, {"limit": limit + 1})
    first = rows[0]
    counters = Counters(
        {one: _counter(first, one.value) for one in Type},
        open=_counter(first, "open"),
        late=_counter(first, "late"),
        bounced=_counter(first, "bounced"),
    )
    return counters, [row for row in rows if row["id"] is not None]


def elements_after(looked: Looked, asked: Asked, after: Cursor) -> TimeLine:
    """The elements that follow a place."""
    place = {"after_day": after.day, "after_id": after.key, "limit": PAGE + 1}
    return _time_line(_rows("elements_after.sql", looked, asked, place), PAGE)


def element_of(looked: Looked, document: Document) -> Element | None:
    """One element as it stands on the day; None for a document that is none of the client's by then."""
    after = {"after_day": document.day, "after_id": document.pk + 1, "limit": 1}
    found = _rows("elements_after.sql", looked, Asked(), after, passing_all=True)
    return _time_line(found, 1).elements[0] if found and found[0]["id"] == document.pk else None


def _rows(
    name: str, looked: Looked, asked: Asked, more: Mapping[str, Any], *, passing_all: bool = False
) -> list[dict[str, Any]]:
    told = list(zip(*rows_of(looked.incidents), strict=True)) or [()] * 5
    states = [f"{sort.value}:{code}" for sort in STATES for code in STATES[sort]]
    parameters = {
        "account": looked.client.account_id,
        "client": looked.client.pk,
        "day": looked.on or looked.today,
        "past": looked.on,
        **{name: list(values) for name, values in zip(INCIDENTS, told, strict=True)},
        "torn": looked.incidents.torn,
        "passing": states if passing_all else passing(asked.operations),
        "types": [one.value for one in asked.types] or None,
        "start": asked.period.start,
        "end": asked.period.end,
        "found": found_in_articles(looked.client, asked.text),
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{_sql('elements.sql')}{_sql(name)}", parameters)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


INCIDENTS = ("incidents", "bounced", "incident_states", "incident_amounts", "incident_lefts")


@cache
def _sql(name: str) -> str:
    return (SQL / name).read_text()


def _counter(row: Mapping[str, Any], name: str) -> Counter:
    return Counter(row[f"{name}_number"], row[f"{name}_amount"] or ZERO)


def _time_line(rows: Sequence[Mapping[str, Any]], limit: int) -> TimeLine:
    shown = rows[:limit]
    documents = _documents(row["id"] for row in shown)
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
    return TimeLine(elements, elements[-1].cursor if len(rows) > limit else None)


def _documents(keys: Iterable[int]) -> dict[int, Document]:
    related = ("party", "site", "payments__type", "refunds__type", "incident__payment__document")
    return Document.objects.select_related(*related).in_bulk(list(keys))
