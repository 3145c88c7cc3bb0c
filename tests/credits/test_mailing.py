"""A credit note that goes to its client by e-mail."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from clients.models import Mail
from credits.services import draft_global_credit
from office.models import Company, MailServer
from tests.builders import a_client, credit_note, invoice, line, use
from tests.factories import op
from tests.pages import at_work

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 12)


@pytest.fixture
def desk(client):
    Company.objects.create(pk=1, name="Clinique du Parc", phone="04 65 71 00 12")
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")
    return at_work(client)


def test_it_leaves_with_its_pdf_and_says_what_it_is(desk):
    someone = a_client("C-1", name="Delmas", email="claire@exemple.fr")
    note = credit_note(someone, DAY, "50")
    use(note, invoice(someone, DAY, "20"), "20", DAY)
    address = reverse("credit_note_mail", args=[note.pk])

    form = desk.get(address).context["form"]
    sent = {name: form[name].value() for name in ("recipient", "subject", "body")}
    response = desk.post(address, {"key": str(uuid4()), **sent})

    mail = Mail.objects.get()
    assert response.url == reverse("document", args=[note.document_id])
    assert (mail.recipient, mail.subject) == ("claire@exemple.fr", f"Avoir {note} – Clinique du Parc")
    assert f"votre avoir {note} du 12/03/2026, d’un montant de 50,00\u00a0€." in mail.body
    assert [file.name for file in mail.files.all()] == [f"{note}.pdf"]
    assert mail.document == note.document


def test_what_is_left_of_it_can_be_said(desk):
    someone = a_client("C-1")
    note = credit_note(someone, DAY, "50")
    use(note, invoice(someone, DAY, "20"), "20", DAY)

    values = desk.get(reverse("credit_note_mail", args=[note.pk])).context["parcel"].values

    assert values["disponible"] == "30,00\u00a0€"


def test_a_draft_is_not_sent(desk):
    draft = draft_global_credit(client=a_client("C-1"), lines=[line("50")], op=op(DAY))

    assert desk.get(reverse("credit_note_mail", args=[draft.pk])).status_code == 404
