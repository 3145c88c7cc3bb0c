"""Reads of credit notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from clients.models import Client
from credits.models import CreditNote, CreditNoteLine
from invoicing.models import Invoice, InvoiceLine, Visit, VisitLine
from invoicing.vat import TaxedAmount
from ledger.models import Allocation, Document, Kind, OpenItem
from ledger.queries import AMOUNT, NOTHING, items_on, tills_closed_through
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
    """The credit notes of a client, drafts first, then newest first, each with its `left` and whether it was `undone`.

    left: what is there to use, VAT included; undone: cancelled. on: a past day, to its end, on which no draft is
    shown; None for today.
    """
    undone = Q(cancelled_by__isnull=False) if on is None else Q(cancelled_by__day__lte=on)
    credits = items_on(on).select_related(None).filter(document=OuterRef("document"), is_debit=False).order_by()
    left = credits.values("document").annotate(total=Sum("left", output_field=AMOUNT)).values("total")
    notes = CreditNote.objects.filter(client=client).select_related("document", "party", "invoice__document")
    notes = notes.annotate(
        left=Coalesce(Subquery(left, output_field=AMOUNT), NOTHING),
        undone=ExpressionWrapper(undone, output_field=BooleanField()),
    )
    notes = notes if on is None else notes.filter(document__day__lte=on)
    return notes.order_by(F("document__day").desc(nulls_first=True), "-pk")
