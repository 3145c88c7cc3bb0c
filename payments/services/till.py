"""The till: cash that goes in or out of it but for payments, and how it is closed. Source: rules, « Cash closing »."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from ledger.models import BankAccount, Document, Entry, Journal, Operation, PeriodLock
from ledger.services import LockMovesForward, Part, file_house_document, open_days, post, posting, shut
from office.amounts import ZERO, format_amount
from office.errors import SoldeError
from office.events import record
from office.models import Event, Site
from office.proofs import holds, proof
from office.queries import company
from payments.models import CashClosing, CashMove
from payments.queries import Taken, cash_moves, first_taken, last_closing, taken_by_type

CASH, TRANSFERS = "530", "580"
SHORT, OVER = "658", "758"
ONE_DAY = timedelta(days=1)


class NothingMoved(SoldeError):
    """Cash of no amount."""

    field = "amount"

    def __init__(self) -> None:
        super().__init__("Écrivez un montant positif.")


class ClosedAlready(SoldeError):
    """A till is closed once a day, forward."""

    field = "through"

    def __init__(self, through: date) -> None:
        super().__init__(f"La caisse est déjà clôturée jusqu’au {through:%d/%m/%Y}.")


class NotOver(SoldeError):
    """What isn't over can't be closed."""

    field = "through"


class ReasonNeeded(SoldeError):
    """What was counted isn't what was expected, and nobody says why."""

    field = "reason"

    def __init__(self, difference: Decimal) -> None:
        super().__init__(f"Il y a un écart de {format_amount(difference)}\u00a0: indiquez-en le motif.")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted at the closing. cash: in all; coins: how many of each coin or note, by its value in cents;
    others: by type of payment, what was counted of it; opening: the float, of a first closing alone.
    """

    cash: Decimal
    coins: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, Decimal] = field(default_factory=dict)
    opening: Decimal = ZERO
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What should be in a till. since, through: the days that it covers. moved: in and out but for payments."""

    since: date
    through: date
    opening: Decimal
    taken: Sequence[Taken]
    moved: Decimal

    @property
    def cash_in(self) -> Decimal:
        """What payments less refunds brought in cash."""
        return sum((one.amount for one in self.taken if one.is_cash), ZERO)

    @property
    def cash(self) -> Decimal:
        """The cash that should be there."""
        return self.opening + self.cash_in + self.moved

    @property
    def count(self) -> int:
        """How many payments, refunds and incidents."""
        return sum(one.count for one in self.taken)

    @property
    def total(self) -> Decimal:
        """What came in by all methods."""
        return sum((one.amount for one in self.taken), ZERO)


def expected(site: Site | None, through: date, *, opening: Decimal = ZERO, since: date | None = None) -> Expected:
    """What should be in a site's till at the end of a day.

    opening: the float, if it was never closed. since: the first day that it covers, by default the day after the last
    closing.
    """
    last = last_closing(site)
    return _between(site, since or first_open(site, through), through, last.counted if last else opening)


def _between(site: Site | None, since: date, through: date, opening: Decimal) -> Expected:
    moved = cash_moves(site, since, through).aggregate(sum=Sum("amount"))["sum"] or ZERO
    taken = taken_by_type(site, since, through, currency=company().currency)
    return Expected(since, through, opening, taken, moved)


def first_open(site: Site | None, through: date) -> date:
    """The first day that a closing through a day covers: the one after the last, or that of the first payment."""
    lock = PeriodLock.objects.filter(scope=PeriodLock.Scope.TILL, site=site).values_list("through", flat=True).first()
    first = lock + ONE_DAY if lock else first_taken(site, after=None) or through
    return min(first, through)


@posting
def move_cash(
    *,
    kind: CashMove.Kind,
    amount: Decimal,
    on: date,
    op: Operation,
    site: Site | None = None,
    bank: BankAccount | None = None,
    reason: str = "",
) -> CashMove:
    """Put cash into a till or take it out, to the bank (530 → 512) or the safe (580).

    amount: above 0, whichever way it goes. Raises NothingMoved, PeriodClosed on a day that the till is closed for.
    """
    if amount <= 0:
        raise NothingMoved
    days = open_days(op, site=site, till=True)
    days.check(on)
    document = file_house_document(kind=Document.Kind.TILL, day=on, op=op, site=site)
    other = bank.account_id if bank else TRANSFERS
    into = kind == CashMove.Kind.IN
    parts = [Part(CASH, debit=amount), Part(other, credit=amount)]
    entry = post(
        document=document,
        journal=Journal.Kind.CASH,
        parts=parts if into else [part.mirrored() for part in reversed(parts)],
        op=op,
        label=f"{kind.label} {document.reference}",
        currency=company().currency,
    ).entry
    return CashMove.objects.create(
        kind=kind,
        document=document,
        site=site,
        amount=amount if into else -amount,
        bank=bank,
        reason=reason,
        entry=entry,
    )


@posting
def close_till(*, site: Site | None, through: date, counted: Counted, op: Operation) -> CashClosing:
    """Close a site's till through a day: whoever posts for that day is in it, or refused.

    The difference of cash is posted (658 or 758); the payments of those days are locked.
    Raises ClosedAlready, NotOver, ReasonNeeded, PeriodClosed if the books are locked on every open day.
    """
    if through > op.day:
        raise NotOver("La caisse d’un jour à venir ne se clôture pas.")
    since = first_open(site, through)
    try:
        shut(PeriodLock.Scope.TILL, through, site=site)  # waits for who is posting, and keeps the others off
    except LockMovesForward:
        raise ClosedAlready(first_open(site, op.day) - ONE_DAY) from None
    if (last := last_closing(site)) is not None:  # read now: two may close at once
        since = last.through + ONE_DAY
        if through < since:
            raise ClosedAlready(last.through)
    told = expected(site, through, opening=counted.opening, since=since)
    difference = counted.cash - told.cash
    wrong = [one for one in told.taken if counted.others.get(one.type, one.amount) != one.amount and not one.is_cash]
    if (difference or wrong) and not counted.reason:
        raise ReasonNeeded(difference or counted.others[wrong[0].type] - wrong[0].amount)
    entry = _post_difference(site, difference, through, op=op) if difference else None
    return _seal(CashClosing.Period.DAY, site, told, counted, entry=entry, op=op)


@posting
def close_period(
    *, period: CashClosing.Period, site: Site | None, first: date, last: date, op: Operation
) -> CashClosing:
    """Close a month or a year of a site's till, all of whose days are closed. first, last: its days.

    Raises ClosedAlready, NotOver.
    """
    before = last_closing(site, period)
    if before is not None and last <= before.through:
        raise ClosedAlready(before.through)
    day = last_closing(site)
    if last >= op.day or day is None or day.through < last:
        raise NotOver("Clôturez d’abord tous les jours de cette période.")
    opening, _ = _standing(site, first - ONE_DAY)
    counted, perpetual = _standing(site, last)
    told = _between(site, first, last, opening)
    return _seal(period, site, told, Counted(counted), entry=None, op=op, perpetual=perpetual)


def _standing(site: Site | None, through: date) -> tuple[Decimal, Decimal]:
    """The cash and the perpetual total of a site's till at the end of a day that is closed.

    They are those of its last closing by then, and what the ledger has of the days since, where the next one goes on.
    """
    days = CashClosing.objects.filter(site=site, period=CashClosing.Period.DAY).order_by("through")
    last, first = days.filter(through__lte=through).last(), days[0]
    since, cash, perpetual = first.since, first.opening, ZERO
    if last is not None:
        since, cash, perpetual = last.through + ONE_DAY, last.counted, last.perpetual
    if since > through:
        return cash, perpetual
    told = _between(site, since, through, cash)
    return told.cash, perpetual + told.total


def _post_difference(site: Site | None, difference: Decimal, through: date, *, op: Operation) -> Entry:
    days = open_days(op, site=site)
    day = through if days.has(through) else op.day
    days.check(day)
    document = file_house_document(kind=Document.Kind.TILL, day=day, op=op, site=site)
    amount = abs(difference)
    parts = [Part(CASH, debit=amount), Part(OVER, credit=amount)]
    if difference < 0:
        parts = [Part(SHORT, debit=amount), Part(CASH, credit=amount)]
    label = f"Écart de caisse du {through:%d/%m/%Y}"
    return post(
        document=document, journal=Journal.Kind.CASH, parts=parts, op=op, label=label, currency=company().currency
    ).entry


def _seal(
    period: CashClosing.Period,
    site: Site | None,
    told: Expected,
    counted: Counted,
    *,
    entry: Entry | None,
    op: Operation,
    perpetual: Decimal | None = None,
) -> CashClosing:
    """Keep a closing, chained to the one before it of the site, with its proof."""
    before = CashClosing.objects.filter(site=site).order_by("-pk").first()
    same = last_closing(site, period)
    closing = CashClosing(
        period=period,
        site=site,
        number=same.number + 1 if same else 1,
        since=told.since,
        through=told.through,
        opening=told.opening,
        cash_in=told.cash_in,
        moved=told.moved,
        expected=told.cash,
        counted=counted.cash,
        reason=counted.reason,
        count=told.count,
        total=told.total,
        perpetual=(same.perpetual if same else ZERO) + told.total if perpetual is None else perpetual,
        methods=[
            {
                "type": one.type,
                "label": one.label,
                "count": one.count,
                "amount": str(one.amount),
                "counted": str(counted.cash if one.is_cash else counted.others.get(one.type, one.amount)),
            }
            for one in told.taken
        ],
        coins=dict(counted.coins),
        operation=op,
        entry=entry,
        previous=before.sha256 if before else "",
    )
    closing.sha256 = fingerprint(closing)
    closing.hmac = proof(closing.sha256)
    closing.save(force_insert=True)
    where = site.name if site else "sans établissement"
    detail = {"action": str(closing), "caisse": where, "au": f"{told.through:%d/%m/%Y}", "SHA-256": closing.sha256}
    record(Event.Kind.CLOSING, detail, user=op.user)
    return closing


def fingerprint(closing: CashClosing) -> str:
    """The SHA-256 of what a closing says, and of the one before it."""
    names = ("period", "site_id", "number", "since", "through", "reason", "count", "methods", "coins", "previous")
    amounts = ("opening", "cash_in", "moved", "expected", "counted", "total", "perpetual")
    said: dict[str, Any] = {name: getattr(closing, name) for name in names}
    said |= {name: f"{getattr(closing, name):.2f}" for name in amounts}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def check_closings() -> list[str]:
    """What is wrong with the closings, in a sentence each: their chains, their proofs, their totals by the ledger."""
    faults = []
    heads: dict[int | None, str] = {}
    for closing in CashClosing.objects.select_related("site").order_by("pk"):
        name = f"{closing} ({closing.site or 'sans établissement'}, {closing.get_period_display().lower()})"
        if closing.previous != heads.get(closing.site_id, ""):
            faults.append(f"{name}\u00a0: la clôture d’avant n’est plus celle qu’elle suit.")
        if closing.sha256 != fingerprint(closing):
            faults.append(f"{name}\u00a0: son contenu a changé.")
        if not holds(closing.hmac, closing.sha256):
            faults.append(f"{name}\u00a0: sa preuve n’est pas de cette installation.")
        taken = taken_by_type(closing.site, closing.since, closing.through, currency=company().currency)
        if sum((one.amount for one in taken), ZERO) != closing.total:
            faults.append(f"{name}\u00a0: son total n’est pas celui du grand livre.")
        heads[closing.site_id] = closing.sha256
    return faults
