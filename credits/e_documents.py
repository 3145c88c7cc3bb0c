"""Credit notes as e-invoices are written from them."""

from credits.models import CreditNote
from invoicing.facturx.document import CREDIT_NOTE, GLOBAL_CREDIT_NOTE, EDocument
from invoicing.mentions import is_professional
from invoicing.models import Invoice
from invoicing.queries import NotIssued, e_lines


def e_credit_note(note: CreditNote) -> EDocument:
    """A validated credit note as its e-invoice is written from it. Raises NotIssued.

    One that names no invoice is of a period and a contract for a professional, and refers to nothing for a person.
    """
    if note.document is None or note.day is None:
        raise NotIssued
    named = Invoice.objects.filter(pk=note.invoice_id) if note.invoice_id else note.reduces.all()
    corrects = list(named.order_by("day", "pk").values_list("document__reference", "day"))
    of_period = is_professional(note.buyer) and not corrects
    return EDocument(
        number=note.document.reference,
        type_code=GLOBAL_CREDIT_NOTE if of_period else CREDIT_NOTE,
        day=note.day,
        delivery_day=note.day,
        currency=str(note.ttc.currency),
        seller=note.seller,
        buyer=note.buyer,
        lines=e_lines(note.lines.order_by("position", "pk")),
        taxes=[(tax.rate, tax.ht.amount, tax.vat.amount) for tax in note.taxes.order_by("-rate")],
        ht=note.ht.amount,
        vat=note.vat.amount,
        ttc=note.ttc.amount,
        prices_include_vat=note.prices_include_vat,
        corrects=[(reference, day) for reference, day in corrects if day is not None],
        contract=note.contract,
        period=(note.period_start, note.period_end) if note.period_start and note.period_end else None,
    )
