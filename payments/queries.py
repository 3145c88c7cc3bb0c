"""Reads of payments, refunds and incidents."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from djmoney.money import Money

from ledger.models import ClientAccount, Document, Entry, Journal, OpenItem, PeriodLock
from ledger.queries import AMOUNT, NOTHING, entry_items, items_on
from office.models import Site
from payments.models import Incident, Payment, PaymentType, Refund


def payment_types() -> QuerySet[PaymentType]:
    """The ways to pay, in the order of the business."""
    return PaymentType.objects.order_by("position", "code")


def money_item(entry: Entry) -> OpenItem:
    """The client line of the entry of a payment, refund or incident."""
    return entry_items(entry)[0]


def live_incident(payment: Payment) -> Incident | None:
    """The incident of a payment that was not cancelled, if any."""
    return payment.incidents.filter(cancelled_by=None).select_related("document").first()


def bounced_on(document: str, on: date | None = None) -> Subquery:
    """The day of the incident of the payment whose document is in the field `document`, an expression.

    on: a past day, to its end: an incident cancelled since still counts on it.
    """
    live = Q(cancelled_by=None)
    if on is not None:
        live = Q(document__day__lte=on) & (live | Q(cancelled_by__day__gt=on))
    incidents = Incident.objects.filter(live, payment__document=OuterRef(document))
    return Subquery(incidents.order_by("-document__day", "-pk").values("document__day")[:1])


def movements(account: ClientAccount, on: date | None = None) -> QuerySet[Document]:
    """The payments and refunds of an account, newest first, as documents with their record.

    Each has `amount` (what was paid, a refund below 0), `left` (the overpayment), `bounced_on` and whether it was
    `undone`. on: a past day, to its end; None for today.
    """
    kinds = (Document.Kind.PAYMENT, Document.Kind.REFUND)
    credits = items_on(on).select_related(None).filter(document=OuterRef("pk"), is_debit=False).order_by()
    left = credits.values("document").annotate(total=Sum("left", output_field=AMOUNT)).values("total")
    documents = account.documents.filter(kind__in=kinds).select_related("party", "payments__type", "refunds__type")
    documents = documents.annotate(
        amount=Case(
            When(kind=Document.Kind.PAYMENT, then=F("payments__amount")),
            default=NOTHING - F("refunds__amount"),
            output_field=AMOUNT,
        ),
        left=Coalesce(Subquery(left, output_field=AMOUNT), NOTHING),
        bounced_on=bounced_on("pk", on),
        undone=_undone(on),
    )
    return (documents if on is None else documents.filter(day__lte=on)).order_by("-day", "-pk")


def _undone(on: date | None) -> Any:
    """Whether a payment or refund was cancelled, on or before the day."""
    undone = Q(cancelled_by__isnull=False) if on is None else Q(cancelled_by__day__lte=on)
    payments = Payment.objects.filter(undone, document=OuterRef("pk")).order_by()
    return Exists(payments) | Exists(Refund.objects.filter(undone, document=OuterRef("pk")).order_by())


@dataclass(frozen=True, slots=True)
class Till:
    """What a site has taken since its till was last closed, in one currency. site: its name, "" for « sans site ».

    through: the day of the last closing; without one, what was taken today counts. count: the payments and refunds;
    cash: what of the total is in cash.
    """

    site: str
    through: date | None
    count: int
    cash: Money
    total: Money


def open_tills(site: Site | None = None, *, today: date) -> list[Till]:
    """The tills with something to close, by site; only that of `site` if it is given."""
    locks = PeriodLock.objects.filter(scope=PeriodLock.Scope.TILL, through__isnull=False)
    closed: dict[int | None, date] = {lock.site_id: lock.through for lock in locks.order_by("pk") if lock.through}
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
    return [
        Till(
            row["site__name"] or "",
            closed.get(row["site"]),
            row["count"],
            Money(row["cash"] or 0, row["account__currency"]),
            Money(row["total"], row["account__currency"]),
        )
        for row in rows.annotate(count=Count("pk"), cash=Sum(amount, filter=in_cash), total=Sum(amount))
    ]
