"""What goes with a payment: its draft, its receipts, its supporting documents."""

import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from office.clock import today
from office.models import Event
from payments.models import Attachment, Payment
from tests.builders import invoice, pay
from tests.pages import text_of
from tests.papers import faults, pages
from tests.payments.desk_forms import address, sent

pytestmark = pytest.mark.django_db


PDF = b"%PDF-1.7\n%%EOF\n"


def test_the_preview_is_a_draft_and_stores_nothing(desk, buyer):
    f = invoice(buyer, today(), "50")

    answer = desk.post(address(buyer, "payment_preview"), sent(("card", "80,00"), rows={f: "50,00"}))

    (sheet,) = pages(answer.content)
    assert "BROUILLON" in sheet
    assert "Date et signature" in sheet
    assert f"Facture {f}" in sheet
    assert faults(answer.content) == []
    assert not Payment.objects.exists()


def test_a_second_receipt_is_marked_and_both_are_logged(desk, buyer):
    f = invoice(buyer, today(), "100")
    payment = pay(buyer, today(), "80", {f: "70"})

    first, second = (desk.get(reverse("payment_receipt", args=[payment.pk])).content for _ in range(2))

    assert "DUPLICATA" not in pages(first)[0]
    assert "DUPLICATA N°\u00a01".replace("\u00a0", " ") in pages(second)[0]
    for words in (f"Reçu de règlement n° {payment}", f"Facture {f}", "70,00 €", "30,00 €", "10,00 €"):
        assert words in pages(first)[0]
    assert Event.objects.filter(kind=Event.Kind.PRINT).count() == 2


def test_a_receipt_tells_what_was_left_then_not_what_is_left_now(desk, buyer):
    f = invoice(buyer, today(), "100")
    payment = pay(buyer, today(), "70", {f: "70"})
    pay(buyer, today(), "30", {f: "30"})

    (sheet,) = pages(desk.get(reverse("payment_receipt", args=[payment.pk])).content)

    assert re.search(r"70,00 € 30,00 €", sheet)


def test_supporting_documents_are_kept_under_random_names_and_given_back(desk, buyer):
    files = [SimpleUploadedFile("Chèque n° 12.pdf", PDF), SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n1")]

    desk.post(address(buyer), sent(("card", "10,00")) | {"proofs": files})

    kept = Attachment.objects.order_by("pk")
    assert [one.name for one in kept] == ["Chèque n° 12.pdf", "photo.png"]
    assert all(re.fullmatch(r"pieces/[0-9a-f]{32}\.(pdf|png)", one.stored) for one in kept)
    answer = desk.get(reverse("attachment", args=[kept[0].pk]))
    assert answer.content == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    for one in kept:
        default_storage.delete(one.stored)


@pytest.mark.parametrize(
    ("content", "said"), [(b"<html>", "ni un PDF, ni une image"), (PDF + b"0" * 30_000_000, "pèse plus de 10")]
)
def test_what_is_no_proof_is_refused(desk, buyer, content, said):
    answer = desk.post(address(buyer), sent(("card", "10,00")) | {"proofs": SimpleUploadedFile("recu.pdf", content)})

    assert (answer.status_code, Payment.objects.count()) == (422, 0)
    assert said in text_of(answer.content.decode())


@pytest.mark.parametrize("number", [14, 16, 18, 20])
def test_where_one_signs_is_never_alone_on_a_page(desk, buyer, number):
    payment = pay(buyer, today(), str(10 * number), {invoice(buyer, today(), "10"): "10" for _ in range(number)})

    sheets = pages(desk.get(reverse("payment_receipt", args=[payment.pk])).content)

    assert "Date et signature" in sheets[-1]
    assert "Facture" in sheets[-1]
    assert all(f"page {rank} / {len(sheets)}" in sheet for rank, sheet in enumerate(sheets, start=1))
