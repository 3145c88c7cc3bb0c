"""What all lists share: their pages and their order, as the address asks for them; and the lists of the business."""

import re
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
NEAR = 10 * ROWS  # rows up to which going through parts is quicker than putting all in order
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)  # of a page


class Picked(TableQuerysetData):
    """Rows of a long list, of which a page's keys are picked before anything is joined to them.

    A page begins beside the row that its link names (`cursor`); one that is asked for by its number alone is counted,
    from the end that is nearer. total: how many rows there are, which whoever adds them up knows; what tells it, where
    a page is shown without (`is_counted` only if nothing follows it). key: the field by which a row is picked, one row
    a key. ends: the first and the last key of the page that was picked.
    """

    key = "pk"

    def __init__(self, rows: QuerySet[Any], total: int | Callable[[], int]) -> None:
        super().__init__(rows)
        self._total = total
        self._seen: tuple[int, list[Any]] | None = None  # how many rows there are at least, and the page that was seen
        self.is_counted = True
        self.cursor: Cursor | None = None
        self.ends: tuple[int, int] | None = None

    @property
    def total(self) -> int:
        """How many rows there are; as long as they aren't counted, how many are known of."""
        if self._seen:
            return self._seen[0]
        if callable(self._total):
            self._total = self._total()
        return self._total

    def see(self, number: int, count: int) -> None:
        """Pick this page of so many rows, with the one that follows it, unless it is known how many there are.

        Where nothing stands there, they are counted.
        """
        if not callable(self._total):
            return
        start = count * (number - 1)
        is_before = self.cursor is not None and self.cursor.is_before
        if found := self._beside(count if is_before else count + 1):
            least = start + len(found) + is_before  # the row that it stands before follows
        else:
            found = self._through(start, count + 1)
            least = start + len(found)
        if found or number == 1:
            self._seen = least, found[:count]
            self.is_counted = least <= start + count and not is_before

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, wanted: slice) -> list[Any]:
        start, stop, _ = wanted.indices(self.total)
        picked = self._seen[1] if self._seen else self._beside(stop - start) or self._counted(start, stop)
        self.ends = (picked[0], picked[-1]) if picked else None
        return self.records(picked)

    def records(self, keys: Sequence[int]) -> list[Any]:
        """The rows of these keys, in their order."""
        rows = {getattr(row, self.key): row for row in self.data.filter(**{f"{self.key}__in": keys}).order_by()}
        return [rows[key] for key in keys if key in rows]

    def keys(self) -> tuple[QuerySet[Any, Any], str]:
        """The keys of all rows, in their order; and what they are called there."""
        return self.data.values_list(self.key, flat=True), self.key

    def groups(self) -> Sequence[Callable[[], QuerySet[Any, Any]]]:
        """What gives the same keys in parts that follow each other, each found quicker by itself than all in order."""
        return [lambda: self.keys()[0]]

    def _beside(self, count: int) -> list[Any] | None:
        """So many keys beside the cursor; None without one, or if there is no such key any more."""
        if not self.cursor:
            return None
        name, is_before = self.keys()[1], self.cursor.is_before
        found: list[Any] | None = None
        for group in self.groups()[:: -1 if is_before else 1]:
            keys = group()
            if found is None:
                found = self.cursor.rows(keys, name, count)
            elif len(found) == count:
                break
            elif is_before:
                found = [*keys.reverse()[: count - len(found)]][::-1] + found
            else:
                found += keys[: count - len(found)]
        return found

    def _counted(self, start: int, stop: int) -> list[Any]:
        groups = self.groups()
        if start > self.total // 2 and len(groups) == 1:
            return [*groups[0]().reverse()[self.total - stop : self.total - start]][::-1]
        return self._through(start, stop - start)

    def _through(self, start: int, count: int) -> list[Any]:
        """So many keys after `start` others."""
        found: list[Any] = []
        groups = self.groups() if start < NEAR else [lambda: self.keys()[0]]
        for place, group in enumerate(groups, 1):
            keys = group()
            if start and place < len(groups) and (size := keys.count()) <= start:
                start -= size
                continue
            found += keys[start : start + count - len(found)]
            start = 0
            if len(found) == count:
                break
        return found


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
    return ROWS * (int(wanted) - 1) if _NUMBER.fullmatch(wanted) else 0


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
        if not wanted or _NUMBER.fullmatch(wanted):
            table.data.see(int(wanted or 1), ROWS)
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
