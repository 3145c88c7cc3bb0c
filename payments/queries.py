"""Reads of payments, refunds and incidents."""

from ledger.models import Entry, OpenItem
from ledger.queries import entry_items
from payments.models import Incident, Payment


def money_item(entry: Entry) -> OpenItem:
    """The client line of the entry of a payment, refund or incident."""
    return entry_items(entry)[0]


def live_incident(payment: Payment) -> Incident | None:
    """The incident of a payment that was not cancelled, if any."""
    return payment.incidents.filter(cancelled_by=None).select_related("document").first()
