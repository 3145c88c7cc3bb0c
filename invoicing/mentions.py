"""Which legal texts a document bears: pure, from who sells, who buys, and what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from clients.models import VatRegime
from invoicing.models.lines import Nature
from office.amounts import format_quantity
from office.legal import RATE
from office.models import Company

COMPANY = "company"
TO_PROFESSIONALS = ("discount", "penalty", "recovery")


class SoldLine(Protocol):
    """What decides of a line: its rate of VAT, and whether it is goods."""

    vat_rate: Decimal
    nature: str


@dataclass(frozen=True, slots=True)
class Untaxed:
    """Why a line bears no VAT. category: UNCL 5305; code: VATEX, if there is one; key: of its legal text."""

    category: str
    code: str
    key: str


FRANCHISE = Untaxed("E", "VATEX-FR-FRANCHISE", "franchise")
EXEMPT = Untaxed("E", "", "exempt")
REVERSE_CHARGE = Untaxed("AE", "VATEX-EU-AE", "reverse_charge")
INTRA_COMMUNITY = Untaxed("K", "VATEX-EU-IC", "intra_community")
EXPORT = Untaxed("G", "VATEX-EU-G", "export")


def is_professional(buyer: Mapping[str, Any]) -> bool:
    """Whether a document is made out to a professional."""
    return buyer.get("nature") == COMPANY


def is_in_franchise(seller: Mapping[str, Any]) -> bool:
    """Whether the business bills no VAT at all."""
    return seller.get("vat_scheme") == Company.VatScheme.FRANCHISE


def untaxed(seller: Mapping[str, Any], buyer: Mapping[str, Any], nature: str) -> Untaxed:
    """Why a line of this nature bears no VAT."""
    if is_in_franchise(seller):
        return FRANCHISE
    match buyer.get("vat_regime"):
        case VatRegime.REVERSE_CHARGE:
            return INTRA_COMMUNITY if nature == Nature.GOODS else REVERSE_CHARGE
        case VatRegime.EXPORT:
            return EXPORT
    return EXEMPT


def nature_key(natures: Collection[str]) -> str:
    """The text that tells what a document sells: goods, services or both."""
    if len(set(natures)) > 1:
        return "mixed"
    return "goods" if Nature.GOODS in natures else "services"


def mentions(
    texts: Mapping[str, str], *, seller: Mapping[str, Any], buyer: Mapping[str, Any], lines: Collection[SoldLine]
) -> list[dict[str, str]]:
    """The mentions of a document in their order, each with the key of its legal text.

    texts: those in force on the document's day. seller, buyer: as the document keeps them.
    Source: rules, « Legal mentions ».
    """
    keys = list(dict.fromkeys(untaxed(seller, buyer, line.nature).key for line in lines if not line.vat_rate))
    keys.append(nature_key([line.nature for line in lines]))
    if seller.get("vat_on_debits"):
        keys.append("debits")
    if is_professional(buyer):
        keys += TO_PROFESSIONALS
    keys.append("notice")
    said = {key: _text(key, texts, buyer) for key in keys}
    return [{"key": key, "text": text} for key, text in said.items() if text]


def _text(key: str, texts: Mapping[str, str], buyer: Mapping[str, Any]) -> str:
    text = texts.get(key, "")
    if key == "exempt":
        return str(buyer.get("vat_exemption") or text)
    if key != "penalty" or RATE not in text:
        return text
    rate = texts.get("penalty_rate")
    return text.replace(RATE, format_quantity(Decimal(rate))) if rate else ""
