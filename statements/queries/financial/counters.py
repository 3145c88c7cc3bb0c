"""The elements of an account counted and added up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from office.amounts import ZERO
from statements.elements import Sort, Type, passing
from statements.queries.financial.asking import Asked, Looked
from statements.queries.financial.reading import counted, parameters_of

GOING_ON = ("open", "part_settled")


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


def counters_of(looked: Looked, asked: Asked) -> Counters:
    """All elements that match, counted by one query."""
    return counters_from(counted(parameters_of(looked, asked)), asked)


def counters_from(groups: Iterable[Mapping[str, Any]], asked: Asked) -> Counters:
    """Groups of elements of one kind and state each, as the SQL has them: of those that match, the counters."""
    states = set(passing(asked.operations))
    found = [
        one
        for one in groups
        if f"{one['kind']}:{one['state']}" in states and (not asked.types or one["type"] in asked.types)
    ]
    incidents = [one for one in found if one["type"] == Type.INCIDENT and one["state"] in GOING_ON]
    invoices = [one for one in found if one["type"] == Type.INVOICE]
    return Counters(
        {type_: _counter(one for one in found if one["type"] == type_) for type_ in Type},
        open=_counter(incidents, "rest"),
        late=_counter(invoices, "late", "late_number"),
        bounced=_counter(
            (one for one in invoices if one["kind"] == Sort.INVOICE and one["state"] == "bounced"), "owed"
        ),
    )


def _counter(groups: Iterable[Mapping[str, Any]], amount: str = "amount", number: str = "number") -> Counter:
    groups = list(groups)
    return Counter(sum(one[number] for one in groups), sum((one[amount] for one in groups), ZERO))
