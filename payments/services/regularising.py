"""What becomes of an incident: presented again, or closed without payment; and small differences written off."""

from collections.abc import Sequence
from decimal import Decimal

from djmoney.money import Money

from clients.models import Client
from ledger import queries as ledger
from ledger.models import Document, Journal, Kind, OpenItem, Operation
from ledger.pairing import Pair
from ledger.services import (
    AlreadyReversed,
    NothingLeft,
    Part,
    allocate,
    file_document,
    lock,
    open_days,
    post,
    posting,
)
from office.amounts import ZERO, format_amount
from office.errors import SoldeError
from payments.models import Incident, Payment, Refund
from payments.queries import LOSSES, difference_account, difference_limit, left_of
from payments.services.taking import ForeignItem, Wanted, record_payment


class IncidentSettled(SoldeError):
    """Nothing is left to settle of the incident."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(f"L’incident {incident} est déjà régularisé.")


class AboveLimit(SoldeError):
    """A difference that is more than what the business lets be written off."""

    field = "amount"

    def __init__(self, limit: Decimal) -> None:
        super().__init__(f"Un écart ne peut pas dépasser {format_amount(limit)} (Paramètres > Comptabilité).")


@posting
def represent_payment(*, incident: Incident, op: Operation) -> Payment | Refund:
    """Present a payment that bounced once more: a payment of the same kind and amount, today.

    It settles what the first one had settled, as far as that is still open; the rest is an overpayment. The
    fee isn't in it. Raises IncidentSettled, AlreadyReversed, and what `record_payment` does.
    """
    payment = incident.payment
    lock(payment.client.account)
    incident.refresh_from_db()
    if incident.cancelled_by_id is not None:
        raise AlreadyReversed(incident.document)
    owed = [part for part in left_of(incident) if part.item.kind != Kind.FEE]
    if not owed:
        raise IncidentSettled(incident)
    days = open_days(op, site=payment.site, till=True)
    return record_payment(
        client=payment.client,
        amount=payment.amount,
        type=payment.type,
        bank=payment.bank,
        bank_reference=payment.bank_reference,
        note=f"Représentation de {payment}",
        on=days.first_from(op.day),
        settles=[Wanted(part.item.pk, part.left) for part in owed],
        party=payment.document.party,
        site=payment.site,
        op=op,
    )


@posting
def close_incident(*, incident: Incident, op: Operation) -> Incident:
    """Close an incident without payment: what is left of it goes to losses (654), today; `op.reason` says why.

    Raises IncidentSettled, AlreadyReversed, PeriodClosed. Source: rules, « Incidents ».
    """
    lock(incident.payment.client.account)
    incident.refresh_from_db()
    if incident.cancelled_by_id is not None or incident.closed_by_id is not None:
        raise AlreadyReversed(incident.document)
    parts = left_of(incident)
    if not parts:
        raise IncidentSettled(incident)
    _write_off([(part.item, part.left) for part in parts], LOSSES, label=f"Perte sur {incident}", op=op)
    incident.closed_by = op
    incident.save(update_fields=["closed_by"])
    return incident


@posting
def write_off(*, client: Client, item: int, amount: Money, op: Operation) -> Document:
    """Write a small difference off: what is left of a debt against 658, of a credit against 758, today.

    amount: above 0, up to the limit of the business and to what is open, VAT included.
    Raises ForeignItem, AboveLimit, NothingLeft, PeriodClosed. Source: rules, « Small differences ».
    """
    lock(client.account)
    found = ledger.items_by_key([item]).get(item)
    wanted = Decimal(amount.amount)
    if found is None or found.account_id != client.account_id or wanted <= 0:
        raise ForeignItem
    if wanted > (limit := difference_limit(op.day)):
        raise AboveLimit(limit)
    if wanted > (left := found.open - found.reserved):
        raise NothingLeft(found, left)
    label = f"Écart de règlement sur {found.document.reference}"
    return _write_off([(found, wanted)], difference_account(found), label=label, op=op)


def _write_off(parts: Sequence[tuple[OpenItem, Decimal]], account: str, *, label: str, op: Operation) -> Document:
    """Post the loss or gain on items of one client and side, and settle them with it."""
    first = parts[0][0]
    days = open_days(op)
    days.check(op.day)
    document = file_document(
        kind=Document.Kind.WRITE_OFF,
        account=first.account,
        party=first.party,
        site=first.document.site,
        day=op.day,
        op=op,
    )
    total = sum((amount for _, amount in parts), ZERO)
    lines = [Part("411", credit=total, kind=Kind.WRITE_OFF), Part(account, debit=total)]
    if not first.is_debit:
        lines = [Part("411", debit=total, kind=Kind.WRITE_OFF), Part(account, credit=total)]
    made = post(document=document, journal=Journal.Kind.MISCELLANEOUS, parts=lines, op=op, label=label[:120]).items[0]
    pairs = [Pair(item, made, amount) if item.is_debit else Pair(made, item, amount) for item, amount in parts]
    allocate(pairs, on=op.day, op=op, days=days, document=document)
    return document
