"""What all lists share: their pages and their order, as the address asks for them; and the lists of the business."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django_tables2 import Table
from django_tables2.data import TableData, TableQuerysetData

from office.events import lines
from office.keyset import Cursor
from office.models import User

T = TypeVar("T", bound=Table)

ROWS = 50


class Picked(TableQuerysetData):
    """Rows of a long list, of which a page's keys are picked before anything is joined to them.

    A page begins beside the row that its link names (`cursor`); one that is asked for by its number alone is counted,
    from the end that is nearer. total: how many rows there are, which whoever adds them up knows. key: the field by
    which a row is picked, one row a key. ends: the first and the last key of the page that was picked.
    """

    key = "pk"

    def __init__(self, rows: QuerySet[Any], total: int) -> None:
        super().__init__(rows)
        self.total = total
        self.cursor: Cursor | None = None
        self.ends: tuple[int, int] | None = None

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, wanted: slice) -> list[Any]:
        start, stop, _ = wanted.indices(self.total)
        picked = self._beside(stop - start) or self._counted(start, stop)
        self.ends = (picked[0], picked[-1]) if picked else None
        rows = {getattr(row, self.key): row for row in self.data.filter(**{f"{self.key}__in": picked}).order_by()}
        return [rows[key] for key in picked if key in rows]

    def keys(self) -> tuple[QuerySet[Any, Any], str]:
        """The keys of all rows, in their order; and what they are called there."""
        return self.data.values_list(self.key, flat=True), self.key

    def _beside(self, count: int) -> list[Any] | None:
        return self.cursor.rows(*self.keys(), count) if self.cursor else None

    def _counted(self, start: int, stop: int) -> list[Any]:
        keys, _ = self.keys()
        if start > self.total // 2:
            return [*keys.reverse()[self.total - stop : self.total - start]][::-1]
        return [*keys[start:stop]]


class ReadBefore(TableData):
    """Rows of a list of which one page was read before its place among all was known.

    total: how many rows there are. rows: those from `start` on. others: reads so many from another place on, where the
    page that was asked for doesn't exist.
    """

    def __init__(
        self, rows: Sequence[Any], *, start: int, total: int, others: Callable[[int, int], Sequence[Any]]
    ) -> None:
        super().__init__(rows)
        self.start = start
        self.total = total
        self.others = others

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, wanted: slice) -> Sequence[Any]:
        start, stop, _ = wanted.indices(self.total)
        if start == self.start:
            return cast("Sequence[Any]", self.data[: stop - start])
        return self.others(stop - start, start)


def start_of(request: HttpRequest) -> int:
    """Where the page begins that the address asks for by its number, as if there were as many rows."""
    wanted = request.GET.get("page", "")
    return ROWS * max(0, int(wanted) - 1) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 0


def ordered(table: T, query: QueryDict) -> T:
    """Set a list's order from the address."""
    if order := query.getlist(table.prefixed_order_by_field):
        table.order_by = order
    return table


def paged(table: T, request: HttpRequest) -> T:
    """Set a list's order and page from the address; a page that doesn't exist is told, and the first or last is shown.

    django-tables2's RequestConfig would also let the address choose the number of rows, 0 or all of them.
    """
    table.request = request
    table.paginator = Paginator(ordered(table, request.GET).rows, ROWS)
    wanted, cursor = Cursor.read(request.GET.get(table.prefixed_page_field, ""))
    if isinstance(table.data, Picked):
        table.data.cursor = cursor
    table.page = table.paginator.get_page(wanted)
    table.is_elsewhere = bool(wanted) and wanted != str(table.page.number)
    return table


class EventTable(tables.Table):
    """The event log, newest first. Needs rows of `events`."""

    at = tables.Column("Le", attrs={"td": {"class": "table__day"}})
    kind = tables.Column("Nature")
    user = tables.Column("Utilisateur", default="")
    detail = tables.Column("Détail", attrs={"td": {"class": "table__text"}})

    def __init__(self, events: Any) -> None:
        super().__init__(events, orderable=False)

    def render_at(self, value: datetime) -> str:
        return f"{localtime(value):%d/%m/%Y %H:%M:%S}"

    def render_user(self, value: User) -> str:
        return value.get_full_name() or value.username

    def render_detail(self, value: dict[str, Any]) -> SafeString:
        return format_html("<div>{}</div>", format_html_join("", "<div>{}</div>", ((line,) for line in lines(value))))
