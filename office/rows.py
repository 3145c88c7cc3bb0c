"""The rows of a table in HTML, faster than a template writes them: a list's page is hundreds of cells."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape  # what Django's own does, without asking first what it is given
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2 import ManyToManyColumn, Table
from django_tables2.columns import BoundColumn
from django_tables2.columns.linkcolumn import BaseLinkColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import A, signature

_OFTEN = {"value", "record"}


@lru_cache(maxsize=1024)
def _signature(render: Any) -> tuple[tuple[str, ...], bool]:
    """What a column's method asks for by name, and whether it takes whatever there is."""
    wanted, rest = signature(render)
    return tuple(name for name in wanted if name != "self"), bool(rest)


class _Cells:
    """The cells of a column: what django-tables2 finds out for each of them anew, found out once."""

    def __init__(self, column: BoundColumn) -> None:
        self.column = column
        self.start = format_html('<td {} data-label="{}">', column.attrs["td"].as_html(), column.header)
        self.render = column.render
        self.wanted, self.takes_all = _signature(getattr(column.render, "__func__", column.render))
        self.accessor = A(column.accessor)
        special = isinstance(column.column, ManyToManyColumn | BaseLinkColumn)
        self.is_plain = len(self.accessor.bits) == 1 and not special and not column.link
        self.default = column.default
        self.empty = column.column.empty_values
        self.is_usual = not self.takes_all and _OFTEN.issuperset(self.wanted)
        # Of a column that is never empty, made from the record alone, nothing else is looked at.
        is_made = self.is_plain and self.empty == () and self.is_usual and self.wanted == ("record",)
        self.write = self._made if is_made else self._cell
        self.displays: dict[type[Any], str] = {}

    def _made(self, row: BoundRow) -> str:
        return self._written(self.render(record=row.record))

    def _cell(self, row: BoundRow) -> str:
        record = row.record
        if self.is_plain and not isinstance(record, Mapping):
            value = self._value(record)
            content = self.default if value in self.empty else self._rendered(row, value)
        else:
            # Private, but it is what says where a value comes from: an accessor, choices, a default.
            content = row._get_and_render_with(self.column, self._linked(row), self.default)  # noqa: SLF001
        return self._written(content)

    def _written(self, content: Any) -> str:
        kind = type(content)
        if kind is not SafeString:
            content = escape(content) if kind is str else conditional_escape(content)
        return f"{self.start}{content}</td>"

    def _value(self, record: Any) -> Any:
        """What an accessor of one name finds on a record, as the library has it: the words of a choice."""
        kind = type(record)
        if kind not in self.displays:
            self.displays[kind] = self._display(record)
        if display := self.displays[kind]:
            return getattr(record, display)()
        try:
            value = getattr(record, self.accessor)
            return self.accessor.resolve(record) if callable(value) else value
        except Exception:  # noqa: BLE001 - columns without a field show their default
            return None

    def _display(self, record: Any) -> str:
        """The name of what tells a field's value in words; "" for all that is no choice."""
        name = f"get_{self.accessor}_display"
        if not isinstance(record, Model) or not hasattr(record, name):
            return ""
        try:
            field = record._meta.get_field(self.accessor)
        except FieldDoesNotExist:
            return ""
        return name if getattr(field, "choices", ()) else ""

    def _rendered(self, row: BoundRow, value: Any) -> Any:
        if self.is_usual:
            known = {"value": value, "record": row.record}
            return self.render(**{name: known[name] for name in self.wanted})
        known = self._known(row, value, self.column)
        return self.render(**(known if self.takes_all else {name: known[name] for name in self.wanted}))

    def _linked(self, row: BoundRow) -> Any:
        def rendered(column: BoundColumn, value: Any = None) -> Any:
            content = self._rendered(row, value)
            return column.link(content, **self._known(row, value, column)) if column.link else content

        return rendered

    def _known(self, row: BoundRow, value: Any, column: BoundColumn) -> dict[str, Any]:
        """What a column's method may ask for by name."""
        return {
            "value": value,
            "record": row.record,
            "column": column.column,
            "bound_column": column,
            "bound_row": row,
            "table": row.table,
        }


def _by_turns(row: BoundRow) -> str:
    """The attributes of a row that has none of its own."""
    return f'class="{row.get_even_odd_css_class()}"'


def rows(table: Table) -> SafeString:
    """The rows of a table's page. The attributes of a cell are its column's alone, whatever stands in it."""
    columns = [_Cells(column) for column in table.columns]
    attrs = _by_turns if not table.row_attrs else lambda row: row.attrs.as_html()
    written = (
        f"<tr {attrs(row)}>{''.join([column.write(row) for column in columns])}</tr>" for row in table.paginated_rows
    )
    return mark_safe("".join(written))  # noqa: S308 - made of what is escaped above
