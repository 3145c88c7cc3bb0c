"""Les encaissements à venir: open instalments by planned date, and cheques that are paid in later."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from office.periods import Period
from payments.models import Incident, Payment
from statements.queries.dues import PLANNED, DuesWanted, dues
from statements.queries.where import Where

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected in a week or month, in one currency. dues: open instalments; deferred: money on its way."""

    start: date
    currency: str
    count: int
    dues: Decimal
    cheques: int
    deferred: Decimal

    @property
    def total(self) -> Decimal:
        """All that is expected then."""
        return self.dues + self.deferred


def expected(where: Where, *, today: date, by_month: bool) -> list[Expected]:
    """What is expected by week (from Monday) or month, the earliest first; what is overdue stands where it was due.

    dues: what is open of the schedule of dues, by planned date; deferred: payments whose money is there after today.
    """
    rows = dues(DuesWanted(Period(), where=where, paid=False)).annotate(planned=PLANNED)
    sums: dict[tuple[date, str], list[Any]] = {}
    for start, currency, count, amount in _by_day(rows):
        row = sums.setdefault((_start(start, by_month=by_month), currency), [0, Decimal(0), 0, Decimal(0)])
        row[0] += count
        row[1] += amount
    deferred = Payment.objects.filter(where.on("site"), paid_on__gt=today, cancelled_by=None, amount__gt=0)
    deferred = deferred.exclude(pk__in=Incident.objects.filter(cancelled_by=None).values("payment"))
    days = deferred.order_by("paid_on").values_list("paid_on", "client__account__currency")
    for start, currency, count, amount in days.annotate(Count("pk"), total=Sum("amount")):
        row = sums.setdefault((_start(start, by_month=by_month), currency), [0, Decimal(0), 0, Decimal(0)])
        row[2] += count
        row[3] += amount
    return [Expected(start, currency, *row) for (start, currency), row in sorted(sums.items())]


def _by_day(rows: QuerySet[Any]) -> Any:
    found: Any = rows.order_by("planned").values_list("planned", "account__currency")
    return found.annotate(Count("pk"), total=Sum("open"))


def _start(day: date, *, by_month: bool) -> date:
    return day.replace(day=1) if by_month else day - day.weekday() * ONE_DAY
