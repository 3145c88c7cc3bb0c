"""The monthly turn of statements: on a day of each month, of the month before."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format

from ledger.models import Operation
from office.mailing import NoMailServer, sender
from office.models import User
from office.periods import Preset, period_of
from office.services import save_setting
from statements.models import Basis, Choice, Round, RoundSchedule
from statements.queries import Wanted
from statements.rounds.making import NobodyChosen, prepare_round
from statements.rounds.queries import Chosen, schedule, turn_due


@transaction.atomic
def save_schedule(plan: RoundSchedule, *, is_on: bool, fields: Iterable[str], on: date, by: User) -> None:
    """Keep when statements are made each month; a turn is due from the day on which it is switched on."""
    before = schedule()
    plan.since = (before.since or on) if is_on else None
    save_setting(plan, fields=[*fields, "since"], by=by, about="Relevés mensuels")


@transaction.atomic
def take_turn(*, at: datetime, on: date, job: Callable[..., Any]) -> Round | None:
    """Begin the statements of a month once their day has come, for the month before; None if none is due.

    A day that passed while nobody did the jobs is caught up once. job: what queues the work, given `key`.
    """
    RoundSchedule.objects.select_for_update(no_key=True).filter(pk=1).first()
    plan = schedule()
    if (month := turn_due(plan, on=on)) is None:
        return None
    period = period_of(Preset.LAST_MONTH, month)
    about = f"Relevés mensuels, {date_format(period.start or month, 'F Y')}"
    op = Operation(kind=Operation.Kind.STATEMENT, at=at, day=on)
    chosen = Chosen(Choice(plan.choice), Wanted(period, Basis(plan.basis)), period.end or on)
    sends = plan.sends and _can_send()
    try:
        return prepare_round(chosen=chosen, about=about, op=op, job=job, sends=sends, month=month)
    except NobodyChosen:
        op = Operation.objects.create(kind=Operation.Kind.STATEMENT, at=at, day=on)
        return Round.objects.create(
            operation=op,
            about=about,
            choice=plan.choice,
            start=period.start,
            end=period.end,
            basis=plan.basis,
            month=month,
            listed_at=at,
            stepped_at=at,
            ended_at=at,
        )


def _can_send() -> bool:
    """Whether e-mails can leave: a turn is made all the same, and can be sent from its page."""
    try:
        sender()
    except NoMailServer:
        return False
    return True
