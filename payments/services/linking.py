"""Relier une opération bancaire: to a client, whose money it is, or to what is recorded already; and undoing it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from djmoney.money import Money

from clients.models import Client
from ledger import queries as ledger
from ledger.models import ClientAccount, Document, OpenItem, Operation, Party
from ledger.services import OpenDays, detach, lock, open_days, posting, reverse
from office.amounts import ZERO, format_amount
from office.errors import SoldeError
from office.models import Site
from payments.models import (
    BankLabel,
    BankLink,
    BankTransaction,
    CashMove,
    Deposit,
    Incident,
    Payment,
    PaymentType,
    Refund,
)
from payments.queries import money_item
from payments.queries.matching import MOVES, is_at_bank
from payments.services.card_deposits import give_fee_back, keep_fee
from payments.services.incidents import cancel_incident, declare_incident
from payments.services.regularising import write_off
from payments.services.taking import ForeignItem, Wanted, cancel_payment, cancel_refund, record_payment


class AlreadyLinked(SoldeError):
    """The transaction is linked: it is freed first."""

    def __init__(self) -> None:
        super().__init__("Cette opération bancaire est déjà reliée.")


class NotLinked(SoldeError):
    """Nothing is linked to the transaction any more."""

    def __init__(self) -> None:
        super().__init__("Cette opération bancaire n’est plus reliée.")


class NotPointable(SoldeError):
    """A document that is no money at the bank, was cancelled, or is another transaction's."""

    def __init__(self, document: Document | None = None) -> None:
        what = str(document) if document else "Ce document"
        super().__init__(f"{what} ne peut pas être pointé\u00a0: il est annulé, déjà relié, ou n’est pas à la banque.")


class DoesNotTie(SoldeError):
    """What is chosen doesn't come to the transaction's amount."""

    def __init__(self, total: Decimal, line: BankTransaction) -> None:
        super().__init__(
            f"Les règlements choisis font {format_amount(total, line.currency)}, l’opération "
            f"{format_amount(line.amount, line.currency)}."
        )


class NoDifference(SoldeError):
    """There is no small difference to write off, or more than one."""

    field = "write_off"

    def __init__(self) -> None:
        super().__init__("Il n’y a pas un seul petit écart à solder\u00a0: un document ou le trop-perçu.")


class NotAtBank(SoldeError):
    """Money of this type isn't at the bank when it is taken."""

    field = "type"

    def __init__(self, way: PaymentType) -> None:
        super().__init__(f"{way.label}\u00a0: cet argent n’est pas d’emblée à la banque.")


@posting
def link_client(
    *,
    line: BankTransaction,
    client: Client,
    type: PaymentType,
    op: Operation,
    settles: Sequence[Wanted] = (),
    party: Party | None = None,
    site: Site | None = None,
    with_difference: bool = False,
) -> BankTransaction:
    """Say that a bank transaction is a client's: its payment, what that settles and a small difference, in one step.

    Below 0 it is a refund. The payment bears the bank's day if that is open, else the first open one; the bank's day
    stays as date de paiement. with_difference: write off what is left of the one document that isn't wholly paid, or
    of the overpayment.
    Raises AlreadyLinked, NotAtBank, NoDifference, AboveLimit, and what `record_payment` does.
    Source: rules, « Linking a bank transaction ».
    """
    _take_free(line)
    lock(client.account)
    if not type.goes_to_bank:
        raise NotAtBank(type)
    days = open_days(op, site=site, till=True)
    made = record_payment(
        client=client,
        amount=Money(line.amount, line.currency),
        type=type,
        on=days.first_open(line.day),
        paid_on=line.day,
        bank=line.bank,
        bank_reference=line.reference[:60],
        note=line.label[:200],
        settles=settles,
        party=party,
        site=site,
        op=op,
    )
    if with_difference:
        item, left = _difference(made, settles)
        write_off(client=client, item=item.pk, amount=Money(left, line.currency), op=op)
    return _link(line, [(made.document, line.amount)], makes=True, op=op)


@posting
def link_documents(
    *, line: BankTransaction, documents: Sequence[int], op: Operation, fee: Decimal = ZERO
) -> BankTransaction:
    """Say that a bank transaction is what is recorded already (pointage): no second payment is made.

    documents: the keys of payments, refunds, incidents and deposit slips that come to its amount: one of them, or the
    card payments of a day, less what was given back by card. fee: what the bank kept of these, posted as a charge.
    Raises AlreadyLinked, NotPointable, DoesNotTie, FeeTooHigh, PeriodClosed.
    """
    _take_free(line)
    keys = set(documents)
    lock(*_accounts_of(keys))
    free = Document.objects.filter(pk__in=keys, kind__in=MOVES).alias(
        taken=Exists(BankLink.objects.filter(document=OuterRef("pk"), undone_by=None))
    )
    found = list(free.filter(taken=False).select_related("account").order_by("pk"))
    if not found or len(found) != len(keys):
        raise NotPointable
    amounts = [(document, _moved(document, line)) for document in found]
    total = sum((amount for _, amount in amounts), ZERO)
    if total - fee != line.amount:
        raise DoesNotTie(total - fee, line)
    if not fee:
        return _link(line, amounts, makes=False, op=op)
    if any(document.kind not in {Document.Kind.PAYMENT, Document.Kind.REFUND} for document in found):
        raise DoesNotTie(total, line)
    kept = keep_fee(line=line, total=total, fee=fee, op=op)
    _link(line, amounts, makes=False, op=op)
    return _link(line, [(kept.document, -fee)], makes=True, op=op)


@posting
def link_incident(
    *, line: BankTransaction, payment: Payment, reason: Incident.Reason, op: Operation, fee: Money | None = None
) -> BankTransaction:
    """Say that a bank transaction is a payment that bounced: its incident, which bears the bank's day if it is open.

    Raises AlreadyLinked, DoesNotTie, and what `declare_incident` does.
    """
    _take_free(line)
    lock(payment.client.account)
    if payment.amount.amount != -line.amount or payment.amount.currency.code != line.currency:
        raise DoesNotTie(-payment.amount.amount, line)
    days = open_days(op, site=payment.site, till=True)
    on = days.first_open(max(line.day, payment.document.day))
    incident = declare_incident(payment=payment, reason=reason, on=on, fee=fee, op=op)
    return _link(line, [(incident.document, line.amount)], makes=True, op=op)


@posting
def unlink(*, line: BankTransaction, op: Operation) -> BankTransaction:
    """Free a bank transaction. What the link made is undone while its till isn't closed; after that it stays.

    A fee that the bank kept is always given back: no till holds it.

    Raises NotLinked, and what cancelling refuses: UsedElsewhere, PeriodClosed.
    """
    BankTransaction.objects.select_for_update(no_key=True).get(pk=line.pk)
    links = list(BankLink.objects.filter(transaction=line, undone_by=None).select_related("document").order_by("pk"))
    if not links:
        raise NotLinked
    accounts = _accounts_of({link.document_id for link in links})
    lock(*accounts)
    BankLink.objects.filter(pk__in=[link.pk for link in links]).update(undone_by=op)
    for link in links:
        days = open_days(op, site=link.document.site, till=True)
        if link.document.kind == Document.Kind.DEPOSIT and link.makes:
            give_fee_back(link.document.card_deposit, op=op)
        elif link.makes and not (days.till is not None and link.document.day <= days.till):
            _undo(link, op=op)
    line.labels.remove(*BankLabel.objects.filter(client__account__in=accounts))
    return line


def _accounts_of(documents: set[int]) -> list[ClientAccount]:
    """The client accounts of documents; of a slip, those of the payments on it."""
    theirs = Q(documents__in=documents) | Q(documents__payments__deposited__deposit__document__in=documents)
    return list(ClientAccount.objects.filter(theirs).order_by("pk").distinct())


def _take_free(line: BankTransaction) -> None:
    """Lock a transaction, which is linked once: of two who do it at once, the second is refused."""
    BankTransaction.objects.select_for_update(no_key=True).get(pk=line.pk)
    if BankLink.objects.filter(transaction=line, undone_by=None).exists():
        raise AlreadyLinked


def _link(
    line: BankTransaction, amounts: Iterable[tuple[Document, Decimal]], *, makes: bool, op: Operation
) -> BankTransaction:
    """Link a transaction, and put the labels of the clients on it."""
    links = [
        BankLink(transaction=line, document=document, amount=amount, makes=makes, operation=op)
        for document, amount in amounts
    ]
    BankLink.objects.bulk_create(links)
    accounts = _accounts_of({link.document.pk for link in links})
    for client in Client.objects.filter(account__in=accounts).order_by("pk"):
        line.labels.add(label_of(client))
    return line


def label_of(client: Client) -> BankLabel:
    """The client's own label, made when it is first needed; by its code too if another bears its name."""
    if (label := BankLabel.objects.filter(client=client).first()) is not None:
        return label
    name = client.listed_name[:120]
    if BankLabel.objects.filter(name=name).exists():
        name = f"{client.listed_name[:80]} ({client.code})"
    return BankLabel.objects.get_or_create(client=client, defaults={"name": name, "tone": BankLabel.Tone.ACCENT})[0]


def _moved(document: Document, line: BankTransaction) -> Decimal:
    """What a document moved at the bank. Raises NotPointable."""
    if document.kind in Document.OF_THE_HOUSE:
        return _deposited(document, line)
    payment = Payment.objects.filter(document=document, cancelled_by=None).select_related("type").first()
    refund = Refund.objects.filter(document=document, cancelled_by=None).select_related("type").first()
    incident = Incident.objects.filter(document=document, cancelled_by=None).select_related("payment").first()
    if document.account.currency == line.currency:
        if payment is not None and is_at_bank(payment):
            return Decimal(payment.amount.amount)
        if refund is not None and refund.type is not None and refund.type.goes_to_bank:
            return -Decimal(refund.amount.amount)
        if incident is not None:
            return -Decimal(incident.payment.amount.amount)
    raise NotPointable(document)


def _deposited(document: Document, line: BankTransaction) -> Decimal:
    """What a deposit slip, or the cash of a till, brought to the bank. Raises NotPointable."""
    slip = Deposit.objects.filter(document=document, cancelled_by=None).select_related("entry").first()
    cash = CashMove.objects.filter(document=document, kind=CashMove.Kind.TO_BANK).select_related("entry").first()
    moved = slip or cash
    if moved is None or moved.bank_id != line.bank_id or moved.entry.currency != line.currency:
        raise NotPointable(document)
    return abs(Decimal(moved.amount))


def _difference(made: Payment | Refund, settles: Sequence[Wanted]) -> tuple[OpenItem, Decimal]:
    """What is left of the one document that isn't wholly settled, or of the money itself. Raises NoDifference."""
    if made.entry is None:
        raise ForeignItem
    items = [*ledger.items_by_key([wanted.item for wanted in settles]).values(), money_item(made.entry)]
    rests = [(item, item.open - item.reserved) for item in items if item.open > item.reserved]
    if len(rests) != 1:
        raise NoDifference
    return rests[0]


def _undo(link: BankLink, *, op: Operation) -> None:
    """Undo what a link made: the difference first, then the payment, refund or incident."""
    made = Document.objects.filter(operation=link.operation, kind=Document.Kind.WRITE_OFF)
    for document in made.order_by("pk"):
        _undo_write_off(document, op=op)
    match link.document.kind:
        case Document.Kind.PAYMENT:
            cancel_payment(payment=link.document.payments, op=op)
        case Document.Kind.REFUND:
            cancel_refund(refund=link.document.refunds, op=op)
        case _:
            cancel_incident(incident=link.document.incident, op=op)


def _undo_write_off(document: Document, *, op: Operation) -> None:
    days: OpenDays = open_days(op)
    for entry in document.entries.filter(reverses=None, reversed_by=None).order_by("pk"):
        item = money_item(entry)
        day = days.first_from(item.allocable_from)
        detach(ledger.live_allocations(item), on=day, op=op)
        reverse(entry, items=[money_item(entry)], day=day, op=op, days=days)
