"""Remise en banque: cheques or bills are handed to the bank together, and the slip may be undone."""

from collections.abc import Sequence
from datetime import date

from ledger.models import BankAccount, Document, Journal, Operation
from ledger.services import (
    AlreadyReversed,
    Part,
    UsedElsewhere,
    file_house_document,
    lock,
    open_days,
    post,
    posting,
    reverse,
)
from office.amounts import ZERO
from office.errors import SoldeError
from office.models import Site
from payments.models import Deposit, Deposited, Incident, Payment
from payments.queries import in_hand
from payments.services.taking import check_unlinked


class NotInHand(SoldeError):
    """What should be deposited is no cheque or bill in hand any more."""

    field = "payments"

    def __init__(self, payment: Payment) -> None:
        super().__init__(f"{payment} n’est plus en main\u00a0: rechargez la page.")


class NothingToDeposit(SoldeError):
    """A deposit of nothing."""

    field = "payments"

    def __init__(self) -> None:
        super().__init__("Cochez ce que vous remettez à la banque.")


class MixedDeposit(SoldeError):
    """A slip is of cheques, or of bills, of one currency."""

    field = "payments"

    def __init__(self) -> None:
        super().__init__("Un bordereau est de chèques ou de traites, dans une seule devise.")


@posting
def deposit_payments(
    *, payments: Sequence[Payment], bank: BankAccount, on: date, op: Operation, site: Site | None = None
) -> Deposit:
    """Hand cheques or bills to a bank: their money goes from 5112 or 5113 to the bank's account.

    on: the accounting day. Raises NothingToDeposit, MixedDeposit, NotInHand, PeriodClosed, DayInFuture.
    Source: rules, « Deposits ».
    """
    if not payments:
        raise NothingToDeposit
    lock(*(payment.client.account for payment in payments))
    held = {payment.pk for payment in in_hand().filter(pk__in=[payment.pk for payment in payments])}
    for payment in payments:
        if payment.pk not in held:
            raise NotInHand(payment)
    type, currency = payments[0].type, str(payments[0].amount.currency)
    if type is None or any((one.type_id, str(one.amount.currency)) != (type.pk, currency) for one in payments):
        raise MixedDeposit
    open_days(op).check(on)
    total = sum((payment.amount.amount for payment in payments), ZERO)
    document = file_house_document(kind=Document.Kind.DEPOSIT, day=on, op=op, site=site)
    entry = post(
        document=document,
        journal=Journal.Kind.BANK,
        parts=[Part(bank.account_id, debit=total), Part(type.account_id, credit=total)],
        op=op,
        currency=currency,
    ).entry
    deposit = Deposit.objects.create(document=document, bank=bank, type=type, amount=total, entry=entry)
    Deposited.objects.bulk_create(Deposited(deposit=deposit, payment=payment) for payment in payments)
    return deposit


@posting
def cancel_deposit(*, deposit: Deposit, op: Operation) -> Deposit:
    """Undo a deposit: what was on it is in hand again.

    Raises AlreadyReversed, UsedElsewhere if something of it has bounced, PeriodClosed.
    """
    lines = list(deposit.lines.select_related("payment__client__account").order_by("pk"))
    lock(*(line.payment.client.account for line in lines))
    deposit.refresh_from_db()
    if deposit.cancelled_by_id is not None:
        raise AlreadyReversed(deposit.document)
    check_unlinked(deposit.document)
    bounced = Incident.objects.filter(payment__deposited__deposit=deposit, cancelled_by=None).first()
    if bounced:
        raise UsedElsewhere(f"{bounced.payment} a un incident, {bounced}\u00a0: annulez-le d’abord.")
    days = open_days(op)
    reverse(deposit.entry, items=[], day=days.first_from(deposit.document.day), op=op, days=days)
    Deposited.objects.filter(deposit=deposit, released_by=None).update(released_by=op)
    deposit.cancelled_by = op
    deposit.save(update_fields=["cancelled_by"])
    return deposit
