"""What happened on a client's account, document by document."""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from clients.queries import operations
from credits.models import CreditNote
from ledger.models import ClientAccount, Document
from payments.models import Incident, Payment, Refund
from payments.queries import bounced_on


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
