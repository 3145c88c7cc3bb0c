"""The pages of Paramètres, as an administrator uses and misuses them."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from office.models import Company, Event, MailServer, Role, Site, User
from tests.factories import SiteFactory, UserFactory

pytestmark = pytest.mark.django_db

COMPANY = {
    "name": "Clinique du Parc",
    "legal_form": "SELARL au capital de 20 000 €",
    "siren": "123 456 782",
    "siret": "123 456 782 00010",
    "vat_number": "fr 11 123 456 782",
    "rcs_city": "Lyon",
    "email": "contact@clinique.example",
    "vat_scheme": "normal",
    "prices_include_vat": "on",
}


@pytest.fixture
def admin() -> User:
    return UserFactory(username="karoui", role=Role.ADMINISTRATOR, email="nadia@clinique.example")


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def errors(response, form: str = "form") -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: list(told) for name, told in response.context[form].errors.items()}


def detail() -> dict:
    return Event.objects.order_by("-pk").values_list("detail", flat=True)[0]


# Identity and logo


def test_the_identity_is_kept_without_the_spaces_of_its_numbers(desk):
    page = desk.post("/parametres/etablissement/", COMPANY, follow=True)

    assert "Les paramètres sont enregistrés." in page.content.decode()
    saved = Company.objects.get()
    assert (saved.siren, saved.siret, saved.vat_number) == ("123456782", "12345678200010", "FR11123456782")
    assert saved.identity()["rcs_city"] == "Lyon"
    assert {"field": "SIREN", "before": "", "after": "123456782"} in detail()["changes"]


def test_each_wrong_number_is_told_beside_its_field_and_nothing_is_saved(desk):
    wrong = {**COMPANY, "name": "", "siren": "123456783", "vat_number": "FR12123456782", "email": "contact"}

    response = desk.post("/parametres/etablissement/", wrong)

    assert errors(response) == {
        "name": ["Ce champ est obligatoire."],
        "siren": ["Ce SIREN n’est pas exact\u00a0: vérifiez ses 9 chiffres."],
        "vat_number": ["Ce numéro de TVA n’est pas exact\u00a0: vérifiez sa clé."],
        "email": ["Écrivez l’adresse comme nom@exemple.fr."],
    }
    assert 'value="SELARL au capital de 20 000 €"' in response.content.decode()
    assert not Company.objects.exists()
    assert not Event.objects.exists()


def test_numbers_of_another_business_are_told(desk):
    response = desk.post(
        "/parametres/etablissement/", {**COMPANY, "siret": "404 833 048 00022", "vat_number": "FR83404833048"}
    )

    assert errors(response) == {
        "siret": ["Un SIRET commence par le SIREN, et celui-ci par un autre."],
        "vat_number": ["Un numéro de TVA français finit par le SIREN, et celui-ci par un autre."],
    }


def test_a_logo_is_kept_under_a_random_name_and_served_to_users_alone(desk, client):
    written = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(written, "JPEG")

    desk.post("/parametres/etablissement/logo/", {"logo": SimpleUploadedFile("../moi.jpg", written.getvalue())})

    name = Company.objects.get().logo
    assert "moi" not in name
    served = desk.get("/logo/")
    assert served.headers["Content-Type"] == "image/png"
    assert Image.open(BytesIO(b"".join(served))).size == (40, 20)
    assert Company.objects.get().identity()["logo"] == name

    desk.post("/parametres/etablissement/logo/retirer/")
    assert desk.get("/logo/").status_code == 404
    assert default_storage.exists(name)  # documents that bear it were issued


def test_what_is_no_image_is_refused_beside_its_field(desk):
    response = desk.post("/parametres/etablissement/logo/", {"logo": SimpleUploadedFile("logo.svg", b"<svg/>")})

    assert errors(response, "logo_form") == {"logo": ["Ce fichier n’est pas une image PNG ou JPEG lisible."]}
    assert not Company.objects.exists()


# Sites


def test_a_site_is_made_changed_and_closed(desk):
    desk.post("/parametres/etablissements/nouveau/", {"code": "PORT", "name": "Le Port", "is_active": "on"})
    site = Site.objects.get()
    desk.post(f"/parametres/etablissements/{site.pk}/", {"code": "PORT", "name": "Le Vieux-Port"})

    site.refresh_from_db()
    assert (site.name, site.is_active) == ("Le Vieux-Port", False)
    assert detail()["changes"] == [
        {"field": "nom", "before": "Le Port", "after": "Le Vieux-Port"},
        {"field": "ouvert", "before": "oui", "after": "non"},
    ]
    assert "Fermé" in desk.get("/parametres/etablissements/").content.decode()


def test_a_code_taken_or_badly_written_is_told(desk):
    SiteFactory(code="PORT")

    taken = desk.post("/parametres/etablissements/nouveau/", {"code": "PORT", "name": "Port"})
    bad = desk.post("/parametres/etablissements/nouveau/", {"code": "le port", "name": "Port"})

    assert errors(taken) == {"code": ["Un autre établissement porte déjà ce code."]}
    assert errors(bad) == {"code": ["Un code est fait de capitales sans accent et de chiffres."]}


# What the client sheet shows; sessions


def test_the_balances_shown_are_chosen_except_the_credit_which_is_locked_with_its_reason(desk):
    page = desk.get("/parametres/generaux/clients/").content.decode()
    desk.post("/parametres/generaux/clients/", {"shows_balance": "on", "credit": ""})

    assert 'name="credit"' in page
    assert "ce montant est obligatoire" in page
    saved = Company.objects.get()
    assert (saved.shows_balance, saved.shows_unpaid, saved.shows_to_invoice) == (True, False, False)


@pytest.mark.parametrize("minutes", ["14", "1441", "", "huit"])
def test_a_session_of_any_length_isnt_offered(desk, minutes):
    response = desk.post("/parametres/generaux/securite/", {"idle_minutes": minutes})

    assert "idle_minutes" in errors(response)
    assert not Company.objects.exists()


# E-mails

SERVER = {
    "sender_name": "Clinique du Parc",
    "sender_address": "contact@clinique.example",
    "host": "smtp.clinique.example",
    "port": "587",
    "security": "starttls",
    "username": "contact",
    "new_password": "agrafe-7-cheval",
}


def test_the_password_of_the_mail_server_is_never_shown_again(desk):
    desk.post("/parametres/e-mails/", SERVER)
    page = desk.get("/parametres/e-mails/").content.decode()
    refused = desk.post("/parametres/e-mails/", {**SERVER, "port": "0"})

    assert "Un mot de passe est enregistré" in page
    for html in (page, refused.content.decode()):
        assert "agrafe-7-cheval" not in html
        assert MailServer.objects.get().password not in html


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"host": "smtp exemple"}, "host"),
        ({"host": "smtp.exemple.fr\r\nBcc: a@b.fr"}, "host"),
        ({"port": "70000"}, "port"),
        ({"sender_address": "contact"}, "sender_address"),
        ({"sender_name": "Clinique\r\nBcc: a@b.fr"}, "sender_name"),
        ({"username": ""}, "username"),
        ({"security": "none"}, "security"),
        ({"security": "autre"}, "security"),
    ],
)
def test_a_wrong_mail_setting_is_told_beside_its_field(desk, changed, field):
    response = desk.post("/parametres/e-mails/", SERVER | changed)

    assert set(errors(response)) == {field}
    assert not MailServer.objects.exists()


def test_a_test_message_goes_out_as_the_sender(desk, mailoutbox):
    desk.post("/parametres/e-mails/", SERVER)
    page = desk.post("/parametres/e-mails/essai/", {"to": "marc@clinique.example"}, follow=True)

    assert "Le message d’essai est parti vers marc@clinique.example." in page.content.decode()
    (message,) = mailoutbox
    assert message.from_email == "Clinique du Parc <contact@clinique.example>"
    assert message.to == ["marc@clinique.example"]


def test_a_test_without_a_server_says_what_is_missing(desk):
    response = desk.post("/parametres/e-mails/essai/", {"to": "marc@clinique.example"})

    assert errors(response, "test") == {
        "to": ["Aucun serveur d’envoi n’est enregistré\u00a0: remplissez d’abord ce formulaire."]
    }


# Users

NEW = {"username": "durand", "first_name": "Julie", "last_name": "Durand", "role": "accountant"}


def test_a_new_user_logs_in_with_the_password_shown_and_must_change_it(desk, client):
    page = desk.post("/parametres/utilisateurs/nouveau/", NEW)
    password = page.context["password"]
    client.logout()
    client.post("/connexion/", {"username": "durand", "password": password})

    assert f'<p class="secret">{password}</p>' in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert client.get("/parametres/").headers["Location"] == "/mot-de-passe/"
    assert "choisissez le vôtre" in client.get("/mot-de-passe/").content.decode()
    client.post(
        "/mot-de-passe/",
        {"old_password": password, "new_password1": "pile-correcte-8", "new_password2": "pile-correcte-8"},
    )
    assert client.get("/parametres/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"username": "KAROUI"}, "username", "Cet identifiant existe déjà, actif ou non."),
        ({"username": "a b"}, "username", None),
        ({"username": ""}, "username", "Ce champ est obligatoire."),
        ({"role": "owner"}, "role", "Choisissez l’une des réponses proposées."),
        ({"site": "99"}, "site", "Choisissez l’une des réponses proposées."),
        ({"email": "durand"}, "email", "Écrivez l’adresse comme nom@exemple.fr."),
    ],
)
def test_a_wrong_user_is_told_beside_its_field(desk, changed, field, told):
    found = errors(desk.post("/parametres/utilisateurs/nouveau/", NEW | changed))

    assert set(found) == {field}
    assert told is None or found[field] == [told]
    assert User.objects.count() == 1


def test_the_last_administrator_is_told_beside_the_role_and_stays(desk, admin):
    response = desk.post(f"/parametres/utilisateurs/{admin.pk}/", {"role": "front_desk"})

    assert errors(response) == {"role": ["C’est le dernier administrateur actif\u00a0: nommez-en d’abord un autre."]}
    admin.refresh_from_db()
    assert admin.role == Role.ADMINISTRATOR


def test_a_closed_login_is_out_at_once(desk, client):
    user = UserFactory(username="durand")
    other = type(client)()
    other.force_login(user)
    assert other.get("/mot-de-passe/").status_code == 200

    desk.post(f"/parametres/utilisateurs/{user.pk}/desactiver/")

    assert other.get("/mot-de-passe/").status_code == 302
    assert "Désactivé" in desk.get("/parametres/utilisateurs/").content.decode()


def test_a_reset_password_ends_the_sessions_and_is_told_once(desk, client):
    user = UserFactory(username="durand", password="!")
    other = type(client)()
    other.force_login(user)

    page = desk.post(f"/parametres/utilisateurs/{user.pk}/mot-de-passe/")

    user.refresh_from_db()
    assert user.check_password(page.context["password"])
    assert other.get("/mot-de-passe/").status_code == 302
    assert page.context["password"] not in str(list(Event.objects.values_list("detail", flat=True)))


def test_one_doesnt_close_ones_own_login(desk, admin):
    UserFactory(role=Role.ADMINISTRATOR)

    page = desk.post(f"/parametres/utilisateurs/{admin.pk}/desactiver/", follow=True)

    assert "Vous ne pouvez pas désactiver votre propre compte." in page.content.decode()
    admin.refresh_from_db()
    assert admin.is_active


# The overview


def test_the_accountant_sees_the_section_of_the_books_alone(client):
    client.force_login(UserFactory(role=Role.ACCOUNTANT))

    sections = client.get("/parametres/").context["sections"]

    assert [section.label for section in sections] == ["Comptabilité"]
