"""The filter that stands in the heading of a column: a form of its own, which keeps what else the address asks for."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django import forms
from django.forms import BaseForm, BoundField
from django_tables2 import Table

from office.forms import SearchBox


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """The filter of a column. anchor: its id; kept: what else is asked for; without: the address without it."""

    anchor: str
    fields: Sequence[BoundField]
    kept: Sequence[tuple[str, str]]
    without: str
    is_set: bool


def column_filter(form: BaseForm, names: Sequence[str], *, kept: str) -> ColumnFilter:
    """The filter of a column by fields of a bound form, which may stand in it once more.

    kept: the query of what else is asked for, with its « ? ».
    """
    anchor = f"column-{names[0]}"
    twin = copy(form)
    twin.auto_id = "column_%s"
    fields = []
    for name in names:
        field = copy(form.fields[name])
        if isinstance(field.widget, SearchBox):  # what it finds would be cut off
            field.widget = forms.TextInput()
        fields.append(field.get_bound_field(twin, name))
    is_set = any(form.data.get(name) for name in names)
    return ColumnFilter(anchor, fields, parse_qsl(kept.removeprefix("?"), keep_blank_values=True), kept, is_set)


def set_filters(table: Table, filters: Mapping[str, ColumnFilter]) -> None:
    """Let the headings of a table filter: by name of column, as far as they are shown."""
    for name, found in filters.items():
        if name in table.columns:
            table.columns[name].filter = found
    table.is_filtered = any(found.is_set for found in filters.values())
