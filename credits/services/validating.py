"""Validating a credit note: its number, its entry, the visits it frees, and its automatic settlement."""

from collections.abc import Iterable, Sequence
from datetime import date

from djmoney.money import Money

from credits.models import CreditNote, CreditNoteLine, CreditNoteTax
from credits.queries import creditable_lines, credited, freed_by, line_amount
from credits.services.drafting import draft_amount_credit, lock_draft
from invoicing.models import Invoice, VisitLine
from invoicing.parts import CreditTooLarge, QuantityTooLarge, credit_line
from invoicing.services import identity_of, restate, sales_parts, seller_of
from invoicing.vat import DocumentAmounts, TaxedAmount, by_rate
from ledger import queries as ledger
from ledger.models import Document, Journal, Kind, OpenItem, Operation
from ledger.pairing import Share, pair
from ledger.services import OpenDays, Part, allocate, file_document, lock, open_days, post, posting
from office.amounts import ZERO
from office.errors import SoldeError
from office.models import User
from office.queries import setting
from office.services import date_setting

SETTLE_SETTING = "credits.settle_at_validation"


class NothingToCredit(SoldeError):
    """A credit note without a line."""

    def __init__(self) -> None:
        super().__init__("L’avoir n’a pas de ligne.")


@posting
def validate_credit_note(*, note: CreditNote, op: Operation, version: int | None = None) -> CreditNote:
    """Validate a draft: number it on the day of the operation, post it, free the visits that it credits whole.

    With the setting « Solder avoir automatiquement à la validation » it is set against its own invoice's
    open instalments, oldest first, or, if global, against the client's oldest open items.
    version: the one that was seen. Raises AlreadyValidated, SavedMeanwhile, NothingToCredit, CreditTooLarge,
    QuantityTooLarge, PeriodClosed, DateBeforeLast. Source: rules, « Credit notes ».
    """
    lock_draft(note, version)
    account = note.client.account
    lines = list(note.lines.order_by("position", "pk"))
    if not lines:
        raise NothingToCredit
    days = open_days(op, site=note.site)
    days.check(op.day)
    _split_anew(note, lines)
    amounts = _amounts(lines)
    document = file_document(
        kind=Document.Kind.CREDIT_NOTE, account=account, party=note.party, site=note.site, day=op.day, op=op
    )
    parts = [
        Part("411", credit=amounts.ttc, kind=Kind.CREDIT_NOTE),
        *(part.mirrored() for part in sales_parts(amounts, lines)),
    ]
    posted = post(document=document, journal=Journal.Kind.SALES, parts=parts, op=op)
    _freeze(note, document, amounts, lines)
    _free(freed_by(note), days=days, on=op.day)
    if settles_at_validation(op.day):
        settle_oldest(note, posted.items[0], on=op.day, op=op, days=days)
    return note


def _split_anew(note: CreditNote, lines: Sequence[CreditNoteLine]) -> None:
    """Check that the invoice has left what the lines credit, and count their HT and VAT from what it has left.

    Another draft may have been validated meanwhile, at this desk or another.
    """
    if note.invoice is None:
        return
    of_invoice = {line.pk: line for line in creditable_lines(note.invoice)}
    taken = credited(of_invoice.values())
    left = sum((line.creditable for line in of_invoice.values()), ZERO)
    if sum(line.ttc.amount for line in lines) > left:
        raise CreditTooLarge(left)
    for line in lines:
        of = of_invoice[line.invoice_line_id or 0]
        if abs(line.credited_quantity) > abs(of.creditable_quantity):
            raise QuantityTooLarge(of.creditable_quantity)
        part = credit_line(line_amount(of), taken[of.pk], line.ttc.amount)
        line.ht, line.vat = Money(part.ht, line.ttc.currency), Money(part.vat, line.ttc.currency)
    CreditNoteLine.objects.bulk_update(lines, ["ht", "vat"])


def _amounts(lines: Sequence[CreditNoteLine]) -> DocumentAmounts:
    taxed = tuple(TaxedAmount(line.vat_rate, line.ht.amount, line.vat.amount) for line in lines)
    return DocumentAmounts(taxed, by_rate(taxed))


def _free(freed: Iterable[VisitLine], *, days: OpenDays, on: date) -> None:
    freed = list(freed)
    VisitLine.objects.filter(pk__in=[line.pk for line in freed]).update(invoice_line=None)
    restate({line.visit for line in freed}, on=on, days=days)


def _freeze(note: CreditNote, document: Document, amounts: DocumentAmounts, lines: Sequence[CreditNoteLine]) -> None:
    currency = document.account.currency
    CreditNoteTax.objects.bulk_create(
        CreditNoteTax(credit_note=note, rate=cell.rate, ht=Money(cell.ht, currency), vat=Money(cell.vat, currency))
        for cell in amounts.rates
    )
    note.document = document
    note.day = document.day
    note.ht, note.vat, note.ttc = (Money(a, currency) for a in (amounts.ht, amounts.vat, amounts.ttc))
    note.buyer = identity_of(note.client, note.party)
    note.seller = seller_of(note.buyer, lines, on=document.day, site=note.site, follows=note.invoice is not None)
    note.save()


def settle_oldest(note: CreditNote, credit: OpenItem, *, on: date, op: Operation, days: OpenDays) -> None:
    """Set a credit against its own invoice's open instalments, or against the client's oldest open items."""
    debits = ledger.open_items(credit.account).filter(is_debit=True, party=note.party)
    if note.invoice is not None:
        debits = debits.filter(document=note.invoice.document_id)
    shares = [Share(item, item.open) for item in debits]
    allocate(pair([*shares, Share(credit, credit.open)]), on=on, op=op, days=days)


def settles_at_validation(on: date) -> bool:
    """Whether a credit note validated on a day is settled at once."""
    return bool(setting(SETTLE_SETTING, on, default=False))


def set_settling(*, settles: bool, on: date, by: User) -> None:
    """Say whether credit notes are settled as they are validated, from a day on; what differs is logged."""
    if settles != settles_at_validation(on):
        date_setting(SETTLE_SETTING, settles, on, by=by, about="Solder avoir automatiquement à la validation")


@posting
def credit_amount(*, invoice: Invoice, amount: Money, op: Operation) -> CreditNote:
    """Credit a mere amount of an invoice at once (créer un avoir): drafted and validated.

    amount: positive, VAT included. Raises what both refuse.
    """
    lock(invoice.client.account)
    return validate_credit_note(note=draft_amount_credit(invoice=invoice, amount=amount, op=op), op=op)
