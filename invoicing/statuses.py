"""The status of an invoice: computed, for any number of them in one query, never stamped.

Source: rules, « Statuses ».
"""

from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from invoicing.models import Dispute, Invoice, InvoiceLine
from ledger.models import Allocation, Document, Entry, OpenItem, Operation
from ledger.queries import AMOUNT, NOTHING, items_on

DRAFT = "draft"
CANCELLED = "cancelled"
BOUNCED = "bounced"
PAID = "paid"
LATE = "late"
PART_PAID = "part_paid"
AWAITING = "awaiting"

# The statuses in the order in which the first that holds is taken.
STATUSES = {
    DRAFT: "Brouillon",
    CANCELLED: "Annulée",
    BOUNCED: "En incident",
    PAID: "Payée",
    LATE: "En retard",
    PART_PAID: "Payée en partie",
    AWAITING: "En attente de paiement",
}


def with_status(invoices: QuerySet[Invoice], *, today: date, on: date | None = None) -> QuerySet[Invoice]:
    """Annotate invoices with what is `left` to pay of each, VAT included, and its `status`, a key of STATUSES.

    Also with what was `credited` of it, VAT included, whether it is `disputed`, and whether it is `formal`: it cancels
    a credit note, and is an invoice in form alone.

    today: the day from which « late » is counted. on: a past day, to its end; None for today, which
    counts everything posted.
    """
    debts = items_on(on).select_related(None).filter(document=OuterRef("document"), is_debit=True).order_by()
    late = debts.filter(Q(left__gt=0), due__lt=on or today)
    return invoices.annotate(
        left=_one(debts.values("document"), Sum("left", output_field=AMOUNT)),
        credited=_credited(on),
        disputed=Exists(_disputes(on)),
        formal=ExpressionWrapper(Q(cancels__isnull=False), output_field=BooleanField()),
    ).annotate(
        status=Case(
            When(document=None, then=Value(DRAFT)),
            When(ttc__gt=0, credited__gte=F("ttc"), then=Value(CANCELLED)),
            When(Exists(_bounces(on)), then=Value(BOUNCED)),
            When(left=0, then=Value(PAID)),
            When(Exists(late), then=Value(LATE)),
            When(left__lt=F("ttc"), then=Value(PART_PAID)),
            default=Value(AWAITING),
            output_field=CharField(),
        )
    )


def _credited(on: date | None) -> Coalesce:
    """What the credit notes on an invoice that stand come to.

    Today's is kept on its lines; that of a past day is asked of the lines' credits, by the name of the relation:
    the app that owns them stands above this one.
    """
    lines = InvoiceLine.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    if on is None:
        return _one(lines, Sum(F("ttc") - F("creditable"), output_field=AMOUNT))
    stands = Q(credits__credit_note__cancelled_by=None) | Q(credits__credit_note__cancelled_by__day__gt=on)
    counted = stands & Q(credits__credit_note__document__day__lte=on)
    return _one(lines, Sum("credits__ttc", filter=counted, output_field=AMOUNT))


def _disputes(on: date | None) -> QuerySet[Dispute]:
    """The dispute of an invoice that stands."""
    live = Q(ended_by=None)
    if on is not None:
        live = Q(operation__day__lte=on) & (live | Q(ended_by__day__gt=on))
    return Dispute.objects.filter(live, invoice=OuterRef("pk")).order_by()


def _bounces(on: date | None) -> QuerySet[Allocation]:
    """The allocations that incidents have torn from an invoice and that have something left to settle on it.

    That is so as long as more is open than just before the incident. Source: rules, « Incidents ».
    """
    live = Q(reversed_by=None) if on is None else Q(day__lte=on) & (Q(reversed_by=None) | Q(reversed_by__day__gt=on))
    bounces = Entry.objects.filter(live, reverses=None, document__kind=Document.Kind.INCIDENT)
    torn = Allocation.objects.filter(debit__document=OuterRef("document"), detached_by__kind=Operation.Kind.INCIDENT)
    torn = torn.filter(Exists(bounces.filter(operation=OuterRef("detached_by")).order_by())).order_by()
    posted = OpenItem.objects.filter(
        document=OuterRef("debit__document"), is_debit=True, line__entry__operation__lt=OuterRef("detached_by")
    )
    stood = Q(detached_by=None) | Q(detached_by__gte=OuterRef("detached_by"))
    settled = Allocation.objects.filter(
        stood, debit__document=OuterRef("debit__document"), operation__lt=OuterRef("detached_by")
    )
    total = Sum("amount", output_field=AMOUNT)
    before = _one(posted.order_by().values("document"), total) - _one(
        settled.order_by().values("debit__document"), total
    )
    return torn.annotate(before=before).filter(before__lt=OuterRef("left"))


def _one(grouped: QuerySet[Any, Any], total: Sum) -> Coalesce:
    """The total of the one group that there is, 0 where there is none."""
    return Coalesce(Subquery(grouped.annotate(one=total).values("one"), output_field=AMOUNT), NOTHING)
