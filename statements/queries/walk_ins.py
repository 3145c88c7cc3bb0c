"""L’extrait détaillé client passager: every document of walk-in clients, with its lines and how it was paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from credits.models import CreditNoteLine
from invoicing.models import InvoiceLine
from ledger.models import Allocation, Document, Line
from office.amounts import ZERO
from office.periods import Period
from payments.models import Payment, Refund
from statements.queries.where import Where


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of a document: what, how many, VAT included."""

    label: str
    quantity: Decimal
    rate: Decimal
    ttc: Decimal


@dataclass(frozen=True, slots=True)
class WalkInDocument:
    """A document of a passer-by. debit, credit: what it posted on account 411; paid: how it was, in words."""

    key: int
    day: date
    kind: str
    reference: str
    code: str
    party: str
    site: str
    currency: str
    debit: Decimal
    credit: Decimal
    paid: str
    lines: list[Sold]


def walk_in_documents(period: Period, where: Where) -> list[WalkInDocument]:
    """The documents of all walk-in clients in a period, by day, then in the order they were filed."""
    documents: Any = Document.objects.filter(where.on("site"), account__walk_in=True)
    documents = documents.filter(day__gte=period.start) if period.start else documents
    documents = documents.filter(day__lte=period.end) if period.end else documents
    found = list(documents.select_related("account__client", "party", "site").order_by("day", "pk"))
    keys = [document.pk for document in found]
    posted, paid, sold = _posted(keys), _paid(keys), _sold(keys)
    return [
        WalkInDocument(
            key=document.pk,
            day=document.day,
            kind=document.get_kind_display(),
            reference=document.reference,
            code=document.account.client.code,
            party=document.party.name if document.party else "",
            site=document.site.name if document.site else "",
            currency=document.account.currency,
            debit=posted.get(document.pk, (ZERO, ZERO))[0],
            credit=posted.get(document.pk, (ZERO, ZERO))[1],
            paid=", ".join(paid.get(document.pk, ())),
            lines=sold.get(document.pk, []),
        )
        for document in found
    ]


def _posted(documents: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """What documents posted: debits and credits, a reversal taking off what it reverses."""
    lines = Line.objects.filter(client_account__isnull=False, entry__document__in=documents).exclude(kind="reschedule")
    sums = lines.order_by().values_list("entry__document").annotate(net=Sum(F("debit") - F("credit")))
    return {document: (max(net, ZERO), max(-net, ZERO)) for document, net in sums}


def _paid(documents: Iterable[int]) -> dict[int, list[str]]:
    """How documents were paid: the types of what is set against them, or that they are."""
    documents = list(documents)
    told: dict[int, list[str]] = {}
    for model in (Payment, Refund):
        found = model.objects.filter(document__in=documents, type__isnull=False).order_by("pk")
        for document, label in found.values_list("document", "type__label"):
            told.setdefault(document, []).append(label)
    allocations = Allocation.objects.filter(debit__document__in=documents, detached_on=None).order_by("pk")
    rows = allocations.values_list("debit__document", "credit__document__payments__type__label", "credit__document")
    for document, label, _ in rows:
        text = label or "Avoir"
        if text not in told.setdefault(document, []):
            told[document].append(text)
    return told


def _sold(documents: Iterable[int]) -> Mapping[int, list[Sold]]:
    documents = list(documents)
    found: dict[int, list[Sold]] = {}
    names = ("label", "quantity", "vat_rate", "ttc")
    rows: list[Any] = [
        *InvoiceLine.objects.filter(invoice__document__in=documents)
        .order_by("invoice", "position", "pk")
        .values_list("invoice__document", *names),
        *CreditNoteLine.objects.filter(credit_note__document__in=documents)
        .order_by("credit_note", "position", "pk")
        .values_list("credit_note__document", *names),
    ]
    for document, *line in rows:
        found.setdefault(document, []).append(Sold(*line))
    return found
