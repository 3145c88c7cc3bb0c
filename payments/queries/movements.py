"""Payments and refunds: their lists, what they settle, and what may be typed of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from djmoney.money import Money

from clients.models import Client
from ledger.models import Allocation, ClientAccount, Document, Entry, Kind, OpenItem
from ledger.queries import AMOUNT, NOTHING, entry_items, items_on
from office.queries import setting
from payments.models import Attachment, BankLink, Deposited, Incident, Payment, PaymentType, Refund
from payments.queries.previews import EntryLine, preview_lines


def payment_types() -> QuerySet[PaymentType]:
    """The ways to pay, in the order of the business."""
    return PaymentType.objects.order_by("position", "code")


def active_types() -> QuerySet[PaymentType]:
    """The ways to pay that can be chosen."""
    return payment_types().filter(is_active=True)


def cash_limit(client: Client, on: date) -> Decimal | None:
    """How much cash may be taken of a client at once, VAT included; None without a limit.

    Source: code monétaire et financier, article D112-3.
    """
    lives_abroad = not client.is_company and client.country not in ("", "FR")
    name = "legal.cash_limit_abroad" if lives_abroad else "legal.cash_limit"
    value = setting(name, on)
    return Decimal(value) if value else None


def open_for_payment(account: ClientAccount, also: Iterable[int] = ()) -> list[OpenItem]:
    """What a règlement can settle on an account, by due date: what is open of it and not reserved.

    also: keys of items of the account that are shown too, though nothing may be left of them.
    """
    free = Q(open__gt=F("reserved")) | Q(pk__in=list(also))
    return list(items_on(None).filter(free, account=account).select_related("party").order_by("due", "pk"))


def credit_of(document: Document) -> OpenItem | None:
    """What a document gives to its client: the credit of it that was posted first; None for one that gives nothing."""
    credits = OpenItem.objects.filter(document=document, is_debit=False).select_related("document", "account", "party")
    return credits.order_by("pk").first()


def settled_by(payment: Payment) -> dict[int, Decimal]:
    """What a payment settles now of each item but its own money, by the item's key; of a credit below 0."""
    own = money_item(payment.entry).pk if payment.entry else 0
    amounts: dict[int, Decimal] = defaultdict(Decimal)
    for one in Allocation.objects.filter(document=payment.document, detached_by=None).order_by("pk"):
        for key, amount in ((one.debit_id, one.amount), (one.credit_id, -one.amount)):
            if key != own:
                amounts[key] += amount
    return dict(amounts)


def typed_today(client: Client, amount: Decimal, *, today: date) -> QuerySet[Payment]:
    """The payments of just this amount that were typed today for a client and that stand."""
    return (
        Payment.objects.filter(client=client, amount=amount, cancelled_by=None, document__operation__day=today)
        .select_related("document")
        .order_by("pk")
    )


def allocations_at(document: Document) -> list[Allocation]:
    """What a payment, refund or set-off has settled, detached since or not, in the order it was set."""
    made = Allocation.objects.filter(document=document).select_related("debit__document", "credit__document")
    return list(made.order_by("pk"))


def is_bound(allocation: Allocation) -> bool:
    """Whether it sets what cancels or moves something against that, or what bounced against its payment: it stays."""
    debit, credit = allocation.debit.line.entry, allocation.credit.line.entry
    reverses = debit.reverses_id == credit.pk or credit.reverses_id == debit.pk
    moves = allocation.credit.kind == Kind.RESCHEDULE
    return reverses or moves or allocation.debit.kind == Kind.INCIDENT


def money_account(entry: Entry) -> str:
    """The account of the chart that the money of a payment or refund was booked on."""
    return entry.lines.filter(kind="").order_by("pk").values_list("account", flat=True)[0]


def money_item(entry: Entry) -> OpenItem:
    """The client line of the entry of a payment, refund or incident."""
    return entry_items(entry)[0]


def live_incident(payment: Payment) -> Incident | None:
    """The incident of a payment that was not cancelled, if any."""
    return payment.incidents.filter(cancelled_by=None).select_related("document").first()


def bounced_on(document: str, on: date | None = None) -> Subquery:
    """The day of the incident of the payment whose document is in the field `document`, an expression.

    on: a past day, to its end: an incident cancelled since still counts on it.
    """
    live = Q(cancelled_by=None)
    if on is not None:
        live = Q(document__day__lte=on) & (live | Q(cancelled_by__day__gt=on))
    incidents = Incident.objects.filter(live, payment__document=OuterRef(document))
    return Subquery(incidents.order_by("-document__day", "-pk").values("document__day")[:1])


# The names of dated settings.
DIFFERENCE_LIMIT, INCIDENT_FEE = "payment.difference_limit", "payment.incident_fee"


def difference_limit(on: date) -> Decimal:
    """The largest difference that may be written off, VAT included; 0 where none may."""
    return Decimal(setting(DIFFERENCE_LIMIT, on, "0"))


DIFFERENCES = ("658", "758")  # the accounts of a small difference: a charge, a gain


def difference_account(item: OpenItem) -> str:
    """The account that a small difference is posted on: a charge for a debt not wholly paid, a gain for a credit."""
    charge, gain = DIFFERENCES
    return charge if item.is_debit else gain


def difference_lines(item: OpenItem, amount: Decimal) -> list[EntryLine]:
    """The entry that would write a difference off."""
    other = difference_account(item)
    debit, credit = (other, "411") if item.is_debit else ("411", other)
    return preview_lines(debit=debit, credit=credit, amount=amount)


def incident_fee(on: date) -> Decimal:
    """What is charged for an incident unless somebody says otherwise, without VAT."""
    return Decimal(setting(INCIDENT_FEE, on, "0"))


KINDS = (Document.Kind.PAYMENT, Document.Kind.REFUND)


def movements(account: ClientAccount, on: date | None = None) -> QuerySet[Document]:
    """The payments and refunds of an account, newest first, as documents with their record.

    Each has what `all_movements` gives, as of a past day, to its end; None for today.
    """
    documents = _with_figures(account.documents.filter(kind__in=KINDS), on)
    return (documents if on is None else documents.filter(day__lte=on)).order_by("-day", "-pk")


def all_movements() -> QuerySet[Document]:
    """All payments and refunds as documents with their record, but for those that were edited into others.

    Each has `amount` (what was paid, a refund below 0), `left` (the overpayment), `bounced_on`, whether it was
    `undone`, and whether the bank has it: `on_slip`, `pointed`.
    """
    edited = Payment.objects.filter(replaced_by__isnull=False).values("document")
    documents = Document.objects.filter(kind__in=KINDS).exclude(pk__in=edited)
    return _with_figures(documents, None).select_related("account__client", "site")


def movement_row(document: Document) -> Document:
    """A payment or refund as `all_movements` gives it."""
    return _with_figures(Document.objects.filter(pk=document.pk), None).get()


def attachments_of(document: Document) -> QuerySet[Attachment]:
    """The supporting documents of a payment, and of those that were edited into it, oldest first."""
    documents, payment = [document.pk], Payment.objects.filter(document=document).first()
    while payment is not None and payment.replaces_id is not None:
        payment = Payment.objects.get(pk=payment.replaces_id)
        documents.append(payment.document_id)
    return Attachment.objects.filter(document__in=documents).order_by("pk")


def versions_of(payment: Payment) -> list[Payment]:
    """What a payment was before it was edited and what it became, oldest first; itself alone if it never was."""
    chain = [payment]
    while (before := chain[0].replaces_id) is not None:
        chain.insert(0, _version(pk=before))
    while chain[-1].cancelled_by_id is not None:  # what was edited was cancelled
        after = Payment.objects.filter(replaces=chain[-1]).values_list("pk", flat=True).first()
        if after is None:
            break
        chain.append(_version(pk=after))
    return chain


def _version(pk: int) -> Payment:
    return Payment.objects.select_related("document__operation__user", "type").get(pk=pk)


def _with_figures(documents: QuerySet[Document], on: date | None) -> QuerySet[Document]:
    credits = items_on(on).select_related(None).filter(document=OuterRef("pk"), is_debit=False).order_by()
    left = credits.values("document").annotate(total=Sum("left", output_field=AMOUNT)).values("total")
    documents = documents.select_related("party", "payments__type", "refunds__type", "payments__bank", "refunds__bank")
    return documents.annotate(
        amount=movement_amount(),
        left=Coalesce(Subquery(left, output_field=AMOUNT), NOTHING),
        bounced_on=bounced_on("pk", on),
        undone=undone(on),
        on_slip=Exists(Deposited.objects.filter(payment__document=OuterRef("pk"), released_by=None).order_by()),
        pointed=Exists(BankLink.objects.filter(document=OuterRef("pk"), undone_by=None).order_by()),
    )


def movement_amount() -> Case:
    """What a document paid, VAT included: a refund below 0."""
    return Case(
        When(kind=Document.Kind.PAYMENT, then=F("payments__amount")),
        default=NOTHING - F("refunds__amount"),
        output_field=AMOUNT,
    )


def movement_totals(documents: QuerySet[Document]) -> list[Money]:
    """What payments and refunds come to, by currency; those that were cancelled or bounced count nothing."""
    stands = Q(payments__cancelled_by=None, refunds__cancelled_by=None)
    bounced = Incident.objects.filter(payment__document=OuterRef("pk"), cancelled_by=None).order_by()
    counted = Document.objects.filter(stands, ~Exists(bounced), pk__in=documents.order_by().values("pk"))
    rows = counted.order_by("account__currency").values("account__currency")
    found = rows.annotate(total=Sum(movement_amount(), output_field=AMOUNT))
    return [Money(row["total"], row["account__currency"]) for row in found]


def undone(on: date | None) -> Any:
    """Whether a payment or refund was cancelled, on or before the day; None for today."""
    cancelled = Q(cancelled_by__isnull=False) if on is None else Q(cancelled_by__day__lte=on)
    payments = Payment.objects.filter(cancelled, document=OuterRef("pk")).order_by()
    return Exists(payments) | Exists(Refund.objects.filter(cancelled, document=OuterRef("pk")).order_by())
