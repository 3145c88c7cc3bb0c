"""The elements of an account as SQL reads them: so many from a place on, or all of them counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from ledger.models import OpenItem
from statements.elements import STATES, Operations, Sort, Type, passing
from statements.queries.financial.asking import Asked, Cursor, Looked
from statements.queries.financial.incidents import rows_of
from statements.queries.financial.searching import found_in_articles

SQL = Path(__file__).parents[2] / "sql"
INCIDENTS = ("incidents", "bounced", "incident_days", "incident_states", "incident_amounts", "incident_lefts")
WIDER = 4  # times as many documents are picked, where too few of the last ones matched

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
    return {
        "account": looked.client.account_id,
        "client": looked.client.pk,
        "day": looked.on or looked.today,
        "past": looked.on,
        **{name: list(values) for name, values in zip(INCIDENTS, told, strict=True)},
        "torn": looked.incidents.torn,
        "passing": passing(asked.operations),
        "types": [one.value for one in asked.types] or None,
        "kinds": _kinds(asked),
        "start": asked.period.start,
        "end": asked.period.end,
        "among": _among(looked, asked),
    }


def _among(looked: Looked, asked: Asked) -> list[int] | None:
    """The documents that can match at all; None for all of the account."""
    found = found_in_articles(looked.client, looked.incidents, asked.text)
    if asked.operations != Operations.TO_TREAT or looked.on is not None:
        return found
    # What is to treat has something open today, or is an incident’s; of a past day that isn’t known beforehand.
    items = OpenItem.objects.filter(account=looked.client.account_id, open__gt=0)
    treated = {*items.values_list("document", flat=True), *looked.incidents.torn}
    treated |= {told.incident.document_id for told in looked.incidents.told}
    return sorted(treated if found is None else treated.intersection(found))


def read(parameters: Mapping[str, Any], number: int, after: Cursor | None = None) -> Read:
    """At least so many elements that match, if there are, from a place on. What a page costs doesn't depend on how many
    there are: documents are picked by their index, a few more of them each time that too few matched."""
    rows: list[dict[str, Any]] = []
    limit = number
    while True:
        place = {"after_day": after and after.day, "after_id": after and after.key, "limit": limit}
        found = _rows("elements_listed.sql", {**parameters, **place})
        rows += [row for row in found if row["passes"]]
        if not found or found[-1]["picked"] < limit:
            return Read(rows, ends=True)
        if len(rows) >= number:
            return Read(rows, ends=False)
        after = Cursor(found[-1]["day"], found[-1]["id"])
        limit *= WIDER


def counted(parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All elements, one row for each of their kinds and states."""
    return _rows("elements_counted.sql", {**parameters, "after_day": None, "after_id": None, "limit": None})


def _kinds(asked: Asked) -> list[str] | None:
    """The kinds of documents that can match at all; None for all."""
    shown = {sort for sort, states in STATES.items() if any(asked.operations in one.shown for one in states.values())}
    if asked.types:
        shown &= {sort for one in asked.types for sort in KINDS[one]}
    return sorted(shown) if len(shown) < len(STATES) else None


def _rows(name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_sql('elements.sql')}{_sql(name)}", parameters)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@cache
def _sql(name: str) -> str:
    return (SQL / name).read_text()
