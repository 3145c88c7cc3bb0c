"""Cancelling: an invoice by a credit note, a credit note by an invoice; numbers stay."""

from collections.abc import Mapping, Sequence

from credits.models import CreditNote, CreditNoteLine
from credits.queries import freed_by
from credits.services.drafting import InvoiceNotIssued, draft_credit
from credits.services.validating import validate_credit_note
from invoicing.models import Invoice, InvoiceLine, InvoiceTax, VisitLine
from invoicing.parts import NothingCredited
from invoicing.services import end_spells, identity_of, restate, seller_of
from ledger import queries as ledger
from ledger.models import Document, Kind, OpenItem, Operation
from ledger.pairing import Pair, Share, pair
from ledger.services import (
    OpenDays,
    Part,
    UsedElsewhere,
    allocate,
    detach,
    file_document,
    lock,
    open_days,
    post,
    posting,
)
from office.amounts import ZERO, format_amount
from office.errors import SoldeError


class AlreadyCancelled(SoldeError):
    """What is cancelled can't be cancelled again."""

    def __init__(self, document: str) -> None:
        super().__init__(f"{document} est déjà annulé.")


class NotValidated(SoldeError):
    """A draft is thrown away, not cancelled."""

    def __init__(self) -> None:
        super().__init__("Cet avoir n’est pas encore validé.")


class FreedLineTaken(SoldeError):
    """A visit line that the credit note freed stands on another invoice or draft by now, or was replaced."""

    def __init__(self, line: VisitLine) -> None:
        where = f"est déjà sur {line.invoice_line.invoice}" if line.invoice_line else "a été modifié depuis"
        super().__init__(f"« {line.label} », que cet avoir avait dissocié, {where}.")


@posting
def cancel_invoice(*, invoice: Invoice, op: Operation, frees_visits: bool = False) -> CreditNote:
    """Cancel an issued invoice by a credit note of all that is not yet credited, set against it.

    Its payments are detached first and become overpayments. What of the credit note the invoice
    doesn't take stays available.
    Raises InvoiceNotIssued, NotCreditable, AlreadyCancelled, PeriodClosed. Source: rules, « Cancelling an invoice ».
    """
    lock(invoice.client.account)
    try:
        note = draft_credit(invoice=invoice, frees_visits=frees_visits, op=op)
    except NothingCredited:
        raise AlreadyCancelled(str(invoice)) from None
    days = open_days(op, site=invoice.site)
    days.check(op.day)
    paid = [
        allocation
        for allocation in ledger.live_allocations(*_debits(invoice))
        if allocation.credit.kind == Kind.PAYMENT
    ]
    detach(paid, on=op.day, op=op)
    validate_credit_note(note=note, op=op)
    credit = ledger.items_of(_filed(note.document))[0]
    shares = [Share(item, item.open) for item in _debits(invoice)]
    allocate(pair([*shares, Share(credit, credit.open)]), on=op.day, op=op, days=days)
    return note


def _debits(invoice: Invoice) -> list[OpenItem]:
    return [item for item in ledger.items_of(_filed(invoice.document)) if item.is_debit]


def _filed(document: Document | None) -> Document:
    if document is None:
        raise InvoiceNotIssued
    return document


@posting
def cancel_credit_note(*, note: CreditNote, op: Operation) -> Invoice:
    """Cancel an unused credit note by an invoice of its own figures, set against it.

    It takes back the visit lines that the credit note, alone or with others, had freed.
    Raises NotValidated, AlreadyCancelled, UsedElsewhere with the amount used, FreedLineTaken, PeriodClosed.
    Source: rules, « Cancelling a credit note ».
    """
    account = note.client.account
    lock(account)
    note.refresh_from_db()
    if note.document is None:
        raise NotValidated
    if note.cancelled_by_id is not None:
        raise AlreadyCancelled(str(note))
    credit = ledger.items_of(note.document)[0]
    if used := credit.amount - credit.open + credit.reserved:
        raise UsedElsewhere(f"{note} : {format_amount(used, account.currency)} utilisés.")
    days = open_days(op, site=note.site)
    days.check(op.day)
    lines = list(note.lines.order_by("position", "pk"))
    freed = freed_by(note)
    if taken := [line for line in freed if line.invoice_line_id is not None or line.is_removed]:
        raise FreedLineTaken(taken[0])
    invoice = _mirror(note, lines, op=op)
    document = file_document(
        kind=Document.Kind.INVOICE, account=account, party=note.party, site=note.site, day=op.day, op=op
    )
    entry = credit.line.entry
    parts = [Part(line.account_id, line.debit, line.credit, line.kind) for line in entry.lines.order_by("pk")]
    posted = post(
        document=document,
        journal=entry.journal.kind,
        parts=[part.mirrored() for part in parts],
        op=op,
        reverses=entry,
    )
    allocate([Pair(posted.items[0], credit, credit.amount)], on=op.day, op=op, days=days)
    invoice.document, invoice.day = document, document.day
    invoice.save()
    note.cancelled_by = invoice
    note.save(update_fields=["cancelled_by"])
    _take_back(freed, days=days, op=op)
    return invoice


def _take_back(freed: Mapping[VisitLine, InvoiceLine], *, days: OpenDays, op: Operation) -> None:
    """The visit lines that were freed stand on their invoice again."""
    if not freed:
        return
    for line, invoice_line in freed.items():
        line.invoice_line = invoice_line
    VisitLine.objects.bulk_update(freed, ["invoice_line"])
    end_spells(list(freed), on=op.day)
    restate({line.visit for line in freed}, on=op.day, days=days)


def _mirror(note: CreditNote, lines: Sequence[CreditNoteLine], *, op: Operation) -> Invoice:
    """A draft invoice of a credit note's very figures; none of it can be credited again."""
    buyer = identity_of(note.client, note.party)
    invoice = Invoice.objects.create(
        client=note.client,
        party=note.party,
        site=note.site,
        delivery_day=op.day,
        prices_include_vat=note.prices_include_vat,
        ht=note.ht,
        vat=note.vat,
        ttc=note.ttc,
        buyer=buyer,
        seller=seller_of(buyer, lines, on=op.day, site=note.site, follows=True),
        operation=op,
    )
    names = ("position", "label", "quantity", "unit_price", "discount", "vat_rate", "nature", "account_id", "item_id")
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            ht=line.ht,
            vat=line.vat,
            ttc=line.ttc,
            creditable=ZERO,
            **{name: getattr(line, name) for name in names},
        )
        for line in lines
    )
    InvoiceTax.objects.bulk_create(
        InvoiceTax(invoice=invoice, rate=tax.rate, ht=tax.ht, vat=tax.vat) for tax in note.taxes.order_by("pk")
    )
    return invoice
