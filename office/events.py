"""The event log (journal des événements): how it is written, and how it reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from office.models import Event, User

NOTHING = "(vide)"
FIRST = ("paramètre", "utilisateur", "création", "identifiant", "action")  # JSON in PostgreSQL keeps no order
LAST = ("adresse", "suite")
YES_NO = {True: "oui", False: "non"}


def record(kind: Event.Kind, detail: Mapping[str, Any] | None = None, *, user: User | None = None) -> Event:
    """Write one event. detail: by French words, in JSON's kinds; no secrets."""
    return Event.objects.create(kind=kind, user=user, detail=dict(detail or {}))


def changes(before: Model | None, after: Model, fields: Iterable[str]) -> list[dict[str, str]]:
    """What a record says otherwise than before: field, value before and after, as users read them."""
    found = []
    for name in fields:
        was, now = (_shown(row, name) if row else "" for row in (before, after))
        if was != now:
            field = after._meta.get_field(name)
            found.append({"field": str(getattr(field, "verbose_name", name)), "before": was, "after": now})
    return found


def lines(detail: Mapping[str, Any]) -> list[str]:
    """The detail of an event in short French sentences."""
    told = []
    for name, value in sorted(detail.items(), key=_place):
        if name == "changes":
            told += [_change(**change) for change in value]
        elif value not in ("", None):
            told.append(f"{name}\u00a0: {value}")
    return told


def _place(item: tuple[str, Any]) -> tuple[int, str]:
    name = item[0]
    if name in FIRST:
        return FIRST.index(name) - len(FIRST), name
    return LAST.index(name) + 1 if name in LAST else 0, name


def _change(field: str, before: Any, after: Any) -> str:
    was, now = (YES_NO[value] if isinstance(value, bool) else value or NOTHING for value in (before, after))
    return f"{field}\u00a0: {was} → {now}"


def _shown(row: Model, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if isinstance(value, bool):
        return YES_NO[value]
    return "" if value is None else str(value)
