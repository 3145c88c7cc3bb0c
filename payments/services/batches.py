"""Solder les avoirs: many credit notes settled as one operation, in steps, and undone as one."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from ledger.models import Allocation, ClientAccount, OpenItem, Operation
from ledger.services import allocate, detach, lock, open_days, posting
from office.errors import SoldeError
from payments.models import SettlingBatch
from payments.queries import credit_items, planned, settleable

STEP = 25  # credit notes a transaction, so that no desk waits behind it
AT_ONCE = 50  # more are done by a job


class NothingTicked(SoldeError):
    """A batch of nothing."""

    field = "credits"

    def __init__(self) -> None:
        super().__init__("Cochez au moins un avoir.")


class BatchRunning(SoldeError):
    """A batch that isn't done can't be undone."""

    def __init__(self) -> None:
        super().__init__("Ce lot est encore en cours\u00a0: attendez qu’il soit fini.")


class BatchUndone(SoldeError):
    """A batch is undone once."""

    def __init__(self) -> None:
        super().__init__("Ce lot est déjà annulé.")


@posting
def ask_settling(*, credits: Sequence[int], op: Operation) -> SettlingBatch:
    """Have credit items settled in one batch, client by client; `settle_step` does it. Raises NothingTicked."""
    offered = sorted(set(credits).intersection(_offered()))
    items = credit_items(offered)
    items.sort(key=lambda item: (item.account_id, item.party_id or 0, item.day, item.pk))
    if not items:
        raise NothingTicked
    return SettlingBatch.objects.create(operation=op, credits=[item.pk for item in items], total=len(items))


def _offered() -> set[int]:
    """The keys of the items that a batch may settle."""
    notes: Any = settleable()
    return set(notes.values_list("item", flat=True))


@transaction.atomic
def settle_step(key: int) -> SettlingBatch:
    """Settle the next credit notes of a batch, all of a client together; what was used meanwhile is left as it is.

    Their allocations are the operation's alone. Source: rules, « Settling credit notes by batch ».
    """
    batch = SettlingBatch.objects.select_related("operation").get(pk=key)
    keys = _next(batch)
    lock(*ClientAccount.objects.filter(items__in=keys).distinct())
    now = SettlingBatch.objects.select_for_update().get(pk=key)
    if now.done != batch.done or not keys:  # somebody else has done this step
        return now
    days = open_days(batch.operation)
    allocate(planned(credit_items(keys)), on=batch.operation.day, op=batch.operation, days=days)
    batch.done += len(keys)
    batch.save(update_fields=["done"])
    return batch


def _next(batch: SettlingBatch) -> list[int]:
    """The next items of a batch: so many, and the others of the last one's client."""
    rest = batch.credits[batch.done :]
    if len(rest) <= STEP:
        return list(rest)
    accounts = dict(OpenItem.objects.filter(pk__in=rest[:STEP]).values_list("pk", "account"))
    last = accounts[rest[STEP - 1]]
    count = STEP
    others = set(OpenItem.objects.filter(pk__in=rest[STEP:], account=last).values_list("pk", flat=True))
    while count < len(rest) and rest[count] in others:
        count += 1
    return list(rest[:count])


@posting
def undo_settling(*, batch: SettlingBatch, op: Operation) -> SettlingBatch:
    """Detach, today, all that a batch has set off and nobody detached since.

    Raises BatchRunning, BatchUndone, PeriodClosed.
    """
    made = Allocation.objects.filter(operation=batch.operation_id)
    lock(*ClientAccount.objects.filter(pk__in=made.values("account")))
    now = SettlingBatch.objects.select_for_update().get(pk=batch.pk)
    if now.undone_by_id is not None:
        raise BatchUndone
    if not now.is_done:
        raise BatchRunning
    open_days(op).check(op.day)
    detach(list(made.filter(detached_by=None).order_by("pk")), on=op.day, op=op)
    now.undone_by = op
    now.save(update_fields=["undone_by"])
    return now
