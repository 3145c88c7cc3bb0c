import pytest
from django.test import Client

from office.models import Role, User

pytestmark = pytest.mark.django_db

PASSWORD = "cheval-agrafe-7"
REFUSAL = "Identifiant ou mot de passe incorrect."


@pytest.fixture
def user() -> User:
    return User.objects.create_user("durand", password=PASSWORD, role=Role.FRONT_DESK)


def sign_in(client: Client, username: str, password: str, **more: str):
    return client.post("/connexion/", {"username": username, "password": password, **more})


def test_login_leads_to_the_page_asked_for(client, user):
    response = sign_in(client, "durand", PASSWORD, next="/mot-de-passe/")

    assert (response.status_code, response.headers["Location"]) == (302, "/mot-de-passe/")
    assert client.get("/mot-de-passe/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_login_never_leads_out_of_the_house(client, user, elsewhere):
    assert sign_in(client, "durand", PASSWORD, next=elsewhere).headers["Location"] == "/"


def test_a_refused_login_doesnt_say_what_was_wrong(client, user):
    wrong_password = sign_in(client, "durand", "autre")
    wrong_name = sign_in(client, "dupond", PASSWORD)
    User.objects.update(is_active=False)
    closed = sign_in(client, "durand", PASSWORD)

    for response, name in ((wrong_password, "durand"), (wrong_name, "dupond"), (closed, "durand")):
        assert response.status_code == 422
        assert response.context["form"].non_field_errors() == [REFUSAL]
        assert f'value="{name}"' in response.content.decode()


def test_a_refused_login_keeps_the_page_asked_for_and_forgets_the_password(client, user):
    html = sign_in(client, "durand", "autre-secret", next="/mot-de-passe/").content.decode()

    assert '<input type="hidden" name="next" value="/mot-de-passe/">' in html
    assert "autre-secret" not in html


def test_logout_needs_a_post_and_says_so_on_the_login_page(client, user):
    client.force_login(user)

    refused = client.get("/deconnexion/")
    page = client.post("/deconnexion/", follow=True)

    assert refused.status_code == 405
    assert "Vous êtes déconnecté." in page.content.decode()
    assert client.get("/mot-de-passe/").status_code == 302


def test_changing_the_password_keeps_this_session_and_ends_the_others(client, user):
    elsewhere = Client()
    for each in (client, elsewhere):
        sign_in(each, "durand", PASSWORD)

    page = client.post(
        "/mot-de-passe/",
        {"old_password": PASSWORD, "new_password1": "pile-correcte-8", "new_password2": "pile-correcte-8"},
        follow=True,
    )

    assert "Votre mot de passe est changé" in page.content.decode()
    assert client.get("/mot-de-passe/").status_code == 200
    assert elsewhere.get("/mot-de-passe/").status_code == 302
    user.refresh_from_db()
    assert user.check_password("pile-correcte-8")


def test_a_refused_password_is_told_beside_its_field(client, user):
    client.force_login(user)

    response = client.post(
        "/mot-de-passe/", {"old_password": "faux", "new_password1": "pile-correcte-8", "new_password2": "pile-7"}
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "old_password": ["Ce n’est pas votre mot de passe actuel."],
        "new_password2": ["Les deux nouveaux mots de passe ne sont pas les mêmes."],
    }
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_an_unknown_page_is_told_in_french_inside_the_shell_or_at_the_door(client, user):
    outside = client.get("/nulle-part/")
    client.force_login(user)
    inside = client.get("/nulle-part/")

    assert (outside.status_code, inside.status_code) == (404, 404)
    assert "Il n’y a rien à cette adresse." in outside.content.decode()
    assert "Menu principal" not in outside.content.decode()
    assert "Menu principal" in inside.content.decode()


def test_a_form_from_an_older_session_is_refused_in_french(user):
    response = Client(enforce_csrf_checks=True).post("/connexion/", {"username": "durand", "password": PASSWORD})

    assert response.status_code == 403
    assert "Ce formulaire a expiré" in response.content.decode()


def test_a_bug_is_told_in_french_without_the_database(client, user, monkeypatch):
    client.raise_request_exception = False
    client.force_login(user)
    monkeypatch.setattr("office.views.door.OwnPasswordForm", None)

    response = client.get("/mot-de-passe/")

    assert response.status_code == 500
    assert "Une erreur s’est produite" in response.content.decode()
