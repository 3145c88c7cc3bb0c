"""What lies in the tills."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import cast

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from djmoney.money import Money

from ledger.models import Document, Entry, Journal, Kind, Line
from ledger.queries import AMOUNT, NOTHING, tills_closed_through
from office.models import Site
from payments.models import CashClosing, CashMove, Deposit, Deposited, Payment, PaymentType
from payments.queries.movements import money_account


@dataclass(frozen=True, slots=True)
class Till:
    """What a site has taken since its till was last closed, in one currency. site: its name, "" for « sans site ».

    key: the site's; first: the first day of it.

    through: the day of the last closing; without one, what was taken today counts. count: the payments and refunds;
    cash: what of the total is in cash.
    """

    site: str
    through: date | None
    count: int
    cash: Money
    total: Money
    key: int | None = None
    first: date | None = None


def open_tills(site: Site | None = None, *, today: date) -> list[Till]:
    """The tills with something to close, by site; only that of `site` if it is given."""
    closed = tills_closed_through()
    of_a_site = {key: Q(site=key) for key in closed}
    since = ~Q(reduce(or_, of_a_site.values(), Q(pk=None))) & Q(day__gte=today)
    for key, through in closed.items():
        since |= of_a_site[key] & Q(day__gt=through)
    taken, given = (Q(**{f"{name}__amount__gt": 0, f"{name}__cancelled_by": None}) for name in ("payments", "refunds"))
    documents = Document.objects.filter(since, taken | given, kind__in=(Document.Kind.PAYMENT, Document.Kind.REFUND))
    documents = documents.filter(day__gte=min([today, *closed.values()]))  # what the index is asked for
    documents = documents if site is None else documents.filter(site=site)
    amount = Coalesce(F("payments__amount"), NOTHING - F("refunds__amount"), output_field=AMOUNT)
    in_cash = Q(payments__type__journal=Journal.Kind.CASH) | Q(refunds__type__journal=Journal.Kind.CASH)
    rows = documents.order_by("site__name", "site", "account__currency").values(
        "site", "site__name", "account__currency"
    )
    sums = rows.annotate(count=Count("pk"), cash=Sum(amount, filter=in_cash), total=Sum(amount), first=Min("day"))
    return [
        Till(
            row["site__name"] or "",
            closed.get(row["site"]),
            row["count"],
            Money(row["cash"] or 0, row["account__currency"]),
            Money(row["total"], row["account__currency"]),
            row["site"],
            row["first"],
        )
        for row in sums
    ]


KINDS_OF_LINES = (Kind.PAYMENT, Kind.REFUND, Kind.INCIDENT)
HELD = ("5112", "5113")  # the accounts of cheques and bills that the bank hasn't yet


def depositable() -> QuerySet[Payment]:
    """The payments by cheque or bill, whether they are in hand still or not."""
    return Payment.objects.filter(type__account__in=HELD, amount__gt=0).select_related("client__account", "type")


def in_hand() -> QuerySet[Payment]:
    """The cheques and bills in hand, by the day their money will be there: on no slip, not cancelled, not bounced."""
    live = Q(incidents__isnull=False, incidents__cancelled_by=None)
    held = Payment.objects.filter(type__account__in=HELD, amount__gt=0, cancelled_by=None)
    held = held.exclude(pk__in=Deposited.objects.filter(released_by=None).values("payment")).exclude(live)
    taken_over = Q(entry__journal__kind=Journal.Kind.OPENING)
    return (
        held.exclude(taken_over).select_related("client__account", "document", "type", "site").order_by("paid_on", "pk")
    )


def types_in_hand() -> QuerySet[PaymentType]:
    """The types of payment of which something is in hand."""
    return PaymentType.objects.filter(pk__in=in_hand().order_by().values("type")).order_by("position", "code")


def sum_of(payments: QuerySet[Payment]) -> tuple[int, Decimal]:
    """How many payments, and what they come to."""
    found = payments.order_by().aggregate(count=Count("pk"), sum=Coalesce(Sum("amount"), NOTHING))
    return found["count"], found["sum"]


def deposits() -> QuerySet[Deposit]:
    """The deposits, newest first, each with how many payments are on it (`count`)."""
    found = Deposit.objects.select_related("document__operation__user", "document__site", "bank", "type")
    return found.annotate(count=Count("lines")).order_by("-document__day", "-pk")


def held_at(payment: Payment) -> tuple[str, str]:
    """The account of the chart where a payment's money is now, and the kind of journal that it moves in."""
    slip = Deposited.objects.filter(payment=payment, released_by=None).select_related("deposit__bank").first()
    if slip is not None:
        return slip.deposit.bank.account_id, Journal.Kind.BANK
    return money_account(cast("Entry", payment.entry)), cast("PaymentType", payment.type).journal


def slip_of(payment: Payment) -> Deposit | None:
    """The deposit that a payment is on, if it stands."""
    found = Deposited.objects.filter(payment=payment, released_by=None).select_related("deposit__document").first()
    return found.deposit if found else None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in by one type of payment over some days: payments less refunds, bounces and what was cancelled."""

    type: str
    label: str
    is_cash: bool
    count: int
    amount: Decimal


def taken_by_type(site: Site | None, since: date, through: date, *, currency: str) -> list[Taken]:
    """What a site's till took from a day to another, by type of payment, as the ledger has it."""
    lines = Line.objects.filter(
        kind__in=KINDS_OF_LINES, day__range=(since, through), entry__site=site, entry__currency=currency
    ).exclude(entry__journal__kind=Journal.Kind.OPENING)
    of = Coalesce(
        "entry__document__payments__type", "entry__document__refunds__type", "entry__document__incident__payment__type"
    )
    rows = lines.annotate(way=of).order_by("way").values("way")
    rows = rows.annotate(
        amount=Sum(F("credit") - F("debit"), output_field=AMOUNT), count=Count("entry__document", distinct=True)
    )
    found = {row["way"]: row for row in rows}
    return [
        Taken(way.code, way.label, way.is_cash, found[way.code]["count"], found[way.code]["amount"])
        for way in PaymentType.objects.order_by("position", "code")
        if way.code in found
    ]


def till_documents(site: Site | None, since: date, through: date, *, currency: str) -> QuerySet[Document]:
    """The payments, refunds and incidents that a site's till has from a day to another, in their order."""
    kinds = (Document.Kind.PAYMENT, Document.Kind.REFUND, Document.Kind.INCIDENT)
    posted = Entry.objects.filter(day__range=(since, through), site=site, currency=currency, document__kind__in=kinds)
    posted = posted.exclude(journal__kind=Journal.Kind.OPENING)
    related = ("account__client", "party", "payments__type", "refunds__type", "incident__payment__type")
    of_till = Q(entries__day__range=(since, through), entries__lines__kind__in=KINDS_OF_LINES)
    amount = Sum(F("entries__lines__credit") - F("entries__lines__debit"), filter=of_till, output_field=AMOUNT)
    found = Document.objects.filter(pk__in=posted.values("document")).select_related(*related)
    return found.annotate(amount=Coalesce(amount, NOTHING)).order_by("day", "pk")


def cash_moves(site: Site | None, since: date, through: date) -> QuerySet[CashMove]:
    """What went in or out of a site's till but for payments, in its order."""
    found = CashMove.objects.filter(site=site, document__day__range=(since, through))
    return found.select_related("document__operation__user", "bank").order_by("document__day", "pk")


def last_closing(site: Site | None, period: str = CashClosing.Period.DAY) -> CashClosing | None:
    """The newest closing of a site's till, or of its months or years."""
    found = CashClosing.objects.filter(site=site, period=period)
    return found.select_related("operation").order_by("-through", "-pk").first()


def closing_of(site: Site | None, day: date) -> CashClosing | None:
    """The closing of a site's till that covers a day, if it is closed by now."""
    days = CashClosing.objects.filter(site=site, period=CashClosing.Period.DAY, since__lte=day, through__gte=day)
    return days.order_by("-pk").first()


def closings(site: Site | None = None) -> QuerySet[CashClosing]:
    """The closings of all tills, or of one site's, newest first."""
    found = CashClosing.objects.select_related("site", "operation__user", "entry__document")
    return (found if site is None else found.filter(site=site)).order_by("-pk")


def first_taken(site: Site | None, *, after: date | None) -> date | None:
    """The first day, later than `after`, on which a site's till took or gave money."""
    lines = Line.objects.filter(kind__in=KINDS_OF_LINES, entry__site=site).exclude(
        entry__journal__kind=Journal.Kind.OPENING
    )
    lines = lines.filter(day__gt=after) if after else lines
    return lines.order_by("day").values_list("day", flat=True).first()


@dataclass(frozen=True, slots=True)
class LatePeriod:
    """A month or a year of a till that is over and not closed, all of whose days are. period: as of CashClosing."""

    site: Site | None
    period: str
    first: date
    last: date

    def __str__(self) -> str:
        return f"Le mois {self.first:%m/%Y}" if self.period == CashClosing.Period.MONTH else f"L’année {self.first:%Y}"


def late_periods(sites: Collection[Site | None], *, today: date) -> list[LatePeriod]:
    """The months, then the years, of tills that can be closed by now and aren't, oldest first."""
    keys = {site.pk if site else None for site in sites}
    rows = CashClosing.objects.order_by("site", "period").values("site", "period")
    spans: dict[tuple[int | None, str], tuple[date, date]] = {
        (row["site"], row["period"]): (row["first"], row["last"])
        for row in rows.annotate(first=Min("since"), last=Max("through"))
        if row["site"] in keys
    }
    found = []
    for site in sites:
        days = spans.get((site.pk if site else None, CashClosing.Period.DAY))
        if days is None:
            continue
        for period, begin, end in (
            (CashClosing.Period.MONTH, month_start, month_end),
            (CashClosing.Period.YEAR, year_start, year_end),
        ):
            closed = spans.get((site.pk if site else None, period))
            start = closed[1] + timedelta(days=1) if closed else begin(days[0])
            while (until := end(start)) <= days[1] and until < today:
                found.append(LatePeriod(site, period, start, until))
                start = until + timedelta(days=1)
    return found


def month_start(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def year_start(day: date) -> date:
    """The first day of a day's year."""
    return day.replace(month=1, day=1)


def year_end(day: date) -> date:
    """The last day of a day's year."""
    return day.replace(month=12, day=31)
