"""The letter of a reminder in words: from what the reminder keeps, as it was made."""

from collections.abc import Sequence
from typing import Any

from invoicing.paper import numbers, seller_name, street_lines, window_lines
from office.amounts import format_amount, format_number
from office.epc import epc_svg, epc_text
from office.identifiers import grouped
from office.pdf import svg_address
from statements.models import Reminder

AGREED = {
    Reminder.Level.REMINDER: "Rappel de factures échues",
    Reminder.Level.SECOND: "Relance\u00a0: factures impayées",
    Reminder.Level.NOTICE: "Mise en demeure",
}


def reminder_paper(reminder: Reminder, rows: Sequence[Any]) -> dict[str, Any]:
    """What the template of a reminder shows. rows: of `rows_of`.

    The code asks for the whole of it, in euros, where a bank account is known.
    """
    seller, currency = reminder.seller, reminder.currency
    bank = seller.get("bank") or {}
    said = ""
    if bank and currency == "EUR":
        text = f"{reminder.client.code} relance {reminder.day:%d/%m/%Y}"
        said = epc_text(
            name=seller.get("name", ""), iban=bank["iban"], bic=bank.get("bic", ""), amount=reminder.total, text=text
        )
    return {
        "reminder": reminder,
        "heading": AGREED[Reminder.Level(reminder.level)],
        "is_notice": reminder.level == Reminder.Level.NOTICE,
        "window": window_lines(reminder.buyer),
        "says": reminder.mentions[0],
        "mentions": reminder.mentions[1:],
        "rows": [
            {
                "document": row.item.document,
                "kind": row.item.get_kind_display(),
                "due": row.item.due,
                "late": (reminder.day - row.item.due).days,
                "left": format_number(row.left),
            }
            for row in rows
        ],
        "total": format_amount(reminder.total, currency),
        "currency": "euros" if currency == "EUR" else currency,
        "seller": seller,
        "seller_name": seller_name(seller),
        "seller_address": street_lines(seller),
        "seller_numbers": numbers(seller),
        "code": svg_address(epc_svg(said)) if said else "",
        "iban": grouped(bank.get("iban", "")),
        "bic": bank.get("bic", ""),
        "reference": reminder.client.code,
    }
