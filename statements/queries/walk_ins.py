"""L’extrait détaillé client passager: every document of walk-in clients, with its lines and how it was paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Sum

from credits.models import CreditNoteLine
from invoicing.models import InvoiceLine
from ledger.models import Allocation, Document, Line
from office.amounts import ZERO
from office.periods import Period
from payments.models import Payment, Refund
from statements.queries.where import Where, within


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
    """The documents of all walk-in clients in a period, by day, then in the order they were filed.

    What undoes one is a row of its own on its own day, so that debits less credits are what the statement of the
    same period says, whatever comes later.
    """
    moved = _moved(period, where)
    keys = {key for key, *_ in moved}
    found: Any = Document.objects.filter(Q(pk__in=keys) | Q(pk__in=_still(period, where)))
    documents = {one.pk: one for one in found.select_related("account__client", "party", "site").order_by("pk")}
    moved += [(key, one.day, False, ZERO) for key, one in documents.items() if key not in keys]
    moved.sort(key=lambda row: (row[1], row[0], row[2]))
    paid, sold = _paid(documents), _sold(documents)
    return [
        WalkInDocument(
            key=key,
            day=day,
            kind=_kind(documents[key], undoes=undoes),
            reference=documents[key].reference,
            code=documents[key].account.client.code,
            party=documents[key].party.name if documents[key].party else "",
            site=documents[key].site.name if documents[key].site else "",
            currency=documents[key].account.currency,
            debit=max(net, ZERO),
            credit=max(-net, ZERO),
            paid="" if undoes else ", ".join(paid.get(key, ())),
            lines=[] if undoes else sold.get(key, []),
        )
        for key, day, undoes, net in moved
    ]


def _moved(period: Period, where: Where) -> list[tuple[int, date, bool, Decimal]]:
    """What documents posted on account 411: document, day, whether it undoes, debit less credit."""
    of = Q(where.on("entry__site"), within("day", period), client_account__walk_in=True)
    undoes = ExpressionWrapper(Q(entry__reverses__isnull=False), output_field=BooleanField())
    lines: Any = Line.objects.filter(of).exclude(kind="reschedule").annotate(undoes=undoes).order_by()
    rows = lines.values_list("entry__document", "day", "undoes")
    return list(rows.annotate(net=Sum(F("debit") - F("credit"))))


def _still(period: Period, where: Where) -> Any:
    """The documents that posted nothing there: set-offs of 0.00."""
    documents: Any = Document.objects.filter(where.on("site"), account__walk_in=True)
    posted = Line.objects.filter(entry__document=OuterRef("pk"), client_account__isnull=False)
    return documents.filter(~Exists(posted), within("day", period)).values("pk")


def _kind(document: Document, *, undoes: bool) -> str:
    kind: str = document.get_kind_display()
    return f"Annulation\u00a0: {kind.lower()}" if undoes else kind


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
