"""A round of statements: the clients written down, then a statement made of each, step by step.

What a step made it also notes, in one transaction, so that a round that was cut off goes on with what is left, and
makes nothing twice. Source: rules, « Relevés ».
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clients.models import Client
from clients.queries import address_by_client
from ledger.models import Operation
from ledger.services import posting
from office.errors import SoldeError
from office.mailing import sender
from office.pool import batches
from statements.models import Choice, Round, Statement
from statements.rounds.pressing import Pressed, keep
from statements.rounds.queries import Chosen, candidates, chosen_of, pending, way_to

STEP = 25  # statements that are kept at once
WALK_IN = "client passager\u00a0: son extrait se donne au comptoir"
SETTLED = "solde nul"
NO_EMAIL = "aucune adresse e-mail"
NO_STREET = "aucune adresse postale"


class NobodyChosen(SoldeError):
    """No client is to get a statement."""

    def __init__(self) -> None:
        super().__init__("Aucun client de cette sélection n’a de relevé à recevoir.")


@posting
def prepare_round(
    *,
    chosen: Chosen,
    about: str,
    op: Operation,
    job: Callable[..., Any],
    sends: bool = False,
    month: date | None = None,
) -> Round:
    """Have statements made of many clients, and sent to those who get e-mails if wanted.

    job: what queues the work, given the round's key as `key`. month: of a monthly turn. Raises NobodyChosen,
    NoMailServer.
    """
    if sends:
        sender()  # else nothing can leave
    if not candidates(chosen).exists():
        raise NobodyChosen
    wanted = chosen.wanted
    made = Round.objects.create(
        operation=op,
        about=about[:300],
        choice=chosen.choice,
        words=chosen.words,
        only=None if chosen.only is None else sorted(chosen.only),
        but=sorted(chosen.but),
        start=wanted.period.start,
        end=wanted.period.end,
        site=wanted.where.site,
        nowhere=wanted.where.nowhere,
        basis=wanted.basis,
        unsettled=wanted.unsettled,
        mailing=op if sends else None,
        month=month,
    )
    job(key=made.pk)
    return made


@transaction.atomic
def list_clients(key: int, *, at: datetime) -> None:
    """Write down the clients of a round, each with how its statement goes to it; those who get none with the reason."""
    of = locked_round(key)
    if of.listed_at is not None:
        return
    day = of.period.end or of.operation.day
    found = list(candidates(chosen_of(of, on=day)).prefetch_related("addresses"))
    emails = address_by_client(found)
    Statement.objects.bulk_create(
        (_listed(of, client, rank, on=day, has_email=client.pk in emails) for rank, client in enumerate(found, 1)),
        batch_size=1000,
    )
    of.listed_at = of.stepped_at = at
    of.save(update_fields=["listed_at", "stepped_at"])


def _listed(of: Round, client: Any, rank: int, *, on: date, has_email: bool) -> Statement:
    reason = WALK_IN if client.account.walk_in else SETTLED if _is_left(of, client) else ""
    way = way_to(client, has_address=has_email)
    unsent = "" if way == Statement.Way.EMAIL and has_email else NO_EMAIL
    if way == Statement.Way.PAPER:
        unsent = "" if _has_street(client) else NO_STREET
    return Statement(
        client=client,
        operation=of.operation,
        round=of,
        rank=rank,
        on=on,
        start=of.start,
        end=of.end,
        site=of.site,
        nowhere=of.nowhere,
        basis=of.basis,
        unsettled=of.unsettled,
        way=way,
        outcome=Statement.Outcome.SKIPPED if reason else Statement.Outcome.PENDING,
        reason=reason,
        currency=client.account.currency,
        unsent="" if reason else unsent,
    )


def _is_left(of: Round, client: Any) -> bool:
    return of.choice == Choice.BALANCE and not client.balance


def _has_street(client: Client) -> bool:
    """Whether a letter finds a client, at its billing address or its own."""
    return bool(client.city or any(address.city for address in client.addresses.all()))


def make_statements(key: int, pressed: Iterable[Pressed], *, at: Callable[[], datetime]) -> None:
    """Keep the statements of a round as they come, 25 in a transaction.

    What another job kept meanwhile stays.
    """
    for some in batches(pressed, STEP):
        with transaction.atomic():
            of = locked_round(key)
            left = Statement.objects.filter(outcome=Statement.Outcome.PENDING, pk__in=[one.key for one in some])
            keep(list(left.select_related("client").order_by("pk")), some, at=at())
            of.stepped_at = at()
            of.save(update_fields=["stepped_at"])


@transaction.atomic
def end_round(key: int, *, at: datetime) -> bool:
    """Note that all of a round is made; answers whether its e-mails are wanted."""
    of = locked_round(key)
    if of.ended_at is None and not pending(of):
        of.ended_at = of.stepped_at = at
        of.save(update_fields=["ended_at", "stepped_at"])
    return of.mailing_id is not None


def locked_round(key: int) -> Round:
    """A round, locked."""
    rows = Round.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("operation", "site").get(pk=key)
