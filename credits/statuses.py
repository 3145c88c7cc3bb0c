"""The status of a credit note: computed, never stamped."""

from datetime import date

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

from credits.models import CreditNote
from ledger.models import OpenItem
from ledger.queries import AMOUNT, NOTHING, items_on

DRAFT = "draft"
CANCELLED = "cancelled"
USED = "used"
PART_USED = "part_used"
TO_USE = "to_use"

# In the order in which the first that holds is taken.
STATUSES = {
    DRAFT: "Brouillon",
    CANCELLED: "Annulé",
    USED: "Utilisé",
    PART_USED: "Utilisé en partie",
    TO_USE: "À utiliser",
}


def with_left(notes: QuerySet[CreditNote], on: date | None = None) -> QuerySet[CreditNote]:
    """Annotate credit notes with what is `left` of each to use, what of that is `reserved`, and their `status`.

    left, reserved: VAT included; the latter is today's. on: a past day, to its end; None for today.
    """
    undone = Q(cancelled_by__isnull=False) if on is None else Q(cancelled_by__day__lte=on)
    credits = items_on(on).select_related(None).filter(document=OuterRef("document"), is_debit=False).order_by()
    sums = credits.values("document").annotate(total=Sum("left", output_field=AMOUNT), kept=Sum("reserved"))
    return notes.annotate(
        left=Coalesce(Subquery(sums.values("total"), output_field=AMOUNT), NOTHING),
        reserved=Coalesce(Subquery(sums.values("kept"), output_field=AMOUNT), NOTHING),
        undone=ExpressionWrapper(undone, output_field=BooleanField()),
    ).annotate(
        status=Case(
            When(document=None, then=Value(DRAFT)),
            When(undone=True, then=Value(CANCELLED)),
            When(left=0, then=Value(USED)),
            When(left__lt=F("ttc"), then=Value(PART_USED)),
            default=Value(TO_USE),
            output_field=CharField(),
        )
    )


def notes_in_state(notes: QuerySet[CreditNote], code: str) -> QuerySet[CreditNote]:
    """Those of some credit notes whose status today, as `with_left` tells it of each, is a key of STATUSES."""
    if code == DRAFT:
        return notes.filter(document=None)
    if code == CANCELLED:
        return notes.filter(cancelled_by__isnull=False)
    stands = notes.filter(document__isnull=False, cancelled_by=None)
    credits = OpenItem.objects.filter(document=OuterRef("document"), is_debit=False, open__gt=0).order_by()
    if code == USED:
        return stands.filter(~Exists(credits))
    part = credits.filter(open__lt=F("amount"))
    return stands.filter(Exists(part if code == PART_USED else credits.filter(open=F("amount"))))
