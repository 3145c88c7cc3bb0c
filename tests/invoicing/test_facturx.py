"""E-invoices: what they tell, and that they keep the schema, the European rules and the French ones."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from credits.e_documents import e_credit_note
from invoicing.facturx.checking import check_files
from invoicing.facturx.document import CREDIT_NOTE, GLOBAL_CREDIT_NOTE, EDocument, Line, price_of
from invoicing.facturx.writing import facturx_xml
from invoicing.mentions import mentions
from invoicing.models import Invoice
from invoicing.queries import e_document
from invoicing.services import Plan
from invoicing.vat import QuotedLine, document_amounts
from office.models import Company
from office.queries import legal_texts
from tests.builders import a_client, cancel, credit_note, credit_on, invoice, line, pay, use
from tests.conftest import REAL_DATA

DAY = date(2026, 11, 25)
DUE = date(2026, 12, 25)
TEXTS = {
    "discount": "Escompte pour paiement anticipé : néant.",
    "penalty": "Pénalité au taux annuel de {taux} %.",
    "penalty_rate": "12.40",
    "recovery": "Indemnité forfaitaire : 40 €.",
    "goods": "Livraisons de biens",
    "services": "Prestations de services",
    "mixed": "Livraisons de biens et prestations de services",
    "debits": "Option pour les débits",
    "franchise": "TVA non applicable, art. 293 B du CGI",
    "exempt": "Exonération de TVA, article 261 du CGI",
    "reverse_charge": "Autoliquidation",
    "intra_community": "Exonération de TVA, article 262 ter, I du CGI",
    "export": "Exonération de TVA, article 262 I du CGI",
}
SELLER = {
    "name": "Clinique du Parc",
    "legal_form": "SELARL au capital de 20 000 €",
    "street": "12 rue des Tilleuls",
    "postcode": "69006",
    "city": "Lyon",
    "siren": "732829320",
    "siret": "73282932000074",
    "rcs_city": "Lyon",
    "vat_number": "FR44732829320",
    "bank": {"iban": "FR7630006000011234567890189", "bic": "AGRIFRPP"},
}
FRANCHISE = {
    "name": "Anne Roux",
    "sole_trader": True,
    "siren": "732829320",
    "vat_scheme": "franchise",
    "email": "anne@roux.example",
}
PERSON = {"name": "Mme Claire Delmas 🐶", "nature": "person", "street": "3 rue Basse", "city": "Lyon", "country": "FR"}
FIRM = {
    "name": "Haras & Écuries <Bellevue>",
    "nature": "company",
    "street": "4 place du Marché\nBâtiment B",
    "postcode": "69400",
    "city": "Villefranche-sur-Saône",
    "country": "FR",
    "siren": "404833048",
    "siret": "40483304800022",
    "vat_number": "FR83404833048",
}
ABROAD = {"name": "Stal Hoog", "nature": "company", "city": "Gent", "country": "BE", "vat_number": "BE0428759497"}
ABROAD |= {"vat_regime": "reverse_charge", "siren": "", "e_address": "compta@stal.example"}


def sold(*lines: tuple[str, ...], ttc: bool = True, seller=SELLER, buyer=FIRM, **fields) -> EDocument:
    """A document of lines (quantity, price, rate, discount, nature), as issuing computes them."""
    full = [(*given, *("1", "10.00", "20", "0", "service")[len(given) :]) for given in lines]
    quoted = [QuotedLine(Decimal(q), Decimal(p), Decimal(r), Decimal(d)) for q, p, r, d, _ in full]
    amounts = document_amounts(quoted, prices_include_vat=ttc)
    rows = [
        Line("Consultation\nEt sa suite\x07", one.quantity, one.unit_price, one.discount, one.rate, given[4], taxed.ht)
        for one, given, taxed in zip(quoted, full, amounts.lines, strict=True)
    ]
    told = mentions(TEXTS, seller=seller, buyer=buyer, lines=rows)
    given = {"number": "F-2026-0001", "type_code": "380", "day": DAY, "delivery_day": DAY, "currency": "EUR"} | fields
    given.setdefault("instalments", [(DUE, amounts.ttc)] if given["type_code"] == "380" else [])
    return EDocument(
        **given,
        seller={**seller, "mentions": told},
        buyer=buyer,
        lines=rows,
        taxes=[(cell.rate, cell.ht, cell.vat) for cell in amounts.rates],
        ht=amounts.ht,
        vat=amounts.vat,
        ttc=amounts.ttc,
        prices_include_vat=ttc,
    )


CASES = {
    "10 × 3,80 TTC": sold(("10", "3.80", "5.5")),
    "3 × 10,01 HT": sold(("3", "10.01"), ttc=False),
    "9,99 TTC": sold(("1", "9.99")),
    "3 × 3,33 TTC": sold(("1", "3.33"), ("1", "3.33"), ("1", "3.33")),
    "rates HT": sold(("2", "1.96"), ("2", "0.04", "5.5"), ttc=False),
    "all rates": sold(
        *(("1", "7.77", rate) for rate in ("20", "10", "5.5", "2.1", "13", "0.9", "8.5", "1.75", "1.05"))
    ),
    "discount TTC": sold(("3", "33.33", "20", "12.5"), ("1", "10", "20", "100")),
    "discount HT": sold(("3", "33.33", "20", "12.5"), ttc=False),
    "return": sold(("5", "10.00"), ("-2", "10.00", "20", "10")),
    "fine": sold(("0.3333", "12.345678", "10"), ttc=False),
    "free": sold(("1", "0")),
    "person": sold(("1", "42.00"), buyer=PERSON),
    "passer-by": sold(("1", "42.00"), buyer={"name": "Dupont", "address": "au coin"}),
    "franchise": sold(("1", "42.00", "0"), seller=FRANCHISE),
    "franchise, person": sold(("1", "42.00", "0"), seller=FRANCHISE, buyer=PERSON),
    "exempt and taxed": sold(("1", "42.00", "0"), ("1", "12.00", "20", "0", "goods")),
    "exempt for a reason": sold(("1", "42.00", "0"), buyer=FIRM | {"vat_exemption": "Exonération, article 44"}),
    "reverse charge": sold(("1", "42.00", "0"), ("1", "8.00", "0", "0", "goods"), buyer=ABROAD),
    "export": sold(("1", "9", "0", "0", "goods"), buyer=ABROAD | {"country": "CH", "vat_regime": "export"}),
    "débits": sold(("1", "42.00"), seller=SELLER | {"vat_on_debits": True}),
    "paid": sold(("1", "120.00"), settled=Decimal("120.00"), settled_on=DAY),
    "part paid": sold(("1", "120.00"), settled=Decimal("20.00")),
    "instalments": sold(("1", "120.00"), instalments=[(DUE, Decimal(60)), (date(2027, 1, 25), Decimal(60))]),
    "order and delivery": sold(
        ("1", "12", "20", "0", "goods"),
        buyer=FIRM | {"delivery": {"street": "Écurie du bas", "city": "Anse", "country": "FR"}},
        purchase_order="BC 4/2026",
    ),
    "credit note": sold(("1", "120.00"), type_code=CREDIT_NOTE, corrects=[("F-2026-0001", DAY)]),
    "credit note on several": sold(
        ("1", "12"), type_code=CREDIT_NOTE, corrects=[("F-2026-0001", DAY), ("F-2026-0002", DAY)]
    ),
    "credit note of a contract": sold(
        ("1", "12"), type_code=GLOBAL_CREDIT_NOTE, contract="C-12", period=(date(2026, 1, 1), date(2026, 6, 30))
    ),
    "credit note to a person": sold(("1", "12"), type_code=CREDIT_NOTE, buyer=PERSON),
}


def tree(document: EDocument) -> etree._Element:
    return etree.fromstring(facturx_xml(document))


def said(root: etree._Element, *path: str) -> list[str]:
    names = "/".join(f"ram:{name}" for name in path)
    space = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}
    return [node.text for node in root.iterfind(f".//{names}", space)]


def test_every_kind_of_document_keeps_all_rules(tmp_path):
    for rank, document in enumerate(CASES.values()):
        (tmp_path / f"{rank}.xml").write_bytes(facturx_xml(document))

    found = check_files([tmp_path / f"{rank}.xml" for rank in range(len(CASES))])

    assert {name: broken for name, broken in zip(CASES, found.values(), strict=True) if broken} == {}


@pytest.mark.parametrize(
    ("case", "ht", "vat", "nets"),
    [
        ("10 × 3,80 TTC", "36.02", "1.98", ["36.02"]),
        ("3 × 10,01 HT", "30.03", "6.01", ["30.03"]),
        ("9,99 TTC", "8.32", "1.67", ["8.32"]),
        ("3 × 3,33 TTC", "8.32", "1.67", ["2.78", "2.77", "2.77"]),
        ("rates HT", "4.00", "0.78", ["3.92", "0.08"]),
    ],
)
def test_the_cents_are_those_of_the_document(case, ht, vat, nets):
    root = tree(CASES[case])

    lines = "SpecifiedTradeSettlementLineMonetarySummation"
    head = "SpecifiedTradeSettlementHeaderMonetarySummation"
    assert said(root, lines, "LineTotalAmount") == nets
    assert said(root, head, "LineTotalAmount") == said(root, head, "TaxBasisTotalAmount") == [ht]
    assert said(root, head, "TaxTotalAmount") == [vat]


def test_what_was_paid_at_the_desk_is_in_the_frame_and_leaves_nothing_due():
    paid, unpaid = tree(CASES["paid"]), tree(CASES["9,99 TTC"])

    assert said(paid, "BusinessProcessSpecifiedDocumentContextParameter", "ID") == ["S2"]
    assert said(paid, "TotalPrepaidAmount") == ["120.00"]
    assert said(paid, "DuePayableAmount") == ["0.00"]
    assert "".join(paid.xpath("//*[local-name()='DueDateDateTime']//text()")).strip() == "20261125"
    assert said(unpaid, "BusinessProcessSpecifiedDocumentContextParameter", "ID") == ["S1"]
    assert said(unpaid, "DuePayableAmount") == ["9.99"]


def test_a_discount_is_an_allowance_and_a_return_a_negative_quantity():
    discount, back = CASES["discount HT"], CASES["return"]

    price = price_of(discount.lines[0], prices_include_vat=False)
    returned = price_of(back.lines[1], prices_include_vat=True)

    assert (price.quantity, price.price, price.allowance) == (3, Decimal("33.33"), Decimal("12.50"))
    assert (returned.quantity, returned.price, returned.allowance) == (-2, Decimal("7.50"), 0)


def test_instalments_are_told_in_words_after_the_first():
    root = tree(CASES["instalments"])

    assert said(root, "SpecifiedTradePaymentTerms", "Description") == [
        "Échéances\u00a0: 60,00\u00a0€ le 25/12/2026\u00a0; 60,00\u00a0€ le 25/01/2027"
    ]


def test_the_same_document_is_the_same_bytes():
    assert facturx_xml(CASES["all rates"]) == facturx_xml(CASES["all rates"])


# From the books


@pytest.fixture
def firm(db):
    Company.objects.create(
        pk=1,
        **{name: value for name, value in SELLER.items() if name != "bank"},
    )
    return a_client(**{name: FIRM[name] for name in FIRM if name != "country"})


def test_issued_documents_keep_all_rules(firm, tmp_path):
    first = invoice(firm, DAY, line("120"), line("31", "5.5", "3"), plan=Plan(count=1))
    pay(firm, DAY, "20", {first: "20"})
    second = invoice(firm, DAY, "50")
    pay(firm, DAY, "50", {second: "50"})
    notes = [credit_on(first, DAY, "12.34"), credit_on(second, DAY)]
    person = credit_note(a_client("C-2"), DAY, "15")

    documents = [e_document(Invoice.objects.get(pk=one.pk)) for one in (first, second)]
    documents += [e_credit_note(note) for note in (*notes, person)]
    for rank, document in enumerate(documents):
        (tmp_path / f"{rank}.xml").write_bytes(facturx_xml(document))

    found = check_files(sorted(tmp_path.iterdir()))
    assert [broken for path in found for broken in found[path]] == []
    assert len(found) == 5
    assert [(one.settled, one.is_paid) for one in documents[:2]] == [(Decimal("20"), False), (Decimal("50"), True)]
    assert documents[2].corrects == [(str(first), DAY)]
    assert documents[4].corrects == []


def test_what_is_settled_later_changes_nothing_of_it(firm):
    issued = invoice(firm, date(2026, 11, 20), "120")
    before = facturx_xml(e_document(issued))

    pay(firm, DAY, "120", {issued: "120"})
    firm.name = "Autre nom"
    firm.save()

    assert facturx_xml(e_document(Invoice.objects.get(pk=issued.pk))) == before


def test_a_credit_used_at_issue_is_prepaid_and_one_on_the_invoice_is_not(firm):
    before = credit_note(a_client("C-3"), DAY, "30")
    used = invoice(before.client, DAY, "120")
    use(before, used, "30", DAY)
    cancelled = invoice(firm, DAY, "120")
    cancel(cancelled, DAY)

    assert e_document(used).settled == Decimal("30")
    assert (e_document(cancelled).settled, e_document(cancelled).is_paid) == (Decimal("0"), False)


def test_every_legal_text_of_the_law_is_one_of_ours(db):
    of_others = {"cash_limit", "cash_limit_abroad", "reminder", "reminder_again", "formal_notice", "interest"}
    assert set(legal_texts(DAY)) == {*TEXTS, *of_others}


# manage.py check_facturx


def test_the_command_names_each_broken_rule(tmp_path, capsys):
    good, bad, broken, other = (tmp_path / f"{name}.xml" for name in ("bon", "mauvais", "casse", "autre"))
    good.write_bytes(facturx_xml(CASES["9,99 TTC"]))
    bad.write_bytes(
        facturx_xml(CASES["9,99 TTC"])
        .replace(b">9.99</ram:GrandTotalAmount", b">9.98</ram:GrandTotalAmount")
        .replace(b"<ram:SubjectCode>PMT</ram:SubjectCode>", b"")
    )
    broken.write_bytes(b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>")
    other.write_text("<autre/>")
    absent = tmp_path / "absent.pdf"

    call_command("check_facturx", good)
    with pytest.raises(CommandError, match="4 sur 5"):
        call_command("check_facturx", good, bad, broken, other, absent)

    told = capsys.readouterr().out
    assert "bon.xml\u00a0: conforme" in told
    assert "BR-CO-15" in told
    assert "BR-FR-05" in told
    assert "absent.pdf\u00a0: 1 règle enfreinte" in told


@pytest.mark.real_data
def test_the_samples_of_others_are_judged_as_they_deserve():
    names = sorted(path for path in (REAL_DATA / "facturx").iterdir() if path.suffix in (".xml", ".pdf"))

    found = check_files(names)

    # Two of 2022 break rules of syntax that came after them.
    newer = {"CII-SR-465", "CII-SR-466", "CII-SR-470"}
    faulty = {path.name: {broken.rule for broken in found[path]} for path in names if found[path]}
    assert len(names) == 8
    assert faulty == {"Facture_F20220023_EN16931.xml": newer, "Facture_F20220031_EN16931.xml": newer}


def test_rules_run_from_anywhere(tmp_path, monkeypatch):
    path = tmp_path / "f.xml"
    path.write_bytes(facturx_xml(CASES["person"]))
    monkeypatch.chdir(tmp_path)

    assert check_files([Path("f.xml")]) == {Path("f.xml"): []}
