"""What an e-mail with an invoice says of it."""

from typing import Any

from clients.letters import LETTERS
from invoicing.models import Invoice
from ledger.queries import items_of
from office.amounts import ZERO, format_amount, format_money
from office.queries import company

LETTER = LETTERS["invoice"]


def letter_values(invoice: Invoice) -> dict[str, str]:
    """What the fields of the letter of an issued invoice are filled with, as things stand now."""
    if invoice.document is None:
        raise ValueError("A draft isn't sent.")
    currency = invoice.document.account.currency
    debts = [item for item in items_of(invoice.document) if item.is_debit]
    left = sum((item.open for item in debts), ZERO)
    days = [item.due for item in debts if item.open] or [
        max((item.due for item in debts), default=invoice.document.day)
    ]
    due = f"{min(days):%d/%m/%Y}"
    amount = format_amount(left, currency)
    return whose(invoice) | {
        "numéro": str(invoice),
        "date": f"{invoice.document.day:%d/%m/%Y}",
        "total": format_money(invoice.ttc),
        "reste dû": amount,
        "échéance": due,
        "règlement": f"Il reste {amount} à régler, au plus tard le {due}." if left else "Elle est réglée.",
    }


def whose(document: Any) -> dict[str, str]:
    """What any letter to the client of an invoice, or of another document with a party, says of both sides."""
    business = company()
    return {
        "client": document.party.name if document.party else document.client.full_name,
        "code": document.client.code,
        "entreprise": business.name,
        "téléphone": business.phone,
    }
