"""A receipt that goes to its client by e-mail."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from clients.models import Mail
from office.models import Company, KeptFile, MailServer
from tests.builders import a_client, credit_note, invoice, pay
from tests.pages import at_work, text_of

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 12)


@pytest.fixture
def desk(client):
    Company.objects.create(pk=1, name="Clinique du Parc", phone="04 65 71 00 12")
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    return at_work(client)


def sent(desk, address: str) -> dict:
    form = desk.get(address).context["form"]
    return {"key": str(uuid4())} | {name: form[name].value() for name in ("recipient", "subject", "body")}


def test_it_leaves_with_its_pdf_and_once_however_often_the_form_is_sent(desk):
    someone = a_client("C-1", name="Delmas", email="claire@exemple.fr")
    payment = pay(someone, DAY, "50", {invoice(someone, DAY, "50"): "50"})
    address = reverse("payment_mail", args=[payment.pk])
    form = sent(desk, address)

    first, second = desk.post(address, form), desk.post(address, form)

    mail = Mail.objects.get()
    assert first.url == second.url == reverse("document", args=[payment.document_id])
    assert (mail.recipient, mail.subject) == ("claire@exemple.fr", f"Reçu {payment} – Clinique du Parc")
    assert f"le reçu {payment} du 12/03/2026, d’un montant de 50,00\u00a0€." in mail.body
    assert [file.subject for file in mail.files.all()] == ["receipt"]
    assert mail.document == payment.document
    assert KeptFile.objects.get().prints == 0


def test_so_does_that_of_a_refund(desk):
    someone = a_client("C-1", email="claire@exemple.fr")
    refund = pay(someone, DAY, "-20", {credit_note(someone, DAY, "20"): "-20"})
    address = reverse("refund_mail", args=[refund.pk])

    desk.post(address, sent(desk, address))

    assert [file.subject for file in Mail.objects.get().files.all()] == ["refund_receipt"]


def test_the_payment_s_menu_offers_it(desk):
    payment = pay(a_client("C-1"), DAY, "50")

    page = text_of(desk.get(reverse("document", args=[payment.document_id])).content.decode())

    assert "Envoyer le reçu par e-mail" in page
