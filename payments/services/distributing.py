"""One credit, several uses at once: part set off, part refunded, part kept for the next invoice, the rest left."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from djmoney.money import Money

from clients.models import Client
from ledger import queries as ledger
from ledger.models import OpenItem, Operation
from ledger.services import NothingLeft, lock, posting
from ledger.services import reserve as keep
from office.amounts import ZERO
from office.errors import SoldeError
from office.models import Site
from payments.services.desk import Method
from payments.services.taking import ForeignItem, Wanted, record_payment


class NothingChosen(SoldeError):
    """A credit of which nothing is used."""

    def __init__(self) -> None:
        super().__init__("Indiquez ce que vous faites de cet avoir.")


@posting
def distribute_credit(
    *,
    client: Client,
    credit: int,
    on: date,
    op: Operation,
    settles: Sequence[Wanted] = (),
    refund: Method | None = None,
    reserved: Decimal = ZERO,
    site: Site | None = None,
) -> Operation:
    """Use a credit item of a client: set it against debts (a payment of 0.00), give part back, keep part.

    settles: the debts alone, positive amounts, VAT included. refund: amount above 0. on: the accounting day of the
    refund; the set-off bears today. reserved: for the client's next invoice.
    Raises ForeignItem, NothingChosen, NothingLeft, and what `record_payment` does.
    Source: rules, « Set-off and pairing ».
    """
    lock(client.account)
    item = ledger.items_by_key([credit]).get(credit)
    if item is None or item.account_id != client.account_id or item.is_debit:
        raise ForeignItem
    used = sum((one.amount for one in settles), ZERO)
    wanted = used + (refund.amount if refund else ZERO) + reserved
    if wanted <= 0:
        raise NothingChosen
    if wanted > (left := item.open - item.reserved):
        raise NothingLeft(item, left)
    _set_off(client, item, used, settles, op=op, site=site)
    if refund:
        record_payment(
            client=client,
            amount=Money(-refund.amount, client.account.currency),
            type=refund.type,
            bank=refund.bank,
            bank_reference=refund.reference,
            on=on,
            settles=[Wanted(credit, -refund.amount)],
            party=item.party,
            site=site,
            op=op,
        )
    if reserved:
        keep(ledger.items_by_key([credit])[credit], reserved, op=op)
    return op


def _set_off(
    client: Client, item: OpenItem, used: Decimal, settles: Sequence[Wanted], *, op: Operation, site: Site | None
) -> None:
    if used:
        record_payment(
            client=client,
            amount=Money(0, client.account.currency),
            on=max(op.day, item.day),
            settles=[Wanted(item.pk, -used), *settles],
            site=site,
            op=op,
        )
