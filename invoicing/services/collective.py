"""Many clients invoiced at once: prepared, made in steps that a job does, then handed out by each client's channel.

A step is a transaction: what it made it also notes, so that a batch that was cut off goes on with what is left, and
makes nothing twice. Source: rules, « Batches ».
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import IO, Any

from django.db import transaction
from django.db.models import F
from pypdf import PdfReader, PdfWriter

from clients.letters import filled
from clients.queries import address_by_client, text_of
from clients.services import write_mail
from clients.terms import Terms
from invoicing.models import Batch, BatchItem, Invoice, Visit
from invoicing.queries import (
    ALREADY_MAILED,
    NO_ADDRESS,
    OBSTACLES,
    Candidate,
    grouped_candidates,
    mailed_already,
    mailings_left,
    pending,
    to_mail,
)
from invoicing.services.drafts import NothingToInvoice, draft_visits
from invoicing.services.invoices import Plan, issue_invoice
from invoicing.services.mailing import LETTER, letter_values
from invoicing.services.printing import invoice_file
from ledger.models import Operation
from ledger.services import lock, posting
from office.errors import SoldeError
from office.events import record
from office.kept import Damaged, checked
from office.mailing import sender
from office.models import Event, KeptFile, User

STEP = 25  # documents, so that no desk waits behind a batch
DAMAGED = "le PDF conservé est abîmé"
GONE = "Plus rien n’y est à facturer\u00a0: déjà fait entre-temps, ou sur un brouillon."


class NothingChosen(SoldeError):
    """No visit is to be invoiced by the batch."""

    def __init__(self) -> None:
        super().__init__("Cette sélection n’a aucune visite à facturer.")


class NothingToSend(SoldeError):
    """Nothing of the batch is left to be sent by e-mail."""

    def __init__(self) -> None:
        super().__init__("Aucune facture de ce lot n’est à envoyer par e-mail.")


# Made


@posting
def prepare_batch(
    *,
    visits: Sequence[Candidate],
    about: str,
    on: date,
    op: Operation,
    job: Callable[..., Any],
    together: bool = False,
    terms: str = "",
) -> Batch:
    """Write down the invoices that a batch is to make, and have them made.

    job: what queues its steps, given its key as `key`. terms: empty for those of each client. Raises NothingChosen.
    """
    if not any(not visit.obstacle for visit in visits):
        raise NothingChosen
    batch = Batch.objects.create(operation=op, about=about[:300], day=on, together=together, terms=terms)
    groups = grouped_candidates(visits, together=together)
    items = BatchItem.objects.bulk_create(
        BatchItem(
            batch=batch,
            rank=rank,
            client_id=group[0].client,
            party_id=group[0].party,
            reason=OBSTACLES.get(group[0].obstacle, ""),
            outcome=BatchItem.Outcome.SKIPPED if group[0].obstacle else BatchItem.Outcome.PENDING,
        )
        for rank, group in enumerate(groups, start=1)
    )
    link = BatchItem.visits.through
    link.objects.bulk_create(
        link(batchitem_id=item.pk, visit_id=one.visit)
        for item, group in zip(items, groups, strict=True)
        for one in group
    )
    job(key=batch.pk)
    return batch


@transaction.atomic
def take_step(key: int, *, at: datetime, job: Callable[..., Any]) -> bool:
    """Make the next invoices of a batch, all within one transaction; False once nothing is left to make.

    What an invoice is refused for is noted, and the batch goes on. job: what makes an invoice's PDF, given its key.
    """
    batch = Batch.objects.select_for_update(no_key=True, of=("self",)).select_related("operation").get(pk=key)
    items = list(pending(batch)[:STEP])
    if items:
        lock(*(item.client.account for item in items))
        for item in items:
            try:
                with transaction.atomic():
                    item.invoice = _invoice(item, batch)
            except SoldeError as error:
                item.outcome = BatchItem.Outcome.SKIPPED
                item.reason = GONE if isinstance(error, NothingToInvoice) else error.message
            else:
                item.outcome = BatchItem.Outcome.MADE
                job(key=item.invoice.pk)
        BatchItem.objects.bulk_update(items, ["outcome", "reason", "invoice"])
    elif batch.ended_at is None:
        batch.ended_at = at
    batch.stepped_at = at
    batch.save(update_fields=["stepped_at", "ended_at"])
    return bool(items)


def _invoice(item: BatchItem, batch: Batch) -> Invoice:
    visits = list(
        Visit.objects.filter(pk__in=[visit.pk for visit in item.visits.all()])
        .select_related("client__account", "party", "site")
        .order_by("day", "pk")
    )
    if item.client.is_archived:
        raise ClientArchived
    draft = draft_visits(visits=visits, op=batch.operation)
    terms = batch.terms or item.client.terms or Terms.RECEIPT
    return issue_invoice(invoice=draft, on=batch.day, plan=Plan(Terms(terms)), op=batch.operation)


class ClientArchived(SoldeError):
    """A batch leaves archived clients alone."""

    def __init__(self) -> None:
        super().__init__(OBSTACLES["archived"])


# Printed


def join_pdfs(
    items: Sequence[BatchItem], target: IO[bytes], *, at: datetime, told: Callable[[int, int], None]
) -> list[int]:
    """Join the PDFs of invoices into one file to print; answers their keys. told: how far it has come."""
    written = PdfWriter()
    kept: list[int] = []
    for done, item in enumerate(items):
        told(done, len(items))
        if item.invoice is None:
            continue
        file = invoice_file(item.invoice, at=at)
        written.append(PdfReader(BytesIO(checked(file))), import_outline=False)
        kept.append(file.pk)
    written.write(target)
    told(len(items), len(items))
    return kept


@transaction.atomic
def note_printed(
    batch: Batch, items: Sequence[BatchItem], files: Sequence[int], *, by: User | None, at: datetime
) -> None:
    """Note that invoices of a batch were printed, each copy of its file counted, and log it."""
    BatchItem.objects.filter(pk__in=[item.pk for item in items]).update(printed_at=at)
    KeptFile.objects.filter(pk__in=files).update(prints=F("prints") + 1)
    record(Event.Kind.PRINT, {"pièce": str(batch), "factures": len(files)}, user=by)


# Sent


@posting
def send_batch(*, batch: Batch, op: Operation, job: Callable[..., Any]) -> Batch:
    """Ask for the invoices of a batch to be sent to the clients who get e-mails; why one can't be is noted on it.

    job: what queues the writing, given the batch's key as `key`. Raises NoMailServer, NothingToSend.
    """
    sender()  # else nothing can leave
    Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    items = list(to_mail(batch))
    if not items:
        raise NothingToSend
    known = address_by_client(item.client for item in items)
    sent = mailed_already(item.invoice for item in items if item.invoice)
    for item in items:
        if item.invoice and item.invoice.document_id in sent:
            item.unsent = ALREADY_MAILED
        elif item.client_id not in known:
            item.unsent = NO_ADDRESS
        else:
            item.mailing = op
    BatchItem.objects.bulk_update(items, ["mailing", "unsent"])
    Batch.objects.filter(pk=batch.pk).update(stepped_at=op.at)
    job(key=batch.pk)
    return batch


def write_mails(key: int, *, at: datetime, job: Callable[..., Any]) -> bool:
    """Write the next e-mails that were asked for of a batch, all within one transaction; False once none is left.

    job: what queues the sending of an e-mail, given its key as `key`.
    """
    batch = Batch.objects.get(pk=key)
    ready = {item.pk: _file(item, at) for item in mailings_left(batch)[:STEP]}
    if not ready:
        return False
    text = text_of(LETTER)
    with transaction.atomic():
        Batch.objects.select_for_update(no_key=True).get(pk=key)
        items = [item for item in mailings_left(batch)[:STEP] if item.pk in ready]
        known = address_by_client(item.client for item in items)
        for item in items:
            address, file = known.get(item.client_id, ""), ready[item.pk]
            if file is None:
                item.unsent = DAMAGED
            elif address and item.invoice and item.mailing:
                item.mail = write_mail(
                    account=item.client.account,
                    letter=LETTER,
                    text=filled(text, letter_values(item.invoice)),
                    recipient=address,
                    files=[file],
                    document=item.invoice.document,
                    op=item.mailing,
                    job=job,
                )
            else:  # taken off the client's sheet meanwhile
                item.unsent = NO_ADDRESS
        BatchItem.objects.bulk_update(items, ["mail", "unsent"])
        Batch.objects.filter(pk=key).update(stepped_at=at)
    return True


def _file(item: BatchItem, at: datetime) -> KeptFile | None:
    """The PDF of an item's invoice; None if it is damaged."""
    try:
        return invoice_file(item.invoice, at=at) if item.invoice else None
    except Damaged:
        return None
