"""Load a crowd and its 18 months beside the demo, step by step; what was interrupted goes on where it stopped.

Constraints and triggers are all on: a step is one transaction of a few thousand entries, which its commit seals.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import NoReturn, TypeAlias
from uuid import UUID, uuid5

from django.db import connection, transaction
from tqdm import tqdm

from demo.clinic import SEED, SPAN
from demo.logins import DEMO_LOGINS
from demo.scale.agenda import Agenda, moment, working_days
from demo.scale.books import Books, Item
from demo.scale.people import Person, open_crowd, read_crowd
from ledger.models import Document, OpenItem, Operation, PeriodLock, Series
from ledger.services import shut
from office.errors import SoldeError
from office.models import Site, User
from office.queries import company

Bar: TypeAlias = "tqdm[NoReturn]"
Progress: TypeAlias = Callable[[str, int], Bar]  # a bar for so many of what it names

CLIENTS, ENTRIES = 1_000, 10_000  # at scale 1
STEP = 5_000
LARGEST = ((2_000, 50), (5_000, 20))  # documents of each of the largest clients, or which part of all
KEY = UUID("7a2b6c51-6c0e-4b7c-9a3e-5f1d0c8e2a11")
SITES = [
    {"code": "EST", "name": "Lyon Est", "street": "41 cours Tolstoï", "postcode": "69100", "city": "Villeurbanne"},
    {"code": "OUEST", "name": "Lyon Ouest", "street": "6 rue des Aqueducs", "postcode": "69005", "city": "Lyon"},
]
ANALYZED = {0, 1, 5, 20, 80}  # steps after which the tables are much larger than plans were made for


class OtherScale(SoldeError):
    """The crowd was loaded with another size or seed: there is one an installation."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Cette installation a déjà des données à une autre échelle ({reason}).")


class AlreadyLoading(SoldeError):
    """Another process loads the crowd."""

    def __init__(self) -> None:
        super().__init__("Un autre chargement est en cours.")


class WorkedOn(SoldeError):
    """Somebody worked at the crowd's sites before all was loaded: numbers would run against the dates."""

    def __init__(self) -> None:
        super().__init__(
            "On a facturé dans ces établissements depuis l’interruption\u00a0: la suite ne se charge plus."
        )


@dataclass(frozen=True, slots=True)
class Size:
    """How large a crowd is, and how many entries it makes; step: the entries of one transaction."""

    clients: int
    entries: int
    step: int = STEP

    @classmethod
    def of(cls, scale: int) -> "Size":
        """The size of `--scale N`."""
        return cls(CLIENTS * scale, ENTRIES * scale)

    @property
    def steps(self) -> list[int]:
        """The entries of each step."""
        whole, rest = divmod(self.entries, self.step)
        return [self.step] * whole + [rest] * (rest > 0)

    def __str__(self) -> str:
        return f"{self.clients} clients, {self.entries} écritures"


def _no_bar(_what: str, _total: int) -> Bar:
    return tqdm(disable=True)


def scale_up(today: date, size: Size, *, seed: int = SEED, progress: Progress = _no_bar) -> int:
    """Load what is missing of a crowd; gives how many entries that made, 0 if all was there.

    The demo is there. today: the last day, unless the crowd was begun on another. The same size, seed and day make
    the same crowd; one that was interrupted and goes on is another, as large.
    Raises OtherScale, AlreadyLoading, WorkedOn.
    """
    with _alone():
        start = Operation.objects.filter(key=KEY).first() or _begin(today, size, seed, progress)
        if start.digest != _digest(size, seed):
            raise OtherScale(start.reason)
        steps = [(uuid5(KEY, str(rank)), entries) for rank, entries in enumerate(size.steps)]
        done = Operation.objects.filter(key__in=[key for key, _ in steps]).count()
        if done == len(steps):
            return 0
        sites = list(Site.objects.filter(code__in=[site["code"] for site in SITES]).order_by("pk"))
        reached = moment(working_days(start.day, SPAN), done / len(steps)).date()
        if Document.objects.filter(site__in=sites, day__gt=reached).exists():
            raise WorkedOn  # what is owed of it would be paid before its day
        crowd = read_crowd(sites)
        books = Books(sites, _user(), json.dumps(company().identity()))
        agenda = Agenda(books, crowd, _debts(crowd), start.day)
        made = 0
        with progress("écritures", size.entries) as bar:
            bar.update(sum(size.steps[:done]))
            for rank, (key, entries) in enumerate(steps[done:], start=done):
                chance = Random(f"{seed} {rank}")  # noqa: S311 - no secret
                _play(agenda, size, rank, chance)
                _write(books, start.day, key, f"{size}, étape {rank + 1} sur {len(steps)}")
                made += entries
                bar.update(entries)
                if rank in ANALYZED:
                    _tidy("ANALYZE")
        _close(sites, start.day - timedelta(days=1))
        _tidy("VACUUM (ANALYZE)")
        return made


@contextmanager
def _alone() -> Iterator[None]:
    lock = KEY.int % 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            raise AlreadyLoading
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


@transaction.atomic
def _begin(today: date, size: Size, seed: int, progress: Progress) -> Operation:
    """Open the sites, with series of their own, and the clients."""
    sites = [Site.objects.create(**site) for site in SITES]
    for site in sites:
        for kind, prefix in ((Series.Kind.INVOICE, "FAC"), (Series.Kind.CREDIT_NOTE, "AV")):
            Series.objects.create(kind=kind, site=site, prefix=f"{prefix}-{site.code}")
    with progress("clients", size.clients) as bar:
        open_crowd(size.clients, sites, today, Random(seed), bar)  # noqa: S311 - no secret
    return _sign(KEY, today, str(size), _digest(size, seed))


def _digest(size: Size, seed: int) -> str:
    return sha256(f"{size}, {size.step}, {seed}".encode()).hexdigest()


def _sign(key: UUID, day: date, reason: str, digest: str = "") -> Operation:
    """Note what was loaded, as the operation that a further run will find."""
    at = moment([day], 0)
    return Operation.objects.create(
        kind=Operation.Kind.IMPORT, user=_user(), at=at, day=day, reason=reason, key=key, digest=digest
    )


def _user() -> User | None:
    return User.objects.filter(username=DEMO_LOGINS[0][0]).first()


def _debts(crowd: list[Person]) -> dict[int, list[Item]]:
    """What is open already of each of the crowd, by rank, oldest first."""
    ranks = {who.account: who.rank for who in crowd}
    sites = {who.site for who in crowd}
    open_debits = OpenItem.objects.filter(open__gt=0, is_debit=True, account__client__site__in=sites)
    fields = ("account_id", "line_id", "day", "due", "open")
    debts: dict[int, list[Item]] = {}
    for account, *item in open_debits.order_by("due", "pk").values_list(*fields).iterator():
        if account in ranks:
            debts.setdefault(ranks[account], []).append(Item(*item))
    return debts


def _play(agenda: Agenda, size: Size, rank: int, chance: Random) -> None:
    """Let the crowd act in the part of the 18 months that is the step's."""
    count, days = len(size.steps), working_days(agenda.today, SPAN)

    def moments(wanted: int) -> list[datetime]:
        return [moment(days, share) for share in sorted((rank + chance.random()) / count for _ in range(wanted))]

    own = [min(most, size.entries // part) for most, part in LARGEST]
    now = [wanted * (rank + 1) // count - wanted * rank // count for wanted in own]
    agenda.play(size.steps[rank], now, moments, chance)


@transaction.atomic
def _write(books: Books, day: date, key: UUID, reason: str) -> None:
    """Book a step, in the order of locks that holds everywhere; all of it or nothing."""
    books.lock()
    if not books.follows():
        raise WorkedOn
    _sign(key, day, reason)
    books.write()


@transaction.atomic
def _close(sites: list[Site], through: date) -> None:
    for site in sites:
        shut(PeriodLock.Scope.TILL, through, site=site)


def _tidy(statement: str) -> None:
    """Tell the planner of the new rows; not inside somebody's transaction, which VACUUM refuses."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(statement)
