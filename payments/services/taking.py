"""A règlement of any sign, with what it settles; and how it is cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from djmoney.money import Money

from clients.models import Client
from credits.queries import named_documents
from invoicing.services import addresses_of, identity_of
from ledger import queries as ledger
from ledger.models import BankAccount, Document, Entry, Journal, Kind, Line, OpenItem, Operation, Party
from ledger.pairing import Pair, Share, pair
from ledger.services import (
    CODE,
    OPENING_ACCOUNT,
    AlreadyReversed,
    DifferentParty,
    NothingLeft,
    OpenDays,
    Part,
    PeriodClosed,
    UsedElsewhere,
    allocate,
    amount_in,
    conclude,
    detach,
    file_document,
    lock,
    locking,
    open_days,
    post,
    posting,
    reverse,
    shut_days,
)
from office.amounts import ZERO, format_amount
from office.asking import ask
from office.errors import SoldeError
from office.inserting import Writing
from office.models import Site
from office.queries import business
from payments.models import BankLink, Payment, PaymentType, Refund
from payments.queries import live_incident, money_item, slip_of

M = TypeVar("M", Payment, Refund)


class ForeignItem(SoldeError):
    """What should be settled is not on this client's account, or no longer there."""

    def __init__(self) -> None:
        super().__init__("Ce document n’est pas de ce client.")


class WrongSign(SoldeError):
    """A debt takes a positive amount, a credit a negative one."""

    def __init__(self, item: OpenItem) -> None:
        sign = "positif" if item.is_debit else "négatif"
        super().__init__(f"{item.document.reference} : le montant à imputer doit être {sign}.")


class SettlementOff(SoldeError):
    """What is settled is more than the money and the credits given, or credits are left over."""

    field = "amount"


class NothingPaid(SoldeError):
    """A règlement of 0.00 that settles nothing."""

    field = "amount"

    def __init__(self) -> None:
        super().__init__("Un règlement de 0,00 doit compenser des documents.")


class TypeNeeded(SoldeError):
    """Money moves by some type of payment."""

    field = "type"

    def __init__(self) -> None:
        super().__init__("Choisissez le type de règlement.")


class BeforeCancelled(SoldeError):
    """A cancelling bears no day before what it cancels, or before the last detach on it."""

    field = "on"

    def __init__(self, document: Document, earliest: date) -> None:
        super().__init__(f"{document} ne peut pas être annulé avant le {earliest:%d/%m/%Y}.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is typed beside an open document: positive on a debt, negative on a credit, VAT included."""

    item: int
    amount: Decimal


@posting
def record_payment(  # noqa: PLR0913 - all that a règlement says
    *,
    client: Client,
    amount: Money,
    on: date,
    op: Operation,
    type: PaymentType | None = None,
    settles: Sequence[Wanted] = (),
    party: Party | None = None,
    site: Site | None = None,
    paid_on: date | None = None,
    bank: BankAccount | None = None,
    bank_reference: str = "",
    note: str = "",
    reference: str = "",
) -> Payment | Refund:
    """Take money and settle open documents with it and with credits; what is left is an overpayment.

    amount: above 0; 0.00 for a pure set-off (no entry); below 0 to give money back, stored as a Refund.
    on: the accounting day. paid_on: when the money is, or will be, there; by default the same day. bank: the
    business's account that it goes to or comes from, where the type is one of money at a bank.
    settles: in any order, always paired the same way. reference: its own if taken over from another
    program, where the money was posted.
    Raises ForeignItem, WrongSign, NothingLeft, SettlementOff, NothingPaid, TypeNeeded, DifferentParty,
    PartyNeeded, WrongCurrency, PeriodClosed, DayInFuture. Source: rules, « Payments ».
    """
    account = client.account
    money = amount_in(account, amount)
    model = Refund if money < 0 else Payment
    items = ledger.bare_items([wanted.item for wanted in settles])
    shut = shut_days(site, till=bool(money))
    seller, addresses = business(), addresses_of(client)
    writing = Writing(CODE, Document, Entry, Line, Line, model)
    ask(locking(account), items, shut, seller, addresses, writing.keys)
    shares = _shares(client, settles, items.answer)
    party = party or next((share.item.party for share in shares if share.item.party), None)
    if any(share.item.party_id != (party.pk if party else None) for share in shares):
        raise DifferentParty
    _check_balance(money, shares)
    if money and type is None:
        raise TypeNeeded
    days = open_days(op, site=site, till=bool(money), asked=shut)
    _check_day(on, shares, days, moves_money=bool(money))
    kind = Document.Kind.REFUND if money < 0 else Document.Kind.PAYMENT
    document = file_document(
        kind=kind, account=account, party=party, site=site, day=on, op=op, reference=reference, into=writing
    )
    values: dict[str, Any] = {
        "client": client,
        "document": document,
        "site": site,
        "type": type,
        "amount": Money(abs(money), account.currency),
        "paid_on": paid_on or on,
        "bank": bank,
        "bank_reference": bank_reference,
        "note": note,
        "seller": seller.answer.identity(),
        "buyer": identity_of(client, party, addresses),
    }
    last = None
    if money and type:
        taken_over = (Journal.Kind.OPENING, OPENING_ACCOUNT)
        journal, contra = taken_over if reference else (type.journal, type.account_at(bank))
        posted = post(document=document, journal=journal, parts=_parts(money, contra), op=op, into=writing)
        values["entry"] = posted.entry
        last = posted.items[0]
    allocate(_pairs(shares, last), on=on, op=op, days=days, document=document, into=writing)
    made = model(**values)
    writing.insert(made)
    conclude(op, made, into=writing)
    writing.send()
    return made


def _shares(client: Client, settles: Sequence[Wanted], items: Mapping[int, OpenItem]) -> list[Share]:
    """The items to settle with the amounts to take of each, checked. items: as they were read under the lock."""
    shares = []
    for wanted in settles:
        item = items.get(wanted.item)
        if item is None or item.account_id != client.account_id:
            raise ForeignItem
        if not wanted.amount:
            continue
        if (wanted.amount > 0) != item.is_debit:
            raise WrongSign(item)
        if abs(wanted.amount) > (left := item.open - item.reserved):
            raise NothingLeft(item, left)
        shares.append(Share(item, abs(wanted.amount)))
    if len({share.item.pk for share in shares}) != len(shares):
        raise ForeignItem
    return shares


def _check_balance(money: Decimal, shares: Sequence[Share]) -> None:
    owed = sum((share.amount for share in shares if share.item.is_debit), ZERO) + max(-money, ZERO)
    given = sum((share.amount for share in shares if not share.item.is_debit), ZERO)
    if not money and not shares:
        raise NothingPaid
    if owed > given + max(money, ZERO):
        raise SettlementOff(f"Il manque {format_amount(owed - given - max(money, ZERO))} pour tout imputer.")
    if given > owed:
        raise SettlementOff(f"Il reste {format_amount(given - owed)} d’avoir à imputer.")


def _check_day(on: date, shares: Sequence[Share], days: OpenDays, *, moves_money: bool) -> None:
    """A set-off bears today, unless one of its lines bears tomorrow."""
    if moves_money:
        return days.check(on)
    latest = max([days.today, *(share.item.day for share in shares)])
    return OpenDays(days.books, None, latest).check(on)


def _parts(money: Decimal, contra: str) -> list[Part]:
    if money > 0:
        return [Part("411", credit=money, kind=Kind.PAYMENT), Part(contra, debit=money)]
    return [Part("411", debit=-money, kind=Kind.REFUND), Part(contra, credit=-money)]


def _pairs(shares: Sequence[Share], last: OpenItem | None) -> list[Pair]:
    credits = [share.item for share in shares if not share.item.is_debit]
    named: Mapping[int, frozenset[int]] = named_documents(credits) if credits else {}
    if last is None:
        return pair(shares, named=named)
    return pair([*shares, Share(last, last.open)], named=named, last={last.pk})


@posting
def cancel_payment(*, payment: Payment, op: Operation, on: date | None = None) -> Payment:
    """Cancel a payment before its till is closed, by a reversal; a set-off by detaching what it set.

    on: another open day that the accountant picks; by default the payment's own, or that of the last detach
    on it, if it is open, else today.
    Raises AlreadyReversed, PeriodClosed once its day is closed, DayInFuture, BeforeCancelled, UsedElsewhere
    if an overpayment was used or refunded since. Source: rules, « Cancelling a payment or a refund ».
    """
    lock(payment.client.account)
    payment.refresh_from_db()
    if payment.cancelled_by_id is not None:
        raise AlreadyReversed(payment.document)
    if incident := live_incident(payment):
        raise UsedElsewhere(f"{payment} a un incident, {incident} : annulez-le d’abord.")
    if slip := slip_of(payment):
        raise UsedElsewhere(f"{payment} est sur la remise {slip}\u00a0: annulez-la d’abord.")
    return _undo(payment, op=op, on=on)


@posting
def cancel_refund(*, refund: Refund, op: Operation, on: date | None = None) -> Refund:
    """Cancel a refund before its till is closed: what it gave back is available again.

    Raises AlreadyReversed, PeriodClosed, DayInFuture, BeforeCancelled, UsedElsewhere.
    Source: rules, « Cancelling a payment or a refund ».
    """
    lock(refund.client.account)
    refund.refresh_from_db()
    if refund.cancelled_by_id is not None:
        raise AlreadyReversed(refund.document)
    return _undo(refund, op=op, on=on)


def check_unlinked(document: Document) -> None:
    """Raise UsedElsewhere if a bank transaction is linked to a payment, refund or incident."""
    link = BankLink.objects.filter(document=document, undone_by=None).select_related("transaction").first()
    if link is not None:
        raise UsedElsewhere(
            f"{document} est relié à l’opération bancaire «\u00a0{link.transaction}\u00a0»\u00a0: déliez-la d’abord."
        )


def _undo(movement: M, *, op: Operation, on: date | None) -> M:
    document = movement.document
    check_unlinked(document)
    days = open_days(op, site=movement.site, till=True)
    if days.till is not None and document.day <= days.till:
        raise PeriodClosed(f"La caisse est clôturée jusqu’au {days.till:%d/%m/%Y} : déclarez plutôt un incident.")
    own = list(document.allocations.filter(detached_by=None))
    if movement.entry is None:
        days.check_books(op.day)
        detach(own, on=op.day, op=op)
    else:
        item = money_item(movement.entry)
        _check_unused(item, document)
        day = on or days.first_from(item.allocable_from)
        days.check(day)
        if day < item.allocable_from:
            raise BeforeCancelled(document, item.allocable_from)
        detach(own, on=day, op=op)
        reverse(movement.entry, items=[money_item(movement.entry)], day=day, op=op, days=days)
    movement.cancelled_by = op
    movement.save(update_fields=["cancelled_by"])
    return movement


def _check_unused(item: OpenItem, document: Document) -> None:
    """Refuse if something else than the document itself uses its money; the message names it."""
    users = [
        (allocation.debit if item.pk == allocation.credit_id else allocation.credit).document.reference
        for allocation in ledger.live_allocations(item)
        if allocation.document_id != document.pk
    ]
    if users:
        raise UsedElsewhere(f"{document.reference} est utilisé par {', '.join(dict.fromkeys(users))}.")
    if item.reserved:
        raise UsedElsewhere(f"{document.reference} : {format_amount(item.reserved)} réservés, à reprendre d’abord.")
