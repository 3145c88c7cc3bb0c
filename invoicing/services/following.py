"""What becomes of an issued invoice beside its payments: disputed, rescheduled, drafted again."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from djmoney.money import Money

from invoicing.models import Dispute, Instalment, Invoice
from invoicing.services.drafts import draft_lines
from invoicing.services.visits import NewLine
from invoicing.terms import free_schedule
from ledger import queries as ledger
from ledger.models import Document, Journal, Kind, OpenItem, Operation
from ledger.pairing import Pair
from ledger.services import Part, allocate, lock, open_days, post, posting
from office.amounts import ZERO
from office.errors import SoldeError


class StillDraft(SoldeError):
    """A draft owes nothing yet."""

    def __init__(self) -> None:
        super().__init__("Cette facture n’est pas encore émise.")


class NothingDue(SoldeError):
    """Nothing is left to pay of the invoice."""

    def __init__(self, invoice: Invoice) -> None:
        super().__init__(f"Il ne reste rien dû sur la facture {invoice}.")


class AlreadyDisputed(SoldeError):
    """The invoice is disputed already."""

    field = "reason"

    def __init__(self, dispute: Dispute) -> None:
        super().__init__(f"La facture {dispute.invoice} est déjà en litige\u00a0: «\u00a0{dispute.reason}\u00a0».")


class NotDisputed(SoldeError):
    """The invoice isn't disputed, or no longer."""

    def __init__(self, invoice: Invoice) -> None:
        super().__init__(f"La facture {invoice} n’est pas en litige.")


@posting
def dispute_invoice(*, invoice: Invoice, reason: str, op: Operation) -> Dispute:
    """Mark an invoice as disputed (en litige): batches and reminders leave it alone; no figure changes.

    Raises StillDraft, NothingDue, AlreadyDisputed. Source: rules, « Disputes ».
    """
    lock(invoice.client.account)
    if (live := _live(invoice)) is not None:
        raise AlreadyDisputed(live)
    if not open_debts(invoice):
        raise NothingDue(invoice)
    return Dispute.objects.create(invoice=invoice, reason=reason, operation=op)


@posting
def end_dispute(*, invoice: Invoice, op: Operation) -> Dispute:
    """Lift the dispute of an invoice; it stays in its history. Raises NotDisputed."""
    lock(invoice.client.account)
    dispute = _live(invoice)
    if dispute is None:
        raise NotDisputed(invoice)
    dispute.ended_by = op
    dispute.save(update_fields=["ended_by"])
    return dispute


def _live(invoice: Invoice) -> Dispute | None:
    return Dispute.objects.filter(invoice=invoice, ended_by=None).select_related("invoice__document").first()


@posting
def duplicate_invoice(*, invoice: Invoice, op: Operation) -> Invoice:
    """Draft a new invoice of the same lines at the prices that they had; no visit is taken over."""
    lines = [
        NewLine(
            line.label,
            line.unit_price,
            line.vat_rate,
            line.quantity,
            line.discount,
            line.nature,
            line.account_id,
            line.item_id,
        )
        for line in invoice.lines.order_by("position", "pk")
    ]
    return draft_lines(
        client=invoice.client,
        lines=lines,
        party=invoice.party,
        site=invoice.site,
        prices_include_vat=invoice.prices_include_vat,
        op=op,
    )


@posting
def reschedule(*, invoice: Invoice, dues: Sequence[tuple[date, Decimal]], op: Operation) -> Invoice:
    """Give what is left of an invoice's open instalments new due dates (échelonner le reste dû), today.

    An entry of the invoice credits what is left of the old lines and debits new ones, set against each other: Facturé,
    Encaissé and statements don't move. dues: (due date, amount), VAT included; together, what is left.
    Raises StillDraft, NothingDue, PeriodClosed, and what a free schedule refuses. Source: rules, « Rescheduling ».
    """
    lock(invoice.client.account)
    old = open_debts(invoice)
    if not old:
        raise NothingDue(invoice)
    days = open_days(op, site=invoice.site)
    days.check(op.day)
    new = free_schedule(sum((item.open for item in old), ZERO), dues, on=op.day)
    parts = [
        *(Part("411", credit=item.open, kind=Kind.RESCHEDULE, due=item.due) for item in old),
        *(Part("411", debit=amount, kind=Kind.RESCHEDULE, due=due) for due, amount in new),
    ]
    document = filed(invoice)
    posted = post(
        document=document,
        journal=Journal.Kind.MISCELLANEOUS,
        parts=parts,
        op=op,
        day=op.day,
        label=f"Échelonnement {document.reference}",
    )
    moved, planned = posted.items[: len(old)], posted.items[len(old) :]
    pairs = [Pair(debit, credit, credit.amount) for debit, credit in zip(old, moved, strict=True)]
    allocate(pairs, on=op.day, op=op, days=days)
    _plan(invoice, planned)
    return invoice


def open_debts(invoice: Invoice) -> list[OpenItem]:
    """What is left to pay of an invoice, the first due first. Raises StillDraft."""
    items = [item for item in ledger.items_of(filed(invoice)) if item.is_debit and item.open]
    return sorted(items, key=lambda item: (item.due, item.pk))


def filed(invoice: Invoice) -> Document:
    """The document of an issued invoice. Raises StillDraft."""
    if invoice.document is None:
        raise StillDraft
    return invoice.document


def _plan(invoice: Invoice, items: Sequence[OpenItem]) -> None:
    """The new instalments, to be collected as the last of those before them was."""
    former = invoice.instalments.order_by("-rank").first()
    ways = {} if former is None else {name: getattr(former, name) for name in ("method", "bank", "reminder")}
    last = former.rank if former else 0
    Instalment.objects.bulk_create(
        Instalment(
            invoice=invoice,
            item=item,
            rank=rank,
            due=item.due,
            amount=Money(item.amount, item.account.currency),
            planned_on=item.due,
            **ways,
        )
        for rank, item in enumerate(items, start=last + 1)
    )
