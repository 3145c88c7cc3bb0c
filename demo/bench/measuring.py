"""How pages and other work are measured: medians of the whole, of its SQL, and of the bare SQL of the same rows."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from office.models import User

FIGURES = {"request": "requête", "sql": "SQL", "ratio": "rapport", "beside": "SQL rapporté au petit compte"}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure of a cost is at most. figure: one of FIGURES."""

    figure: str
    limit: float


@dataclass(frozen=True, slots=True)
class Task:
    """A page to ask for by its address, or other work to call.

    floor: the least SQL that fetches the same rows, with its parameters, or the least work that makes the same; none if
    there is no such. target: the element that htmx fetches it into. beside: the same work for little, whose SQL it is
    compared with. once: of what takes seconds, which is done once and measured by the processor’s time.
    """

    label: str
    address: str = ""
    floor: str | Callable[[], object] = ""
    params: tuple[Any, ...] | dict[str, Any] = ()
    htmx: bool = False
    target: str = ""
    call: Callable[[], object] | None = None
    beside: Callable[[], object] | None = None
    goals: tuple[Goal, ...] = ()
    once: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians in milliseconds: of the whole within this process, of its SQL, of its floor, of the SQL of what stands
    beside it."""

    task: Task
    request: float
    sql: float
    queries: int
    floor: float | None
    little: float | None = None

    @property
    def beside(self) -> float | None:
        """How many times the SQL of the same work for little its own costs."""
        return self.sql / self.little if self.little else None

    @property
    def ratio(self) -> float | None:
        """How many times the floor it costs: its SQL that of bare SQL, the whole that of other work."""
        if not self.floor:
            return None
        return (self.sql if isinstance(self.task.floor, str) else self.request) / self.floor

    @property
    def results(self) -> list[tuple[Goal, float, bool]]:
        """Each goal, what was reached, and whether that is enough."""
        reached = [(goal, getattr(self, goal.figure)) for goal in self.task.goals]
        return [(goal, value, value <= goal.limit) for goal, value in reached if value is not None]


class NothingToMeasure(Exception):
    """There is no document yet, or a page doesn't answer."""


def measure(task: Task, user: User, times: int) -> Cost:
    """Do a task so many times, after once to warm up, with its floor by turns, so that both meet the same machine."""
    spent: list[float] = []
    clock = process_time if task.once else perf_counter

    def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        start = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((perf_counter() - start) * 1000)

    def work() -> None:
        if task.call:
            task.call()
        else:
            _answer(task, user)

    requests, sums, floors, littles, queries = [], [], [], [], 0
    for turn in range(1 if task.once else times + 1):
        spent.clear()
        start = clock()
        with connection.execute_wrapper(timed):
            work()
        if turn or task.once:
            requests.append((clock() - start) * 1000)
            sums.append(sum(spent))
            queries = len(spent)
        if task.beside:
            spent.clear()
            with connection.execute_wrapper(timed):
                task.beside()
            littles.append(sum(spent))
        if task.floor:
            start = clock()
            _bare(task)
            floors.append((clock() - start) * 1000)
    floor = statistics.median(floors) if floors else None
    little = statistics.median(littles) if littles else None
    return Cost(task, statistics.median(requests), statistics.median(sums), queries, floor, little)


def _answer(task: Task, user: User) -> None:
    """Answer a request by its view alone: no session is opened, nothing is written."""
    headers = {"HX-Request": "true"} if task.htmx else {}
    factory = RequestFactory(headers=headers | ({"HX-Target": task.target} if task.target else {}))
    request: HttpRequest = factory.get(task.address)
    request.user = user
    found = resolve(request.path)
    response = found.func(request, *found.args, **found.kwargs)
    if response.status_code != 200:
        raise NothingToMeasure(f"{task.address} answers {response.status_code}")


def _bare(task: Task) -> None:
    if not isinstance(task.floor, str):
        task.floor()
        return
    with connection.cursor() as cursor:
        cursor.execute(task.floor, task.params)
        cursor.fetchall()
        while cursor.nextset():
            cursor.fetchall()
