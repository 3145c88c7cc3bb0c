"""The XML of an e-invoice: Cross Industry Invoice, profile EN 16931, with the French rules for professionals.

The terms (BT-…, BG-…) are those of EN 16931-1.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from invoicing.facturx.document import INVOICE, EDocument, Line, price_of
from invoicing.mentions import Untaxed, nature_key
from office.amounts import ZERO, format_amount, format_quantity
from office.identifiers import grouped

PROFILE = "urn:cen.eu:en16931:2017"
NAMESPACES = {
    name: f"urn:un:unece:uncefact:data:standard:{rest}:100"
    for name, rest in (
        ("rsm", "CrossIndustryInvoice"),
        ("ram", "ReusableAggregateBusinessInformationEntity"),
        ("udt", "UnqualifiedDataType"),
        ("qdt", "QualifiedDataType"),
    )
}
FRAMES = {"goods": "B", "services": "S", "mixed": "M"}  # BT-23
NOTES = {"recovery": "PMT", "penalty": "PMD", "discount": "AAB"}  # BT-21
IN_BREAKDOWN = ("franchise", "exempt", "reverse_charge", "intra_community", "export")
SIREN, SIRET, ELECTRONIC, EMAIL = "0002", "0009", "0225", "EM"
UNIT = "C62"
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


class Element:
    """An element that is being written: `add` gives it a child and answers that."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def add(self, name: str, text: str | None = None, **attributes: str) -> "Element":
        prefix, _, local = name.rpartition(":")
        node = etree.SubElement(self.node, f"{{{NAMESPACES[prefix or 'ram']}}}{local}", attributes)
        if text is not None:
            node.text = FORBIDDEN.sub("", text)
        return Element(node)

    def maybe(self, name: str, text: Any, **attributes: str) -> None:
        """A child where there is something to say."""
        if text:
            self.add(name, str(text), **attributes)

    def day(self, name: str, day: date, kind: str = "udt") -> None:
        """A child that tells a day."""
        self.add(name).add(f"{kind}:DateTimeString", f"{day:%Y%m%d}", format="102")


def facturx_xml(document: EDocument) -> bytes:
    """The XML of an issued document: the same bytes for the same document."""
    root = Element(etree.Element(f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice", nsmap=NAMESPACES))
    context = root.add("rsm:ExchangedDocumentContext")
    context.add("BusinessProcessSpecifiedDocumentContextParameter").add("ID", _frame(document))
    context.add("GuidelineSpecifiedDocumentContextParameter").add("ID", PROFILE)
    _head(root.add("rsm:ExchangedDocument"), document)
    deal = root.add("rsm:SupplyChainTradeTransaction")
    for rank, line in enumerate(document.lines, start=1):
        _line(deal.add("IncludedSupplyChainTradeLineItem"), rank, line, document)
    _agreement(deal.add("ApplicableHeaderTradeAgreement"), document)
    _delivery(deal.add("ApplicableHeaderTradeDelivery"), document)
    _settlement(deal.add("ApplicableHeaderTradeSettlement"), document)
    etree.indent(root.node)
    written: bytes = etree.tostring(root.node, xml_declaration=True, encoding="UTF-8")
    return written


def _frame(document: EDocument) -> str:
    """BT-23: what is sold, and whether it was paid already."""
    return FRAMES[nature_key([line.nature for line in document.lines])] + ("2" if document.is_paid else "1")


def _head(head: Element, document: EDocument) -> None:
    head.add("ID", document.number)
    head.add("TypeCode", document.type_code)
    head.day("IssueDateTime", document.day)
    for text, subject in _notes(document):
        note = head.add("IncludedNote")
        note.add("Content", text)
        note.maybe("SubjectCode", subject)


def _notes(document: EDocument) -> Iterable[tuple[str, str]]:
    seller = document.seller
    if document.is_professional:
        yield "B2B" if document.buyer.get("country", "FR") == "FR" else "B2BINT", "BAR"
    for key, text in document.mentions.items():
        if key not in IN_BREAKDOWN:
            yield text, NOTES.get(key, "")
    if form := ", ".join(filter(None, ("EI" if seller.get("sole_trader") else "", seller.get("legal_form")))):
        yield form, "REG"
    if seller.get("rcs_city"):
        yield f"RCS {seller['rcs_city']} {grouped(seller.get('siren', ''), 3)}".strip(), "ABL"


def _line(item: Element, rank: int, line: Line, document: EDocument) -> None:
    price = price_of(line, prices_include_vat=document.prices_include_vat)
    name, _, description = line.label.strip().partition("\n")
    item.add("AssociatedDocumentLineDocument").add("LineID", str(rank))
    product = item.add("SpecifiedTradeProduct")
    product.add("Name", name or "-")
    product.maybe("Description", description.strip())
    item.add("SpecifiedLineTradeAgreement").add("NetPriceProductTradePrice").add("ChargeAmount", _plain(price.price))
    item.add("SpecifiedLineTradeDelivery").add("BilledQuantity", _plain(price.quantity), unitCode=UNIT)
    settlement = item.add("SpecifiedLineTradeSettlement")
    tax = settlement.add("ApplicableTradeTax")
    tax.add("TypeCode", "VAT")
    why = document.why_untaxed(line)
    tax.add("CategoryCode", why.category if why else "S")
    tax.add("RateApplicablePercent", _plain(line.vat_rate))
    if price.allowance:
        allowance = settlement.add("SpecifiedTradeAllowanceCharge")
        allowance.add("ChargeIndicator").add("udt:Indicator", "false")
        allowance.add("ActualAmount", _cents(price.allowance))
        allowance.add("Reason", f"Remise {format_quantity(line.discount)}\u00a0%")
    settlement.add("SpecifiedTradeSettlementLineMonetarySummation").add("LineTotalAmount", _cents(line.net))


def _agreement(agreement: Element, document: EDocument) -> None:
    seller, buyer = document.seller, document.buyer
    party = agreement.add("SellerTradeParty")
    _identity(party, seller, "FR")
    _endpoint(party, seller.get("siren") or seller.get("email"))
    if number := seller.get("vat_number"):
        party.add("SpecifiedTaxRegistration").add("ID", number, schemeID="VA")
    elif number := seller.get("siren"):
        party.add("SpecifiedTaxRegistration").add("ID", number, schemeID="FC")
    party = agreement.add("BuyerTradeParty")
    _identity(party, buyer, buyer.get("country") or "FR")
    if document.is_professional:
        _endpoint(party, buyer.get("e_address") or buyer.get("siren"))
    else:
        _endpoint(party, buyer.get("email"))
    if number := buyer.get("vat_number"):
        party.add("SpecifiedTaxRegistration").add("ID", number, schemeID="VA")
    if document.purchase_order:
        agreement.add("BuyerOrderReferencedDocument").add("IssuerAssignedID", document.purchase_order)
    if document.contract:
        agreement.add("ContractReferencedDocument").add("IssuerAssignedID", document.contract)


def _identity(party: Element, who: Mapping[str, Any], country: str) -> None:
    party.maybe("GlobalID", who.get("siret"), schemeID=SIRET)
    name = who.get("name") or "-"
    party.add("Name", f"{name} EI" if who.get("sole_trader") else name)
    if who.get("siren"):
        party.add("SpecifiedLegalOrganization").add("ID", who["siren"], schemeID=SIREN)
    _address(party, who, country)


def _address(party: Element, who: Mapping[str, Any], country: str) -> None:
    address = party.add("PostalTradeAddress")
    lines = str(who.get("street") or who.get("address") or "").splitlines()
    address.maybe("PostcodeCode", who.get("postcode"))
    for name, text in zip(("LineOne", "LineTwo", "LineThree"), lines, strict=False):
        address.maybe(name, text.strip())
    address.maybe("CityName", who.get("city"))
    address.add("CountryID", country)


def _endpoint(party: Element, address: str | None) -> None:
    """BT-34, BT-49: in the French directory, or an e-mail address."""
    if address:
        scheme = EMAIL if "@" in address else ELECTRONIC
        address = address.removeprefix(f"{ELECTRONIC}:")
        party.add("URIUniversalCommunication").add("URIID", address, schemeID=scheme)


def _delivery(delivery: Element, document: EDocument) -> None:
    buyer = document.buyer
    to = buyer.get("delivery") or buyer
    if "delivery" in buyer or any(why and why.category == "K" for why, *_ in document.breakdown()):
        _address(delivery.add("ShipToTradeParty"), to, to.get("country") or "FR")
    delivery.add("ActualDeliverySupplyChainEvent").day("OccurrenceDateTime", document.delivery_day)


def _settlement(settlement: Element, document: EDocument) -> None:
    settlement.add("PaymentReference", document.number)
    settlement.add("InvoiceCurrencyCode", document.currency)
    bank = document.seller.get("bank") or {}
    if bank.get("iban") and document.type_code == INVOICE:
        means = settlement.add("SpecifiedTradeSettlementPaymentMeans")
        means.add("TypeCode", "58" if document.currency == "EUR" else "30")
        means.add("PayeePartyCreditorFinancialAccount").add("IBANID", bank["iban"])
        if bank.get("bic"):
            means.add("PayeeSpecifiedCreditorFinancialInstitution").add("BICID", bank["bic"])
    for why, rate, ht, vat in document.breakdown():
        _tax(settlement.add("ApplicableTradeTax"), why, (rate, ht, vat), document)
    if document.period:
        period = settlement.add("BillingSpecifiedPeriod")
        period.day("StartDateTime", document.period[0])
        period.day("EndDateTime", document.period[1])
    terms = settlement.add("SpecifiedTradePaymentTerms")
    terms.maybe("Description", _terms(document))
    terms.day("DueDateDateTime", _due(document))
    _totals(settlement.add("SpecifiedTradeSettlementHeaderMonetarySummation"), document)
    for number, day in document.corrects:
        invoice = settlement.add("InvoiceReferencedDocument")
        invoice.add("IssuerAssignedID", number)
        invoice.day("FormattedIssueDateTime", day, "qdt")


def _tax(tax: Element, why: Untaxed | None, amounts: tuple[Decimal, Decimal, Decimal], document: EDocument) -> None:
    rate, ht, vat = amounts
    tax.add("CalculatedAmount", _cents(vat))
    tax.add("TypeCode", "VAT")
    if why:
        tax.add("ExemptionReason", document.mentions.get(why.key) or "Exonération de TVA")
    tax.add("BasisAmount", _cents(ht))
    tax.add("CategoryCode", why.category if why else "S")
    if why and why.code:
        tax.add("ExemptionReasonCode", why.code)
    if document.seller.get("vat_on_debits") and why is None:
        tax.add("DueDateTypeCode", "5")
    tax.add("RateApplicablePercent", _plain(rate))


def _due(document: EDocument) -> date:
    """BT-9: the first due date, or the day it was paid."""
    if document.is_paid:
        return document.settled_on or document.day
    return min((due for due, _ in document.instalments), default=document.day)


def _terms(document: EDocument) -> str:
    """BT-20: the schedule, where there are several instalments."""
    if len(document.instalments) < 2:
        return ""
    parts = [f"{format_amount(amount, document.currency)} le {due:%d/%m/%Y}" for due, amount in document.instalments]
    return "Échéances\u00a0: " + "\u00a0; ".join(parts)


def _totals(totals: Element, document: EDocument) -> None:
    totals.add("LineTotalAmount", _cents(sum((line.net for line in document.lines), ZERO)))
    totals.add("TaxBasisTotalAmount", _cents(document.ht))
    totals.add("TaxTotalAmount", _cents(document.vat), currencyID=document.currency)
    totals.add("GrandTotalAmount", _cents(document.ttc))
    if document.settled:
        totals.add("TotalPrepaidAmount", _cents(document.settled))
    totals.add("DuePayableAmount", _cents(document.left))


def _cents(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _plain(number: Decimal) -> str:
    """A number with the decimals it needs."""
    return f"{number.normalize():f}" if number else "0"
