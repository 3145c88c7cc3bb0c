"""Invoices of many clients on paper and by e-mail: each leaves once, by its channel."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from pypdf import PdfReader

from clients.models import Mail
from invoicing import services
from invoicing.queries import items_of_batch, result_of, to_print
from ledger.models import Operation
from office.models import Event, Export, KeptFile, MailServer
from tests.factories import op
from tests.helpers import execute, work_off
from tests.invoicing.batches import END, NOON, accountant, channelled, clients, made_whole, page, prepared


def test_paper_is_one_pdf_in_the_order_of_names_and_nothing_goes_twice_unnoticed(own_database, client):
    batch, desk = channelled(), accountant(client)
    address = reverse("batch_print", args=[batch.pk])
    assert result_of(batch).to_print == 2

    desk.post(address, {"what": "paper"})
    desk.post(address, {"what": "paper"})
    work_off()

    export = Export.objects.get()
    file = b"".join(desk.get(reverse("batch_file", args=[batch.pk, export.name])).streaming_content)
    texts = [sheet.extract_text() for sheet in PdfReader(BytesIO(file)).pages]
    numbers = [str(item.invoice) for item in items_of_batch(batch)]
    assert [[number for number in numbers if number in text] for text in texts] == [[numbers[0]], [numbers[1]]]
    assert (export.done, export.total, result_of(batch).to_print) == (2, 2, 0)
    assert list(KeptFile.objects.order_by("name").values_list("prints", flat=True)) == [1, 1]
    event = Event.objects.get(kind=Event.Kind.PRINT)
    assert event.detail == {"pièce": str(batch), "factures": 2}
    again = desk.post(address, {"what": "paper"})
    assert (again.status_code, "Aucune facture de ce choix n’est à imprimer." in page(again)) == (422, True)
    desk.post(address, {"what": "everything"})
    work_off()
    assert Export.objects.latest("pk").total == 5
    for made in Export.objects.all():
        default_storage.delete(made.path)


def test_mail_goes_to_those_who_get_it_and_who_has_no_address_is_listed(own_database, client, mailoutbox):
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    batch, desk = channelled(), accountant(client)
    address, sent = reverse("batch_send", args=[batch.pk]), {"key": str(uuid4())}

    desk.post(address, sent)
    desk.post(address, sent)
    work_off()

    (message,) = mailoutbox
    third = items_of_batch(batch)[2]
    assert (message.to, message.subject) == (["c3@exemple.fr"], f"Facture {third.invoice} –")
    assert [name for name, *_ in message.attachments] == [f"{third.invoice}.pdf"]
    assert "12,00\u00a0€" in message.body
    assert (third.mail.document, third.mail.state) == (third.invoice.document, "sent")
    assert [item.unsent for item in items_of_batch(batch)] == ["", "", "", "aucune adresse e-mail", ""]
    said = page(desk.get(reverse("batch_detail", args=[batch.pk])))
    assert "Aucune adresse e-mail" in said
    assert "c3@exemple.fr Envoyé" in said
    assert "1 facture de clients à la facture électronique" in said
    unsent = desk.get(f"{reverse('batch_detail', args=[batch.pk])}?handed=pas-envoyees")
    assert [row.record.client.code for row in unsent.context["table"].page.object_list] == ["C-4"]
    refused_now = desk.post(address, {"key": str(uuid4())})
    assert (refused_now.status_code, Mail.objects.count()) == (422, 1)


@pytest.mark.django_db
def test_mails_cut_off_after_a_step_are_written_once():
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    for one in clients(30, channel="email", email="c@exemple.fr"):
        assert one.email
    batch = made_whole(prepared())
    services.send_batch(batch=batch, op=op(END, Operation.Kind.MAIL), job=lambda **_: None)
    for item in batch.items.all():
        KeptFile.objects.create(
            subject="invoice",
            key=item.invoice_id,
            name="f.pdf",
            content=b"%PDF",
            sha256="315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027",
            made_at=NOON,
        )

    assert services.write_mails(batch.pk, at=NOON, job=lambda **_: None)
    assert Mail.objects.count() == 25
    while services.write_mails(batch.pk, at=NOON, job=lambda **_: None):
        pass

    assert Mail.objects.count() == 30
    assert Mail.objects.values("document").distinct().count() == 30


@pytest.mark.django_db
def test_what_was_sent_from_its_own_page_is_not_sent_again():
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    batch = channelled()
    third = items_of_batch(batch)[2]
    act = op(END, Operation.Kind.MAIL)
    act.save()
    Mail.objects.create(
        account=third.client.account,
        document=third.invoice.document,
        kind="invoice",
        recipient="x@y.fr",
        subject="A",
        operation=act,
    )

    services.send_batch(batch=batch, op=op(END, Operation.Kind.MAIL), job=lambda **_: None)

    assert items_of_batch(batch)[2].unsent == "déjà envoyée par e-mail"
    assert list(to_print(batch, everything=False).values_list("client__code", flat=True)) == ["C-1", "C-2"]


@pytest.mark.django_db
def test_a_damaged_file_is_told_and_the_others_are_sent():
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    bad, good = clients(2, channel="email", email="c@exemple.fr")
    batch = made_whole(prepared())
    services.invoice_file(bad.invoices.get(), at=NOON)
    execute("ALTER TABLE office_keptfile DISABLE TRIGGER USER")
    execute("ALTER TABLE office_keptfile DROP CONSTRAINT office_kept_file_digest")
    execute("UPDATE office_keptfile SET content = 'autre'")

    services.send_batch(batch=batch, op=op(END, Operation.Kind.MAIL), job=lambda **_: None)
    while services.write_mails(batch.pk, at=NOON, job=lambda **_: None):
        pass

    assert [item.unsent for item in items_of_batch(batch)] == ["le PDF conservé est abîmé", ""]
    assert Mail.objects.get().account == good.account
