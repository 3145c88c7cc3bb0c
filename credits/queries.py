"""Reads of credit notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from djmoney.money import Money

from clients.models import Client
from credits.models import CreditNote, CreditNoteLine
from credits.statuses import with_left
from invoicing.models import Invoice, InvoiceLine, Visit, VisitLine
from invoicing.vat import TaxedAmount
from ledger.models import Allocation, Document, Kind, OpenItem
from ledger.queries import tills_closed_through
from office.amounts import ZERO

REDUCIBLE = 60
STANDS = Q(credit_note__document__isnull=False, credit_note__cancelled_by=None)


def creditable_lines(invoice: Invoice) -> list[InvoiceLine]:
    """The lines of an invoice in order, with the visit lines that they invoice."""
    return list(invoice.lines.select_related("visit_line__visit").order_by("position", "pk"))


def credited(lines: Iterable[InvoiceLine]) -> dict[int, TaxedAmount]:
    """What the credit notes that stand have taken of each line, by its key."""
    lines = list(lines)
    taken = {line.pk: TaxedAmount(line.vat_rate) for line in lines}
    rows = CreditNoteLine.objects.filter(STANDS, invoice_line__in=lines).order_by().values("invoice_line")
    for row in rows.annotate(ht_sum=Sum("ht"), vat_sum=Sum("vat")).values_list("invoice_line", "ht_sum", "vat_sum"):
        key, ht, vat = row
        taken[key] = TaxedAmount(taken[key].rate, ht, vat)
    return taken


def credited_to_free(lines: Iterable[InvoiceLine]) -> dict[int, Decimal]:
    """What credit notes that dissociate visits have credited of each line, VAT included, by its key."""
    rows = CreditNoteLine.objects.filter(STANDS, invoice_line__in=list(lines), credit_note__frees_visits=True)
    return dict(rows.order_by().values("invoice_line").annotate(sum=Sum("ttc")).values_list("invoice_line", "sum"))


def freed_by(note: CreditNote) -> dict[VisitLine, InvoiceLine]:
    """The visit lines that notes which free them, this one among them, credit whole; with the lines credited."""
    if not note.frees_visits:
        return {}
    parts = note.lines.exclude(invoice_line__visit_line=None).order_by("position", "pk")
    parts = parts.select_related("invoice_line__visit_line__visit")
    lines = [part.invoice_line for part in parts if part.invoice_line]
    taken = credited_to_free(lines)
    return {line.visit_line: line for line in lines if line.visit_line and taken.get(line.pk) == line.ttc.amount}


def reducible(client: Client, also: Iterable[int] = ()) -> QuerySet[Invoice]:
    """The invoices that a global credit note of a client may name: the newest, and those named already."""
    issued = Invoice.objects.filter(client=client, document__isnull=False, cancels=None)
    newest = issued.order_by("-day", "-pk").values("pk")[:REDUCIBLE]
    found = issued.filter(Q(pk__in=newest) | Q(pk__in=list(also)))
    return found.select_related("document").order_by("-day", "-pk")


def named_documents(items: Iterable[OpenItem]) -> dict[int, frozenset[int]]:
    """For each item of a credit note, the documents of the invoices that it names."""
    by_document = {item.document_id: item.pk for item in items}
    notes = CreditNote.objects.filter(document__in=by_document).select_related("invoice")
    reduced = Prefetch("reduces", Invoice.objects.only("pk", "document"))
    found = {}
    for note in notes.prefetch_related(reduced).order_by("pk"):
        names = {invoice.document_id for invoice in note.reduces.all()}
        if note.invoice is not None:
            names.add(note.invoice.document_id)
        found[by_document[note.document_id or 0]] = frozenset(key for key in names if key is not None)
    return found


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment has settled of an invoice, VAT included. is_held: a closing holds the payment."""

    document: Document
    amount: Decimal
    is_held: bool


def payments_on(invoice: Invoice) -> list[Paid]:
    """What payments have settled of an invoice and cancelling it would give back to them, oldest first."""
    shut = tills_closed_through()
    sums: dict[int, tuple[Document, Decimal]] = {}
    found = Allocation.objects.filter(
        debit__document=invoice.document_id or 0, credit__kind=Kind.PAYMENT, detached_by=None
    )
    for allocation in found.select_related("credit__document").order_by("pk"):
        document = allocation.credit.document
        before = sums[document.pk][1] if document.pk in sums else ZERO
        sums[document.pk] = document, before + allocation.amount
    return [Paid(paid, amount, paid.day <= shut.get(paid.site_id, date.min)) for paid, amount in sums.values()]


def claimed_visits(invoice: Invoice) -> list[Visit]:
    """The visits of which an invoice bears lines that are invoiced on it still, oldest first."""
    visits = Visit.objects.filter(lines__invoice_line__invoice=invoice)
    return list(visits.distinct().order_by("day", "pk"))


def line_amount(line: InvoiceLine) -> TaxedAmount:
    """The HT and VAT of an issued line."""
    return TaxedAmount(line.vat_rate, Decimal(line.ht.amount), Decimal(line.vat.amount))


def total(amounts: Iterable[TaxedAmount]) -> Decimal:
    """The sum of amounts, VAT included."""
    return sum((amount.ttc for amount in amounts), ZERO)


def credit_notes(client: Client, on: date | None = None) -> QuerySet[CreditNote]:
    """The credit notes of a client, drafts first, then newest first, as `with_left` has them.

    on: a past day, to its end, on which no draft is shown; None for today.
    """
    notes = CreditNote.objects.filter(client=client).select_related("document", "party", "invoice__document")
    notes = notes if on is None else notes.filter(document__day__lte=on)
    return with_left(notes, on).order_by(F("document__day").desc(nulls_first=True), "-pk")


def all_credit_notes() -> QuerySet[CreditNote]:
    """The credit notes of all clients, drafts first, then newest first."""
    found = CreditNote.objects.select_related("client__account", "document", "party", "site", "invoice__document")
    return found.order_by(F("day").desc(nulls_first=True), "-pk")


@dataclass(frozen=True, slots=True)
class Sums:
    """What the credit notes of a list come to, in one currency, VAT included."""

    count: int
    ttc: Money
    left: Money


def sums(notes: QuerySet[CreditNote]) -> list[Sums]:
    """What validated credit notes come to, by currency."""
    issued = notes.filter(document__isnull=False).order_by()
    credits = OpenItem.objects.filter(is_debit=False, open__gt=0, document__in=issued.values("document")).order_by()
    left = dict(credits.values_list("account__currency").annotate(Sum("open")))
    rows = issued.values_list("ttc_currency").annotate(Count("pk"), Sum("ttc"))
    return [
        Sums(count, Money(ttc, currency), Money(left.get(currency, 0), currency))
        for currency, count, ttc in sorted(rows)
    ]


def note_on(document: Document) -> Any:
    """The credit note that a document is, as `with_left` has it; None for any other document."""
    if document.kind != Document.Kind.CREDIT_NOTE:
        return None
    found: Any = CreditNote.objects.filter(document=document)
    found = found.select_related(
        "client__account", "document", "invoice__document", "operation__user", "cancelled_by__document__operation__user"
    )
    return with_left(found).order_by("pk").first()
