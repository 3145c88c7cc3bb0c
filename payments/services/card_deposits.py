"""Remise carte: what a bank kept of card payments that it credited together is a charge (627)."""

from decimal import Decimal

from ledger.models import Document, Journal, Operation
from ledger.services import Part, file_house_document, open_days, post, reverse
from office.amounts import format_amount
from office.errors import SoldeError
from payments.models import BankTransaction, CardDeposit
from payments.queries.banking import BANK_FEES
from payments.queries.matching import MOST_FEE


class FeeTooHigh(SoldeError):
    """More than a bank keeps of card payments: it is something else."""

    def __init__(self, fee: Decimal, most: Decimal) -> None:
        super().__init__(
            f"Une commission de {format_amount(fee)} est trop élevée\u00a0: {format_amount(most)} au plus ici."
        )


def keep_fee(*, line: BankTransaction, total: Decimal, fee: Decimal, op: Operation) -> CardDeposit:
    """Post what the bank kept of `total`, on the transaction's day if it is open, else the first open one.

    The accounts of the payments are locked already. Raises FeeTooHigh, PeriodClosed.
    """
    most = (total * MOST_FEE).quantize(Decimal("0.01"))
    if not 0 < fee <= most:
        raise FeeTooHigh(fee, most)
    day = open_days(op).first_open(line.day)
    document = file_house_document(kind=Document.Kind.DEPOSIT, day=day, op=op)
    entry = post(
        document=document,
        journal=Journal.Kind.BANK,
        parts=[Part(BANK_FEES, debit=fee), Part(line.bank.account_id, credit=fee)],
        op=op,
        label=f"Commission sur remise carte {document.reference}",
        currency=line.currency,
    ).entry
    return CardDeposit.objects.create(document=document, bank=line.bank, amount=total, fee=fee, entry=entry)


def give_fee_back(deposit: CardDeposit, *, op: Operation) -> None:
    """Reverse the fee of a card deposit whose transaction is free again. Raises PeriodClosed."""
    days = open_days(op)
    reverse(deposit.entry, items=[], day=days.first_from(deposit.document.day), op=op, days=days)
    deposit.cancelled_by = op
    deposit.save(update_fields=["cancelled_by"])
