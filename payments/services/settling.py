"""Using credits, detaching and setting again by hand, reserving for the next invoice."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from djmoney.money import Money

from clients.models import Client
from credits.models import CreditNote
from invoicing.models import Invoice
from invoicing.services import Plan, issue_invoice
from ledger import queries as ledger
from ledger.models import Allocation, Document, OpenItem, Operation, Reservation
from ledger.pairing import Pair
from ledger.services import AlreadyDetached, NothingLeft, allocate, amount_in, detach, lock, open_days, posting, release
from ledger.services import reserve as keep
from office.errors import SoldeError
from payments.models import Payment, PaymentType, Refund
from payments.queries import is_bound
from payments.services.taking import ForeignItem, Wanted, record_payment


class NotLive(SoldeError):
    """What was reserved was used or taken back already."""

    def __init__(self) -> None:
        super().__init__("Cette réservation n’est plus en cours.")


class NotDetachable(SoldeError):
    """What cancels a document stays set against it."""

    def __init__(self) -> None:
        super().__init__(
            "Cette imputation lie une pièce à ce qui l’annule ou l’échelonne\u00a0: elle ne se détache pas."
        )


@posting
def use_credit(*, credit: CreditNote, invoice: Invoice, amount: Money, on: date, op: Operation) -> Payment | Refund:
    """Set part of a credit note against an invoice, oldest instalment first: a payment of 0.00.

    amount: positive, VAT included. on: the accounting day.
    Raises NothingLeft if either has less than `amount` open. Source: rules, « Set-off and pairing ».
    """
    lock(credit.client.account)
    item = _items(credit.document, debit=False)[0]
    return use_item(credit=item.pk, invoice=invoice, amount=amount, on=on, op=op)


@posting
def use_item(
    *, credit: int, invoice: Invoice, amount: Money, op: Operation, on: date | None = None
) -> Payment | Refund:
    """Set part of any credit item of the client against an invoice, oldest instalment first: a payment of 0.00.

    amount: positive, VAT included. on: the accounting day, by default today or the credit's if that is later.
    Raises ForeignItem, NothingLeft, DifferentParty. Source: rules, « Set-off and pairing ».
    """
    account = invoice.client.account
    lock(account)
    wanted = amount_in(account, amount)
    item = ledger.items_by_key([credit]).get(credit)
    if item is None or item.account_id != account.pk or item.is_debit or wanted <= 0:
        raise ForeignItem
    if wanted > (left := item.open - item.reserved):
        raise NothingLeft(item, left)
    settles, rest = [Wanted(item.pk, -wanted)], wanted
    debits = sorted(_items(invoice.document, debit=True), key=lambda one: (one.due, one.pk))
    for debit in debits:
        if taken := min(rest, debit.open):
            settles.append(Wanted(debit.pk, taken))
            rest -= taken
    if rest:
        raise NothingLeft(debits[0], wanted - rest)
    return record_payment(
        client=invoice.client,
        amount=Money(0, account.currency),
        on=on or max(op.day, item.day),
        settles=settles,
        op=op,
        site=invoice.site,
    )


def _items(document: Document | None, *, debit: bool) -> list[OpenItem]:
    items = [] if document is None else ledger.items_of(document)
    found = [item for item in items if item.is_debit == debit]
    if not found:
        raise ForeignItem
    return found


@posting
def issue_and_pay(
    *,
    invoice: Invoice,
    type: PaymentType,
    on: date,
    op: Operation,
    plan: Plan | None = None,
) -> Invoice:
    """Issue a draft and take at once, at the desk, the money of what is left of it.

    on: the date of the invoice; the payment bears it while its till is open, else the first open day.
    Raises what both refuse. Source: rules, « Payments ».
    """
    lock(invoice.client.account)
    issue_invoice(invoice=invoice, on=on, plan=plan, op=op)
    left = [item for item in _items(invoice.document, debit=True) if item.open] if invoice.ttc else []
    if left:
        record_payment(
            client=invoice.client,
            amount=Money(sum(item.open for item in left), invoice.client.account.currency),
            type=type,
            on=open_days(op, site=invoice.site, till=True).first_from(on),
            settles=[Wanted(item.pk, item.open) for item in left],
            party=invoice.party,
            site=invoice.site,
            op=op,
        )
    return invoice


@posting
def detach_allocation(*, allocation: Allocation, op: Operation) -> Allocation:
    """Detach one allocation, today; the others that were made with it stay.

    Raises AlreadyDetached, NotDetachable, PeriodClosed. Source: rules, « Detaching and setting again ».
    """
    lock(allocation.account)
    allocation.refresh_from_db()
    if allocation.detached_by_id is not None:
        raise AlreadyDetached
    if is_bound(allocation):
        raise NotDetachable
    days = open_days(op)
    days.check(op.day)
    detach([allocation], on=op.day, op=op)
    allocation.refresh_from_db()
    return allocation


@posting
def reallocate(*, allocation: Allocation, settles: Sequence[Wanted], op: Operation) -> Allocation:
    """Detach one allocation and set its credit against other debts of the client instead, today, in one operation.

    settles: debts alone, positive amounts, VAT included; with none it is detached only.
    Raises what `detach_allocation` and `allocate_by_hand` do. Source: rules, « Detaching and setting again ».
    """
    detach_allocation(allocation=allocation, op=op)
    client = allocation.account.client
    for wanted in settles:
        allocate_by_hand(client=client, debit=wanted.item, credit=allocation.credit_id, amount=wanted.amount, op=op)
    return allocation


@posting
def allocate_by_hand(*, client: Client, debit: int, credit: int, amount: Decimal, op: Operation) -> Allocation:
    """Set an amount of one of the client's credits against one of its debts, today (ré-imputer).

    A payment's money stays the payment's own: cancelling it takes this back too.
    Raises ForeignItem, NothingLeft, DifferentParty. Source: rules, « Detaching and setting again ».
    """
    lock(client.account)
    items = ledger.items_by_key([debit, credit])
    if len(items) != 2 or any(item.account_id != client.account_id for item in items.values()):
        raise ForeignItem
    if not items[debit].is_debit or items[credit].is_debit or amount <= 0:
        raise ForeignItem
    source = items[credit].document
    return allocate(
        [Pair(items[debit], items[credit], amount)],
        on=op.day,
        op=op,
        days=open_days(op),
        document=source if source.kind == Document.Kind.PAYMENT else None,
    )[0]


@posting
def reserve_credit(*, client: Client, credit: int, amount: Money, op: Operation) -> Reservation:
    """Keep part of a credit for the client's next invoice (« la prochaine facture »).

    Raises ForeignItem, NothingLeft. Source: rules, « Reserving a credit ».
    """
    lock(client.account)
    wanted = amount_in(client.account, amount)
    item = ledger.items_by_key([credit]).get(credit)
    if item is None or item.account_id != client.account_id or item.is_debit or wanted <= 0:
        raise ForeignItem
    return keep(item, wanted, op=op)


@posting
def take_back(*, reservation: Reservation, op: Operation) -> Reservation:
    """Take a reserved credit back: it is free for any use. Raises NotLive."""
    lock(reservation.credit.account)
    reservation.refresh_from_db()
    if reservation.released_by_id is not None:
        raise NotLive
    release([reservation], op=op)
    return reservation
