"""How many statements a second a batch makes, by one process and by two, beside the leanest tables of their rows; and
what memory its processes take."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from django.db import connection

from clients.models import Client
from demo.bench.measuring import NothingToMeasure
from demo.bench.reports import leanest
from office.clock import today
from office.jobs import one_moment
from office.periods import Period
from office.pool import processes
from statements.paper import extract_report
from statements.queries import Extract, Wanted, extract_of
from statements.services import extract_pdf

SHORTEST, LONGEST = 15, 25  # entries of the clients whose statements are made
WARM = 3  # statements that each process makes before any is timed
BARE = 100  # tables that are enough to time them
MEGABYTE = 1_000_000

# Clients of a statement of one page, of those with movements.
SUITABLE = """
    SELECT c.id FROM clients_client c
    JOIN LATERAL (SELECT count(DISTINCT entry_id) AS entries FROM ledger_line WHERE client_account_id = c.account_id) l
      ON l.entries BETWEEN %s AND %s
    ORDER BY c.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements made by so many processes: how many, in how many seconds, and the memory of each process, in MB.

    floor: how many of WeasyPrint's leanest tagged tables of the same rows they make a second. memory: of each process,
    after each of its statements.
    """

    processes: int
    count: int
    seconds: float
    floor: float = 0
    memory: dict[int, list[float]] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Statements a second."""
        return self.count / self.seconds

    @property
    def ratio(self) -> float:
        """How many times the time of the leanest table a statement takes."""
        return self.floor / self.rate

    @property
    def peak(self) -> float:
        """The most that one process took, in MB."""
        return max(max(taken) for taken in self.memory.values())

    @property
    def growth(self) -> float:
        """How much more a process took at most in its second half than in its first; 1 where memory is flat."""
        halves = [(taken[: len(taken) // 2], taken[len(taken) // 2 :]) for taken in self.memory.values()]
        return max((max(late) / max(early) for early, late in halves if early), default=1.0)


def measure_batches(count: int) -> list[Batch]:
    """Make statements of `count` clients by one process, then by two; nothing is kept. Raises NothingToMeasure."""
    clients = _clients(count)
    return [_measure(clients, number) for number in (1, 2)]


def _clients(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(SUITABLE, [SHORTEST, LONGEST, count])
        found = [key for (key,) in cursor.fetchall()]
    if not found:
        raise NothingToMeasure(f"no client has {SHORTEST} to {LONGEST} entries")
    return (found * (count // len(found) + 1))[:count]


def _measure(clients: Sequence[int], number: int) -> Batch:
    with processes(number) as each:
        _run(each, lay_out, [clients[0]] * (number * WARM))
        some = clients[:BARE]
        start = perf_counter()
        memory = _run(each, lay_out, clients)
        seconds = perf_counter() - start
        start = perf_counter()
        _run(each, lay_out_bare, some)
        floor = len(some) / (perf_counter() - start)
        return Batch(number, len(clients), seconds, floor, memory)


def _run(
    each: Callable[[Callable[[int], tuple[int, float]], Iterable[int]], Iterator[tuple[int, float]]],
    work: Callable[[int], tuple[int, float]],
    clients: Iterable[int],
) -> dict[int, list[float]]:
    taken: dict[int, list[float]] = defaultdict(list)
    for process, memory in each(work, clients):
        taken[process].append(memory)
    return dict(taken)


def lay_out(key: int) -> tuple[int, float]:
    """Make the PDF of a client's whole statement as a round does; answers the process and its memory, in MB."""
    with one_moment():
        extract_pdf(_statement(key), on=today())
    return _memory()


def lay_out_bare(key: int) -> tuple[int, float]:
    """Make the leanest tagged table of the same rows; answers the same."""
    with one_moment():
        leanest(extract_report(_statement(key)))
    return _memory()


def _statement(key: int) -> Extract:
    client = Client.objects.select_related("account").get(pk=key)
    return extract_of(client, Wanted(Period()), today=today())


def _memory() -> tuple[int, float]:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return os.getpid(), pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
