"""The rows of a table in HTML, faster than a template writes them: a list's page is hundreds of cells."""

from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2 import Table
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import signature


class _Cells:
    """The cells of a column: what django-tables2 finds out for each of them anew, found out once."""

    def __init__(self, column: BoundColumn) -> None:
        self.column = column
        self.start = format_html('<td {} data-label="{}">', column.attrs["td"].as_html(), column.header)
        self.render = column.render
        self.wanted, self.takes_all = signature(column.render)

    def cell(self, row: BoundRow) -> str:
        def rendered(column: BoundColumn, value: Any = None) -> Any:
            known = {
                "value": value,
                "record": row.record,
                "column": column.column,
                "bound_column": column,
                "bound_row": row,
                "table": row.table,
            }
            given = known if self.takes_all else {name: known[name] for name in self.wanted}
            content = self.render(**given)
            return column.link(content, **known) if column.link else content

        # Private, but it is what says where a value comes from: an accessor, choices, a default.
        content = row._get_and_render_with(self.column, rendered, self.column.default)  # noqa: SLF001
        return f"{self.start}{conditional_escape(content)}</td>"


def rows(table: Table) -> SafeString:
    """The rows of a table's page. The attributes of a cell are its column's alone, whatever stands in it."""
    columns = [_Cells(column) for column in table.columns]
    written = (
        f"<tr {row.attrs.as_html()}>{''.join(column.cell(row) for column in columns)}</tr>"
        for row in table.paginated_rows
    )
    return mark_safe("".join(written))  # noqa: S308 - made of what is escaped above
