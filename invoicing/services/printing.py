"""Invoices as files: the A4 PDF with its e-invoice, and the facturette; made once, kept, and logged as they go out."""

from datetime import date, datetime

from django.conf import settings

from invoicing.facturx.document import INVOICE, EDocument, Line
from invoicing.facturx.writing import facturx_xml
from invoicing.models import Invoice
from invoicing.paper import heading, paper, seller_name
from invoicing.queries import e_document
from invoicing.services.parties import identity_of, seller_of
from invoicing.vat import QuotedLine, document_amounts
from office.kept import hand_out, kept_file
from office.models import KeptFile, User
from office.pdf import EInvoice, render_pdf, stamped

A4, SLIP = "invoice", "slip"  # subjects of what is kept
A4_TEMPLATE, SLIP_TEMPLATE = "invoicing/print/invoice.html", "invoicing/print/receipt_slip.html"


def invoice_file(invoice: Invoice, *, at: datetime) -> KeptFile:
    """The PDF of an issued invoice, with its e-invoice: made at first need from what the invoice keeps, then kept.

    What was taken over from another program is printed as a copy, and has no e-invoice. Raises NotIssued.
    """
    document = e_document(invoice)
    is_copy = _is_taken_over(invoice)
    return kept_file(
        A4, invoice.pk, name=file_name(document), at=at, make=lambda: document_pdf(document, is_copy=is_copy)
    )


def print_invoice(invoice: Invoice, *, by: User | None, at: datetime) -> KeptFile:
    """Hand out the PDF of an issued invoice: always the same bytes, each time logged. Raises NotIssued."""
    file = invoice_file(invoice, at=at)
    hand_out(file, by=by, what=f"Facture {invoice}")
    return file


def print_slip(invoice: Invoice, *, by: User | None, at: datetime) -> tuple[str, bytes]:
    """Hand out the facturette of an issued invoice: name and bytes; from the second on, stamped DUPLICATA.

    Raises NotIssued.
    """
    document = e_document(invoice)
    name = file_name(document, "-facturette")
    file = kept_file(SLIP, invoice.pk, name=name, at=at, make=lambda: _slip(invoice, document))
    rank = hand_out(file, by=by, what=f"Facturette {invoice}")
    content = bytes(file.content)
    return name, content if rank == 1 else stamped(content, f"DUPLICATA N°\u00a0{rank - 1}")


def draft_pdf(invoice: Invoice, *, on: date) -> bytes:
    """A draft on paper, marked as one, as it would be issued on a day: nothing of it is kept."""
    return draft_document_pdf(_draft(invoice, on))


def draft_document_pdf(document: EDocument) -> bytes:
    """The A4 PDF of what is not issued yet, marked BROUILLON, without an e-invoice."""
    return render_pdf(
        A4_TEMPLATE,
        paper(document, is_draft=True),
        title=heading(document, is_draft=True),
        author=seller_name(document.seller),
        on=document.day,
    )


def document_pdf(document: EDocument, *, is_copy: bool = False) -> bytes:
    """The A4 PDF of an issued document, with its e-invoice unless it is a copy of another program's."""
    return render_pdf(
        A4_TEMPLATE,
        paper(document, is_copy=is_copy),
        title=heading(document),
        author=seller_name(document.seller),
        on=document.day,
        e_invoice=None if is_copy else EInvoice(facturx_xml(document)),
    )


def file_name(document: EDocument, suffix: str = "") -> str:
    """What the file of a document is called."""
    return f"{document.number.replace('/', '-')}{suffix}.pdf"


def _slip(invoice: Invoice, document: EDocument) -> bytes:
    context = paper(document, is_copy=_is_taken_over(invoice)) | {"version": settings.VERSION}
    return render_pdf(
        SLIP_TEMPLATE, context, title=heading(document), author=seller_name(document.seller), on=document.day
    )


def _is_taken_over(invoice: Invoice) -> bool:
    return invoice.document is not None and invoice.document.series_id is None


def _draft(invoice: Invoice, on: date) -> EDocument:
    rows = list(invoice.lines.order_by("position", "pk"))
    amounts = document_amounts(
        [QuotedLine(row.quantity, row.unit_price, row.vat_rate, row.discount) for row in rows],
        prices_include_vat=invoice.prices_include_vat,
    )
    buyer = identity_of(invoice.client, invoice.party)
    return EDocument(
        number="",
        type_code=INVOICE,
        day=on,
        delivery_day=invoice.delivery_day or on,
        currency=invoice.client.account.currency,
        seller=seller_of(buyer, rows, on=on, site=invoice.site, follows=True),
        buyer=buyer,
        lines=[
            Line(row.label, row.quantity, row.unit_price, row.discount, row.vat_rate, row.nature, taxed.ht, taxed.vat)
            for row, taxed in zip(rows, amounts.lines, strict=True)
        ],
        taxes=[(cell.rate, cell.ht, cell.vat) for cell in amounts.rates],
        ht=amounts.ht,
        vat=amounts.vat,
        ttc=amounts.ttc,
        prices_include_vat=invoice.prices_include_vat,
        purchase_order=invoice.purchase_order,
    )
