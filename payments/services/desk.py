"""What a desk types on one screen: one payment or several at once, each by its method; and editing one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from djmoney.money import Money

from clients.models import Client
from credits.queries import named_documents
from ledger import queries as ledger
from ledger.models import BankAccount, Document, OpenItem, Operation, Party
from ledger.services import lock, posting
from office.amounts import ZERO, format_amount
from office.errors import SoldeError
from office.models import Site
from payments.models import Payment, PaymentType, Refund
from payments.queries import cash_limit
from payments.services.attaching import Upload, attach
from payments.services.taking import ForeignItem, Wanted, cancel_payment, record_payment


class CashAboveLimit(SoldeError):
    """The law forbids more cash than that for a debt. Source: code monétaire et financier, art. L112-6, D112-3."""

    field = "amount"

    def __init__(self, limit: Decimal, before: Decimal) -> None:
        already = f" ({format_amount(before)} ont déjà été encaissés aujourd’hui)" if before else ""
        super().__init__(
            f"Un paiement en espèces ne peut pas dépasser {format_amount(limit)}{already}\u00a0: "
            "choisissez un autre type de règlement."
        )


class OneWayOnly(SoldeError):
    """Several methods are all of money that comes in."""

    field = "amount"

    def __init__(self) -> None:
        super().__init__("Avec plusieurs moyens de règlement, chaque montant doit être positif.")


@dataclass(frozen=True, slots=True)
class Method:
    """One of the ways in which a règlement is paid. amount: as of `record_payment`."""

    amount: Decimal
    type: PaymentType | None = None
    bank: BankAccount | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Common:
    """What the payments of one screen have in common. on: the accounting day; paid_on: when the money is there."""

    on: date
    paid_on: date | None = None
    party: Party | None = None
    site: Site | None = None
    note: str = ""


@posting
def take_payments(
    *,
    client: Client,
    methods: Sequence[Method],
    common: Common,
    op: Operation,
    settles: Sequence[Wanted] = (),
    uploads: Iterable[Upload] = (),
) -> Operation:
    """Take what a desk has typed: a payment for each method, all or none, each settling its part.

    The documents are settled in the order of their due dates by the methods in theirs; credits go with the first.
    Raises what `record_payment` does, CashAboveLimit, OneWayOnly. Source: rules, « Payments ».
    """
    account = client.account
    lock(account)
    if len(methods) > 1 and any(method.amount <= 0 for method in methods):
        raise OneWayOnly
    _check_cash(client, methods, op=op)
    for method, part in zip(methods, _parts(methods, settles), strict=True):
        _record(client, method, common, settles=part, op=op, uploads=uploads)
    return op


def _record(
    client: Client,
    method: Method,
    common: Common,
    *,
    settles: Sequence[Wanted],
    op: Operation,
    uploads: Iterable[Upload] = (),
) -> Payment | Refund:
    made = record_payment(
        client=client,
        amount=Money(method.amount, client.account.currency),
        type=method.type if method.amount else None,
        bank=method.bank,
        bank_reference=method.reference,
        on=common.on,
        paid_on=common.paid_on,
        settles=settles,
        party=common.party,
        site=common.site,
        note=common.note,
        op=op,
    )
    attach(made.document, uploads, op=op)
    return made


@posting
def edit_payment(
    *,
    payment: Payment,
    method: Method,
    common: Common,
    op: Operation,
    settles: Sequence[Wanted] = (),
    uploads: Iterable[Upload] = (),
) -> Payment | Refund:
    """Put a payment right before its till is closed: it is cancelled, and another takes its place.

    settles: of what is open once the payment is cancelled. Its supporting documents stay with it.
    Raises what `cancel_payment` and `take_payments` do. Source: rules, « Editing a payment ».
    """
    lock(payment.client.account)
    cancel_payment(payment=payment, op=op)
    _check_cash(payment.client, [method], op=op)
    made = _record(payment.client, method, common, settles=settles, op=op, uploads=uploads)
    if isinstance(made, Payment):
        made.replaces = payment
        made.save(update_fields=["replaces"])
    return made


def _check_cash(client: Client, methods: Sequence[Method], *, op: Operation) -> None:
    cash = sum((method.amount for method in methods if method.type and method.type.is_cash), ZERO)
    if cash <= 0 or client.account.walk_in:
        before = ZERO
    else:
        taken = Payment.objects.filter(
            client=client, cancelled_by=None, type__journal="cash", document__operation__day=op.day
        )
        before = taken.aggregate(sum=Sum("amount"))["sum"] or ZERO
    limit = cash_limit(client, op.day)
    if limit is not None and cash > 0 and cash + before > limit:
        raise CashAboveLimit(limit, before)


def _parts(methods: Sequence[Method], settles: Sequence[Wanted]) -> list[list[Wanted]]:
    """What each method settles."""
    if len(methods) == 1:
        return [list(settles)]
    items = ledger.items_by_key([wanted.item for wanted in settles])
    if len(items) != len(settles):
        raise ForeignItem
    credits = [wanted for wanted in settles if wanted.amount < 0]
    debts = _in_order([wanted for wanted in settles if wanted.amount > 0], items, credits)
    parts: list[list[Wanted]] = [[*credits], *([] for _ in methods[1:])]
    room = [method.amount for method in methods]
    room[0] -= sum((wanted.amount for wanted in credits), ZERO)
    rank = 0
    for wanted in debts:
        left = wanted.amount
        while left:
            while rank < len(room) - 1 and not room[rank]:
                rank += 1
            # What all of them can't pay stays with the last, which is refused for it.
            taken = left if rank == len(room) - 1 else min(left, room[rank])
            parts[rank].append(Wanted(wanted.item, taken))
            room[rank] -= taken
            left -= taken
    return parts


def _in_order(debts: Sequence[Wanted], items: dict[int, OpenItem], credits: Sequence[Wanted]) -> list[Wanted]:
    """Debts by due date, but first those that a credit names: its own payment settles them."""
    named = named_documents([items[wanted.item] for wanted in credits]) if credits else {}
    first = {document for documents in named.values() for document in documents}

    def rank(wanted: Wanted) -> tuple[bool, date, int]:
        item = items[wanted.item]
        return (item.document_id not in first, item.due, item.pk)

    return sorted(debts, key=rank)


def documents_of(op: Operation) -> list[Document]:
    """The payments and refunds that an operation made, in their order."""
    kinds = (Document.Kind.PAYMENT, Document.Kind.REFUND)
    return list(Document.objects.filter(operation=op, kind__in=kinds).order_by("pk"))
