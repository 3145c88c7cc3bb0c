"""Drafts of credit notes: of lines of an invoice, of a mere amount on it, or global."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from djmoney.money import Money

from clients.models import Client
from credits.models import CreditNote, CreditNoteLine
from credits.queries import creditable_lines, credited, line_amount
from invoicing.models import Invoice, InvoiceLine
from invoicing.parts import CreditRefused, NothingCredited, credit_lines, split_credit, ttc_of_quantity
from invoicing.services import NegativeTotal, NewLine, come_by
from invoicing.vat import QuotedLine, TaxedAmount, check_signs, document_amounts
from ledger.models import Operation, Party
from ledger.services import amount_in, check_party, lock, posting
from office.amounts import ZERO
from office.editing import check_version
from office.errors import SoldeError
from office.models import Site


class InvoiceNotIssued(SoldeError):
    """A draft is changed, not credited."""

    def __init__(self) -> None:
        super().__init__("Cette facture n’est pas encore émise : modifiez-la.")


class AlreadyValidated(SoldeError):
    """A validated credit note never changes."""

    def __init__(self, note: CreditNote) -> None:
        super().__init__(f"L’avoir {note} est déjà validé.")


class NotOnInvoice(SoldeError):
    """The line is of another invoice, or was chosen twice."""

    def __init__(self) -> None:
        super().__init__("Choisissez chaque ligne une fois, parmi celles de la facture à créditer.")


class NotCreditable(SoldeError):
    """What cancels a credit note is an invoice in form alone."""

    def __init__(self, invoice: Invoice) -> None:
        super().__init__(f"La facture {invoice} annule un avoir : elle ne se crédite pas.")


class ForeignInvoice(SoldeError):
    """A global credit note reduces invoices of its own client, or passer-by."""

    field = "reduces"

    def __init__(self, invoice: Invoice) -> None:
        super().__init__(f"La facture {invoice} n’est pas de ce client.")


class ReferenceNeeded(SoldeError):
    """A global credit note to a professional says what it refers to."""

    field = "reduces"

    def __init__(self) -> None:
        super().__init__(
            "Pour un professionnel, indiquez les factures que l’avoir réduit, ou un contrat et une période."
        )


@dataclass(frozen=True, slots=True)
class Credited:
    """What to credit of an invoice's line: a quantity, and an amount VAT included if not that of the quantity."""

    line: InvoiceLine
    quantity: Decimal = ZERO
    ttc: Decimal | None = None


@posting
def draft_credit(
    *, invoice: Invoice, op: Operation, chosen: Sequence[Credited] | None = None, frees_visits: bool = False
) -> CreditNote:
    """Draft a credit note of lines of an invoice; by default of all that is left of each.

    frees_visits: whether the visit lines that it credits whole are to invoice again.
    Raises InvoiceNotIssued, NotCreditable, NotOnInvoice, NothingCredited, CreditTooLarge, QuantityTooLarge.
    """
    lock(invoice.client.account)
    lines = _lines_of(invoice)
    if chosen is None:
        chosen = [Credited(line, line.creditable_quantity, line.creditable) for line in lines if line.creditable]
    return _draft_on(invoice, _credits(lines, chosen), frees_visits=frees_visits, op=op)


@posting
def change_credit(
    *,
    note: CreditNote,
    chosen: Sequence[Credited],
    op: Operation,  # noqa: ARG001  its key makes it happen once
    frees_visits: bool = False,
    version: int | None = None,
) -> CreditNote:
    """Say anew what a draft credits of its invoice's lines. version: the one that was seen.

    Raises SavedMeanwhile, AlreadyValidated, NotOnInvoice, NothingCredited, CreditTooLarge, QuantityTooLarge.
    """
    lock_draft(note, version)
    if note.invoice is None:
        raise NotOnInvoice
    credits = _credits(_lines_of(note.invoice), chosen)
    if not credits:
        raise NothingCredited
    note.lines.all().delete()
    note.frees_visits = frees_visits
    note.version += 1
    _credit(note, credits)
    return note


def would_credit(invoice: Invoice, chosen: Sequence[Credited]) -> Decimal:
    """What a draft that credits these lines of an invoice would come to, VAT included; nothing is written.

    Raises what `change_credit` does of the lines.
    """
    return sum((part.ttc for _, part, _ in _credits(_lines_of(invoice), chosen)), ZERO)


@posting
def delete_credit(*, note: CreditNote, op: Operation) -> Client:  # noqa: ARG001  its key makes it happen once
    """Throw a draft away: nothing of it stays. Raises AlreadyValidated."""
    lock_draft(note, None)
    client = note.client
    note.delete()
    return client


def lock_draft(note: CreditNote, version: int | None) -> None:
    """Lock the account of a draft and read it anew. Raises SavedMeanwhile, AlreadyValidated."""
    lock(note.client.account)
    check_version(note, version)
    if note.document_id is not None:
        raise AlreadyValidated(note)


def _credits(
    lines: Sequence[InvoiceLine], chosen: Sequence[Credited]
) -> list[tuple[InvoiceLine, TaxedAmount, Decimal]]:
    """What is credited of lines of an invoice: HT and VAT, and the quantity."""
    wanted = {one.line.pk: one for one in chosen}
    if len(wanted) != len(chosen) or wanted.keys() - {line.pk for line in lines}:
        raise NotOnInvoice
    taken = credited(lines)
    amounts = [
        _wanted(rank, line, taken[line.pk], wanted[line.pk]) if line.pk in wanted else ZERO
        for rank, line in enumerate(lines, start=1)
    ]
    parts = credit_lines([line_amount(line) for line in lines], [taken[line.pk] for line in lines], amounts)
    return [
        (line, part, wanted[line.pk].quantity) for line, part in zip(lines, parts, strict=True) if line.pk in wanted
    ]


def _wanted(rank: int, line: InvoiceLine, before: TaxedAmount, one: Credited) -> Decimal:
    """What is to be credited of a line, VAT included: that of the quantity, which is checked, or what was typed."""
    try:
        ttc = ZERO
        if one.quantity or one.ttc is None:
            done = line.quantity - line.creditable_quantity
            ttc = ttc_of_quantity(line_amount(line), line.quantity, before, done, one.quantity)
        if not (ttc := ttc if one.ttc is None else one.ttc):
            raise NothingCredited
    except CreditRefused as refusal:
        refusal.line = rank
        raise
    return ttc


@posting
def draft_amount_credit(*, invoice: Invoice, amount: Money, op: Operation) -> CreditNote:
    """Draft a credit note of a mere amount on an invoice, its VAT split as the invoice's.

    amount: positive, VAT included.
    Raises InvoiceNotIssued, NotCreditable, NothingCredited, CreditTooLarge.
    """
    lock(invoice.client.account)
    lines = _lines_of(invoice)
    taken = credited(lines)
    wanted = amount_in(invoice.client.account, amount)
    split = split_credit([line_amount(line) for line in lines], [taken[line.pk] for line in lines], wanted)
    return _draft_on(invoice, [(line, part, ZERO) for line, part in zip(lines, split, strict=True) if part.ttc], op=op)


def _lines_of(invoice: Invoice) -> list[InvoiceLine]:
    if invoice.document_id is None:
        raise InvoiceNotIssued
    if CreditNote.objects.filter(cancelled_by=invoice).exists():
        raise NotCreditable(invoice)
    return creditable_lines(invoice)


def _draft_on(
    invoice: Invoice,
    parts: Sequence[tuple[InvoiceLine, TaxedAmount, Decimal]],
    *,
    op: Operation,
    frees_visits: bool = False,
) -> CreditNote:
    if not parts:
        raise NothingCredited
    note = _draft(invoice.client, invoice.party, invoice.site, op=op)
    note.invoice = invoice
    note.frees_visits = frees_visits
    note.prices_include_vat = True
    note.save()
    _credit(note, parts)
    return note


def _credit(note: CreditNote, parts: Sequence[tuple[InvoiceLine, TaxedAmount, Decimal]]) -> None:
    """Write the lines of a draft on an invoice, and what they come to."""
    currency = note.client.account.currency
    lines = [
        CreditNoteLine(
            credit_note=note,
            invoice_line=line,
            position=rank,
            label=line.label,
            quantity=quantity or Decimal(1),
            unit_price=abs(part.ttc / (quantity or 1)),
            vat_rate=line.vat_rate,
            nature=line.nature,
            account_id=line.account_id,
            item_id=line.item_id,
            credited_quantity=quantity,
            ht=Money(part.ht, currency),
            vat=Money(part.vat, currency),
            ttc=Money(part.ttc, currency),
        )
        for rank, (line, part, quantity) in enumerate(parts, start=1)
    ]
    _write(note, lines)


def _write(note: CreditNote, lines: Sequence[CreditNoteLine]) -> None:
    """Keep the lines of a draft, and what it would come to if it were validated as it stands."""
    CreditNoteLine.objects.bulk_create(lines)
    note.ht, note.vat, note.ttc = (
        Money(sum((getattr(line, name).amount for line in lines), ZERO), note.client.account.currency)
        for name in ("ht", "vat", "ttc")
    )
    note.save()


@posting
def draft_global_credit(
    *,
    client: Client,
    lines: Sequence[NewLine],
    op: Operation,
    party: Party | None = None,
    site: Site | None = None,
    prices_include_vat: bool = True,
    reduces: Sequence[Invoice] = (),
    contract: str = "",
    period: tuple[date, date] | None = None,
) -> CreditNote:
    """Draft a credit note on no single invoice. Positive lines credit; all are of one sign.

    reduces: the invoices it names; or a contract and a period. One of both for a professional.
    Raises NothingCredited, MixedSigns, NegativeTotal, ReferenceNeeded, PartyNeeded, InvoiceNotIssued,
    ForeignInvoice.
    Source: rules, « Credit notes ».
    """
    party = come_by(party)
    note = _draft(client, party, site, op=op)
    note.prices_include_vat = prices_include_vat
    _refer(note, Reference(reduces, contract, period))
    _write_global(note, lines)
    return note


@posting
def change_global_credit(
    *,
    note: CreditNote,
    lines: Sequence[NewLine],
    op: Operation,  # noqa: ARG001  its key makes it happen once
    reduces: Sequence[Invoice] = (),
    contract: str = "",
    period: tuple[date, date] | None = None,
    version: int | None = None,
) -> CreditNote:
    """Say anew what a global draft is of. version: the one that was seen.

    Raises SavedMeanwhile, AlreadyValidated and what drafting it refuses.
    """
    lock_draft(note, version)
    if note.invoice_id is not None:
        raise NotOnInvoice
    note.version += 1
    _refer(note, Reference(reduces, contract, period))
    note.lines.all().delete()
    _write_global(note, lines)
    return note


@dataclass(frozen=True, slots=True)
class Reference:
    """What a global credit note refers to."""

    reduces: Sequence[Invoice]
    contract: str
    period: tuple[date, date] | None


def _refer(note: CreditNote, to: Reference) -> None:
    if note.client.is_company and not to.reduces and not (to.contract and to.period):
        raise ReferenceNeeded
    for invoice in to.reduces:
        if (invoice.client_id, invoice.party_id) != (note.client_id, note.party_id):
            raise ForeignInvoice(invoice)
        if invoice.document_id is None:
            raise InvoiceNotIssued
    note.contract = to.contract
    note.period_start, note.period_end = to.period or (None, None)
    note.save()
    note.reduces.set(to.reduces)


def _write_global(note: CreditNote, lines: Sequence[NewLine]) -> None:
    quotes = [QuotedLine(line.quantity, line.unit_price, line.vat_rate, line.discount) for line in lines]
    amounts = document_amounts(quotes, prices_include_vat=note.prices_include_vat)
    check_signs(amounts.lines)
    if amounts.ttc < 0:
        raise NegativeTotal
    if not amounts.ttc:
        raise NothingCredited
    currency = note.client.account.currency
    told = [
        CreditNoteLine(
            credit_note=note,
            ht=Money(taxed.ht, currency),
            vat=Money(taxed.vat, currency),
            ttc=Money(taxed.ttc, currency),
            **line.values(rank),
        )
        for rank, (line, taxed) in enumerate(zip(lines, amounts.lines, strict=True), start=1)
    ]
    _write(note, told)


def _draft(client: Client, party: Party | None, site: Site | None, *, op: Operation) -> CreditNote:
    """A credit note of nothing yet, unsaved."""
    check_party(client.account, party)
    nothing = Money(0, client.account.currency)
    return CreditNote(client=client, party=party, site=site, ht=nothing, vat=nothing, ttc=nothing, operation=op)
