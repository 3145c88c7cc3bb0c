"""What all lists share: their pages and their order, as the address asks for them; and the lists of the business."""

from datetime import datetime
from typing import Any, TypeVar

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django_tables2 import Table
from django_tables2.data import TableQuerysetData

from office.events import lines
from office.models import User

T = TypeVar("T", bound=Table)

ROWS = 50


class Picked(TableQuerysetData):
    """Rows of a long list, of which a page's keys are picked before anything is joined to them.

    They are counted from the end that is nearer, so that the last page costs what the first does. total: how many
    rows there are, which whoever adds them up knows. key: the field by which a row is picked, one row a key.
    """

    key = "pk"

    def __init__(self, rows: QuerySet[Any], total: int) -> None:
        super().__init__(rows)
        self.total = total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, wanted: slice) -> list[Any]:
        start, stop, _ = wanted.indices(self.total)
        keys = self.keys()
        if start > self.total // 2:
            picked = [*keys.reverse()[self.total - stop : self.total - start]][::-1]
        else:
            picked = [*keys[start:stop]]
        rows = {getattr(row, self.key): row for row in self.data.filter(**{f"{self.key}__in": picked}).order_by()}
        return [rows[key] for key in picked if key in rows]

    def keys(self) -> QuerySet[Any, Any]:
        """The keys of all rows, in their order."""
        keys: QuerySet[Any, Any] = self.data.values_list(self.key, flat=True)
        return keys


def ordered(table: T, request: HttpRequest) -> T:
    """Set a list's order from the address."""
    if order := request.GET.getlist(table.prefixed_order_by_field):
        table.order_by = order
    return table


def paged(table: T, request: HttpRequest) -> T:
    """Set a list's order and page from the address; a page that doesn't exist is told, and the first or last is shown.

    django-tables2's RequestConfig would also let the address choose the number of rows, 0 or all of them.
    """
    table.request = request
    table.paginator = Paginator(ordered(table, request).rows, ROWS)
    wanted = request.GET.get(table.prefixed_page_field)
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
