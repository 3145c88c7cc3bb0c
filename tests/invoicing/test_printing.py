"""Invoices on paper: what they show, where it stands and breaks, and that what was issued is handed out unchanged."""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from credits.e_documents import e_credit_note
from credits.services import draft_credit
from invoicing.facturx.checking import xml_of
from invoicing.facturx.document import EDocument
from invoicing.facturx.writing import facturx_xml
from invoicing.models import Invoice
from invoicing.paper import heading, paper, window_lines
from invoicing.queries import e_document
from invoicing.services import draft_lines
from ledger.models import BankAccount, Operation
from office.clock import today
from office.models import Company, Event, KeptFile, MailServer
from office.pdf import EInvoice, render_pdf
from tests.builders import a_client, credit_on, invoice, line, pay
from tests.factories import op
from tests.helpers import work_off
from tests.invoicing.test_facturx import CASES, DAY, FIRM, FRANCHISE, PERSON, SELLER, sold
from tests.pages import at_work
from tests.papers import codes, faults, pages, places

IBAN = SELLER["bank"]["iban"]


def printed(document: EDocument, template: str = "invoice", **options) -> bytes:
    return render_pdf(
        f"invoicing/print/{template}.html",
        paper(document, **options) | {"version": "0"},
        title=heading(document),
        author="Clinique du Parc",
        on=DAY,
        e_invoice=EInvoice(facturx_xml(document)) if template == "invoice" else None,
    )


def of_lines(number: int) -> EDocument:
    document = sold(*[("1", "12.00")] * number)
    return replace(document, lines=[replace(row, label=f"Soin {n}.") for n, row in enumerate(document.lines, start=1)])


def long_text() -> EDocument:
    document = of_lines(2)
    text = "\n".join(f"Phrase {number}." for number in range(1, 61))
    return replace(document, lines=[document.lines[0], replace(document.lines[1], label=text)])


PRINTED = {
    "person, emoji": sold(("2", "42.00"), buyer=PERSON),
    "all rates": CASES["all rates"],
    "franchise": sold(("1", "42.00", "0"), seller=FRANCHISE, buyer=PERSON),
    "instalments": CASES["instalments"],
    "order and delivery": CASES["order and delivery"],
    "credit note": CASES["credit note on several"],
    "long text": long_text(),
}


@pytest.mark.parametrize("case", PRINTED)
def test_a_print_is_pdf_a_and_ua_and_carries_its_e_invoice(case):
    pdf = printed(PRINTED[case])

    assert faults(pdf) == []
    assert xml_of(pdf) == facturx_xml(PRINTED[case])
    assert pdf == printed(PRINTED[case])


@pytest.mark.parametrize("document", [CASES["10 × 3,80 TTC"], sold(("1", "5"), buyer=PERSON)])
def test_a_facturette_is_one_as_well(document):
    assert faults(printed(document, "receipt_slip")) == []


def test_an_invoice_shows_what_the_law_asks_for():
    seller = SELLER | {"site": {"name": "Le Port", "address": "1 quai 69002 Lyon"}}
    document = sold(("3", "10.50", "5.5"), ("1", "120"), seller=seller, delivery_day=date(2026, 11, 20))

    (text,) = pages(printed(document))

    for said in (
        "Facture n°\u00a0F-2026-0001",
        "Date\u00a0: 25/11/2026",
        "Opération du 20/11/2026",
        "Lieu\u00a0: Le Port, 1 quai 69002 Lyon",
        "SELARL au capital de 20 000 €",
        "RCS Lyon 732\u00a0829\u00a0320",
        "TVA FR44732829320",
        "TVA FR83404833048",
        "Net à payer 151,50\u00a0€",
        "À payer le 25/12/2026",
        "Escompte pour paiement anticipé : néant.",
        "Pénalité au taux annuel de 12,4 %.",
        "Indemnité forfaitaire : 40 €.",
        "Prestations de services",
        "page 1 / 1",
    ):
        assert said.replace("\u00a0", " ") in text.replace("\u00a0", " "), said


def test_a_person_reads_no_penalty():
    (text,) = pages(printed(PRINTED["person, emoji"]))

    assert "Mme Claire Delmas ◊" in text
    assert "Escompte" not in text
    assert "40 €" not in text


def test_the_address_shows_in_the_window_of_an_envelope():
    buyer = FIRM | {"label": "Service comptabilité", "street": "\n".join(f"Ligne {n} d’une adresse" for n in range(9))}
    lines = window_lines(buyer)

    found = places(printed(sold(("1", "12"), buyer=buyer)))

    assert (len(lines), lines[0], lines[-1]) == (6, FIRM["name"], "69400 Villefranche-sur-Saône")
    inside = {text for text, (x, y) in found.items() if 100 <= x <= 190 and 55 < y <= 79}
    assert inside == set(lines)


def test_an_address_abroad_ends_with_its_country_and_no_line_is_too_wide():
    lines = window_lines({"name": "N" * 60, "street": "a " * 60, "postcode": "9000", "city": "Gent", "country": "BE"})

    assert lines[-2:] == ["9000 Gent", "BELGIQUE"]
    assert len(lines) == 6
    assert max(map(len, lines)) <= 38


# What is to pay


def test_the_code_says_what_is_open_and_nothing_once_it_is_paid():
    document = sold(("1", "120.00"), settled=Decimal("20.00"))

    (said,) = codes(printed(document))

    assert said.splitlines()[5:] == ["Clinique du Parc", IBAN, "EUR100.00", "", "", "F-2026-0001"]
    assert codes(printed(document, "receipt_slip")) == [said]
    assert codes(printed(CASES["paid"])) == []
    assert codes(printed(CASES["credit note"])) == []


# Long ones


@pytest.mark.parametrize("number", [*range(20, 28), 60])
def test_totals_are_never_alone_and_the_heads_come_again(number):
    sheets = pages(printed(of_lines(number)))

    (with_totals,) = [text for text in sheets if "Net à payer" in text]
    assert f"Soin {number}." in with_totals
    for rank, text in enumerate(sheets, start=1):
        assert ("Désignation" in text) == ("Soin " in text)
        assert f"page {rank} / {len(sheets)}" in text
    assert sum(text.count("Soin ") for text in sheets) == number


@pytest.mark.long
def test_four_hundred_lines_are_printed_whole():
    sheets = pages(printed(of_lines(400)))

    assert [f"Soin {number}." in " ".join(sheets) for number in (1, 200, 400)] == [True] * 3
    assert ["Désignation" in text for text in sheets] == ["Soin " in text for text in sheets]
    assert "Soin 400." in next(text for text in sheets if "Net à payer" in text)


def test_a_text_of_sixty_lines_goes_over_the_page_and_not_over_its_foot():
    pdf = printed(long_text())

    sheets = pages(pdf)
    assert len(sheets) == 2
    assert [f"Phrase {number}." in "".join(sheets) for number in range(1, 61)] == [True] * 60
    assert max(y for text, (_, y) in places(pdf).items() if text.startswith("Phrase")) < 297 - 22


def test_a_facturette_is_as_long_as_it_needs():
    heights = []
    for number in (1, 30):
        pdf = printed(of_lines(number), "receipt_slip")
        assert len(pages(pdf)) == 1
        assert f"Soin {number}." in pages(pdf)[0]
        heights.append(max(y for _, y in places(pdf).values()))

    assert heights[1] > heights[0] + 100


# Issued, kept, handed out


@pytest.fixture
def issued(db) -> Invoice:
    image = BytesIO()
    Image.new("RGB", (400, 200), "teal").save(image, "PNG")
    logo = default_storage.save("logo-for-a-test.png", ContentFile(image.getvalue()))
    own = {name: value for name, value in SELLER.items() if name != "bank"}
    Company.objects.create(pk=1, logo=logo, **own)
    BankAccount.objects.create(label="Courant", iban=IBAN, account_id="512", is_default=True)
    made = invoice(a_client(name="Delmas 🐶", nature="person"), DAY, line("120"))
    pay(made.client, DAY, "20", {made: "20"})
    yield made
    default_storage.delete(logo)


@pytest.fixture
def desk(client, db):
    return at_work(client)


def test_an_issued_invoice_is_handed_out_as_the_very_same_bytes(desk, issued):
    address = f"/factures/{issued.pk}/facture.pdf"
    told = facturx_xml(e_document(issued))
    first = desk.get(address)
    Company.objects.update(name="Clinique des Lilas")
    BankAccount.objects.update(iban="DE89370400440532013000")
    issued.client.name = "Autre nom"
    issued.client.save()
    pay(issued.client, DAY, "100", {issued: "100"})
    second = desk.get(address)

    assert first.content == second.content
    assert (first.headers["Content-Type"], "no-store" in first.headers["Cache-Control"]) == ("application/pdf", True)
    assert f'filename="{issued}.pdf"' in first.headers["Content-Disposition"]
    assert faults(first.content) == []
    assert xml_of(first.content) == told
    kept = KeptFile.objects.get(subject="invoice", key=issued.pk)
    assert kept.sha256 == hashlib.sha256(first.content).hexdigest()
    assert kept.prints == 2
    assert codes(first.content)[0].splitlines()[7] == "EUR100.00"
    logged = Event.objects.filter(kind=Event.Kind.PRINT).order_by("pk").values_list("detail", flat=True)
    assert list(logged) == [{"pièce": f"Facture {issued}", "exemplaire": n} for n in (1, 2)]


def test_a_second_facturette_is_the_same_pages_stamped_with_its_count(desk, issued):
    address = f"/factures/{issued.pk}/facturette.pdf"

    first, second, third = (desk.get(address).content for _ in range(3))

    assert "DUPLICATA" not in pages(first)[0]
    for rank, again in ((1, second), (2, third)):
        (text,) = pages(again)
        stamp = f"DUPLICATA N° {rank}"
        assert stamp in text
        assert sorted(text.replace(stamp, "").split()) == sorted(pages(first)[0].split())
        assert codes(again) == codes(first)
    assert KeptFile.objects.get(subject="slip").prints == 3


def test_a_draft_is_marked_as_one_and_kept_nowhere(desk, issued):
    draft = draft_lines(client=issued.client, lines=[line("42", "10")], op=op(DAY, Operation.Kind.INVOICE))

    response = desk.get(f"/factures/{draft.pk}/facture.pdf")

    (text,) = pages(response.content)
    assert "BROUILLON" in text
    assert "Net à payer 42,00" in text
    assert faults(response.content) == []
    assert codes(response.content) == []
    assert desk.get(f"/factures/{draft.pk}/facturette.pdf").status_code == 404
    assert not KeptFile.objects.exists()
    assert not Event.objects.filter(kind=Event.Kind.PRINT).exists()


def test_what_another_program_issued_is_a_copy_without_an_e_invoice(desk, issued):
    taken_over = invoice(issued.client, DAY, line("42", "0"), reference="FAC/2001")

    response = desk.get(f"/factures/{taken_over.pk}/facture.pdf")

    (text,) = pages(response.content)
    assert "Copie d’une facture émise par un autre logiciel." in text
    assert "Exonération" not in text
    assert "IBAN" not in text
    assert 'filename="FAC-2001.pdf"' in response.headers["Content-Disposition"]
    with pytest.raises(KeyError):
        xml_of(response.content)


def test_a_number_that_no_invoice_has_is_not_found(desk, db):
    assert desk.get("/factures/999999/facture.pdf").status_code == 404
    assert desk.get("/factures/999999/facturette.pdf").status_code == 404


def test_a_credit_note_is_handed_out_as_the_very_same_bytes(desk, issued):
    note = credit_on(issued, DAY, "12")

    first, second = (desk.get(f"/avoirs/{note.pk}/avoir.pdf") for _ in range(2))

    assert first.content == second.content
    assert faults(first.content) == []
    assert xml_of(first.content) == facturx_xml(e_credit_note(note))
    (text,) = pages(first.content)
    assert f"Avoir n° {note} sur la facture n° {issued} du 25/11/2026" in text
    assert "En votre faveur 12,00 €" in text
    assert KeptFile.objects.get(subject="credit_note").prints == 2


def test_a_draft_of_a_credit_note_is_marked_as_one_and_kept_nowhere(desk, issued):
    draft = draft_credit(invoice=issued, op=op(DAY, Operation.Kind.CREDIT_NOTE))

    response = desk.get(f"/avoirs/{draft.pk}/avoir.pdf")

    text = " ".join(pages(response.content))
    assert "BROUILLON" in text
    assert f"Brouillon d’avoir sur la facture n° {issued} du 25/11/2026" in text
    assert "En votre faveur 120,00 €" in text
    assert faults(response.content) == []
    with pytest.raises(KeyError):
        xml_of(response.content)
    assert not KeptFile.objects.exists()
    assert not Event.objects.filter(kind=Event.Kind.PRINT).exists()
    assert f'href="/avoirs/{draft.pk}/avoir.pdf"' in desk.get(f"/avoirs/{draft.pk}/").content.decode()


def test_what_lists_invoices_and_credit_notes_leads_to_their_prints(desk, issued):
    note = credit_on(issued, DAY, "12")
    drafted = draft_lines(client=issued.client, lines=[line("42")], op=op(DAY, Operation.Kind.INVOICE))
    code = issued.client.code

    invoices = desk.get(f"/clients/{code}/factures/").content.decode()
    notes = desk.get(f"/clients/{code}/avoirs/").content.decode()
    shown = desk.get(reverse("document", args=[issued.document_id])).content.decode()
    credited = desk.get(reverse("document", args=[note.document_id])).content.decode()

    for page in (invoices, shown):
        assert f'href="/factures/{issued.pk}/facture.pdf"' in page
        assert f'href="/factures/{issued.pk}/facturette.pdf"' in page
    assert f'href="/factures/{drafted.pk}/facture.pdf"' in invoices
    assert f'href="/factures/{drafted.pk}/facturette.pdf"' not in invoices
    for page in (notes, credited):
        assert f'href="/avoirs/{note.pk}/avoir.pdf"' in page


def test_an_invoice_issued_on_its_page_is_kept_by_a_job(own_database, client):
    draft = draft_lines(client=a_client(), lines=[line("42")], op=op(today(), Operation.Kind.INVOICE))
    desk = at_work(client)
    form = desk.get(f"/factures/{draft.pk}/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    desk.post(f"/factures/{draft.pk}/emettre/", sent | {"day": f"{today():%Y-%m-%d}"})
    assert not KeptFile.objects.exists()
    work_off()

    kept = KeptFile.objects.get(subject="invoice", key=draft.pk)
    assert (kept.prints, kept.name) == (0, f"{Invoice.objects.get(pk=draft.pk)}.pdf")
    assert faults(bytes(kept.content)) == []


def test_an_invoice_leaves_by_mail_as_the_very_pdf_that_is_kept(own_database, client, mailoutbox):
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    bill = invoice(a_client("C-1"), DAY, "120")
    text = {"recipient": "claire@exemple.fr", "subject": "Facture", "body": "Bonjour"}

    at_work(client).post(reverse("invoice_mail", args=[bill.pk]), {"key": str(uuid4()), **text})
    work_off()

    (message,) = mailoutbox
    kept = KeptFile.objects.get()
    assert message.attachments == [(f"{bill}.pdf", bytes(kept.content), "application/pdf")]
    assert xml_of(bytes(kept.content))
