"""Credit notes as e-invoices are written from them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from credits.models import CreditNote
from invoicing.facturx.document import CREDIT_NOTE, GLOBAL_CREDIT_NOTE, EDocument
from invoicing.mentions import is_professional
from invoicing.models import Invoice
from invoicing.queries import NotIssued, e_lines
from invoicing.vat import TaxedAmount, by_rate
from office.amounts import ZERO


def e_credit_note(note: CreditNote) -> EDocument:
    """A validated credit note as its e-invoice is written from it. Raises NotIssued.

    One that names no invoice is of a period and a contract for a professional, and refers to nothing for a person.
    """
    if note.document is None or note.day is None:
        raise NotIssued
    return _e_document(
        note,
        number=note.document.reference,
        on=note.day,
        seller=note.seller,
        buyer=note.buyer,
        taxes=[TaxedAmount(tax.rate, tax.ht.amount, tax.vat.amount) for tax in note.taxes.order_by("-rate")],
    )


def draft_e_credit_note(
    note: CreditNote, *, on: date, seller: Mapping[str, Any], buyer: Mapping[str, Any]
) -> EDocument:
    """A draft as it would be printed, were it validated on a day: without a number."""
    lines = (TaxedAmount(line.vat_rate, line.ht.amount, line.vat.amount) for line in note.lines.all())
    return _e_document(note, number="", on=on, seller=seller, buyer=buyer, taxes=by_rate(lines))


def _e_document(
    note: CreditNote,
    *,
    number: str,
    on: date,
    seller: Mapping[str, Any],
    buyer: Mapping[str, Any],
    taxes: Sequence[TaxedAmount],
) -> EDocument:
    named = Invoice.objects.filter(pk=note.invoice_id) if note.invoice_id else note.reduces.all()
    corrects = list(named.order_by("day", "pk").values_list("document__reference", "day"))
    of_period = is_professional(buyer) and not corrects
    ht, vat = (sum((getattr(tax, name) for tax in taxes), ZERO) for name in ("ht", "vat"))
    return EDocument(
        number=number,
        type_code=GLOBAL_CREDIT_NOTE if of_period else CREDIT_NOTE,
        day=on,
        delivery_day=on,
        currency=str(note.client.account.currency),
        seller=seller,
        buyer=buyer,
        lines=e_lines(note.lines.order_by("position", "pk")),
        taxes=[(tax.rate, tax.ht, tax.vat) for tax in taxes],
        ht=ht,
        vat=vat,
        ttc=ht + vat,
        prices_include_vat=note.prices_include_vat,
        corrects=[(reference, day) for reference, day in corrects if day is not None],
        contract=note.contract,
        period=(note.period_start, note.period_end) if note.period_start and note.period_end else None,
    )
