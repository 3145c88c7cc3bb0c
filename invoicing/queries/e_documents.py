"""Invoices as e-invoices are written from them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from django.db.models import Q, Sum
from djmoney.money import Money

from invoicing.facturx.document import INVOICE, EDocument, Line
from invoicing.models import Invoice
from ledger.models import Allocation, Kind
from office.amounts import ZERO


class NotIssued(ValueError):
    """A draft has no number, and is no e-invoice."""


class TaxedLine(Protocol):
    """A line of an issued invoice or a validated credit note."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    vat_rate: Decimal
    nature: str
    ht: Money
    vat: Money


def e_lines(lines: Iterable[TaxedLine]) -> list[Line]:
    """The lines of a document as an e-invoice tells them."""
    return [
        Line(
            line.label,
            line.quantity,
            line.unit_price,
            line.discount,
            line.vat_rate,
            line.nature,
            line.ht.amount,
            line.vat.amount,
        )
        for line in lines
    ]


def settled_at_issue(invoice: Invoice) -> Decimal:
    """What of an invoice was settled on its own day: by payments, or by credits that were there before it.

    A credit note on the invoice comes after it, and tells what it takes off by itself. It stays the same whenever it is
    asked for later: what is detached on another day was settled then.
    """
    on_its_day = Allocation.objects.filter(
        Q(detached_on=None) | Q(detached_on__gt=invoice.day),
        Q(credit__kind=Kind.PAYMENT) | Q(credit__document__lt=invoice.document_id),
        debit__document=invoice.document_id,
        day__lte=invoice.day,
    )
    return on_its_day.aggregate(total=Sum("amount"))["total"] or ZERO


def e_document(invoice: Invoice) -> EDocument:
    """An issued invoice as its e-invoice is written from it. Raises NotIssued."""
    if invoice.document is None or invoice.day is None:
        raise NotIssued
    planned = invoice.instalments.filter(item__kind=Kind.INVOICE).order_by("rank", "pk")
    return EDocument(
        number=invoice.document.reference,
        type_code=INVOICE,
        day=invoice.day,
        delivery_day=invoice.delivery_day or invoice.day,
        currency=str(invoice.ttc.currency),
        seller=invoice.seller,
        buyer=invoice.buyer,
        lines=e_lines(invoice.lines.order_by("position", "pk")),
        taxes=[(tax.rate, tax.ht.amount, tax.vat.amount) for tax in invoice.taxes.order_by("-rate")],
        ht=invoice.ht.amount,
        vat=invoice.vat.amount,
        ttc=invoice.ttc.amount,
        prices_include_vat=invoice.prices_include_vat,
        settled=settled_at_issue(invoice),
        settled_on=invoice.day,
        instalments=[(row.due, row.amount.amount) for row in planned],
        purchase_order=invoice.purchase_order,
    )
