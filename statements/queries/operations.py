"""What happened on a client's account, document by document."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, Self

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from clients.queries import operations
from credits.models import CreditNote
from ledger.models import ClientAccount, Document
from office.asking import Question, Row
from office.compiled import Compiled
from office.prepared import Statement
from payments.models import Incident, Payment, Refund
from payments.queries import bounced_on

SQL = Path(__file__).parents[1] / "sql" / "operations.sql"

KINDS = dict(Document.Kind.choices)


@dataclass(frozen=True, slots=True)
class Happened:
    """A document of an account as `time_line` has it today.

    kind: in words. party: the name of the passer-by, if any. posted: what `operations` tells where no `amount` remains.
    """

    pk: int
    kind: str
    reference: str
    day: date
    party: str | None
    amount: Decimal
    posted: Decimal | None
    left: Decimal
    bounced_on: date | None
    undone: bool


@dataclass(frozen=True, slots=True)
class OperationsPage:
    """A page of what happened. number: how many documents the account has; rows: as many as fit, newest first."""

    number: Question[int]
    rows: Question[list[Happened]]
    start: int

    @classmethod
    def of(cls, account: int, count: int, start: int = 0) -> Self:
        """What asks for so many documents of the account of this key, as they stand today, after so many newer ones."""
        return cls(_NUMBER(account=account).then(sum), Question(_page(), (account, count, start), _read), start)


_NUMBER = Compiled(
    lambda account: (
        Document.objects.filter(account=account)
        .order_by()
        .values("account")
        .annotate(number=Count("pk"))
        .values_list("number", flat=True)
    ),
    account=int,
)


@cache
def _page() -> Statement:
    return Statement("operations_page", ("bigint", "bigint", "bigint"), SQL.read_text())


def _read(rows: list[Row]) -> list[Happened]:
    return [Happened(key, KINDS[kind], *others) for key, kind, *others in rows]


def time_line(account: ClientAccount, on: date | None = None) -> QuerySet[Document]:
    """The documents of an account as `operations` has them, each with `bounced_on` and whether it was `undone`.

    bounced_on: the day of the incident that a payment has; undone: what posts no reversal of its own, a set-off
    or a credit note, was cancelled. on: a past day, to its end; None for today.
    """
    return operations(account, on).annotate(bounced_on=bounced_on("pk", on), undone=_undone(on))


def _undone(on: date | None) -> Any:
    """Whether a document's record names what cancelled it (an operation, an invoice), on or before the day."""
    undone = Q(cancelled_by__isnull=False) if on is None else Q(cancelled_by__day__lte=on)
    records: tuple[type[Any], ...] = (Payment, Refund, Incident, CreditNote)
    return reduce(or_, (Exists(model.objects.filter(undone, document=OuterRef("pk")).order_by()) for model in records))
