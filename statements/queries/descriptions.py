"""What the documents of a client are, in the words of a statement: « Facture vente », « Paiement virement client »."""

from collections.abc import Callable, Mapping
from functools import cache

from django.db import connection

from clients.models import Client
from invoicing.models import Nature
from ledger.models import Document

MIRROR = "mirror"  # an invoice that cancels a credit note, which is told rather than what it sells

# By kind of document: its key, what its words tell, and the words. Parameters: client, and by kind the keys.
PARTS = {
    Document.Kind.INVOICE: f"""
        SELECT i.document_id, CASE WHEN bool_and(l.nature = '{Nature.GOODS}') THEN 'goods'
            WHEN bool_or(l.nature = '{Nature.GOODS}') THEN 'both' ELSE 'services' END, ''
        FROM invoicing_invoice i JOIN invoicing_invoiceline l ON l.invoice_id = i.id
        WHERE i.client_id = %(client)s AND i.document_id = ANY(%(invoice)s::bigint[]) GROUP BY i.document_id
        UNION ALL
        SELECT i.document_id, '{MIRROR}', d.reference FROM credits_creditnote n
        JOIN invoicing_invoice i ON i.id = n.cancelled_by_id JOIN ledger_document d ON d.id = n.document_id
        WHERE n.client_id = %(client)s AND i.document_id = ANY(%(invoice)s::bigint[])
    """,  # noqa: S608 - made of our own words
    Document.Kind.CREDIT_NOTE: """
        SELECT n.document_id, 'credit', d.reference FROM credits_creditnote n
        JOIN invoicing_invoice i ON i.id = n.invoice_id JOIN ledger_document d ON d.id = i.document_id
        WHERE n.client_id = %(client)s AND n.document_id = ANY(%(credit_note)s::bigint[])
    """,
    Document.Kind.PAYMENT: """
        SELECT p.document_id, 'paid', coalesce(t.label, '') FROM payments_payment p
        LEFT JOIN payments_paymenttype t ON t.code = p.type_id
        WHERE p.client_id = %(client)s AND p.document_id = ANY(%(payment)s::bigint[])
    """,
    Document.Kind.REFUND: """
        SELECT r.document_id, 'returned', coalesce(t.label, '') FROM payments_refund r
        LEFT JOIN payments_paymenttype t ON t.code = r.type_id
        WHERE r.client_id = %(client)s AND r.document_id = ANY(%(refund)s::bigint[])
    """,
    Document.Kind.INCIDENT: """
        SELECT i.document_id, CASE WHEN i.fee_entry_id IS NULL THEN 'bounced' ELSE 'charged' END, d.reference
        FROM payments_incident i JOIN payments_payment p ON p.id = i.payment_id
        JOIN ledger_document d ON d.id = p.document_id WHERE i.document_id = ANY(%(incident)s::bigint[])
    """,
}


@cache
def _lowered(label: str) -> str:
    """A label within a sentence; what is written in capitals stays so."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"


WORDS: dict[str, Callable[[str], str]] = {
    "goods": lambda _: "Facture vente",
    "services": lambda _: "Facture prestation",
    "both": lambda _: "Facture vente et prestation",
    MIRROR: lambda reference: f"Annulation de l’avoir {reference}",
    "credit": lambda reference: f"Avoir sur {reference}",
    "paid": lambda label: f"Paiement {_lowered(label)} client" if label else "Compensation",
    "returned": lambda label: f"Remboursement {_lowered(label)}" if label else "Remboursement",
    "bounced": lambda reference: f"Incident de paiement sur {reference}",
    "charged": lambda reference: f"Incident de paiement sur {reference}, avec frais",
}


def descriptions(client: Client, kinds: Mapping[int, str]) -> dict[int, str]:
    """What documents of a client are. kinds: of each document, by its key."""
    labels: dict[str, str] = {kind.value: str(kind.label) for kind in Document.Kind}
    told = {key: labels[kind] for key, kind in kinds.items()}
    asked: dict[str, list[str]] = {}
    for key, kind in kinds.items():
        asked.setdefault(kind, []).append(str(key))
    if parts := [part for kind, part in PARTS.items() if kind in asked]:
        keys = {kind: f"{{{','.join(found)}}}" for kind, found in asked.items()}  # each array is written once
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), {"client": client.pk, **keys})
            found = cursor.fetchall()
        told |= {document: WORDS[what](words) for document, what, words in found}
        told |= {document: WORDS[what](words) for document, what, words in found if what == MIRROR}
    return told
