"""Receipts as files: made once from what a payment keeps, and from the second print on stamped DUPLICATA."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from clients.letters import LETTERS
from clients.models import Client
from invoicing.paper import numbers, seller_name, street_lines
from invoicing.services import identity_of
from ledger.models import Allocation, Document, OpenItem, Operation, Party
from ledger.queries import entry_items, items_by_key
from office.amounts import ZERO, format_money
from office.kept import hand_out, kept_file
from office.models import Company, KeptFile, Site, User
from office.pdf import render_pdf, stamped
from office.queries import company
from payments.models import CashClosing, Deposit, Payment, Refund
from payments.paper import PaidBy, Receipt, Settled, paper
from payments.queries import allocations_at, cash_moves, till_documents
from payments.services.desk import Method
from payments.services.taking import Wanted

LETTER = LETTERS["receipt"]
TEMPLATE = "payments/print/receipt.html"
SUBJECTS = {Payment: "receipt", Refund: "refund_receipt"}  # of what is kept


def receipt_file(movement: Payment | Refund, *, at: datetime) -> KeptFile:
    """The receipt of a payment or refund as a PDF: made at first need, then kept."""
    subject = SUBJECTS[type(movement)]
    return kept_file(subject, movement.pk, name=f"recu-{movement}.pdf", at=at, make=lambda: _pdf(_receipt(movement)))


def print_receipt(movement: Payment | Refund, *, by: User | None, at: datetime) -> tuple[str, bytes]:
    """Hand out a receipt: name and bytes; from the second on, stamped DUPLICATA. Each time it is logged."""
    file = receipt_file(movement, at=at)
    return _handed_out(file, by=by, what=f"Reçu {movement}")


def letter_values(movement: Payment | Refund) -> dict[str, str]:
    """What the fields of the letter of a receipt are filled with."""
    document: Document = movement.document
    business = company()
    return {
        "client": document.party.name if document.party else movement.client.full_name,
        "code": movement.client.code,
        "entreprise": business.name,
        "téléphone": business.phone,
        "numéro": document.reference,
        "date": f"{document.day:%d/%m/%Y}",
        "montant": format_money(movement.amount),
    }


def draft_receipt(
    *,
    client: Client,
    party: Party | None,
    site: Site | None,
    methods: Sequence[Method],
    settles: Sequence[Wanted],
    on: date,
    paid_on: date | None,
    note: str,
) -> bytes:
    """The receipt that a règlement would have, marked as a draft: nothing of it is kept."""
    items = items_by_key([wanted.item for wanted in settles])
    total = sum((method.amount for method in methods), ZERO)
    receipt = Receipt(
        number="",
        day=on,
        paid_on=paid_on or on,
        currency=client.account.currency,
        seller=company().identity(),
        buyer=identity_of(client, party),
        site=site.name if site else "",
        ways=[_way(method.type.label if method.type else "", method.reference, method.amount) for method in methods],
        settled=[_settled(items[wanted.item], wanted.amount, items[wanted.item].open) for wanted in settles],
        unused=max(total - sum((wanted.amount for wanted in settles), ZERO), ZERO),
        note=note,
    )
    return _pdf(receipt)


def _receipt(movement: Payment | Refund) -> Receipt:
    document: Document = movement.document
    op = document.operation
    settled, unused = _settled_by(movement, document, op)
    sign = -1 if isinstance(movement, Refund) else 1
    label = movement.type.label if movement.type else "Compensation"
    return Receipt(
        number=document.reference,
        day=document.day,
        paid_on=movement.paid_on,
        currency=document.account.currency,
        seller=movement.seller,
        buyer=movement.buyer,
        site=document.site.name if document.site else "",
        ways=[_way(label, movement.bank_reference, sign * movement.amount.amount)],
        settled=settled,
        unused=unused,
        note=movement.note,
    )


def _settled_by(movement: Payment | Refund, document: Document, op: Operation) -> tuple[list[Settled], Decimal]:
    """What a movement settled when it was made, and what was left of its own money."""
    own = entry_items(movement.entry)[0] if movement.entry else None
    made = [one for one in allocations_at(document) if one.operation_id == op.pk]
    amounts: dict[int, Decimal] = {}
    items: dict[int, OpenItem] = {}
    for allocation in made:
        for item, amount in ((allocation.debit, allocation.amount), (allocation.credit, -allocation.amount)):
            if own is None or item.pk != own.pk:
                items[item.pk] = item
                amounts[item.pk] = amounts.get(item.pk, ZERO) + amount
    settled = [_settled(item, amounts[key], _open_before(item, op)) for key, item in items.items()]
    used = sum((one.amount for one in made if own and own.pk in (one.debit_id, one.credit_id)), ZERO)
    unused = own.amount - used if own is not None and not own.is_debit else ZERO
    return sorted(settled, key=lambda one: (one.due or one.day, one.label)), unused


def _open_before(item: OpenItem, op: Operation) -> Decimal:
    """What of an item was open just before an operation."""
    uses = Allocation.objects.filter(**{"debit" if item.is_debit else "credit": item}, operation__lt=op.pk)
    stood = [one for one in uses if one.detached_by_id is None or one.detached_by_id >= op.pk]
    return item.amount - sum((one.amount for one in stood), ZERO)


def _settled(item: OpenItem, amount: Decimal, was_open: Decimal) -> Settled:
    return Settled(
        label=f"{item.get_kind_display()} {item.document.reference}",
        day=item.day,
        due=item.due if item.is_debit else None,
        amount=amount,
        left=was_open - abs(amount),
    )


def _way(label: str, reference: str, amount: Decimal) -> PaidBy:
    return PaidBy(label or "Compensation", reference, amount)


def _pdf(receipt: Receipt) -> bytes:
    context = paper(receipt) | {"version": settings.VERSION}
    return render_pdf(TEMPLATE, context, title=receipt.title, author=seller_name(receipt.seller), on=receipt.day)


def print_deposit(deposit: Deposit, *, by: User | None, at: datetime) -> tuple[str, bytes]:
    """Hand out the slip of a deposit: name and bytes; from the second on, stamped DUPLICATA."""
    name = f"bordereau-{deposit}.pdf"
    file = kept_file("deposit", deposit.pk, name=name, at=at, make=lambda: _slip(deposit))
    return _handed_out(file, by=by, what=f"Bordereau {deposit}")


def print_closing(closing: CashClosing, *, by: User | None, at: datetime) -> tuple[str, bytes]:
    """Hand out the Z of a closing: name and bytes; from the second on, stamped DUPLICATA."""
    where = f"-{closing.site.code}" if closing.site else ""
    name = f"{closing}{where}-{closing.through:%Y-%m-%d}.pdf"
    file = kept_file("closing", closing.pk, name=name, at=at, make=lambda: _report(closing))
    return _handed_out(file, by=by, what=f"Clôture {closing}")


def _handed_out(file: KeptFile, *, by: User | None, what: str) -> tuple[str, bytes]:
    rank = hand_out(file, by=by, what=what)
    content = bytes(file.content)
    return file.name, content if rank == 1 else stamped(content, f"DUPLICATA N°\u00a0{rank - 1}")


def _slip(deposit: Deposit) -> bytes:
    lines = deposit.lines.select_related("payment__client", "payment__document").order_by("pk")
    context = {"deposit": deposit, "lines": lines}
    title = f"Bordereau {deposit}"
    return _paper("payments/print/deposit.html", context, title, deposit.document.day, of=company())


def _report(closing: CashClosing) -> bytes:
    business = company()
    context = {
        "closing": closing,
        "currency": business.currency,
        "documents": till_documents(closing.site, closing.since, closing.through, currency=business.currency),
        "moves": cash_moves(closing.site, closing.since, closing.through),
    }
    return _paper("payments/print/closing.html", context, f"Clôture de caisse {closing}", closing.through, of=business)


def _paper(template: str, context: dict[str, Any], title: str, on: date, *, of: Company) -> bytes:
    """A paper of the house, under the head of the business."""
    seller = of.identity()
    told = {
        "seller": seller,
        "seller_name": seller_name(seller),
        "seller_address": street_lines(seller),
        "seller_numbers": numbers(seller),
        "version": settings.VERSION,
    }
    return render_pdf(template, told | context, title=title, author=seller_name(seller), on=on)
