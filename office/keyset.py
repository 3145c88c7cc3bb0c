"""Pages that begin beside a row instead of being counted, so that the hundredth costs what the second does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

AFTER, BEFORE = "apres", "avant"
NOWHERE = Q(pk__in=())
_WRITTEN = re.compile(rf"(?P<page>\d+)-(?P<side>{AFTER}|{BEFORE})-(?P<key>\d{{1,18}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The rows that stand right after a row of a list, or right before it. key: of that row."""

    key: int
    is_before: bool

    @classmethod
    def read(cls, wanted: str) -> tuple[str, Self | None]:
        """The number of a page, and what it begins beside, if the address says so (« 4-apres-1234 »)."""
        if not (written := _WRITTEN.fullmatch(wanted)):
            return wanted, None
        return written["page"], cls(int(written["key"]), is_before=written["side"] == BEFORE)

    def rows(self, keys: QuerySet[Any, Any], name: str, count: int) -> list[Any] | None:
        """So many keys beside this one, in their order; None where the list has no such key any more.

        keys: the values of `name` alone, in a whole order that is told by names.
        """
        order = _order(keys)
        told = {f"told_{number}": F(field) for number, (field, _) in enumerate(order)}
        here = keys.filter(**{name: self.key}).annotate(**told).values_list(*told).first()
        if here is None:
            return None
        if self.is_before:
            keys, order = keys.reverse(), [(field, not falls) for field, falls in order]
        found = None
        if _is_seekable(keys, order, here):
            found = _first(keys.filter(_as_tuple(order, here)), count)
        if found is None:
            found = [*keys.filter(_by_parts(order, here))[:count]]
        return found[::-1] if self.is_before else found


def _first(keys: QuerySet[Any, Any], count: int) -> list[Any] | None:
    """So many keys; None if there are fewer: a comparison doesn't see the rows without a value, which come last."""
    found = [*keys[:count]]
    return found if len(found) == count else None


def _order(rows: QuerySet[Any, Any]) -> list[tuple[str, bool]]:
    """What rows are in the order of, each with whether it falls; nulls stand where PostgreSQL puts them."""
    return [_direction(each) for each in rows.query.order_by]


def _direction(each: Any) -> tuple[str, bool]:
    if isinstance(each, OrderBy) and isinstance(each.expression, F):
        return each.expression.name, bool(each.descending)  # type: ignore[attr-defined]  # the stubs don’t know it
    return each.removeprefix("-"), each.startswith("-")


def _is_seekable(rows: QuerySet[Any, Any], order: Sequence[tuple[str, bool]], values: Sequence[Any]) -> bool:
    """Whether an index in this order leads to the row at once: all rise or all fall, and only the first may be null."""
    return (
        len({falls for _, falls in order}) == 1
        and None not in values
        and not any(_may_be_null(rows, name) for name, _ in order[1:])
    )


def _as_tuple(order: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Any:
    compare = TupleLessThan if order[0][1] else TupleGreaterThan
    return compare(Tuple(*(name for name, _ in order)), tuple(values))


def _by_parts(order: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Q:
    """What comes later by the first name, or is equal there and comes later by the next.

    Nothing comes after all that has a value, as PostgreSQL has it.
    """
    found = NOWHERE
    for (name, falls), value in reversed([*zip(order, values, strict=True)]):
        same = Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
        found = _later(name, value, falls=falls) | (same & found)
    return found


def _later(name: str, value: Any, *, falls: bool) -> Q:
    is_null = Q(**{f"{name}__isnull": True})
    if value is None:
        return ~is_null if falls else NOWHERE
    return Q(**{f"{name}__lt": value}) if falls else Q(**{f"{name}__gt": value}) | is_null


def _may_be_null(rows: QuerySet[Any, Any], name: str) -> bool:
    """Whether the database could give nothing for a name; so it is taken for what is computed."""
    if name == "pk":
        return False
    model: type[Model] = rows.model
    for part in name.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return True
        if getattr(field, "null", True):
            return True
        model = field.related_model or model
    return False
