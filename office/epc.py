"""The QR code that a bank's app reads a transfer from (EPC069-12)."""

from decimal import Decimal
from io import BytesIO

import segno

from office.identifiers import compacted

LONGEST_NAME, LONGEST_TEXT = 70, 140
LARGEST = Decimal("999999999.99")
MOST_BYTES = 331


def epc_text(*, name: str, iban: str, amount: Decimal, text: str, bic: str = "") -> str:
    """What the code says: to pay an amount in euros to an account; empty if it can't be said.

    text: what the payment is for. France has no structured reference of its own.
    """
    if not iban or not Decimal("0.01") <= amount <= LARGEST:
        return ""
    plain, purpose = " ".join(name.split())[:LONGEST_NAME], " ".join(text.split())[:LONGEST_TEXT]
    while True:
        lines = ["BCD", "002", "1", "SCT", compacted(bic), plain, compacted(iban), f"EUR{amount:.2f}", "", "", purpose]
        said = "\n".join(lines)
        if len(said.encode()) <= MOST_BYTES:
            return said
        plain, purpose = plain[: max(40, len(plain) - 1)], purpose[:-1]


def epc_svg(said: str) -> bytes:
    """The code as a drawing, level M."""
    written = BytesIO()
    code = segno.make_qr(said, error="m", boost_error=False, encoding="utf-8")
    code.save(written, kind="svg", xmldecl=False, border=2)
    return written.getvalue()
