"""Reads for statements made out to clients: who would get one, what a round has made, and what is left to hand out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from clients.models import Channel, Client
from clients.queries import meant
from ledger.models import Kind, Line
from ledger.queries import AMOUNT, items_on
from statements.models import Basis, Choice, Round, RoundSchedule, Statement
from statements.queries import EVERYWHERE, Wanted, Where

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which clients are asked for, and of what. words: of a name or a code. on: the day of what is late.

    only: the keys of those alone that are wanted, or None; but: of those that aren't.
    """

    choice: Choice
    wanted: Wanted
    on: date
    words: str = ""
    only: Collection[int] | None = None
    but: Collection[int] = ()


def candidates(chosen: Chosen) -> QuerySet[Any]:
    """The clients that are concerned, by name: those with movement in the period or a balance at its end.

    Each has its `balance` at the end, VAT included, above 0 when the client owes. Where a balance is asked for, those
    without are there too, and are left with the reason; of those who are late only they are.
    """
    period, where = chosen.wanted.period, chosen.wanted.where
    lines = Line.objects.filter(where.on("entry__site"), client_account__isnull=False).exclude(kind=Kind.RESCHEDULE)
    lines = lines.filter(day__lte=period.end) if period.end else lines
    sums = lines.order_by().values("client_account").annotate(balance=Sum(F("debit") - F("credit")), last=Max("day"))
    has_balance = ~Q(balance=0)
    concerned = sums.filter(has_balance | Q(last__gte=period.start)) if period.start else sums
    of_account = lines.filter(client_account=OuterRef("account")).order_by().values("client_account")
    balance = of_account.annotate(sum=Sum(F("debit") - F("credit"))).values("sum")
    found = Client.objects.filter(account__in=concerned.values("client_account"))
    if chosen.choice == Choice.LATE:
        found = found.filter(Exists(_late(where, period.end, chosen.on).filter(account=OuterRef("account"))))
    if chosen.words:
        found = found.filter(pk__in=meant(chosen.words).order_by().values("pk"))
    if chosen.only is not None:
        found = found.filter(pk__in=chosen.only)
    found = found.exclude(pk__in=chosen.but).annotate(balance=Subquery(balance, output_field=AMOUNT))
    return found.select_related("account").order_by("sort_key", "pk")


def _late(where: Where, end: date | None, on: date) -> QuerySet[Any]:
    items: Any = items_on(end).filter(where.on("line__entry__site"), is_debit=True, due__lt=end or on)
    late: QuerySet[Any] = items.filter(open__gt=0) if end is None else items.filter(left__gt=0)
    return late.order_by()


def wanted_of(asked: Round | Statement) -> Wanted:
    """What is asked of a statement that is kept."""
    return Wanted(
        period=asked.period,
        basis=Basis(asked.basis),
        where=Where(asked.site, nowhere=asked.nowhere) if asked.site or asked.nowhere else EVERYWHERE,
        unsettled=asked.unsettled,
    )


def chosen_of(of: Round, *, on: date) -> Chosen:
    """Which clients a round concerns."""
    return Chosen(Choice(of.choice), wanted_of(of), on, of.words, of.only, of.but)


# What was made


@dataclass(frozen=True, slots=True)
class Result:
    """How far a round has come, and what of it is left to hand out."""

    done: int
    total: int
    made: int
    skipped: int
    to_print: int
    to_mail: int
    mailed: int
    unsent: int


def result_of(of: Round) -> Result:
    """What a round has made so far; in one query."""
    rows = Statement.objects.filter(round=of).order_by()
    made = Q(outcome=Statement.Outcome.MADE)
    counts = rows.aggregate(
        total=Count("pk"),
        made=Count("pk", filter=made),
        skipped=Count("pk", filter=Q(outcome=Statement.Outcome.SKIPPED)),
        to_print=Count("pk", filter=made & TO_PRINT),
        to_mail=Count("pk", filter=made & TO_MAIL),
        mailed=Count("pk", filter=Q(mail__isnull=False)),
        unsent=Count("pk", filter=~Q(unsent="")),
    )
    return Result(done=counts["made"] + counts["skipped"], **counts)


TO_PRINT = Q(way=Statement.Way.PAPER, unsent="", printed_at=None)
TO_MAIL = Q(way=Statement.Way.EMAIL, mail=None, unsent="")


def rounds() -> QuerySet[Any]:
    """All rounds, newest first, each with how many statements it `made` and `skipped`, of a `total`."""
    count = {
        "total": Count("statements"),
        "made": Count("statements", filter=Q(statements__outcome=Statement.Outcome.MADE)),
        "skipped": Count("statements", filter=Q(statements__outcome=Statement.Outcome.SKIPPED)),
    }
    return Round.objects.select_related("operation__user", "site").annotate(**count).order_by("-pk")


def statements_of(of: Round) -> QuerySet[Statement]:
    """The statements of a round, each with what tells it in a list."""
    found = Statement.objects.filter(round=of).select_related("client__account", "mail", "round")
    return found.order_by("rank", "pk")


def statements_for(client: Client) -> QuerySet[Statement]:
    """The statements that were made out to a client, newest first."""
    found = Statement.objects.filter(client=client, outcome=Statement.Outcome.MADE)
    return found.select_related("client", "mail", "operation__user", "round").order_by("-pk")


def pending(of: Round) -> list[int]:
    """The keys of what a round has still to make, in its order."""
    rows = Statement.objects.filter(round=of, outcome=Statement.Outcome.PENDING)
    return list(rows.order_by("rank", "pk").values_list("pk", flat=True))


def to_print(of: Round, *, everything: bool) -> QuerySet[Statement]:
    """What of a round goes on paper: what isn't printed yet of the clients who get paper, or all of it."""
    rows = statements_of(of).filter(outcome=Statement.Outcome.MADE)
    return rows if everything else rows.filter(TO_PRINT)


def to_mail(of: Round) -> QuerySet[Statement]:
    """What of a round goes by e-mail, and is neither written yet nor told why it can't be."""
    return statements_of(of).filter(TO_MAIL, outcome=Statement.Outcome.MADE)


def way_to(client: Client, *, has_address: bool) -> str:
    """How a client gets its statements; on paper if nothing is said.

    has_address: for e-mails, by which who takes e-invoices gets them then.
    """
    if client.channel == Channel.EMAIL or (client.channel == Channel.E_INVOICE and has_address):
        return Statement.Way.EMAIL
    return Statement.Way.PAPER


def schedule() -> RoundSchedule:
    """The monthly turn of statements; one that is off as long as nobody set it."""
    return RoundSchedule.objects.filter(pk=1).first() or RoundSchedule(pk=1)


def turn_due(plan: RoundSchedule, *, on: date) -> date | None:
    """The month, by its first day, whose turn is due on a day and hasn't begun; of several missed, the last alone."""
    month = on.replace(day=1)
    if plan.due_in(month) > on:
        month = (month - ONE_DAY).replace(day=1)
    if plan.since is None or plan.due_in(month) < plan.since or Round.objects.filter(month=month).exists():
        return None
    return month


def shown_first(found: QuerySet[Any], most: int) -> tuple[Sequence[Any], int]:
    """The first clients of a choice, and how many there are."""
    rows = list(found[: most + 1])
    return rows[:most], len(rows) if len(rows) <= most else found.count()
