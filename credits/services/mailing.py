"""What an e-mail with a credit note says of it."""

from clients.letters import LETTERS
from credits.models import CreditNote
from invoicing.services import whose
from ledger.queries import items_of
from office.amounts import ZERO, format_amount, format_money

LETTER = LETTERS["credit_note"]


def letter_values(note: CreditNote) -> dict[str, str]:
    """What the fields of the letter of a validated credit note are filled with, as things stand now."""
    if note.document is None:
        raise ValueError("A draft isn't sent.")
    left = sum((item.open for item in items_of(note.document) if not item.is_debit), ZERO)
    return whose(note) | {
        "numéro": str(note),
        "date": f"{note.document.day:%d/%m/%Y}",
        "total": format_money(note.ttc),
        "disponible": format_amount(left, str(note.ttc.currency)),
    }
