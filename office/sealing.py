"""The event log's chain: a job seals each event in its turn, so that who writes one never waits for another.

Source: rules, « The event log ».
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import islice

from django.db import connection, transaction
from django.db.models import Max

from office.models import Event, EventChain, EventSeal
from office.proofs import holds, proof

STEP = 1_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What verifying the log found. sealed, waiting: how many events are, or aren't yet; faults: the first ones."""

    sealed: int
    waiting: int
    faults: list[str]


def seal_events() -> int:
    """Seal the events that were written since, in the order of their keys; gives how many. Two at once take turns.

    What isn't committed yet is waited for by nobody: it is sealed the next time.
    """
    sealed = 0
    while (some := _seal_some()) == STEP:
        sealed += some
    return sealed + some


@transaction.atomic
def _seal_some() -> int:
    EventChain.objects.bulk_create([EventChain(pk=1)], ignore_conflicts=True)
    chain = EventChain.objects.select_for_update().get(pk=1)
    oldest, own = _transactions()
    events = list(Event.objects.filter(pk__gt=chain.through, seal=None).order_by("pk")[:STEP])
    seals = []
    for event in events:
        previous = chain.sha256
        chain.rank, chain.sha256 = chain.rank + 1, fingerprint(previous, event)
        kept = EventSeal(event=event, rank=chain.rank, previous=previous, sha256=chain.sha256, hmac=proof(chain.sha256))
        seals.append(kept)
    EventSeal.objects.bulk_create(seals)
    if len(events) < STEP:
        _advance(chain, oldest, own)
    chain.hmac = proof(_end(chain))
    chain.save()
    return len(events)


def _advance(chain: EventChain, oldest: int, own: int) -> None:
    """Note up to which key all that was ever written is sealed: what turns up there later was slipped in.

    That is known of `reached` once all transactions that were under way when it was noted have ended.
    """
    if oldest >= chain.reached_by:
        chain.through = chain.reached
        chain.reached = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        chain.reached_by = own
    elif own < chain.reached_by:  # restored into another cluster, which counts its own transactions
        chain.reached_by = own


def _transactions() -> tuple[int, int]:
    """The oldest transaction under way, and this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
        own, oldest = cursor.fetchone()
    return oldest, own


def fingerprint(previous: str, event: Event) -> str:
    """The SHA-256 of an event after the one before it."""
    moment = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    said = json.dumps(event.detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text = f"{previous}\n{event.pk}|{event.kind}|{moment}|{event.user_id or '-'}|{said}"
    return hashlib.sha256(text.encode()).hexdigest()


def _end(chain: EventChain) -> str:
    """What the proof of the chain's end is of; no seal has the same."""
    return f"{chain.rank}|{chain.sha256}|{chain.through}"


def check_events() -> Checked:
    """Verify the log from its first event to its last; what is wrong, in a sentence each, the first 20."""
    chain = EventChain.objects.filter(pk=1).first() or EventChain(pk=1)
    waiting = Event.objects.filter(pk__gt=chain.through, seal=None).count()
    return Checked(chain.rank, waiting, list(islice(_faults(chain), SHOWN)))


def _faults(chain: EventChain) -> Iterator[str]:
    rank, last = 0, ""
    seals = EventSeal.objects.order_by("rank").values_list("event_id", "rank", "previous", "sha256", "hmac")
    rows = seals.iterator(STEP)
    while some := list(islice(rows, STEP)):
        events = Event.objects.in_bulk([key for key, *_ in some])
        for key, at, previous, sha256, kept in some:
            name = f"Événement n°\u00a0{key}"
            if at != rank + 1:
                yield f"{name}\u00a0: avant lui, il manque le scellement n°\u00a0{rank + 1}."
            elif previous != last:
                yield f"{name}\u00a0: l’événement d’avant n’est plus celui qu’il suit."
            if (event := events.get(key)) is None:
                yield f"{name}\u00a0: il a été retiré du journal."
            elif fingerprint(previous, event) != sha256:
                yield f"{name} ({event})\u00a0: il n’est plus ce qui a été scellé."
            if not holds(kept, sha256):
                yield f"{name}\u00a0: sa preuve n’est pas de cette installation."
            rank, last = at, sha256
    if (chain.rank, chain.sha256) != (rank, last):
        yield f"La fin du journal a été retirée\u00a0: {chain.rank} événements ont été scellés, {rank} sont là."
    if chain.rank and not holds(chain.hmac, _end(chain)):
        yield "Ce qui dit jusqu’où le journal est scellé a été modifié."
    for event in Event.objects.filter(pk__lte=chain.through, seal=None).order_by("pk")[:SHOWN]:
        yield f"Événement n°\u00a0{event.pk} ({event})\u00a0: il a été ajouté après coup."
