"""What an invoice or credit note says on paper, from what it keeps: neither database nor clock is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Any

from invoicing.facturx.document import EDocument, Line, price_of
from office.amounts import cents
from office.countries import country_name
from office.epc import epc_svg, epc_text
from office.identifiers import grouped
from office.pdf import svg_address

FRANCE = "FR"
WINDOW_LINES, WINDOW_SIGNS = 6, 38  # of the window of a DL envelope
WIDE = Decimal(1_000_000)  # an amount from which columns are wider, and their figures smaller
LONG = 30  # lines of text, from which a row may break over two pages


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is printed. price: of one without VAT; price_ttc: with it, where more than one was sold so."""

    label: str
    quantity: Decimal
    price: Decimal
    price_ttc: Decimal | None
    discount: Decimal
    rate: Decimal
    ht: Decimal
    ttc: Decimal
    is_long: bool


def paper(document: EDocument, *, is_draft: bool = False, is_copy: bool = False) -> dict[str, Any]:
    """The context of the templates that print a document.

    is_copy: of a document of another program. Source: rules, « What is printed ».
    """
    rows = [_row(line, document) for line in document.lines]
    return {
        "document": document,
        "seller": document.seller,
        "seller_name": seller_name(document.seller),
        "seller_address": street_lines(document.seller),
        "seller_numbers": numbers(document.seller),
        "window": window_lines(document.buyer),
        "buyer_numbers": numbers(document.buyer),
        "delivery": street_lines(document.buyer["delivery"]) if document.buyer.get("delivery") else [],
        "heading": heading(document, is_draft=is_draft),
        "rows": rows,
        "has_discounts": any(row.discount for row in rows),
        "taxes": [(why, rate, ht, vat) for why, rate, ht, vat in document.breakdown()],
        "notes": [] if is_copy else [text for text in document.mentions.values() if text],
        "code": "" if is_draft or is_copy else payment_code(document),
        "iban": grouped((document.seller.get("bank") or {}).get("iban", "")),
        "is_wide": document.ttc >= WIDE,
        "is_draft": is_draft,
        "is_copy": is_copy,
    }


def heading(document: EDocument, *, is_draft: bool = False) -> str:
    """What a document is called on its top."""
    if not document.is_credit_note:
        return "Brouillon de facture" if is_draft else f"Facture n°\u00a0{document.number}"
    named = [f"n°\u00a0{number} du\u00a0{day:%d/%m/%Y}" for number, day in document.corrects]
    of = f" sur la facture {named[0]}" if len(named) == 1 else " sur les factures " + ", ".join(named) if named else ""
    return f"Brouillon d’avoir{of}" if is_draft else f"Avoir n°\u00a0{document.number}{of}"


def seller_name(seller: Mapping[str, Any]) -> str:
    """The name of the business, with « EI » where the law wants it."""
    mark = "\u00a0EI" if seller.get("sole_trader") else ""
    return f"{seller.get('name', '')}{mark}"


def numbers(who: Mapping[str, Any]) -> list[str]:
    """The official numbers of a party, as they are read."""
    siren, city = grouped(who.get("siren", ""), 3), who.get("rcs_city")
    told = [f"RCS {city} {siren}" if city and siren else "", f"SIREN {siren}" if siren and not city else ""]
    if siret := who.get("siret"):
        told.append(f"SIRET {grouped(siret[:9], 3)}\u00a0{siret[9:]}")
    if number := who.get("vat_number"):
        told.append(f"TVA {number}")
    return [number for number in told if number]


def street_lines(place: Mapping[str, Any]) -> list[str]:
    """An address in lines; the country only abroad."""
    streets = str(place.get("street") or place.get("address") or "").splitlines()
    city = f"{place.get('postcode', '')} {place.get('city', '')}".strip()
    country = place.get("country") or FRANCE
    abroad = country_name(country).upper() if country != FRANCE else ""
    return [line.strip() for line in (*streets, city, abroad) if line.strip()]


def window_lines(buyer: Mapping[str, Any]) -> list[str]:
    """Name and address in the window: 6 lines of 38 signs, the last ones being the city and the country."""
    lines = street_lines(buyer)
    last = (2 if (buyer.get("country") or FRANCE) != FRANCE else 1) if buyer.get("city") else 0
    head, tail = (lines[:-last], lines[-last:]) if last else (lines, [])
    texts = (buyer.get("name", ""), buyer.get("label", ""), *head)
    upper = [part for text in texts for part in wrap(text, WINDOW_SIGNS)]
    return [*upper[: WINDOW_LINES - len(tail)], *(line[:WINDOW_SIGNS] for line in tail)]


def payment_code(document: EDocument) -> str:
    """The address of the QR code of what is to pay; empty where nothing is, or no bank account is known."""
    bank = document.seller.get("bank") or {}
    if document.is_credit_note or document.currency != "EUR":
        return ""
    said = epc_text(
        name=document.seller.get("name", ""),
        iban=bank.get("iban", ""),
        bic=bank.get("bic", ""),
        amount=document.left,
        text=document.number,
    )
    return svg_address(epc_svg(said)) if said else ""


def _row(line: Line, document: EDocument) -> Row:
    ttc_based = document.prices_include_vat
    many = ttc_based and line.quantity != 1
    told = price_of(line, prices_include_vat=ttc_based)
    price = told.price if told.allowance or not line.discount else _before_discount(line, ttc_based=ttc_based)
    return Row(
        label=line.label.strip(),
        quantity=line.quantity,
        price=price if not ttc_based else cents(price),
        price_ttc=line.unit_price if many else None,
        discount=line.discount,
        rate=line.vat_rate,
        ht=line.net,
        ttc=line.ttc,
        is_long=line.label.count("\n") > LONG or len(line.label) > LONG * 40,
    )


def _before_discount(line: Line, *, ttc_based: bool) -> Decimal:
    return line.unit_price * 100 / (100 + line.vat_rate) if ttc_based else line.unit_price
