"""The opening balance: what was due, or to be spent, before Solde."""

from datetime import date
from decimal import Decimal

from djmoney.money import Money

from clients.models import Client
from ledger import queries as ledger
from ledger.models import ClientAccount, Document, Entry, Journal, Kind, Operation, Party
from ledger.services import (
    OPENING_ACCOUNT,
    OpenDays,
    Part,
    Posted,
    amount_in,
    file_document,
    lock,
    open_days,
    post,
    posting,
    reverse,
)
from office.errors import SoldeError


class ZeroOpening(SoldeError):
    """An opening balance of 0.00 is none."""

    field = "amount"

    def __init__(self) -> None:
        super().__init__("Un solde à nouveau ne peut pas être de 0,00.")


class NoOpening(SoldeError):
    """There is no opening balance to take back."""

    def __init__(self) -> None:
        super().__init__("Ce client n’a pas de solde à nouveau.")


@posting
def set_opening_balance(
    *, client: Client, amount: Money, on: date, due: date, op: Operation, party: Party | None = None
) -> Document:
    """Take over what a client owed (amount above 0) or had to spend (below 0) before Solde.

    A balance set before is cancelled by a reversal: the new one takes its place. amount: VAT included.
    on: the accounting day. due: the day from which what is owed is due.
    Raises ZeroOpening, PeriodClosed, DayInFuture, UsedElsewhere if the former one is settled in part.
    Source: rules, « Opening balances ».
    """
    account = client.account
    exact = amount_in(account, amount)
    if not exact:
        raise ZeroOpening
    lock(account)
    days = open_days(op)
    days.check(on)
    if (former := _live_opening(account, party)) is not None:
        _take_back(former, op=op, days=days)
    document = file_document(kind=Document.Kind.OPENING, account=account, party=party, day=on, op=op)
    _post_opening(document, exact, due=due, op=op)
    return document


@posting
def remove_opening_balance(*, client: Client, op: Operation, party: Party | None = None) -> Document:
    """Take an opening balance back whole, by a reversal. Raises NoOpening, PeriodClosed, UsedElsewhere."""
    lock(client.account)
    days = open_days(op)
    former = _live_opening(client.account, party)
    if former is None:
        raise NoOpening
    _take_back(former, op=op, days=days)
    return former.document


def _take_back(former: Entry, *, op: Operation, days: OpenDays) -> None:
    items = ledger.entry_items(former)
    reverse(former, items=items, day=days.first_from(max(i.allocable_from for i in items)), op=op, days=days)


def _live_opening(account: ClientAccount, party: Party | None) -> Entry | None:
    openings = Entry.objects.filter(
        document__kind=Document.Kind.OPENING, document__account=account, document__party=party
    )
    return openings.filter(reverses=None, reversed_by=None).select_related("journal", "document").first()


def _post_opening(document: Document, amount: Decimal, *, due: date, op: Operation) -> Posted:
    owed = Part("411", debit=amount, kind=Kind.OPENING, due=due)
    parts = [owed, Part(OPENING_ACCOUNT, credit=amount)]
    if amount < 0:
        parts = [Part("411", credit=-amount, kind=Kind.OPENING), Part(OPENING_ACCOUNT, debit=-amount)]
    return post(document=document, journal=Journal.Kind.OPENING, parts=parts, op=op)
