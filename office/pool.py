"""The same work on many things, on all cores: processes that each have Django and a connection of their own.

Layout of a PDF keeps one core busy and holds it; in threads, one would wait for the other.
"""

import gc
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import TypeVar

import django
from django.db import connection, connections

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4  # things that wait for each process, so that none is ever idle
LASTS = 500  # things that a process does, before another takes its place
COLLECTS = 10  # things after which a process collects its garbage
_done_by_now: list[None] = []  # in a process of ours


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Things in lists of so many, as they come."""
    come = iter(things)
    while some := list(islice(come, size)):
        yield some


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def processes(number: int | None = None) -> Iterator[Callable[[Callable[[T], R], Iterable[T]], Iterator[R]]]:
    """What does a function on each of many things, in their order, on so many processes; by default a core each.

    The function is one of a module, and what it takes and answers can be pickled; what it raises is raised here.
    The processes end with the block, and with this process however that ends.
    """
    pools = _Pools(number or cores())
    try:
        yield pools.each
    finally:
        pools.end()


class _Pools:
    """Processes that others replace after so many things, all at once: a PDF leaves some memory taken.

    The pool's own way to replace them isn't used: Python 3.11 then waits for ever for one that it doesn't start.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self._database = str(connection.settings_dict["NAME"])
        self._pool: ProcessPoolExecutor | None = None
        self._left = 0  # things that the processes of now still do

    def each(self, function: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
        come = iter(things)
        while True:
            pool = self._ready()
            some = list(islice(come, self._left))
            if not some:
                return
            self._left -= len(some)
            yield from _in_order(pool, function, some, self.number * AHEAD)

    def end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _ready(self) -> ProcessPoolExecutor:
        if self._pool is None or not self._left:
            self.end()
            self._pool = ProcessPoolExecutor(
                self.number, get_context("spawn"), initializer=_begin, initargs=(self._database,)
            )
            self._left = LASTS * self.number
        return self._pool


def _in_order(pool: ProcessPoolExecutor, function: Callable[[T], R], things: Iterable[T], ahead: int) -> Iterator[R]:
    under_way: deque[Future[R]] = deque()
    for thing in things:
        under_way.append(pool.submit(_done, function, thing))
        if len(under_way) > ahead:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _done(function: Callable[[T], R], thing: T) -> R:
    """Do one thing; what it left behind is collected now and then, and what stays is looked at once alone."""
    result = function(thing)
    _done_by_now.append(None)
    if len(_done_by_now) % COLLECTS == 1:
        gc.collect()
    if len(_done_by_now) == 1:
        gc.freeze()
    return result


def _begin(database: str) -> None:
    """Make a new process ready: on the database of the one that it works for, and never longer than that one."""
    django.setup()
    connections.settings["default"]["NAME"] = database
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(1)
