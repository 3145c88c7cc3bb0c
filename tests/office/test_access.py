import pytest
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from office.access import is_marked, public, role
from office.models import Role, User


@role(Role.ACCOUNTANT)
def accounts(request: HttpRequest, code: str = "") -> HttpResponse:
    return HttpResponse(f"les comptes {code}".strip())


@public
def everybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ouvert")


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@role(Role.FRONT_DESK)
def posting(request: HttpRequest) -> HttpResponse:
    success(request, "Enregistré.")
    return redirect("accounts", code="C-1")


urlpatterns = [
    path("", include("office.urls")),
    path("comptes/", accounts),
    path("comptes/<code>/", accounts, name="accounts"),
    path("ouvert/", everybody),
    path("oublie/", forgotten),
    path("poster/", posting),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/clients/C-1/?onglet=avoirs"}


def log_in(client: Client, wanted: Role, **fields: str) -> User:
    user = User.objects.create_user("durand", role=wanted, **fields)
    client.force_login(user)
    return user


def test_a_role_covers_those_below_it(client):
    log_in(client, Role.ADMINISTRATOR)

    assert client.get("/comptes/C-1/").content.decode() == "les comptes C-1"


def test_a_role_too_low_is_refused_in_french(client):
    log_in(client, Role.FRONT_DESK)

    response = client.get("/comptes/")

    assert response.status_code == 403
    assert "Votre rôle ne permet pas d’ouvrir cette page." in response.content.decode()


def test_whoever_is_logged_out_comes_back_after_the_login(client):
    response = client.get("/comptes/?tri=nom")

    assert response.status_code == 302
    assert response.headers["Location"] == "/connexion/?next=/comptes/%3Ftri%3Dnom"


def test_a_user_who_was_deactivated_is_out_at_once(client):
    user = log_in(client, Role.ACCOUNTANT)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get("/comptes/").status_code == 302


def test_a_view_without_a_mark_is_closed_even_to_administrators(client, caplog):
    log_in(client, Role.ADMINISTRATOR)

    response = client.get("/oublie/")

    assert response.status_code == 403
    assert "secret" not in response.content.decode()
    assert "forgotten has neither @role nor @public" in caplog.text


def test_a_public_view_answers_without_login(client):
    assert client.get("/ouvert/").content.decode() == "ouvert"


def test_the_mark_survives_other_decorators():
    assert is_marked(require_POST(accounts))
    assert not is_marked(forgotten)


def test_a_fragment_asked_for_after_the_session_ended_moves_the_page_to_the_login(client):
    response = client.get("/comptes/", headers=HTMX)

    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/connexion/?next=/clients/C-1/%3Fonglet%3Davoirs"
    assert "Location" not in response.headers


def test_a_redirect_moves_the_page_of_htmx_and_only_that(client):
    log_in(client, Role.ACCOUNTANT)

    fetched = client.post("/poster/", headers=HTMX)
    plain = client.post("/poster/")

    assert (fetched.status_code, fetched.headers["HX-Redirect"]) == (200, "/comptes/C-1/")
    assert (plain.status_code, plain.headers["Location"]) == (302, "/comptes/C-1/")


def test_pages_allow_no_source_but_our_own(client):
    policy = client.get("/connexion/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
