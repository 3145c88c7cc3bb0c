"""What the documents of a client are, in the words of a statement: « Facture vente », « Paiement virement client »."""

from collections.abc import Iterable, Mapping

from clients.models import Client
from credits.models import CreditNote
from invoicing.models import InvoiceLine, Nature
from ledger.models import Document
from payments.models import Incident, Payment, Refund

GOODS, SERVICES = {Nature.GOODS}, {Nature.SERVICE}


def descriptions(client: Client, kinds: Mapping[int, str]) -> dict[int, str]:
    """What documents of a client are. kinds: of each document, by its key."""
    told = {key: str(Document.Kind(kind).label) for key, kind in kinds.items()}
    asked = set(kinds.values())
    if Document.Kind.INVOICE in asked:
        told |= _invoices(client, _of(kinds, Document.Kind.INVOICE))
    if Document.Kind.CREDIT_NOTE in asked:
        told |= _credit_notes(client)
    if Document.Kind.PAYMENT in asked:
        told |= _payments(client)
    if Document.Kind.REFUND in asked:
        told |= _refunds(client)
    if Document.Kind.INCIDENT in asked:
        told |= _incidents(client)
    return told


def _of(kinds: Mapping[int, str], kind: Document.Kind) -> list[int]:
    return [key for key, found in kinds.items() if found == kind]


def _invoices(client: Client, documents: Iterable[int]) -> dict[int, str]:
    lines = InvoiceLine.objects.filter(invoice__client=client, invoice__document__in=list(documents))
    natures: dict[int, set[str]] = {}
    for document, nature in lines.order_by().values_list("invoice__document", "nature").distinct():
        natures.setdefault(document, set()).add(nature)
    told = {document: _sold(found) for document, found in natures.items()}
    notes = CreditNote.objects.filter(client=client, cancelled_by__isnull=False).select_related("document")
    mirrors = notes.order_by("pk").values_list("cancelled_by__document", "document__reference")
    return told | {key: f"Annulation de l’avoir {reference}" for key, reference in mirrors if key in told}


def _sold(natures: set[str]) -> str:
    if natures == GOODS:
        return "Facture vente"
    return "Facture prestation" if natures == SERVICES else "Facture vente et prestation"


def _credit_notes(client: Client) -> dict[int, str]:
    notes = CreditNote.objects.filter(client=client, document__isnull=False, invoice__isnull=False)
    rows = notes.order_by("pk").values_list("document", "invoice__document__reference")
    return {document: f"Avoir sur {reference}" for document, reference in rows}


def _payments(client: Client) -> dict[int, str]:
    rows = Payment.objects.filter(client=client).order_by("pk").values_list("document", "type__label")
    return {document: f"Paiement {_lowered(label)} client" if label else "Compensation" for document, label in rows}


def _refunds(client: Client) -> dict[int, str]:
    rows = Refund.objects.filter(client=client).order_by("pk").values_list("document", "type__label")
    return {document: f"Remboursement {_lowered(label)}" if label else "Remboursement" for document, label in rows}


def _incidents(client: Client) -> dict[int, str]:
    rows = Incident.objects.filter(payment__client=client).order_by("pk")
    told = rows.values_list("document", "payment__document__reference", "fee_entry")
    return {
        document: f"Incident de paiement sur {reference}{', avec frais' if fee else ''}"
        for document, reference, fee in told
    }


def _lowered(label: str) -> str:
    """A label within a sentence; what is written in capitals stays so."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"
