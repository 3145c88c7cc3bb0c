"""What pages cost on the data that are loaded: the median of many requests, and of the bare SQL of the same figures."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve, reverse

from clients.models import Client
from office.models import User

# What a desk types, and what it hardly ever does: a letter, a common syllable, a number, typos, whole names.
TEXTS = (
    "d",
    "ma",
    "00",
    "06",
    "mar",
    "com",
    "gribouile",
    "rouseau",
    "qqqqqq",
    "rousseau claire",
    "06 39 98",
    "2026-42",
)

SHEET_FLOOR = """
    SELECT sum(open) FILTER (WHERE is_debit), sum(open) FILTER (WHERE NOT is_debit),
           sum(open) FILTER (WHERE is_debit AND due < CURRENT_DATE)
    FROM ledger_openitem WHERE account_id = %s AND open > 0
"""
# The list tells what all clients come to, of which the least is one look at each account.
LIST_FLOOR = """
    WITH picked AS MATERIALIZED (SELECT id, account_id, name FROM clients_client ORDER BY sort_key, id LIMIT 50),
         total AS (SELECT count(*), sum(invoiced), sum(collected), sum(open_debit), sum(open_credit)
                   FROM ledger_clientaccount)
    SELECT * FROM total, picked JOIN ledger_clientaccount a ON a.id = picked.account_id
"""
OUTSTANDING_FLOOR = """
    WITH picked AS MATERIALIZED (
             SELECT id, open_debit FROM ledger_clientaccount ORDER BY open_debit DESC, id DESC LIMIT 50),
         total AS (SELECT count(*), sum(invoiced), sum(collected), sum(open_debit), sum(open_credit)
                   FROM ledger_clientaccount)
    SELECT * FROM total, picked
"""


@dataclass(frozen=True, slots=True)
class Task:
    """A page to ask for. floor: the least SQL that gives its figures, with its parameters; none if there is no such."""

    label: str
    address: str
    floor: str = ""
    params: tuple[Any, ...] = ()
    htmx: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians in milliseconds: of the whole request within this process, of its SQL, of the bare SQL."""

    task: Task
    request: float
    sql: float
    queries: int
    floor: float | None


class NothingToMeasure(Exception):
    """There is no document yet, or a page doesn't answer."""


def sheet() -> list[Task]:
    """The sheet of the client with the most documents, and of the newest other that has one."""
    busiest = _busiest()
    others = Client.objects.filter(account__documents__isnull=False).exclude(pk=busiest.pk)
    usual = others.order_by("-pk").first() or busiest
    return [
        Task(f"sheet of {client.code}", reverse("client_detail", args=[client.code]), SHEET_FLOOR, (client.account_id,))
        for client in (busiest, usual)
    ]


def client_list() -> list[Task]:
    """The list of clients: its first page, by what is outstanding, of those who are late, and the last page."""
    address = reverse("client_list")
    last = Client.objects.filter(is_archived=False).count() // 50
    return [
        Task("list", address, LIST_FLOOR),
        Task("list by encours", f"{address}?sort=-outstanding", OUTSTANDING_FLOOR),
        Task("list of the late", f"{address}?status=overdue", LIST_FLOOR),
        Task("list, far page", f"{address}?page={max(1, last // 2)}", LIST_FLOOR),
        Task("list, last page", f"{address}?page={max(1, last)}", LIST_FLOOR),
    ]


def search() -> list[Task]:
    """The search, for each of TEXTS."""
    address = reverse("client_search")
    return [Task(f"search « {text} »", f"{address}?q={text}", htmx=True) for text in TEXTS]


SUBJECTS: dict[str, Callable[[], list[Task]]] = {"sheet": sheet, "list": client_list, "search": search}


def measure(task: Task, user: User, times: int) -> Cost:
    """Ask for a page so many times, after once to warm up."""
    spent: list[float] = []

    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        start = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((perf_counter() - start) * 1000)

    requests, sums, queries = [], [], 0
    for turn in range(times + 1):
        spent.clear()
        start = perf_counter()
        with connection.execute_wrapper(timed):
            _answer(task, user)
        if turn:
            requests.append((perf_counter() - start) * 1000)
            sums.append(sum(spent))
            queries = len(spent)
    floor = statistics.median(_bare(task) for _ in range(times + 1)) if task.floor else None
    return Cost(task, statistics.median(requests), statistics.median(sums), queries, floor)


def _answer(task: Task, user: User) -> None:
    """Answer a request by its view alone: no session is opened, nothing is written."""
    factory = RequestFactory(headers={"HX-Request": "true"} if task.htmx else {})
    request: HttpRequest = factory.get(task.address)
    request.user = user
    found = resolve(request.path)
    response = found.func(request, *found.args, **found.kwargs)
    if response.status_code != 200:
        raise NothingToMeasure(f"{task.address} answers {response.status_code}")


def _bare(task: Task) -> float:
    start = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(task.floor, task.params)
        cursor.fetchall()
    return (perf_counter() - start) * 1000


def _busiest() -> Client:
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM ledger_document GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
        row = cursor.fetchone()
    if not row:
        raise NothingToMeasure("no document is loaded")
    return Client.objects.get(account=row[0])
