"""From a visit to a draft, and from a draft to an issued invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from djmoney.money import Money

from clients.models import Channel
from clients.terms import Terms
from invoicing.models import Instalment, Invoice, InvoiceLine, InvoiceTax, PricedLine
from invoicing.services.drafts import AlreadyIssued, NegativeTotal, NothingToInvoice
from invoicing.services.parties import identity_of, seller_of
from invoicing.services.visits import end_spells, restate
from invoicing.terms import free_schedule, schedule
from invoicing.vat import DocumentAmounts, document_amounts
from ledger import queries as ledger
from ledger.models import Document, Journal, Kind, OpenItem, Operation
from ledger.pairing import Share, pair
from ledger.services import (
    OPENING_ACCOUNT,
    OpenDays,
    Part,
    allocate,
    file_document,
    lock,
    open_days,
    post,
    posting,
    release,
    reserve,
)
from office.amounts import ZERO
from office.editing import SavedMeanwhile
from office.errors import SoldeError

VAT_ACCOUNT = "44571"


class BeforeVisit(SoldeError):
    """An invoice is never dated before its visits."""

    field = "day"

    def __init__(self, day: date) -> None:
        super().__init__(f"La facture ne peut pas être datée d’avant sa visite du {day:%d/%m/%Y}.")


@dataclass(frozen=True, slots=True)
class Plan:
    """When an issued invoice is due: by its terms, or by a free schedule of (due date, amount)."""

    terms: Terms = Terms.RECEIPT
    count: int = 1
    free: Sequence[tuple[date, Decimal]] = ()

    def instalments(self, total: Decimal, on: date) -> list[tuple[date, Decimal]]:
        """The due dates and amounts of a total invoiced on a day."""
        if self.free:
            return list(free_schedule(total, self.free, on=on))
        return list(schedule(self.terms, total, on, count=self.count))


@posting
def issue_invoice(
    *,
    invoice: Invoice,
    on: date,
    op: Operation,
    plan: Plan | None = None,
    reference: str = "",
    version: int | None = None,
) -> Invoice:
    """Issue a draft: number it, post one 411 line an instalment, end its visits' spells, freeze it.

    What is reserved of the client's credits is used first. on: the date of the invoice, its accounting
    day. reference: its own number if taken over from another program, where its revenue was posted. version: the
    one that was seen.
    Raises AlreadyIssued, SavedMeanwhile, NothingToInvoice, NegativeTotal, BeforeVisit, PeriodClosed, DayInFuture,
    DateBeforeLast, ReferenceTaken, TaxedInFranchise, and what terms refuse. Source: rules, « Invoicing ».
    """
    account = invoice.client.account
    lock(account)
    invoice.refresh_from_db(from_queryset=Invoice.objects.select_related("client__account"))
    if invoice.document_id is not None:
        raise AlreadyIssued(invoice)
    if version is not None and invoice.version != version:
        raise SavedMeanwhile(invoice.version)
    days = open_days(op, site=invoice.site)
    days.check(on)
    lines = list(invoice.lines.select_related("visit_line__visit").order_by("position", "pk"))
    _check_visits(lines, on)
    amounts = _price(invoice, lines)
    instalments = (plan or Plan()).instalments(amounts.ttc, on) if amounts.ttc else []
    document = file_document(
        kind=Document.Kind.INVOICE,
        account=account,
        party=invoice.party,
        site=invoice.site,
        day=on,
        op=op,
        reference=reference,
    )
    items = _post(document, amounts, lines, instalments, op=op) if amounts.ttc else []
    _freeze(invoice, document, amounts, lines, plan or Plan())
    _plan_instalments(invoice, items)
    _leave_visits(lines, on=on, days=days)
    _use_reserved(items, on=on, op=op, days=days)
    return invoice


def _check_visits(lines: Sequence[InvoiceLine], on: date) -> None:
    if not lines:
        raise NothingToInvoice
    visits = [line.visit_line.visit.day for line in lines if line.visit_line]
    if visits and on < max(visits):
        raise BeforeVisit(max(visits))


def _price(invoice: Invoice, lines: Sequence[InvoiceLine]) -> DocumentAmounts:
    """Give each line its HT and VAT, and the invoice its figures by rate."""
    currency = invoice.client.account.currency
    amounts = document_amounts(
        [line.quoted for line in lines],
        prices_include_vat=invoice.prices_include_vat,
    )
    if amounts.ttc < 0:
        raise NegativeTotal
    for line, taxed in zip(lines, amounts.lines, strict=True):
        line.ht, line.vat, line.ttc = (Money(a, currency) for a in (taxed.ht, taxed.vat, taxed.ttc))
        line.creditable = taxed.ttc
        line.creditable_quantity = line.quantity
    InvoiceLine.objects.bulk_update(lines, ["ht", "vat", "ttc", "creditable", "creditable_quantity"])
    InvoiceTax.objects.bulk_create(
        InvoiceTax(invoice=invoice, rate=cell.rate, ht=Money(cell.ht, currency), vat=Money(cell.vat, currency))
        for cell in amounts.rates
    )
    return amounts


def _post(
    document: Document,
    amounts: DocumentAmounts,
    lines: Sequence[InvoiceLine],
    instalments: Sequence[tuple[date, Decimal]],
    *,
    op: Operation,
) -> list[OpenItem]:
    owed = [Part("411", debit=amount, kind=Kind.INVOICE, due=due) for due, amount in instalments]
    if document.series_id is None:
        sold = [Part(OPENING_ACCOUNT, credit=amounts.ttc)]
        journal = Journal.Kind.OPENING
    else:
        sold = sales_parts(amounts, lines)
        journal = Journal.Kind.SALES
    return list(post(document=document, journal=journal, parts=[*owed, *sold], op=op).items)


def sales_parts(amounts: DocumentAmounts, lines: Sequence[PricedLine]) -> list[Part]:
    """The credits of revenue by account, and of VAT, that an invoice posts; a sum below 0 is a debit."""
    sums: dict[str, Decimal] = {}
    for line, taxed in zip(lines, amounts.lines, strict=True):
        sums[line.account_id] = sums.get(line.account_id, ZERO) + taxed.ht
    sums[VAT_ACCOUNT] = amounts.vat
    return [
        Part(account, credit=amount) if amount > 0 else Part(account, debit=-amount)
        for account, amount in sorted(sums.items())
        if amount
    ]


def _freeze(
    invoice: Invoice, document: Document, amounts: DocumentAmounts, lines: Sequence[InvoiceLine], plan: Plan
) -> None:
    currency = document.account.currency
    invoice.document = document
    invoice.day = document.day
    invoice.delivery_day = invoice.delivery_day or document.day
    invoice.terms = plan.terms
    invoice.ht, invoice.vat, invoice.ttc = (Money(a, currency) for a in (amounts.ht, amounts.vat, amounts.ttc))
    invoice.buyer = identity_of(invoice.client, invoice.party)
    invoice.seller = seller_of(
        invoice.buyer, lines, on=document.day, site=invoice.site, follows=document.series_id is None
    )
    invoice.save()


def _plan_instalments(invoice: Invoice, items: Sequence[OpenItem]) -> None:
    by_mail = invoice.client.channel == Channel.EMAIL
    Instalment.objects.bulk_create(
        Instalment(
            invoice=invoice,
            item=item,
            rank=rank,
            due=item.due,
            amount=Money(item.amount, item.account.currency),
            planned_on=item.due,
            reminder=Instalment.Reminder.EMAIL if by_mail else Instalment.Reminder.LETTER,
        )
        for rank, item in enumerate(items, start=1)
    )


def _leave_visits(lines: Sequence[InvoiceLine], *, on: date, days: OpenDays) -> None:
    """End the spells of the lines now invoiced, and state anew what their visits have left."""
    visit_lines = [line.visit_line for line in lines if line.visit_line]
    if visit_lines:
        end_spells(visit_lines, on=on)
        restate({line.visit for line in visit_lines}, on=on, days=days)


def _use_reserved(items: Sequence[OpenItem], *, on: date, op: Operation, days: OpenDays) -> None:
    """Use what is reserved of the client's credits, of the same party, as far as the invoice goes."""
    if not items:
        return
    reservations = ledger.live_reservations(items[0].account, items[0].party)
    if not reservations:
        return
    credits = {reservation.credit_id: reservation.credit for reservation in reservations}
    kept = dict.fromkeys(credits, ZERO)
    for reservation in reservations:
        kept[reservation.credit_id] += reservation.amount
    release(reservations, op=op)
    for credit in credits.values():
        credit.reserved = ZERO
    shares = [Share(item, item.open) for item in items]
    pairs = pair([*shares, *(Share(credit, kept[key]) for key, credit in credits.items())])
    allocate(pairs, on=on, op=op, days=days)
    for made in pairs:
        kept[made.credit.pk] -= made.amount
    for key, rest in kept.items():
        if rest:
            reserve(credits[key], rest, op=op)


def plan_collection(instalment: Instalment, *, fields: Sequence[str]) -> None:
    """Keep how an instalment is to be collected. fields: those that somebody changed, never its date or amount."""
    instalment.save(update_fields=fields)
