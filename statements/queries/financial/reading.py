"""The elements of an account as SQL reads them: so many from a place on, or all of them counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from ledger.models import OpenItem
from office.amounts import ZERO
from statements.elements import STATES, Operations, Sort, Type, passing
from statements.queries.financial.asking import Asked, Cursor, Looked
from statements.queries.financial.incidents import Incidents, rows_of
from statements.queries.financial.searching import found_in_articles
from statements.queries.prepared import named_rows, prepared_rows

SQL = Path(__file__).parents[2] / "sql"
DOCUMENTS, SOME, WHOLE, ITEMS, ALL_ITEMS, PAST_ITEMS, TOLD, LISTED, COUNTED, APART, PLAIN, NOT_PLAIN = (
    f"elements{part}"
    for part in (
        *("", "_among", "_whole", "_items", "_items_all", "_items_past"),
        *("_told", "_listed", "_counted", "_apart", "_plain", "_not_plain"),
    )
)
INCIDENTS = ("incidents", "bounced", "incident_days", "incident_states", "incident_amounts", "incident_lefts")
WIDER = 4  # times as many documents are picked, where too few of the last ones matched

# The states of documents that no incident touches and that weren't cancelled, as most of an account are.
PLAIN_STATES = {
    Sort.INVOICE: ("paid", "late", "part_paid", "awaiting"),
    Sort.CREDIT_NOTE: ("used", "part_used", "to_use"),
    Sort.PAYMENT: ("settled", "to_use"),
    Sort.REFUND: ("done", "owed"),
}

# What the statements are asked with, with the types that PostgreSQL gives them.
PARAMETERS = {
    "account": "bigint",
    "client": "bigint",
    "day": "date",
    "past": "date",
    "since": "date",
    "until": "date",
    "after_day": "date",
    "after_id": "bigint",
    "limit": "bigint",
    "whole": "boolean",
    "among": "bigint[]",
    "kinds": "text[]",
    "passing": "text[]",
    "types": "text[]",
    "incidents": "bigint[]",
    "bounced": "bigint[]",
    "incident_days": "date[]",
    "incident_states": "text[]",
    "incident_amounts": "numeric[]",
    "incident_lefts": "numeric[]",
    "torn": "bigint[]",
}
FIRST = Cursor(date.max, 2**63 - 1)  # before all elements
EVERYTHING = {"after_day": FIRST.day, "after_id": FIRST.key, "limit": None, "whole": True}

KINDS = {
    Type.INVOICE: (Sort.INVOICE, Sort.OPENING),
    Type.CREDIT_NOTE: (Sort.CREDIT_NOTE, Sort.OPENING),
    Type.PAYMENT: (Sort.PAYMENT,),
    Type.INCIDENT: (Sort.INCIDENT,),
    Type.REFUND: (Sort.REFUND,),
}


@dataclass(frozen=True, slots=True)
class Read:
    """Elements that match, newest first. ends: whether there is no further one."""

    rows: list[dict[str, Any]]
    ends: bool


def parameters_of(looked: Looked, asked: Asked) -> dict[str, Any]:
    """What the SQL is asked with."""
    told = list(zip(*rows_of(looked.incidents), strict=True)) or [()] * len(INCIDENTS)
    parameters: dict[str, Any] = {
        "account": looked.client.account_id,
        "client": looked.client.pk,
        "day": looked.on or looked.today,
        "past": looked.on,
        **{name: list(values) for name, values in zip(INCIDENTS, told, strict=True)},
        "torn": looked.incidents.torn,
        "touched": _touched(looked.incidents),
        "passing": passing(asked.operations),
        "types": [one.value for one in asked.types] or None,
        "kinds": _kinds(asked),
        "since": asked.period.start or "-infinity",
        "until": min(filter(None, (looked.on, asked.period.end)), default="infinity"),
        "among": found_in_articles(looked.client, looked.incidents, asked.text),
    }
    if asked.operations == Operations.TO_TREAT and looked.on is None:  # of a past day it isn’t known beforehand
        parameters["among"] = _treated(looked, parameters["among"])
    elif asked.operations == Operations.CANCELLED:
        rows = _rows((APART, NOT_PLAIN), {**parameters, **EVERYTHING}, prepared=False)
        parameters["among"] = [row["id"] for row in rows]
    return parameters


def _treated(looked: Looked, found: Iterable[int] | None) -> list[int]:
    """The documents that are to treat at most: what has something open today, or is an incident’s. found: of which."""
    items = OpenItem.objects.filter(account=looked.client.account_id, open__gt=0)
    treated = {*items.values_list("document", flat=True), *_touched(looked.incidents)}
    return sorted(treated if found is None else treated.intersection(found))


def _touched(incidents: Incidents) -> list[int]:
    """The documents that an incident touches."""
    bounced = {one.incident.payment.document_id for one in incidents.told}
    return sorted({one.incident.document_id for one in incidents.told} | bounced | {*incidents.torn})


def read(parameters: Mapping[str, Any], number: int, after: Cursor | None = None) -> Read:
    """At least so many elements that match, if there are, from a place on. What a page costs doesn't depend on how many
    there are: documents are picked by their index, a few more of them each time that too few matched."""
    rows: list[dict[str, Any]] = []
    limit = number
    after = after or FIRST
    while True:
        place = {"after_day": after.day, "after_id": after.key, "limit": limit, "whole": False}
        found = _rows((TOLD, LISTED), {**parameters, **place}, prepared=True)
        rows += [row for row in found if row["passes"]]
        if not found or found[-1]["picked"] < limit:
            return Read(rows, ends=True)
        if len(rows) >= number:
            return Read(rows, ends=False)
        after = Cursor(found[-1]["day"], found[-1]["id"])
        limit *= WIDER


def counted(parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All elements, one row for each of their kinds and states. Plain ones are told alike where their states needn't be
    known: all of a kind match, or none does."""
    matching = {*parameters["passing"]}
    states = [{f"{sort}:{state}" in matching for state in PLAIN_STATES[sort]} for sort in PLAIN_STATES]
    if any(len(match) > 1 for match in states):
        whole = parameters["among"] is None
        return _rows((TOLD, COUNTED), {**parameters, **EVERYTHING, "whole": whole}, prepared=False)
    groups = _rows((APART, PLAIN), {**parameters, **EVERYTHING}, prepared=False)
    found = [_plain_row(row) for row in groups if row["is_plain"]]
    if others := [key for row in groups for key in row["keys"] or ()]:
        some = {"among": others, "whole": False}
        found += _rows((TOLD, COUNTED), {**parameters, **EVERYTHING, **some}, prepared=True)
    return found


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Plain documents of a kind, as those that were told are counted; what is open of them is in no counter."""
    kind = Sort(row["kind"])
    type_ = next(one for one, kinds in KINDS.items() if kind in kinds)
    return {**row, "type": type_.value, "state": PLAIN_STATES[kind][0], "rest": ZERO, "owed": ZERO}


def _kinds(asked: Asked) -> list[str] | None:
    """The kinds of documents that can match at all; None for all."""
    shown = {sort for sort, states in STATES.items() if any(asked.operations in one.shown for one in states.values())}
    if asked.types:
        shown &= {sort for one in asked.types for sort in KINDS[one]}
    return sorted(shown) if len(shown) < len(STATES) else None


def _rows(parts: Iterable[str], parameters: Mapping[str, Any], *, prepared: bool) -> list[dict[str, Any]]:
    """prepared: whether it is planned once and for all, not by what is asked."""
    if APART in parts:
        documents, items = WHOLE, ALL_ITEMS
    else:
        documents, items = SOME if parameters["among"] is not None else DOCUMENTS, ITEMS
    items = PAST_ITEMS if parameters["past"] else items
    parts = (documents, items, *parts)
    sql = "".join(_sql(part) for part in parts)
    if prepared:
        name = "elements" + "".join(part.removeprefix("elements") for part in parts)
        return prepared_rows(name, sql, PARAMETERS, parameters)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return named_rows(cursor)


@cache
def _sql(name: str) -> str:
    """A part of a statement, without its comments, which would be read anew by each step on its way."""
    lines = (SQL / f"{name}.sql").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith("--"))
