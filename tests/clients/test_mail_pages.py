"""The pages of e-mails: what is sent and to whom, what became of it, and what all of them say."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from clients import services
from clients.models import Mail, MailTemplate
from invoicing.services import draft_lines
from office.models import Company, Role
from tests.builders import a_client, invoice, line, pay
from tests.clients.test_mailing import DAY, NOON, a_server, lost, queued, state, written
from tests.factories import PartyFactory, op
from tests.helpers import execute
from tests.pages import at_work, squeezed, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    return at_work(client)


@pytest.fixture
def admin(client):
    return at_work(client, role=Role.ADMINISTRATOR)


def typed(**fields) -> dict[str, str]:
    return {"key": str(uuid4()), "recipient": "claire@exemple.fr", "subject": "Facture", "body": "Bonjour", **fields}


def page(response) -> str:
    return text_of(response.content.decode())


def test_an_invoice_is_proposed_with_its_text_its_file_and_the_address_of_the_client(desk):
    Company.objects.create(pk=1, name="Clinique du Parc", phone="04 65 71 00 12")
    a_server()
    bill = invoice(a_client("C-1", name="Delmas", email="claire@exemple.fr"), DAY, "120", due=date(2026, 4, 11))
    pay(bill.client, DAY, "40", {bill: "40"})

    response = desk.get(reverse("invoice_mail", args=[bill.pk]))

    form = response.context["form"]
    assert form["recipient"].value() == "claire@exemple.fr"
    assert form["subject"].value() == f"Facture {bill} – Clinique du Parc"
    assert form["body"].value() == (
        f"Bonjour Delmas,\n\nVeuillez trouver ci-joint votre facture {bill} du 12/03/2026, d’un montant de "
        "120,00\u00a0€. Il reste 80,00\u00a0€ à régler, au plus tard le 11/04/2026.\n\nBien cordialement,\n"
        "Clinique du Parc\n04 65 71 00 12"
    )
    assert f"{bill}.pdf" in page(response)


def test_what_is_settled_is_not_asked_for(desk):
    a_server()
    bill = invoice(a_client(), DAY, "120")
    pay(bill.client, DAY, "120", {bill: "120"})

    form = desk.get(reverse("invoice_mail", args=[bill.pk])).context["form"]

    assert "120,00\u00a0€. Elle est réglée." in form["body"].value()


def test_a_passer_by_is_addressed_by_name(desk):
    a_server()
    walk_in = a_client(walk_in=True, name="Client passager")
    party = PartyFactory(account=walk_in.account, name="Mme Martin")
    bill = invoice(walk_in, DAY, "20", party=party)

    form = desk.get(reverse("invoice_mail", args=[bill.pk])).context["form"]

    assert form["body"].value().startswith("Bonjour Mme Martin,")


def test_sent_it_leaves_with_the_very_pdf_and_stands_in_the_history_of_client_and_invoice(desk):
    a_server()
    bill = invoice(a_client("C-1", email="claire@exemple.fr"), DAY, "120")
    address = reverse("invoice_mail", args=[bill.pk])
    form = typed()

    response = desk.post(address, form, follow=True)
    again = desk.post(address, form, follow=True)

    mail = Mail.objects.get()
    assert response.redirect_chain[-1][0] == again.redirect_chain[-1][0] == reverse("document", args=[bill.document_id])
    assert (mail.document, mail.account, mail.recipient) == (bill.document, bill.client.account, "claire@exemple.fr")
    pdf = desk.get(reverse("invoice_pdf", args=[bill.pk])).content
    attached = mail.files.get()
    assert desk.get(reverse("mail_file", args=[mail.pk, attached.pk])).content == pdf
    assert [key for key, _ in queued()] == [mail.pk]
    services.begin(mail.pk, at=NOON)
    services.note_sent(mail.pk, at=NOON)
    for name, of in (("document", bill.document_id), ("client_history", "C-1")):
        said = page(desk.get(reverse(name, args=[of])))
        assert "claire@exemple.fr" in said
        assert "Envoyé" in said


def test_a_client_without_address_is_told_beside_the_field(desk):
    a_server()
    bill = invoice(a_client(), DAY, "120")
    address = reverse("invoice_mail", args=[bill.pk])

    assert "Aucune adresse e-mail n’est connue pour ce client" in page(desk.get(address))
    response = desk.post(address, typed(recipient=""))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["recipient"]
    assert response.context["form"]["body"].value() == "Bonjour"
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"recipient": "claire"}, "recipient"),
        ({"recipient": "a@b.fr, c@d.fr"}, "recipient"),
        ({"recipient": "a@b.fr\nBcc: c@d.fr"}, "recipient"),
        ({"subject": ""}, "subject"),
        ({"subject": "A\nBcc: c@d.fr"}, "subject"),
        ({"body": ""}, "body"),
    ],
)
def test_what_cannot_be_sent_is_told_beside_its_field(desk, fields, field):
    a_server()
    bill = invoice(a_client(), DAY, "120")

    response = desk.post(reverse("invoice_mail", args=[bill.pk]), typed(**fields))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not Mail.objects.exists()


def test_without_a_server_the_form_says_who_sees_to_it(desk):
    bill = invoice(a_client(), DAY, "120")
    address = reverse("invoice_mail", args=[bill.pk])

    assert "Aucun serveur d’envoi n’est enregistré" in page(desk.get(address))
    assert desk.post(address, typed()).status_code == 422
    assert not Mail.objects.exists()


def test_a_preview_shows_what_was_typed_and_sends_nothing(desk):
    a_server()
    bill = invoice(a_client(), DAY, "120")

    response = desk.post(
        reverse("invoice_mail", args=[bill.pk]), typed(body="Chère <Claire>\n\nBien à vous", action="preview")
    )

    assert response.status_code == 200
    assert "<p>Chère &lt;Claire&gt;</p>" in response.content.decode()
    assert not Mail.objects.exists()


def test_a_draft_cannot_be_sent_and_its_menu_says_why(desk):
    draft = draft_lines(client=a_client("C-1"), lines=[line("50")], op=op(DAY))

    assert desk.get(reverse("invoice_mail", args=[draft.pk])).status_code == 404
    assert "Envoyer la facture par e-mail la facture n’est pas émise" in page(
        desk.get(reverse("client_invoices", args=["C-1"]))
    )


# What became of it


def test_the_list_is_filtered_by_client_state_and_period(desk):
    a_server()
    one, other = written(a_client("C-1", name="Delmas")), written(a_client("C-11", name="Girard"))
    services.begin(other.pk, at=NOON)
    services.note_uncertain(other.pk, "Coupé", at=NOON)

    def found(query: str) -> list[Mail]:
        return [row.record for row in desk.get(f"{reverse('mail_list')}?{query}").context["table"].page.object_list]

    assert found("") == [other, one]
    assert found("client=C-1") == [one]
    assert found("client=girard") == [other]
    assert found("state=uncertain") == found("state=a_revoir") == [other]
    assert found("state=waiting") == [one]
    assert found("since=2026-03-12&until=2026-03-12") == [other, one]
    assert found("since=2026-03-13") == []
    assert desk.get(f"{reverse('mail_list')}?since=31/31/2026").status_code == 422


def test_a_mail_is_read_with_its_words_its_file_and_its_attempts(desk):
    a_server()
    mail = written()
    services.begin(mail.pk, at=NOON)
    services.note_refused(mail.pk, services.mailing.MailRefused("Trop lourd"), at=NOON, job=lambda **_: None)

    said = page(desk.get(reverse("mail_detail", args=[mail.pk])))

    assert "Échec, nouvel essai prévu le 12/03/2026 à 12:01" in said
    assert "Ci-joint votre facture." in said
    assert "FAC-1.pdf" in said
    assert said.count("Trop lourd") == 2


def test_on_its_way_the_page_asks_again_only_while_somebody_does_the_jobs(desk):
    a_server()
    mail = written()
    address = reverse("mail_detail", args=[mail.pk])
    stopped = desk.get(address).content.decode()
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    running = desk.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "hx-trigger" not in stopped.split('id="mail"')[1].split(">")[0]
    assert "L’exécutant des tâches n’est pas en marche" in stopped
    assert 'hx-trigger="every 2s"' in squeezed(running)
    assert "<html" not in running


def test_what_was_lost_is_sent_again_from_its_page_once(desk):
    a_server()
    mail = lost("failed")
    address, form = reverse("mail_resend", args=[mail.pk]), {"key": str(uuid4()), "recipient": "juste@exemple.fr"}

    first = desk.post(address, form)
    second = desk.post(address, form)
    third = desk.post(address, {**form, "key": str(uuid4())}, follow=True)

    newer = Mail.objects.get(follows=mail)
    assert first.url == second.url == reverse("mail_detail", args=[newer.pk])
    assert newer.recipient == "juste@exemple.fr"
    assert "Cet e-mail a déjà été renvoyé." in page(third)
    assert desk.post(address, {"key": str(uuid4()), "recipient": "juste"}).status_code == 422


def test_what_is_uncertain_may_be_marked_as_sent_from_its_page(desk):
    a_server()
    mail = lost()
    assert "Marquer comme envoyé" in page(desk.get(reverse("mail_detail", args=[mail.pk])))

    desk.post(reverse("mail_settle", args=[mail.pk]))

    assert state(mail) == "sent"
    assert "marqué par" in page(desk.get(reverse("mail_detail", args=[mail.pk])))


def test_a_file_is_only_had_from_a_mail_that_carries_it(desk):
    a_server()
    one, other = written(a_client("C-1")), written(a_client("C-2"))

    assert desk.get(reverse("mail_file", args=[one.pk, one.files.get().pk])).status_code == 200
    assert desk.get(reverse("mail_file", args=[one.pk, other.files.get().pk])).status_code == 404


# What they say


def test_a_text_is_changed_seen_beforehand_and_goes_back_to_the_proposed_one(admin):
    Company.objects.create(pk=1, name="Haras des Ormes")
    address = reverse("mail_template_edit", args=["invoice"])
    text = {"subject": "Votre facture {numéro}", "body": "Bonjour {client},\r\n\r\nÀ bientôt, {entreprise}"}

    seen = admin.post(address, text | {"action": "preview"})
    assert "Votre facture FAC-2026-00042" in page(seen)
    assert "À bientôt, Haras des Ormes" in page(seen)
    assert not MailTemplate.objects.exists()
    admin.post(address, text)

    assert MailTemplate.objects.get().body == "Bonjour {client},\n\nÀ bientôt, {entreprise}"
    assert "Le vôtre" in page(admin.get(reverse("mail_templates")))
    admin.post(reverse("mail_template_restore", args=["invoice"]))
    assert not MailTemplate.objects.exists()


def test_an_unknown_field_is_told_beside_the_field_that_names_it(admin):
    address = reverse("mail_template_edit", args=["credit_note"])

    response = admin.post(address, {"subject": "Avoir {numéro}", "body": "Reste {reste dû}"})

    assert response.status_code == 422
    assert response.context["form"].errors == {"body": ["Le champ {reste dû} n’existe pas pour cette nature d’e-mail."]}
    assert not MailTemplate.objects.exists()


def test_a_kind_that_does_not_exist_has_no_text(admin):
    assert admin.get(reverse("mail_template_edit", args=["autre"])).status_code == 404
