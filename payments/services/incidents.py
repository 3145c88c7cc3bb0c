"""A payment that bounced: its money is owed again, exactly as before."""

from datetime import date

from djmoney.money import Money

from ledger import queries as ledger
from ledger.models import Allocation, Document, Journal, Kind, Operation
from ledger.pairing import Pair
from ledger.services import (
    AlreadyReversed,
    OpenDays,
    Part,
    allocate,
    amount_in,
    detach,
    file_document,
    lock,
    open_days,
    post,
    posting,
    release,
    reverse,
)
from office.amounts import ZERO
from office.errors import SoldeError
from payments.models import Incident, Payment
from payments.queries import held_at, live_incident, money_item, slip_of
from payments.services.taking import check_unlinked

FEE_ACCOUNT = "7581"


class NotBounceable(SoldeError):
    """A set-off or a cancelled payment can't bounce."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(f"{payment} ne peut pas faire l’objet d’un incident.")


class AlreadyBounced(SoldeError):
    """The payment has an incident."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(f"Ce règlement a déjà un incident, {incident}.")


class IncidentTooEarly(SoldeError):
    """A payment of today, before the closing, is cancelled instead."""

    field = "on"

    def __init__(self) -> None:
        super().__init__("Ce règlement est d’aujourd’hui et la caisse n’est pas clôturée : annulez-le plutôt.")


class BeforePayment(SoldeError):
    """A payment doesn't bounce before it was made."""

    field = "on"

    def __init__(self, payment: Payment) -> None:
        super().__init__(f"{payment} est du {payment.document.day:%d/%m/%Y} : l’incident ne peut pas être d’avant.")


class NegativeFee(SoldeError):
    """A fee is owed by the client, or there is none."""

    field = "fee"

    def __init__(self) -> None:
        super().__init__("Les frais ne peuvent pas être négatifs.")


@posting
def declare_incident(
    *, payment: Payment, reason: Incident.Reason, on: date, op: Operation, fee: Money | None = None
) -> Incident:
    """Tell that a payment bounced: each document it settled is owed again, with a fee of its own if any.

    The payment's allocations are detached, and kept; the bank's debit is set against the payment's own
    credit, so that neither stays open. What was reserved of it is taken back.
    on: the accounting day. fee: 0 or more, without VAT.
    Raises NotBounceable, AlreadyBounced, IncidentTooEarly, BeforePayment, NegativeFee, PeriodClosed, DayInFuture.
    Source: rules, « Incidents ».
    """
    account = payment.client.account
    lock(account)
    payment.refresh_from_db()
    if payment.entry is None or payment.type is None or payment.cancelled_by_id is not None:
        raise NotBounceable(payment)
    if before := live_incident(payment):
        raise AlreadyBounced(before)
    days = open_days(op, site=payment.site, till=True)
    paid = payment.document
    is_deposited = slip_of(payment) is not None
    if not (is_deposited or paid.day < op.day or (days.till is not None and paid.day <= days.till)):
        raise IncidentTooEarly
    days.check(on)
    if on < paid.day:
        raise BeforePayment(payment)
    charged = amount_in(account, fee) if fee else ZERO
    if charged < 0:
        raise NegativeFee
    item = money_item(payment.entry)
    release(list(item.reservations.filter(released_by=None)), op=op)
    detached = ledger.live_allocations(item)
    detach(detached, on=on, op=op)
    item = money_item(payment.entry)
    document = file_document(
        kind=Document.Kind.INCIDENT, account=account, party=paid.party, site=payment.site, day=on, op=op
    )
    account_of_money, journal = held_at(payment)
    bank = [Part("411", debit=item.amount, kind=Kind.INCIDENT), Part(account_of_money, credit=item.amount)]
    posted = post(document=document, journal=journal, parts=bank, op=op)
    allocate([Pair(posted.items[0], item, item.amount)], on=on, op=op, days=days, document=document)
    incident = Incident(payment=payment, document=document, reason=reason, entry=posted.entry)
    incident.fee = Money(charged, account.currency)
    if charged:
        incident.fee_entry = post(
            document=document,
            journal=Journal.Kind.MISCELLANEOUS,
            parts=[Part("411", debit=charged, kind=Kind.FEE), Part(FEE_ACCOUNT, credit=charged)],
            op=op,
            label=f"Frais {document.reference}",
        ).entry
    incident.save()
    incident.detached.set(detached)
    return incident


@posting
def cancel_incident(*, incident: Incident, op: Operation) -> Incident:
    """Tell that the payment did not bounce after all.

    The bank's debit and the fee are reversed; each detached allocation is given back as far as its
    document is still open and no set-off that had made it was cancelled since; the rest is an
    overpayment, as is what was paid of the fee.
    Raises AlreadyReversed, PeriodClosed. Source: rules, « Incidents ».
    """
    payment = incident.payment
    lock(payment.client.account)
    incident.refresh_from_db()
    if incident.cancelled_by_id is not None:
        raise AlreadyReversed(incident.document)
    check_unlinked(incident.document)
    days = open_days(op, site=payment.site, till=True)
    for entry in filter(None, (incident.entry, incident.fee_entry)):
        item = money_item(entry)
        day = days.first_from(item.allocable_from)
        days.check(day)
        detach(ledger.live_allocations(item), on=day, op=op)
        reverse(entry, items=[money_item(entry)], day=day, op=op, days=days)
    incident.cancelled_by = op
    incident.save(update_fields=["cancelled_by"])
    _give_back(payment, list(incident.detached.order_by("pk")), op=op, days=days)
    return incident


def _give_back(payment: Payment, detached: list[Allocation], *, op: Operation, days: OpenDays) -> None:
    if payment.entry is None:
        raise NotBounceable(payment)
    credit = money_item(payment.entry)
    undone = Payment.objects.filter(document__allocations__in=detached).exclude(cancelled_by=None)
    gone = set(undone.values_list("document", flat=True))
    debits = ledger.items_by_key([allocation.debit_id for allocation in detached])
    for allocation in detached:
        if allocation.document_id in gone:
            continue
        debit = debits[allocation.debit_id]
        amount = min(allocation.amount, debit.open, credit.open)
        if amount:
            allocate([Pair(debit, credit, amount)], on=op.day, op=op, days=days, document=allocation.document)
