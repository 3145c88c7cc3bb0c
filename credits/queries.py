"""Reads of credit notes."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Prefetch, Q, Sum

from credits.models import CreditNote, CreditNoteLine
from invoicing.models import Invoice, InvoiceLine, VisitLine
from invoicing.vat import TaxedAmount
from ledger.models import OpenItem
from office.amounts import ZERO

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


def line_amount(line: InvoiceLine) -> TaxedAmount:
    """The HT and VAT of an issued line."""
    return TaxedAmount(line.vat_rate, Decimal(line.ht.amount), Decimal(line.vat.amount))


def total(amounts: Iterable[TaxedAmount]) -> Decimal:
    """The sum of amounts, VAT included."""
    return sum((amount.ttc for amount in amounts), ZERO)
