"""Allocating, detaching, reserving and reversing: what changes what is open."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F, Value
from django.db.models.functions import Greatest

from ledger.models import Allocation, Document, Entry, OpenItem, Operation, Reservation
from ledger.pairing import Pair
from ledger.services.entries import Part, Posted, post
from ledger.services.periods import OpenDays
from office.amounts import format_amount
from office.errors import SoldeError
from office.inserting import Writing, insert


class NothingLeft(SoldeError):
    """An item has less open than was asked for; the message says what is left."""

    field = "amount"

    def __init__(self, item: OpenItem, left: Decimal) -> None:
        self.item, self.left = item, left
        word = "reste dû" if item.is_debit else "reste disponible"
        super().__init__(f"{item.document.reference}\u00a0: {word} {format_amount(left, item.account.currency)}.")


class DifferentParty(SoldeError):
    """Nothing of one client, or of one passer-by, settles another's."""

    def __init__(self) -> None:
        super().__init__("On ne règle pas la dette d’un client avec l’argent d’un autre.")


class AlreadyDetached(SoldeError):
    """The allocation was detached already."""

    def __init__(self) -> None:
        super().__init__("Cette imputation est déjà détachée.")


class UsedElsewhere(SoldeError):
    """What should be undone was used or refunded elsewhere; the message names by what."""


class AlreadyReversed(SoldeError):
    """The document was cancelled already."""

    def __init__(self, document: Document) -> None:
        super().__init__(f"{document.reference} est déjà annulé.")


def allocate(
    pairs: Iterable[Pair],
    *,
    on: date,
    op: Operation,
    days: OpenDays,
    document: Document | None = None,
    into: Writing | None = None,
) -> list[Allocation]:
    """Set amounts of credit items against debit items of the same client and party.

    The items were read under the account's lock; their `open` is brought up to date.
    on: the day it is made for; an allocation bears the latest of it, its lines' days and the last
    detach on either that had counted. document: the payment or set-off that makes it. into: where they are written, by
    default at once.
    Raises NothingLeft, DifferentParty, PeriodClosed.
    """
    made = []
    for pair in pairs:
        debit, credit = pair.debit, pair.credit
        if (debit.account_id, debit.party_id) != (credit.account_id, credit.party_id):
            raise DifferentParty
        for item, left in ((debit, debit.open), (credit, credit.open - credit.reserved)):
            if pair.amount > left:
                raise NothingLeft(item, left)
        day = max(on, debit.allocable_from, credit.allocable_from)
        days.check_books(day)
        debit.open -= pair.amount
        credit.open -= pair.amount
        made.append(
            Allocation(
                account_id=debit.account_id,
                debit=debit,
                credit=credit,
                amount=pair.amount,
                day=day,
                debit_day=debit.day,
                debit_due=debit.due,
                credit_day=credit.day,
                document=document,
                operation=op,
            )
        )
    if made:
        (into.insert if into else insert)(*made)
    return made


def detach(allocations: Sequence[Allocation], *, on: date, op: Operation) -> None:
    """Detach live allocations; both items are open again. They are kept, and shown struck through.

    on: today, or the day of the reversal or incident that causes it; never before the allocation's own.
    Raises AlreadyDetached if one is no longer live. Items read before are stale: read them again.
    """
    keys = [allocation.pk for allocation in allocations]
    detached = Allocation.objects.filter(pk__in=keys, detached_by=None).update(
        detached_by=op, detached_on=Greatest(F("day"), Value(on))
    )
    if detached != len(keys):
        raise AlreadyDetached


def reserve(credit: OpenItem, amount: Decimal, *, op: Operation) -> Reservation:
    """Keep part of a credit item for the client's next invoice.

    Raises NothingLeft if less is open and free.
    """
    if amount > (left := credit.open - credit.reserved):
        raise NothingLeft(credit, left)
    credit.reserved += amount
    return Reservation.objects.create(credit=credit, amount=amount, operation=op)


def release(reservations: Sequence[Reservation], *, op: Operation) -> None:
    """Take reserved amounts back: they are free for any use."""
    keys = [reservation.pk for reservation in reservations]
    Reservation.objects.filter(pk__in=keys, released_by=None).update(released_by=op)


def reverse(entry: Entry, *, items: Sequence[OpenItem], day: date, op: Operation, days: OpenDays) -> Posted:
    """Cancel an entry by one with its sides swapped, set against it line by line.

    items: the entry's open items, read under the lock, with all of their amounts open.
    Raises AlreadyReversed, UsedElsewhere.
    """
    if Entry.objects.filter(reverses=entry).exists():
        raise AlreadyReversed(entry.document)
    for item in items:
        if item.open != item.amount or item.reserved:
            raise UsedElsewhere(f"{item.document.reference} est déjà utilisé en partie.")
    lines = list(entry.lines.order_by("pk"))
    posted = post(
        document=entry.document,
        journal=entry.journal.kind,
        parts=[Part(line.account_id, line.debit, line.credit, line.kind).mirrored(day) for line in lines],
        op=op,
        day=day,
        label=f"Annulation {entry.label}"[:120],
        reverses=entry,
        currency=entry.currency,
    )
    by_line = {item.pk: item for item in items}
    originals = [by_line[line.pk] for line in lines if line.kind]
    pairs = [
        Pair(mirror, original, mirror.amount) if mirror.is_debit else Pair(original, mirror, mirror.amount)
        for mirror, original in zip(posted.items, originals, strict=True)
    ]
    allocate(pairs, on=day, op=op, days=days, document=entry.document)
    return posted
